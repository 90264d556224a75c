"""The figure of one specialty's bands: printed and calibrated ones as aligned bars."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from calib.names import WHOSE
from recalib.bands.cut import LOWER
from recalib.bands.readings import Readings
from recalib.contract.vocabulary import CHANCE_LABELS, GUIDE_LABELS
from recalib.report import style, words
from recalib.report.order import by_denominator
from recalib.report.view import Specialty

LEFT, RIGHT = 195.0, 290.0
_ROW, _WIDTH = 0.52, 9.0
# Inches above a panel, for its heading, and below, for its ticks; above all, for the legend.
_ABOVE, _BELOW, _LEGEND = 0.27, 0.3, 0.5
# Size of the names of rows, and the width of one of their letters in inches.
_SMALL, _INCH = 8.5, 0.0715
# A label needs about this many points of the axis for each letter at its size.
_LETTER = 1.25


@style.styled
def bands(here: Specialty) -> Figure | None:
    """Draw bands as bars, a panel a denominator, with both intervals of every calibrated edge.

    One bar a guide and group, as printed, and one a newest match curve; None without any.
    """
    curves = here.newest
    parts = by_denominator(curves[curves["outcome"] == "match"]) or [("", curves.iloc[:0])]
    printed = _printed(here)
    counts = [len(part) + (0 if place else len(printed)) for place, (_, part) in enumerate(parts)]
    if not sum(counts):
        return None
    height = _ROW * sum(counts) + (_ABOVE + _BELOW) * len(parts) + _LEGEND + 0.2
    figure, panels = style.axes(_WIDTH, height, len(parts), engine="none")
    names: list[list[str]] = [[] for _ in parts]
    told, readings = [], here.work.readings
    for place, (name, part) in enumerate(printed):
        _printed_bar(panels[0], place, part, readings)
        names[0].append(name)
        spans = [" ".join(_texts(band["label"], band)) for _, band in part.iterrows()]
        told.append(f"{name}: {', '.join(spans)}".replace("\n", " "))
    for panel, held, (denominator, part) in zip(panels, names, parts, strict=True):
        if held:
            panel.axhline(len(held) - 0.5, color=style.QUIET, linewidth=0.8)
        for _, curve in part.iterrows():
            told.append(_calibrated_bar(panel, len(held), here, curve))
            held.append(_curve_name(curve))
        panel.set_title(words.COUNTED[denominator] if denominator else "", fontsize=9.5)
    letters = max(len(line) for held in names for name in held for line in name.split("\n"))
    left, top = (_INCH * letters + 0.1) / _WIDTH, height - _LEGEND
    for panel, held, count in zip(panels, names, counts, strict=True):
        top -= _ABOVE + _ROW * count
        panel.set_position((left, top / height, 1 - 0.1 / _WIDTH - left, _ROW * count / height))
        top -= _BELOW
        panel.set_yticks(range(count), held, fontsize=_SMALL)
        panel.set_ylim(count - 0.5, -0.5)
        panel.set_xlim(LEFT, RIGHT)
        panel.tick_params(axis="y", length=0)
        panel.grid(axis="y", visible=False)
    panels[-1].set_xlabel("Step 2 CK score")
    handles = [
        Patch(facecolor=colour, edgecolor=style.LINE, label=_meaning(readings, label))
        for label, (colour, _) in zip(CHANCE_LABELS, style.BAND_COLOURS, strict=True)
    ]
    figure.legend(handles=handles, loc="upper center", ncols=2)
    return style.describe(
        figure,
        f"Score bands in {here.label}, cut where the chance of a match, {WHOSE}, is 25, 50 and "
        f"75 %. {'; '.join(told)}.",
    )


def _meaning(readings: Readings, label: str) -> str:
    """Name a band in both vocabularies, with the chance from which it holds."""
    word = words.plain(readings.of_label(label))
    also = f", guides' “{word}”" if word else ""
    least = f"from {100 * LOWER[label]:.0f} %" if LOWER[label] else "below"
    return f"{words.plain(label)}{also}: {least}"


def _printed(here: Specialty) -> list[tuple[str, pd.DataFrame]]:
    found = here.guide_bands[here.guide_bands["guide_scheme"] == "target"]
    rows = []
    columns = ["guide", "specialty", "applicant_group"]
    for key, part in found.groupby(columns, sort=False):
        guide, specialty, group = map(str, key)
        tier = f", tier {words.plain(specialty[5:])}" if specialty.startswith("tier:") else ""
        name = f"{words.guide(guide)}{tier}\nas printed for {words.within(words.GROUPS[group])}"
        rows.append((name, part.sort_values("rank", ascending=False)))
    return rows


def _curve_name(curve: pd.Series) -> str:
    which = f"{curve['cycle']} {words.denominator(curve)}"
    return f"{words.group(curve)}\n{which}; {words.quality(curve)}"


def _texts(label: str, band: pd.Series) -> tuple[str, str]:
    return words.plain(label), words.score_range(band["score_min"], band["score_max"])


def _printed_bar(axis: Axes, place: int, part: pd.DataFrame, readings: Readings) -> None:
    for _, band in part.iterrows():
        low = LEFT if pd.isna(band["score_min"]) else float(band["score_min"])
        high = RIGHT if pd.isna(band["score_max"]) else float(band["score_max"]) + 1
        word = readings.of_row(band)
        colour = style.BAND_COLOURS[GUIDE_LABELS.index(word)] if word else style.NEUTRAL
        _bar(axis, place, low, high, colour, _texts(band["label"], band))


def _calibrated_bar(axis: Axes, place: int, here: Specialty, curve: pd.Series) -> str:
    rows = here.bands(curve)
    name = _curve_name(curve).replace("\n", ", ")
    held = rows[rows["score_min"].notna()]
    if held.empty:
        axis.barh(
            place, RIGHT - LEFT, left=LEFT, height=0.5,
            facecolor="#f3f4f6", edgecolor="#c3c8d0", hatch="////", linewidth=0.5,
        )  # fmt: skip
        reason = "wide" if curve["status"] == "ok" else words.plain(curve["status"])
        said = f"no edge claimed: {reason}"
        style.note(axis, (LEFT + RIGHT) / 2, place, said, ha="center", va="center", fontsize=8.5)
        return f"{name}: no edge claimed, {reason}"
    told = []
    for _, band in held.iterrows():
        low, high = max(float(band["score_min"]), LEFT), min(float(band["score_max"]) + 1, RIGHT)
        if not pd.isna(band["boundary"]):
            _whisker(axis, place, band)
        texts = _texts(band["guide_label"] or band["label"], band)
        _bar(axis, place, low, high, style.BAND_COLOURS[int(band["rank"]) - 1], texts)
        told.append(" ".join(texts))
    return f"{name}: {', '.join(told)}"


def _bar(
    axis: Axes, place: int, low: float, high: float, colour: tuple[str, str], texts: tuple[str, str]
) -> None:
    axis.barh(
        place, high - low, left=low, height=0.5, facecolor=colour[0], edgecolor="#8a94a3",
        linewidth=0.6,
    )  # fmt: skip
    for text in (" ".join(texts), texts[1]):
        if len(text) * _LETTER <= high - low:
            axis.text(
                (low + high) / 2, place, text, color=colour[1], fontsize=8, ha="center",
                va="center",
            )  # fmt: skip
            return


def _whisker(axis: Axes, place: int, band: pd.Series) -> None:
    # Labels alternate between the two sides of a bar, so that neighbouring intervals stay apart.
    height = place + (0.33 if int(band["rank"]) % 2 else 0.42)
    low, high = band["boundary_next_low"], band["boundary_next_high"]
    later = [
        LEFT if pd.isna(low) else max(float(low), LEFT),
        RIGHT if pd.isna(high) else min(float(high), RIGHT),
    ]
    own = [max(float(band["boundary_low"]), LEFT), min(float(band["boundary_high"]), RIGHT)]
    style.interval(
        axis, height, later, band["boundary"], style.INK, own=own, mark="D", size=3.2, width=1.1
    )
