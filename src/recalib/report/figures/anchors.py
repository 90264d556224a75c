"""What each guide's printed edges are worth comes in; a line of points for each edge goes out."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from recalib.contract.vocabulary import EDGES
from recalib.report import words
from recalib.report.style import GROUP_COLOURS, INK, LINE, axes, describe, percent_axis, styled
from recalib.report.view import View

_MARKS = ("o", "s", "^", "v", "P", "X", "*")
_COLOURS = (GROUP_COLOURS["non_us_img"], GROUP_COLOURS["us_img"], GROUP_COLOURS["us_md_senior"])


@styled
def anchors(work: View) -> Figure | None:
    """Draw the chance at each guide's printed edge, and the anchor made of them.

    Parameters
    ----------
    work : View
        A run.

    Returns
    -------
    Figure or None
        One row an edge; the line between the outermost guides is the range between guides. None
        where no guide could be read on a curve.
    """
    table = work.anchors
    if table.empty:
        return None
    figure, (axis,) = axes(7.6, 2.9)
    guides = list(dict.fromkeys(table["guide"]))
    told = []
    for place, edge in enumerate(EDGES):
        part = table[table["edge"] == edge]
        if part.empty:
            continue
        axis.hlines(
            place, part["probability"].min(), part["probability"].max(), color=LINE, linewidth=7
        )
        for _, point in part.iterrows():
            which = guides.index(point["guide"])
            axis.plot(
                point["probability"], place, linestyle="none",
                marker=_MARKS[which % len(_MARKS)], markersize=7,
                color=_COLOURS[which % len(_COLOURS)],
            )  # fmt: skip
            axis.annotate(
                f"{point['printed_edge']}", (point["probability"], place), xytext=(0, 8),
                textcoords="offset points", ha="center", fontsize=8.5, zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
        anchor = float(part["anchor"].iloc[0])
        axis.plot([anchor, anchor], [place - 0.3, place + 0.3], color=INK, linewidth=2)
        told.append(f"{edge} {words.percent(anchor, 1)}")
    axis.set_yticks(range(len(EDGES)), EDGES)
    axis.set_ylim(len(EDGES) - 0.5, -0.6)
    axis.set_xlim(left=0)
    percent_axis(axis.xaxis)
    axis.set_xlabel("Chance of a match at the printed edge, non-U.S. citizen IMGs, ranked first")
    handles = [
        Line2D([], [], linestyle="none", marker=_MARKS[i % len(_MARKS)], markersize=7,
               color=_COLOURS[i % len(_COLOURS)], label=words.guide(guide))
        for i, guide in enumerate(guides)
    ]  # fmt: skip
    handles.append(Line2D([], [], color=INK, linewidth=2, label="anchor"))
    figure.legend(handles=handles, loc="outside upper center", ncols=4)
    return describe(
        figure,
        "Chance of a match at the printed top, middle and bottom edges of the anchoring guides, "
        f"and the anchors made of them: {', '.join(told) or 'none'}.",
    )
