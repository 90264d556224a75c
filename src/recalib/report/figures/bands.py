"""The figure of one specialty's bands: printed and calibrated ones as aligned bars."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from recalib.contract.vocabulary import CHANCE_LABELS, EDGES, GUIDE_LABELS
from recalib.report import style, words
from recalib.report.view import Specialty

LEFT, RIGHT = 195.0, 290.0
_ROW, _WIDTH = 0.52, 9.0
# Size of the names of rows, and the width of one of their letters in inches.
_SMALL, _INCH = 8.5, 0.0715
# A label needs about this many points of the axis for each letter at its size.
_LETTER = 1.25


@style.styled
def bands(here: Specialty, scheme: str) -> Figure | None:
    """Draw bands as bars on one axis of scores, with the interval of every calibrated edge.

    One bar a guide and group (with the scheme `guide`, as printed), one bar a newest curve; None
    without any.
    """
    curves = here.newest
    # An invitation is a rate of single applications: it has no bands of equal chance.
    curves = curves[curves["outcome"] == "match"]
    printed = _printed(here) if scheme == "guide" else []
    rows = len(printed) + len(curves)
    if not rows:
        return None
    height = _ROW * rows + 1.05
    figure, (axis,) = style.axes(_WIDTH, height, engine="none")
    names, told = [], []
    for place, (name, part) in enumerate(printed):
        _printed_bar(axis, place, part)
        names.append(name)
        spans = [" ".join(_texts(band)) for _, band in part.iterrows()]
        told.append(f"{name}: {', '.join(spans)}".replace("\n", " "))
    for place, (_, curve) in enumerate(curves.iterrows(), start=len(printed)):
        told.append(_calibrated_bar(axis, place, here, curve, scheme))
        names.append(_curve_name(curve))
    if printed:
        axis.axhline(len(printed) - 0.5, color=style.QUIET, linewidth=0.8)
    axis.set_yticks(range(rows), names, fontsize=_SMALL)
    letters = max(len(line) for name in names for line in name.split("\n"))
    figure.subplots_adjust(
        left=(_INCH * letters + 0.1) / _WIDTH, right=1 - 0.1 / _WIDTH,
        top=1 - 0.4 / height, bottom=0.55 / height,
    )  # fmt: skip
    axis.set_ylim(rows - 0.5, -0.5)
    axis.set_xlim(LEFT, RIGHT)
    axis.set_xlabel("Step 2 CK score")
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="y", visible=False)
    labels = GUIDE_LABELS if scheme == "guide" else CHANCE_LABELS
    handles = [
        Patch(facecolor=colour, edgecolor=style.LINE, label=words.plain(label))
        for label, (colour, _) in zip(labels, style.BAND_COLOURS, strict=False)
    ]
    figure.legend(handles=handles, loc="upper center", ncols=len(labels))
    return style.describe(
        figure, f"Score bands in {here.label}, scheme {scheme}. {'; '.join(told)}."
    )


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


def _texts(band: pd.Series) -> tuple[str, str]:
    span = words.score_range(band["score_min"], band["score_max"])
    return words.plain(band["label"]), span


def _printed_bar(axis: Axes, place: int, part: pd.DataFrame) -> None:
    for _, band in part.iterrows():
        low = LEFT if pd.isna(band["score_min"]) else float(band["score_min"])
        high = RIGHT if pd.isna(band["score_max"]) else float(band["score_max"]) + 1
        _bar(axis, place, low, high, _printed_colour(band, part), _texts(band))


def _printed_colour(band: pd.Series, part: pd.DataFrame) -> tuple[str, str]:
    role = band["edge"]
    if not role and band["specialty"].startswith("tier:") and band["rank"] == 1:
        role = EDGES[0]
    if role:
        return style.BAND_COLOURS[EDGES.index(role)]
    # What lies below a bottom edge is the lowest label; any other row has no meaning of its own.
    below = pd.isna(band["score_min"]) and (part["edge"] == EDGES[-1]).any()
    return style.BAND_COLOURS[len(EDGES)] if below else style.NEUTRAL


def _calibrated_bar(axis: Axes, place: int, here: Specialty, curve: pd.Series, scheme: str) -> str:
    rows = here.bands(curve, scheme)
    name = _curve_name(curve).replace("\n", ", ")
    held = rows[rows["score_min"].notna()]
    if held.empty:
        axis.barh(
            place, RIGHT - LEFT, left=LEFT, height=0.5,
            facecolor="#f3f4f6", edgecolor="#c3c8d0", hatch="////", linewidth=0.5,
        )  # fmt: skip
        reason = words.plain(curve["status"])
        if curve["status"] == "ok":
            reason = "no band of this scheme"
        said = f"no edge claimed: {reason}"
        style.note(axis, (LEFT + RIGHT) / 2, place, said, ha="center", va="center", fontsize=8.5)
        return f"{name}: no edge claimed, {reason}"
    told = []
    for _, band in held.iterrows():
        low, high = max(float(band["score_min"]), LEFT), min(float(band["score_max"]) + 1, RIGHT)
        vague = ""
        if not pd.isna(band["boundary"]):
            vague = words.badly_known(band["boundary_low"], band["boundary_high"])
            _whisker(axis, place, band, style.FAINT if vague else style.INK)
        colour = style.NEUTRAL if vague else style.BAND_COLOURS[int(band["rank"]) - 1]
        _bar(axis, place, low, high, colour, _texts(band))
        told.append(" ".join(_texts(band)) + (f" ({vague})" if vague else ""))
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


def _whisker(axis: Axes, place: int, band: pd.Series, colour: str) -> None:
    low = LEFT if pd.isna(band["boundary_low"]) else max(float(band["boundary_low"]), LEFT)
    high = RIGHT if pd.isna(band["boundary_high"]) else min(float(band["boundary_high"]), RIGHT)
    # Labels alternate between the two sides of a bar, so that neighbouring intervals stay apart.
    height = place + (0.33 if int(band["rank"]) % 2 else 0.41)
    axis.plot([low, high], [height, height], color=colour, linewidth=1.3, solid_capstyle="butt")
    axis.plot([float(band["boundary"])], [height], marker="D", markersize=3.5, color=colour)
