"""Calibrated and printed bands of one specialty come in; aligned bars with intervals go out."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from recalib.contract.vocabulary import CHANCE_LABELS, EDGES, GUIDE_LABELS
from recalib.report import words
from recalib.report.style import (
    BAND_COLOURS,
    FAINT,
    INK,
    LINE,
    NEUTRAL,
    QUIET,
    axes,
    describe,
    styled,
)
from recalib.report.view import Specialty

LEFT, RIGHT = 195.0, 290.0
_ROW, _WIDTH = 0.52, 9.0
# Size of the names of rows, and the width of one of their letters in inches.
_SMALL, _INCH = 8.5, 0.0715
# A label needs about this many points of the axis for each letter at its size.
_LETTER = 1.25


@styled
def bands(here: Specialty, scheme: str) -> Figure | None:
    """Draw bands as bars on one axis of scores, with the interval of every calibrated edge.

    Parameters
    ----------
    here : Specialty
        Any.
    scheme : str
        `guide`: guides' target bands first, as printed, then the calibrated ones; `chance`:
        calibrated only.

    Returns
    -------
    Figure or None
        One bar a guide and group, one bar a newest curve; None without any.
    """
    curves = here.newest
    # An invitation is a rate of single applications: it has no bands of equal chance.
    curves = curves[curves["outcome"] == "match"]
    printed = _printed(here) if scheme == "guide" else []
    rows = len(printed) + len(curves)
    if not rows:
        return None
    height = _ROW * rows + 1.05
    figure, (axis,) = axes(_WIDTH, height, engine="none")
    names, told = [], []
    for place, (name, part) in enumerate(printed):
        _printed_bar(axis, place, part)
        names.append(name)
        spans = [
            f"{words.plain(label)} {words.score_range(low, high)}"
            for label, low, high in zip(
                part["label"], part["score_min"], part["score_max"], strict=True
            )
        ]
        told.append(f"{name}: {', '.join(spans)}".replace("\n", " "))
    for place, (_, curve) in enumerate(curves.iterrows(), start=len(printed)):
        told.append(_calibrated_bar(axis, place, here, curve, scheme))
        names.append(_curve_name(curve))
    if printed:
        axis.axhline(len(printed) - 0.5, color=QUIET, linewidth=0.8)
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
    figure.legend(
        handles=[
            Patch(facecolor=BAND_COLOURS[i][0], edgecolor=LINE, label=words.plain(label))
            for i, label in enumerate(labels)
        ],
        loc="upper center", ncols=len(labels),
    )  # fmt: skip
    return describe(figure, f"Score bands in {here.label}, scheme {scheme}. {'; '.join(told)}.")


def _printed(here: Specialty) -> list[tuple[str, pd.DataFrame]]:
    found = here.guide_bands[here.guide_bands["guide_scheme"] == "target"]
    rows = []
    columns = ["guide", "specialty", "applicant_group"]
    for key, part in found.groupby(columns, sort=False):
        guide, specialty, group = (str(name) for name in key)
        tier = f", tier {words.plain(specialty[5:])}" if specialty.startswith("tier:") else ""
        name = f"{words.guide(guide)}{tier}\nas printed for {words.within(words.GROUPS[group])}"
        rows.append((name, part.sort_values("rank", ascending=False)))
    return rows


def _curve_name(curve: pd.Series) -> str:
    denominator = words.DENOMINATORS[str(curve["denominator"])]
    return f"{words.group(curve)}\n{curve['cycle']} {denominator}; {words.quality(curve)}"


def _printed_bar(axis: Axes, place: int, part: pd.DataFrame) -> None:
    for _, band in part.iterrows():
        low = LEFT if pd.isna(band["score_min"]) else float(band["score_min"])
        high = RIGHT if pd.isna(band["score_max"]) else float(band["score_max"]) + 1
        colour = _printed_colour(band, part)
        span = words.score_range(band["score_min"], band["score_max"])
        _bar(axis, place, low, high, colour, (words.plain(band["label"]), span))


def _printed_colour(band: pd.Series, part: pd.DataFrame) -> tuple[str, str]:
    role = str(band["edge"])
    if not role and str(band["specialty"]).startswith("tier:") and band["rank"] == 1:
        role = EDGES[0]
    if role:
        return BAND_COLOURS[EDGES.index(role)]
    # What lies below a bottom edge is the lowest label; any other row has no meaning of its own.
    below = pd.isna(band["score_min"]) and (part["edge"] == EDGES[-1]).any()
    return BAND_COLOURS[len(EDGES)] if below else NEUTRAL


def _calibrated_bar(axis: Axes, place: int, here: Specialty, curve: pd.Series, scheme: str) -> str:
    rows = here.bands(curve, scheme)
    name = _curve_name(curve).replace("\n", ", ")
    held = rows[rows["score_min"].notna()]
    if held.empty:
        axis.barh(
            place, RIGHT - LEFT, left=LEFT, height=0.5,
            facecolor="#f3f4f6", edgecolor="#c3c8d0", hatch="////", linewidth=0.5,
        )  # fmt: skip
        reason = words.STATUSES[str(curve["status"])]
        if curve["status"] == "ok":
            reason = "no band of this scheme"
        axis.text(
            (LEFT + RIGHT) / 2, place, f"no edge claimed: {reason}", ha="center", va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 2}, fontsize=8.5,
        )  # fmt: skip
        return f"{name}: no edge claimed, {reason}"
    told = []
    for _, band in held.iterrows():
        low, high = max(float(band["score_min"]), LEFT), min(float(band["score_max"]) + 1, RIGHT)
        span = words.score_range(band["score_min"], band["score_max"])
        label = words.plain(band["label"])
        vague = ""
        if not pd.isna(band["boundary"]):
            vague = words.badly_known(band["boundary_low"], band["boundary_high"])
        colour = NEUTRAL if vague else BAND_COLOURS[int(band["rank"]) - 1]
        _bar(axis, place, low, high, colour, (label, span))
        told.append(f"{label} {span}{f' ({vague})' if vague else ''}")
        if not pd.isna(band["boundary"]):
            _whisker(axis, place, band)
    return f"{name}: {', '.join(told)}"


def _bar(
    axis: Axes,
    place: int,
    low: float,
    high: float,
    colour: tuple[str, str],
    texts: tuple[str, str],
) -> None:
    axis.barh(
        place, high - low, left=low, height=0.5, facecolor=colour[0], edgecolor="#8a94a3",
        linewidth=0.6,
    )  # fmt: skip
    for text in (f"{texts[0]} {texts[1]}", texts[1]):
        if len(text) * _LETTER <= high - low:
            axis.text(
                (low + high) / 2, place, text, color=colour[1], fontsize=8, ha="center",
                va="center",
            )  # fmt: skip
            return


def _whisker(axis: Axes, place: int, band: Any) -> None:
    low = LEFT if pd.isna(band["boundary_low"]) else max(float(band["boundary_low"]), LEFT)
    high = RIGHT if pd.isna(band["boundary_high"]) else min(float(band["boundary_high"]), RIGHT)
    # Labels alternate between the two sides of a bar, so that neighbouring intervals stay apart.
    height = place + (0.33 if int(band["rank"]) % 2 else 0.41)
    vague = words.badly_known(band["boundary_low"], band["boundary_high"])
    colour = FAINT if vague else INK
    axis.plot([low, high], [height, height], color=colour, linewidth=1.3, solid_capstyle="butt")
    axis.plot([float(band["boundary"])], [height], marker="D", markersize=3.5, color=colour)
