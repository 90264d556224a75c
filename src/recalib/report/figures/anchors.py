"""The figure of the anchors: what each guide's printed edges are worth."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from recalib.contract.vocabulary import EDGES
from recalib.report import style, words
from recalib.report.view import View

_COLOURS = [style.GROUP_COLOURS[name] for name in ("non_us_img", "us_img", "us_md_senior")]


@style.styled
def anchors(work: View) -> Figure | None:
    """Draw the chance at each guide's printed edge, a row an edge, and the anchor made of them.

    The line between the outermost guides is the range between guides. None without anchors.
    """
    table = work.anchors
    if table.empty:
        return None
    figure, (axis,) = style.axes(7.6, 2.9)
    guides = list(dict.fromkeys(table["guide"]))
    looks: dict[str, Any] = {
        guide: {
            "color": _COLOURS[place % len(_COLOURS)],
            "marker": style.MARKS[place % len(style.MARKS)],
        }
        for place, guide in enumerate(guides)
    }
    told = []
    for place, edge in enumerate(EDGES):
        part = table[table["edge"] == edge]
        if part.empty:
            continue
        chances = part["probability"]
        axis.hlines(place, chances.min(), chances.max(), color=style.LINE, linewidth=7)
        for _, point in part.iterrows():
            axis.plot(point["probability"], place, markersize=7, **looks[point["guide"]])
            axis.annotate(
                f"{point['printed_edge']}", (point["probability"], place), xytext=(0, 8),
                textcoords="offset points", ha="center", fontsize=8.5, zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
        anchor = float(part["anchor"].iloc[0])
        axis.plot([anchor, anchor], [place - 0.3, place + 0.3], color=style.INK, linewidth=2)
        told.append(f"{edge} {words.percent(anchor, 1)}")
    style.name_rows(axis, EDGES, 9.5)
    axis.set_xlim(left=0)
    style.percent_axis(axis.xaxis)
    axis.set_xlabel("Chance of a match at the printed edge, non-U.S. citizen IMGs, ranked first")
    handles = [
        style.entry(
            words.guide(name), look["color"], look["marker"], linestyle="none", markersize=7
        )
        for name, look in looks.items()
    ]
    style.legend(figure, [*handles, style.entry("anchor", style.INK, linewidth=2)], 4)
    return style.describe(
        figure,
        "Chance of a match at the printed top, middle and bottom edges of the anchoring guides, "
        f"and the anchors made of them: {', '.join(told) or 'none'}.",
    )
