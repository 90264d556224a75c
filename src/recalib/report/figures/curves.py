"""The figure of one specialty's curves: a panel for each applicant group."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from calib.names import WHOSE
from recalib.report import style, words
from recalib.report.line import Line, chance, lines_of
from recalib.report.view import Specialty

SCORES = np.arange(200.0, 286.0)
_PANEL = 3.2
#: How far older cycles are mixed with white.
_FADE = (0.0, 0.35, 0.6)
#: Newest, older, oldest; a curve that claims no edge is dashed whatever its age.
_AGES: Any = ("-", "-.", (0, (7, 1.5, 1, 1.5, 1, 1.5)))
_NAMES = {"match": f"Chance of a match, {WHOSE}", "interview": "Invitations per application"}


@style.styled
def curves(here: Specialty, outcome: str, denominator: str) -> Figure:
    """Draw P(x) with its ribbons, one panel an applicant group.

    The outer ribbon, of the newest curve, is the next cycle's 95 % interval, the inner that of the
    curve's own. Solid where scores were fitted, dotted beyond; older cycles fainter and in dashes
    and dots; a curve that claims no edge is dashed, a borrowed one over a hatched ribbon. There
    must be a curve of the outcome and the denominator, which share no axis with others.
    """
    found = here.of(outcome)
    found = found[found["denominator"] == denominator]
    groups = list(dict.fromkeys(found["applicant_group"]))
    width = _PANEL * max(len(groups), 1.6) + 0.2
    deepest = int(found["applicant_group"].value_counts().max())
    below = 0.98 + 0.36 * deepest
    # The legends hang below the axes by hand: a layout engine would give them the axes' width.
    figure, panels = style.axes(
        width, 3.1 + below, 1, len(groups), engine="none", sharex=True, sharey=True
    )
    figure.subplots_adjust(
        left=1.0 / width, right=1 - 0.12 / width, top=1 - 0.3 / (3.1 + below),
        bottom=below / (3.1 + below), wspace=0.13,
    )  # fmt: skip
    top = 0.0
    for panel, group in zip(panels, groups, strict=True):
        part = found[found["applicant_group"] == group]
        top = max(top, _panel(panel, part))
        panel.set_title(words.GROUPS[group])
        panel.set_xlabel("Step 2 CK score")
    panels[0].set_ylabel(fill(_NAMES[outcome], 34))
    panels[0].set_xlim(SCORES[0], SCORES[-1])
    panels[0].set_xticks(range(200, 281, 20))
    panels[0].set_ylim(0, 1 if outcome == "match" else min(1.0, max(1.08 * top, 0.02)))
    style.percent_axis(panels[0].yaxis)
    listed = "; ".join(words.full(curve) for _, curve in found.iterrows())
    return style.describe(
        figure,
        f"{_NAMES[outcome]}, by Step 2 CK score in {here.label}, with ribbons of the next cycle "
        f"and of the curve's own: {listed}. "
        "The table of ten more points gives the values.",
    )


def _panel(panel: Axes, part: pd.DataFrame) -> float:
    colour = style.GROUP_COLOURS[part["applicant_group"].iloc[0]]
    handles: list[Line2D | Patch] = []
    top, shade, visa = 0.0, 0, 0
    for _, curve in part.iterrows():
        stratum = words.VISA[curve["needs_visa"]] + words.cohort(curve)
        name = f"{curve['cycle']} {words.denominator(curve)}{stratum}\n{words.quality(curve)}"
        if pd.isna(curve["slope"]):
            handles.append(Patch(facecolor="none", edgecolor="none", label=name))
            continue
        age = min(shade, len(_FADE) - 1)
        tint = tuple(part + (1 - part) * _FADE[age] for part in to_rgb(colour))
        dashes: Any = _AGES[age] if curve["status"] == "ok" else style.NO_EDGE
        marked = (None, "o")[visa % 2]
        shade += 0 if curve["needs_visa"] else 1
        visa += 1 if curve["needs_visa"] else 0
        newest = curve["cycle"] == part["cycle"].iloc[0]
        top = max(top, _draw(panel, curve, (tint, dashes, marked), newest=newest))
        handles.append(style.entry(name, tint, marked, linestyle=dashes))
    ribbons = {"next cycle likely": 0.14, "95 % interval of its own cycle": 0.34}
    handles += [Patch(facecolor=(*to_rgb(colour), a), label=name) for name, a in ribbons.items()]
    panel.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(-0.02, -0.17), borderaxespad=0,
        handlelength=2.2, labelspacing=0.4, fontsize=8.5,
    )  # fmt: skip
    return top


def _draw(
    panel: Axes, curve: pd.Series, look: tuple[Any, Any, str | None], *, newest: bool
) -> float:
    colour, dashes, mark = look
    line, later = lines_of(curve)
    value, low, high = _limits(line)
    borrowed = curve["status"] == "borrowed"
    low_score, high_score = np.floor(curve["score_low"]), np.ceil(curve["score_high"])
    inside = np.array([low_score <= score <= high_score for score in SCORES])
    if newest:
        _, lowest, highest = _limits(later)
        panel.fill_between(
            SCORES[inside], lowest[inside], highest[inside], facecolor=(*colour, 0.14), linewidth=0
        )
    panel.fill_between(
        SCORES[inside], low[inside], high[inside],
        facecolor="none" if borrowed else (*colour, 0.25),
        edgecolor=(*colour, 0.45) if borrowed else "none",
        hatch="////" if borrowed else None,
        linewidth=0,
    )  # fmt: skip
    first, last = np.flatnonzero(inside)[[0, -1]]
    for side in (slice(first + 1), slice(last, None)):
        panel.plot(SCORES[side], value[side], color=colour, linestyle=":", linewidth=1.1)
    panel.plot(
        SCORES[inside], value[inside], color=colour, linewidth=1.9,
        linestyle=dashes, marker=mark, markevery=10, markersize=4,
    )  # fmt: skip
    return float((highest if newest else high)[inside].max())


def _limits(line: Line) -> Any:
    """Chance and the ends of its interval at every score, three rows."""
    return np.array([chance(line, score) for score in SCORES]).T
