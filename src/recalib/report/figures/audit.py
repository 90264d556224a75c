"""The figure of one guide's audit: the chance that the data give each label, with its verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from calib.names import WHOSE
from recalib.report import style, words
from recalib.report.line import judged
from recalib.report.view import View

_ORDER = ["curve_group", "specialty", "further", "guide_scheme", "rank"]


def audit(work: View, guide: str, denominator: str) -> Figure | None:
    """Draw the chance that the data give to every printed label of a guide, target bands first.

    At its edge, of the lowest labels in the band; over the range of chances that the label stands
    for. None where no label could be read on a curve of the denominator.
    """
    rows = work.audit[(work.audit["guide"] == guide) & (work.audit["denominator"] == denominator)]
    known = [judged(work, row)[0].value >= 0 for _, row in rows.iterrows()]
    rows = rows[pd.Series(known, rows.index, dtype=bool)]
    rows = rows.assign(further=rows["guide_scheme"] != "target")
    rows = rows.sort_values(_ORDER, kind="stable", ignore_index=True)
    if rows.empty:
        return None
    lines = len(rows) + rows["curve_group"].nunique()
    figure, (axis,) = style.axes(9.0, 0.25 * lines + 1.6)
    names: list[str] = []
    told, former = [], ""
    for _, row in rows.iterrows():
        if row["curve_group"] != former:
            former = row["curve_group"]
            axis.axhline(len(names) - 0.5, color=style.LINE, linewidth=1)
            names.append(f"{words.GROUPS[former]}:")
        place = len(names)
        verdict, (told_of, at_edge) = row["verdict"], judged(work, row)
        value, low, high, *later = told_of
        if row["reading"]:
            least, end = work.readings.range(row["reading"])
            axis.barh(place, end - least, left=least, height=0.8, color=style.RANGE, zorder=0.5)
        style.interval(
            axis, place, later, value, style.VERDICT_COLOURS[verdict], own=[low, high],
            mark=style.VERDICT_MARKS[verdict], size=6, hollow=verdict == "cannot_tell",
            line="--" if row["status"] == "borrowed" else "-", width=1.6,
        )  # fmt: skip
        scores = words.score_range(row["score_min"], row["score_max"])
        shown = f"{int(row['score_min'])}" if at_edge else scores
        names.append(f"{work.label(row['specialty'])}: {shown} {words.plain(row['label'])}")
        told.append(
            f"{words.GROUPS[row['curve_group']]}, {names[-1]}, "
            f"{words.percent(value)}, {words.plain(verdict)}"
        )
    style.name_rows(axis, names)
    axis.set_xlim(0, 1)
    style.percent_axis(axis.xaxis)
    axis.set_xlabel(f"Chance of a match, {WHOSE}")
    axis.grid(axis="y", visible=False)
    handles: list[Any] = [
        style.entry(words.plain(name), colour, style.VERDICT_MARKS[name],
              markerfacecolor="white" if name == "cannot_tell" else colour)
        for name, colour in style.VERDICT_COLOURS.items()
        if name in set(rows["verdict"])
    ]  # fmt: skip
    handles.append(Patch(facecolor=style.RANGE, label="what the label stands for"))
    handles += style.two_doubts()
    if "borrowed" in set(rows["status"]):
        grey = style.VERDICT_COLOURS["cannot_tell"]
        handles.append(style.entry("borrowed", grey, linestyle="--"))
    style.legend(figure, handles, min(len(handles), 4))
    return style.describe(
        figure,
        f"Audit of the {words.guide(guide)}: chance of a match, {WHOSE}. "
        f"{words.COUNTED[denominator]}. {'; '.join(told)}.",
    )
