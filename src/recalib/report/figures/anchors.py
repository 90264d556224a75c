"""The figure of the anchors: what each guide's printed edges are worth."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from recalib.contract.schema import EDGES
from recalib.report import words
from recalib.report.style import (
    GROUP_COLOURS,
    INK,
    LINE,
    MARKS,
    axes,
    describe,
    entry,
    legend,
    name_rows,
    percent_axis,
    styled,
)
from recalib.report.view import View

_COLOURS = (GROUP_COLOURS["non_us_img"], GROUP_COLOURS["us_img"], GROUP_COLOURS["us_md_senior"])


@styled
def anchors(work: View) -> Figure | None:
    """Draw the chance at each guide's printed edge, a row an edge, and the anchor made of them.

    The line between the outermost guides is the range between guides. None without anchors.
    """
    table = work.anchors
    if table.empty:
        return None
    figure, (axis,) = axes(7.6, 2.9)
    guides = list(dict.fromkeys(table["guide"]))
    looks: dict[str, Any] = {
        guide: {"color": _COLOURS[place % len(_COLOURS)], "marker": MARKS[place % len(MARKS)]}
        for place, guide in enumerate(guides)
    }
    told = []
    for place, edge in enumerate(EDGES):
        part = table[table["edge"] == edge]
        if part.empty:
            continue
        chances = part["probability"]
        axis.hlines(place, chances.min(), chances.max(), color=LINE, linewidth=7)
        for _, point in part.iterrows():
            axis.plot(point["probability"], place, markersize=7, **looks[point["guide"]])
            axis.annotate(
                f"{point['printed_edge']}", (point["probability"], place), xytext=(0, 8),
                textcoords="offset points", ha="center", fontsize=8.5, zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
        anchor = float(part["anchor"].iloc[0])
        axis.plot([anchor, anchor], [place - 0.3, place + 0.3], color=INK, linewidth=2)
        told.append(f"{edge} {words.percent(anchor, 1)}")
    name_rows(axis, EDGES, 9.5)
    axis.set_xlim(left=0)
    percent_axis(axis.xaxis)
    axis.set_xlabel("Chance of a match at the printed edge, non-U.S. citizen IMGs, ranked first")
    handles = [
        entry(words.guide(guide), look["color"], look["marker"], linestyle="none", markersize=7)
        for guide, look in looks.items()
    ]
    legend(figure, [*handles, entry("anchor", INK, linewidth=2)], 4)
    return describe(
        figure,
        "Chance of a match at the printed top, middle and bottom edges of the anchoring guides, "
        f"and the anchors made of them: {', '.join(told) or 'none'}.",
    )
