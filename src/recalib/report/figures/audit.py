"""The figure of one guide's audit: the chance at each printed edge with its verdict."""

from __future__ import annotations

from matplotlib.figure import Figure

from recalib.report import style, words
from recalib.report.view import View

_ORDER = ["curve_group", "specialty", "further", "guide_scheme", "rank"]


@style.styled
def audit(work: View, guide: str) -> Figure | None:
    """Draw the chance that the data give to every printed edge of a guide, target bands first.

    A tick where the edge's anchor lies. None where no printed edge could be read on a curve.
    """
    rows = work.audit[(work.audit["guide"] == guide) & work.audit["probability_at_edge"].notna()]
    rows = rows.assign(
        further=rows["guide_scheme"] != "target",
        verdict=rows["verdict"].where(rows["edge"] != "", "no_claim"),
    ).sort_values(_ORDER, kind="stable", ignore_index=True)
    if rows.empty:
        return None
    figure, (axis,) = style.axes(9.0, 0.25 * len(rows) + 1.3)
    names, told = [], []
    for place, (_, row) in enumerate(rows.iterrows()):
        verdict = row["verdict"]
        style.interval(
            axis, place, [row["edge_low"], row["edge_high"]], row["probability_at_edge"],
            style.VERDICT_COLOURS[verdict], mark=style.VERDICT_MARKS[verdict], size=6,
            hollow=verdict == "cannot_tell", line="--" if row["status"] == "borrowed" else "-",
            width=1.6,
        )  # fmt: skip
        anchor = work.judge(row) if row["edge"] else None
        if anchor is not None:
            axis.plot(
                [anchor, anchor], [place - 0.42, place + 0.42], color=style.INK, linewidth=1.8
            )
        edge = f"{int(row['score_min'])} {words.plain(row['label'])}"
        names.append(f"{work.label(row['specialty'])}: {edge}")
        told.append(
            f"{words.GROUPS[row['curve_group']]}, {names[-1]}, "
            f"{words.percent(row['probability_at_edge'])}, {words.plain(verdict)}"
        )
    style.name_rows(axis, names)
    axis.set_xlim(0, 1)
    style.percent_axis(axis.xaxis)
    axis.set_xlabel("Chance of a match at the printed edge, with its 95 % interval")
    axis.grid(axis="y", visible=False)
    for group, part in rows.groupby("curve_group", sort=False):
        axis.axhline(part.index[-1] + 0.5, color=style.LINE, linewidth=1)
        whom = words.listed([words.DENOMINATORS[name] for name in part["denominator"].unique()])
        heading = f"{words.GROUPS[str(group)]}, {whom}"
        style.note(axis, 1.0, part.index[0] - 0.45, heading, fontsize=9, fontweight="bold")
    handles = [
        style.entry(words.plain(name), colour, style.VERDICT_MARKS[name],
              markerfacecolor="white" if name == "cannot_tell" else colour)
        for name, colour in style.VERDICT_COLOURS.items()
        if name in set(rows["verdict"])
    ]  # fmt: skip
    handles.append(style.entry("borrowed", style.VERDICT_COLOURS["cannot_tell"], linestyle="--"))
    handles.append(style.entry("anchor it is held against", style.INK, linewidth=1.8))
    style.legend(figure, handles, min(len(handles), 4))
    return style.describe(figure, f"Audit of the {words.guide(guide)}. {'; '.join(told)}.")
