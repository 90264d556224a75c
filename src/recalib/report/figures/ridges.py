"""The figure of one group's scores: those who matched above those who did not."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from recalib.report import style, words

_RESULTS = {"matched": style.MATCHED, "not matched": style.NOT_MATCHED}
_SHOWN = (205, 285)


def ridges(curve: pd.Series, scores: pd.DataFrame, score: float) -> Figure | None:
    """Draw how the scores of those who matched and of those who did not are spread.

    `scores`: score, result and share of the result's people, as fitted; None without any.
    """
    if scores.empty:
        return None
    figure, panels = style.small(1.75, 2, 1, sharex=True, sharey=True, engine="none")
    figure.subplots_adjust(left=0.02, right=0.985, bottom=0.13, top=0.87, hspace=0.15)
    middles = []
    for panel, (result, colour) in zip(panels, _RESULTS.items(), strict=True):
        part = scores[scores["result"] == result]
        middle = part.loc[(part["share"].cumsum() / part["share"].sum()) >= 0.5, "score"].iloc[0]
        middles.append(f"half of those {result} at or below {middle:.0f}")
        # A point in three draws the same line at a third of the page's weight.
        part = part[part["score"].between(*_SHOWN)].iloc[::3]
        panel.plot(part["score"], part["share"], color=colour, linewidth=1.2)
        panel.fill_between(part["score"], part["share"], color=colour, alpha=0.35, linewidth=0)
        style.mine(panel, score)
        panel.set(xlabel="", ylabel="", yticks=[], ylim=(0, None), xlim=_SHOWN)
        panel.text(0.01, 0.7, result, transform=panel.transAxes, fontsize=8.5)
        panel.grid(axis="y", visible=False)
        panel.spines["left"].set_visible(False)
    panels[0].set_title(f"{words.short_group(curve)}, {curve['cycle']}")
    return style.describe(
        figure,
        f"Scores of those who matched above those who did not, {words.heading(curve)}: "
        f"{words.listed(middles)}.",
    )
