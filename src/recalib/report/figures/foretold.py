"""The figure of the newest cycle beside the one before: what was foretold, and what came."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from calib.names import WHOSE
from recalib.drift.cycles import lies_beyond
from recalib.report import style, words
from recalib.report.view import View

_BEFORE = "#5b6472"


def foretold(work: View, found: pd.DataFrame) -> Figure | None:
    """Draw the chances of one population in both cycles, a panel a score, a row a specialty.

    `found`: rows of `recalib.drift.cycles.beside` of one group and denominator. None without rows.
    """
    chances = found[found["what"].str.startswith("chance at ")]
    if chances.empty:
        return None
    names = sorted(set(chances["specialty"]), key=work.label)
    scores = list(dict.fromkeys(chances["what"]))
    group = str(chances["applicant_group"].iloc[0])
    colour = style.GROUP_COLOURS[group]
    figure, panels = style.axes(9.0, 0.34 * len(names) + 1.5, 1, len(scores), sharey=True)
    for panel, what in zip(panels, scores, strict=True):
        for _, row in chances[chances["what"] == what].iterrows():
            place = names.index(row["specialty"])
            panel.barh(
                place - 0.17, row["foretold_high"] - row["foretold_low"], left=row["foretold_low"],
                height=0.3, color=style.LINE, alpha=0.7,
            )  # fmt: skip
            style.interval(
                panel, place - 0.17, [row["was_low"], row["was_high"]], row["was"], _BEFORE,
                hollow=True, size=4, width=1.1,
            )  # fmt: skip
            beyond = lies_beyond(row)
            tint = style.NOT_MATCHED if beyond else colour
            style.interval(
                panel, place + 0.17, [row["next_low"], row["next_high"]], row["now"], tint,
                own=[row["now_low"], row["now_high"]], mark="D" if beyond else "o", size=4,
                width=1.1,
            )  # fmt: skip
        panel.set_title(what.removeprefix("chance ").capitalize())
        panel.set_xlim(0, 1)
        style.percent_axis(panel.xaxis)
    style.name_rows(panels[0], [work.label(name) for name in names], 8)
    handles = [
        style.entry("the cycle before, 95 % interval", _BEFORE, "o", markerfacecolor="white"),
        style.entry("where it foretold the newest", style.LINE, linewidth=6, alpha=0.7),
        style.entry("the newest, and the next", colour, "o", markersize=4),
        style.entry("beyond what was foretold", style.NOT_MATCHED, "D", markersize=4),
    ]
    style.legend(figure, handles, 4)
    far = chances[chances["beyond"].fillna(value=False).astype(bool)]
    apart = sorted({work.label(name) for name in far["specialty"]})
    return style.describe(
        figure,
        f"Chance of a match {WHOSE} at four scores, {words.GROUPS[group]}: the newest cycle beside "
        "the one before and what that foretold, by specialty. Beyond it: "
        f"{words.listed(apart) if apart else 'none'}. The tables below give the numbers.",
    )
