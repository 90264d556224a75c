"""The audit of one guide comes in; the chance at each printed edge with its verdict goes out."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from recalib.report import words
from recalib.report.style import (
    INK,
    LINE,
    VERDICT_COLOURS,
    VERDICT_MARKS,
    axes,
    describe,
    percent_axis,
    styled,
)
from recalib.report.view import View


def edges_of(work: View, guide: str) -> pd.DataFrame:
    """Return the rows of a guide's audit with a chance at a printed edge, target bands first."""
    rows = work.audit[(work.audit["guide"] == guide) & work.audit["probability_at_edge"].notna()]
    rows = rows.assign(further=rows["guide_scheme"] != "target")
    order = ["curve_group", "specialty", "further", "guide_scheme", "rank"]
    return rows.sort_values(order, kind="stable", ignore_index=True)


@styled
def audit(work: View, guide: str) -> Figure | None:
    """Draw the chance that the data give to every printed edge of a guide.

    Parameters
    ----------
    work : View
        A run.
    guide : str
        Name of the guide.

    Returns
    -------
    Figure or None
        A row a printed edge and group; a tick where the edge's anchor lies; None where no printed
        edge could be read on a curve.
    """
    rows = edges_of(work, guide)
    if rows.empty:
        return None
    shown = set()
    figure, (axis,) = axes(9.0, 0.25 * len(rows) + 1.3)
    names, told = [], []
    for place, (_, row) in enumerate(rows.iterrows()):
        verdict = str(row["verdict"]) if row["edge"] else "no_claim"
        colour = VERDICT_COLOURS[verdict]
        shown.add(verdict)
        axis.hlines(
            place, row["edge_low"], row["edge_high"], color=colour, linewidth=1.6,
            linestyle="--" if row["status"] == "borrowed" else "-",
        )  # fmt: skip
        axis.plot(
            row["probability_at_edge"], place, marker=VERDICT_MARKS[verdict], markersize=6,
            color=colour, markerfacecolor="white" if verdict == "cannot_tell" else colour,
        )  # fmt: skip
        anchor = work.judge(row) if row["edge"] else None
        if anchor is not None:
            axis.plot([anchor, anchor], [place - 0.42, place + 0.42], color=INK, linewidth=1.8)
        edge = f"{int(row['score_min'])} {words.plain(str(row['label']))}"
        names.append(f"{work.label(row['specialty'])}: {edge}")
        told.append(
            f"{words.GROUPS[row['curve_group']]}, {names[-1]}, "
            f"{words.percent(row['probability_at_edge'])}, {words.VERDICTS[verdict]}"
        )
    axis.set_yticks(range(len(rows)), names, fontsize=8.5)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlim(0, 1)
    percent_axis(axis.xaxis)
    axis.set_xlabel("Chance of a match at the printed edge, with its 95 % interval")
    axis.grid(axis="y", visible=False)
    for group, part in rows.groupby("curve_group", sort=False):
        axis.axhline(part.index[-1] + 0.5, color=LINE, linewidth=1)
        denominators = words.listed(
            [words.DENOMINATORS[name] for name in dict.fromkeys(part["denominator"])]
        )
        axis.text(
            1.0, part.index[0] - 0.45, f"{words.GROUPS[str(group)]}, {denominators}", ha="right",
            va="top", fontsize=9, fontweight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    handles = [
        Line2D([], [], color=VERDICT_COLOURS[name], marker=VERDICT_MARKS[name],
               markerfacecolor="white" if name == "cannot_tell" else VERDICT_COLOURS[name],
               label=words.VERDICTS[name])
        for name in VERDICT_COLOURS
        if name in shown
    ]  # fmt: skip
    handles.append(Line2D([], [], color=VERDICT_COLOURS["cannot_tell"], ls="--", label="borrowed"))
    handles.append(Line2D([], [], color=INK, linewidth=1.8, label="anchor it is held against"))
    figure.legend(handles=handles, loc="outside upper center", ncols=min(len(handles), 4))
    return describe(figure, f"Audit of the {words.guide(guide)}. {'; '.join(told)}.")
