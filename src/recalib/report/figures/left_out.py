"""The figure of slopes that pools did not see: marks beside their limits, a panel a pool."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from recalib.report import style, words
from recalib.report.view import View

#: Standard error of a raw slope beyond which it does not set how far the axis reaches.
KNOWN = 1.0


def left_out(work: View, slopes: pd.DataFrame) -> Figure | None:
    """Draw every raw slope of `slopes_left_out` beside what the rest of its pool predicts of it.

    A row a specialty; None without pools.
    """
    if slopes.empty:
        return None
    pools = list(dict.fromkeys(slopes["pool"]))
    names = sorted(set(slopes["specialty"]), key=work.label)
    cycles = sorted(set(slopes["cycle"]), reverse=True)
    marks = {cycle: style.MARKS[place % len(style.MARKS)] for place, cycle in enumerate(cycles)}
    figure, panels = style.axes(
        9.0, 0.27 * len(names) + 1.6, 1, len(pools), sharey=True, sharex=True
    )
    for panel, pool in zip(panels, pools, strict=True):
        part = slopes[slopes["pool"] == pool]
        held = [cycle for cycle in cycles if cycle in set(part["cycle"])]
        for _, row in part.iterrows():
            shift = (held.index(row["cycle"]) - (len(held) - 1) / 2) * 0.4
            place = names.index(row["specialty"]) + shift
            panel.hlines(place, row["low"], row["high"], color=style.LINE, linewidth=4)
            colour = style.MATCHED if row["inside"] else style.NOT_MATCHED
            panel.plot(
                row["slope_raw"], place, marker=marks[row["cycle"]], markersize=4.5, color=colour,
                markerfacecolor=colour if row["inside"] else "white",
            )  # fmt: skip
        panel.axvline(0, color=style.QUIET, linewidth=1)
        panel.set_title("\n".join(words.pool(pool)).replace(" + ", " +\n"), fontsize=8)
    figure.supxlabel("Slope per 10 points", fontsize="medium")
    # A slope that its table hardly knows would squeeze all others to a line.
    known = slopes[slopes["slope_raw_se"] < KNOWN]
    if len(known):
        ends = known[["low", "high", "slope_raw"]].to_numpy(float)
        panels[0].set_xlim(float(ends.min()) - 0.1, float(ends.max()) + 0.1)
    style.name_rows(panels[0], [work.label(name) for name in names], 8)
    alone = {"linestyle": "none", "markersize": 5}
    handles = [
        *(
            style.entry(f"raw slope, {cycle}", style.MATCHED, mark, **alone)
            for cycle, mark in marks.items()
        ),
        style.entry("outside", style.NOT_MATCHED, "o", markerfacecolor="white", **alone),
        Patch(facecolor=style.LINE, label="95 % limits by the others"),
    ]
    style.legend(figure, handles, min(5, len(handles)))
    outside = slopes[~slopes["inside"].astype(bool)]
    told = [f"{work.label(row['specialty'])} {row['cycle']}" for _, row in outside.iterrows()]
    return style.describe(
        figure,
        "Raw slopes beside the 95 % limits that the other specialties of the pool predict. "
        f"Outside: {', '.join(told) or 'none'}.",
    )
