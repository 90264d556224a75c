"""The curves of one specialty and outcome come in; a panel for each applicant group goes out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from calib.line import Line, chance
from recalib.report import words
from recalib.report.order import drawn
from recalib.report.style import GROUP_COLOURS, NO_EDGE, axes, describe, percent_axis, styled
from recalib.report.view import Specialty, line_of

SCORES = np.arange(200.0, 286.0)
_PANEL = 3.2
#: How far older cycles are mixed with white.
_FADE = (0.0, 0.35, 0.6)
#: Newest, older, oldest; a curve that claims no edge is dashed whatever its age.
_AGES: Any = ("-", "-.", (0, (7, 1.5, 1, 1.5, 1, 1.5)))
_NAMES = {
    "match": "Chance of a match",
    "interview": "Invitations per application",
}


@styled
def curves(here: Specialty, outcome: str) -> Figure:
    """Draw P(x) with its 95 % ribbon, one panel an applicant group.

    Solid where scores were fitted, dotted beyond; older cycles fainter and in dashes and dots; a
    curve that claims no edge is dashed, a borrowed one over a hatched ribbon. Curves of people who
    ranked the specialty anywhere are left out where the group has a curve of those who ranked it
    first.

    Parameters
    ----------
    here : Specialty
        With at least one curve of the outcome.
    outcome : str
        `match` or `interview`: never on the same axis.

    Returns
    -------
    Figure
        Panels share both axes.
    """
    found, _ = drawn(here.of(outcome))
    groups = list(dict.fromkeys(found["applicant_group"]))
    width = _PANEL * max(len(groups), 1.6) + 0.2
    deepest = int(found["applicant_group"].value_counts().max())
    below = 0.62 + 0.36 * deepest
    # The legends hang below the axes by hand: a layout engine would give them the axes' width.
    figure, panels = axes(
        width, 3.1 + below, 1, len(groups), engine="none", sharex=True, sharey=True
    )
    figure.subplots_adjust(
        left=0.85 / width, right=1 - 0.12 / width, top=1 - 0.3 / (3.1 + below),
        bottom=below / (3.1 + below), wspace=0.13,
    )  # fmt: skip
    top = 0.0
    for panel, group in zip(panels, groups, strict=True):
        part = found[found["applicant_group"] == group]
        top = max(top, _panel(panel, part))
        panel.set_title(words.GROUPS[group])
        panel.set_xlabel("Step 2 CK score")
    panels[0].set_ylabel(_NAMES[outcome])
    panels[0].set_xlim(SCORES[0], SCORES[-1])
    panels[0].set_xticks(range(200, 281, 20))
    panels[0].set_ylim(0, 1 if outcome == "match" else min(1.0, max(1.08 * top, 0.02)))
    percent_axis(panels[0].yaxis)
    listed = "; ".join(
        f"{words.heading(curve)} ({words.quality(curve)})" for _, curve in found.iterrows()
    )
    return describe(
        figure,
        f"{_NAMES[outcome]} by Step 2 CK score in {here.label}, with 95 % ribbons: {listed}. "
        "The table of ten more points gives the values.",
    )


def _panel(panel: Axes, part: pd.DataFrame) -> float:
    colour = GROUP_COLOURS[str(part["applicant_group"].iloc[0])]
    handles: list[Line2D | Patch] = []
    top, shade, visa = 0.0, 0, 0
    for _, curve in part.iterrows():
        name = f"{curve['cycle']} {words.DENOMINATORS[str(curve['denominator'])]}"
        name += words.VISA[str(curve["needs_visa"])] + words.cohort(curve)
        name += f"\n{words.quality(curve)}"
        line = line_of(curve)
        if line is None:
            handles.append(Patch(facecolor="none", edgecolor="none", label=name))
            continue
        age = min(shade, len(_FADE) - 1)
        tint = _mix(colour, _FADE[age])
        style: Any = _AGES[age] if curve["status"] == "ok" else NO_EDGE
        marked = (None, "o")[visa % 2]
        shade += 0 if curve["needs_visa"] else 1
        visa += 1 if curve["needs_visa"] else 0
        top = max(top, _draw(panel, curve, line, (tint, style, marked)))
        handles.append(Line2D([], [], color=tint, linestyle=style, marker=marked, label=name))
    panel.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(-0.02, -0.17), borderaxespad=0,
        handlelength=2.2, labelspacing=0.4, fontsize=8.5,
    )  # fmt: skip
    return top


def _draw(panel: Axes, curve: pd.Series, line: Line, look: tuple[Any, Any, str | None]) -> float:
    colour, style, mark = look
    value, low, high = np.array([chance(line, x) for x in SCORES]).T
    borrowed = curve["status"] == "borrowed"
    low_score, high_score = np.floor(curve["score_low"]), np.ceil(curve["score_high"])
    inside = np.array([low_score <= score <= high_score for score in SCORES])
    panel.fill_between(
        SCORES[inside], low[inside], high[inside],
        facecolor="none" if borrowed else (*colour, 0.2),
        edgecolor=(*colour, 0.45) if borrowed else "none",
        hatch="////" if borrowed else None,
        linewidth=0,
    )  # fmt: skip
    first, last = np.flatnonzero(inside)[[0, -1]]
    for side in (slice(first + 1), slice(last, None)):
        panel.plot(SCORES[side], value[side], color=colour, linestyle=":", linewidth=1.1)
    panel.plot(
        SCORES[inside], value[inside], color=colour, linewidth=1.9,
        linestyle=style, marker=mark, markevery=10, markersize=4,
    )  # fmt: skip
    return float(high[inside].max())


def _mix(colour: str, white: float) -> tuple[float, float, float]:
    red, green, blue = (part + (1 - part) * white for part in to_rgb(colour))
    return red, green, blue
