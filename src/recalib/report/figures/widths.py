"""The figure of how sure edges are: widths of their intervals, by grade of the evidence."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from recalib.report import style, words

#: Ends of an interval, whose it is, and the colour that it has.
_KINDS = (
    ("boundary", "its own cycle", style.MATCHED),
    ("boundary_next", "next cycle", style.NOT_MATCHED),
)


def widths(bands: pd.DataFrame) -> Figure | None:
    """Draw how wide the 95 % intervals of claimed edges are: a dot an edge, a tick the median.

    A pair of rows a grade; open intervals are left out. None without a claimed edge.
    """
    claimed = bands[bands["boundary"].notna()]
    if claimed.empty:
        return None
    grades = sorted(set(claimed["grade"]) - {""})
    figure, (panel,) = style.small(0.62 * len(grades) + 0.9)
    names, told = [], []
    for place, grade in enumerate(grades):
        part = claimed[claimed["grade"] == grade]
        names.append(f"Grade {grade}: {words.many(len(part), 'edge')}")
        for lane, (ends, whose, colour) in zip((0.06, 0.32), _KINDS, strict=True):
            width = (part[f"{ends}_high"] - part[f"{ends}_low"]).dropna()
            if width.empty:
                continue
            middle, across = width.median(), [place + lane] * len(width)
            panel.plot(width, across, "o", color=colour, markersize=4.5, alpha=0.45)
            panel.plot(middle, place + lane, "|", color=style.INK, markersize=13, markeredgewidth=2)
            told.append(
                f"grade {grade}, {whose}: half of {words.many(len(width), 'edge')} within "
                f"{middle:.0f} points, the widest {width.max():.0f}"
            )
    style.names_above(panel, names)
    panel.set_xlim(left=0)
    panel.grid(axis="y", visible=False)
    panel.set_xlabel("Width of the 95 % interval, points")
    handles = [style.entry(f"of {whose}", colour, "o", linestyle="none", markersize=4.5)
               for _, whose, colour in _KINDS]  # fmt: skip
    tick = style.entry("median", style.INK, "|", linestyle="none", markersize=9)
    style.legend(figure, [*handles, tick], 3, columnspacing=0.9, handletextpad=0.2)
    return style.describe(figure, f"Widths of the intervals of claimed edges; {'; '.join(told)}.")
