"""The figure of cycles beside each other: the chance at one score, a row a cycle of a group."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from calib.names import WHOSE
from recalib.report import style, words
from recalib.report.line import chance_at


def cycles(curves: Sequence[pd.Series], score: float) -> Figure | None:
    """Draw the chance at a score in every cycle, the newest with the next cycle's range.

    `curves`: those of groups with several cycles, the newest of each first; None without any.
    """
    if not curves:
        return None
    figure, (panel,) = style.small(0.27 * len(curves) + 0.85)
    names, told, former = [], [], ""
    for place, curve in enumerate(curves):
        value, low, high, *later = chance_at(curve, score)
        newest = curve["applicant_group"] + curve["needs_visa"] != former
        former = curve["applicant_group"] + curve["needs_visa"]
        style.interval(
            panel, place, later if newest else [low, high], value,
            style.GROUP_COLOURS[curve["applicant_group"]], own=[low, high],
            hollow=curve["status"] != "ok", width=1.2,
        )  # fmt: skip
        names.append(f"{words.short_group(curve)} {curve['cycle']}")
        shown, own = words.percent_interval(value, low, high)
        told.append(f"{names[-1]} {shown} ({own})")
    style.name_rows(panel, names)
    panel.set_xlim(0, 1)
    style.percent_axis(panel.xaxis)
    panel.grid(axis="y", visible=False)
    panel.set_xlabel(f"Chance of a match with {score:.0f}")
    return style.describe(
        figure, f"Chance of a match with {score:.0f}, {WHOSE}, by cycle: {', '.join(told)}."
    )
