"""The figure of people with ten points more, specialty by specialty: how their chances differ."""

from __future__ import annotations

from matplotlib.figure import Figure

from calib.names import WHOSE
from recalib.report import style, words
from recalib.report.line import gain
from recalib.report.view import View

_COLOUR = style.GROUP_COLOURS["non_us_img"]


def gains(work: View, low: float, high: float, group: str = "non_us_img") -> Figure | None:
    """Draw the difference in chance between people with two scores, the largest on top.

    Of a group's newest match curves of those who ranked the specialty first; thin line: next
    cycle's range, thick: of its own cycle. None without such a curve.
    """
    found = work.newest
    found = found[(found["applicant_group"] == group) & (found["outcome"] == "match")]
    found = found[(found["denominator"] == "ranked_first") & found["slope"].notna()]
    found = found[(found["score_low"] <= low) & (found["score_high"] >= high)]
    if found.empty:
        return None
    read = [(gain(curve, low, high), curve) for _, curve in found.iterrows()]
    read.sort(key=lambda pair: -pair[0].value)
    figure, (panel,) = style.small(0.34 * len(read) + 1.0)
    names, told = [], []
    for place, (change, curve) in enumerate(read):
        value, own_low, own_high, *later = (100 * part for part in change)
        sure = curve["status"] == "ok"
        style.interval(
            panel, place, later, value, _COLOUR, own=[own_low, own_high], hollow=not sure,
            line="-" if sure else style.NO_EDGE, width=1.2,
        )  # fmt: skip
        names.append(work.label(curve["specialty"]) + words.cohort(curve))
        ends = " to ".join(words.signed(end, 0) for end in later)
        told.append(f"{names[-1]} {words.signed(value, 0)} ({ends})")
    style.names_above(panel, names)
    panel.axvline(0, color=style.QUIET, linewidth=1)
    panel.grid(axis="y", visible=False)
    panel.set_xlabel(f"Of 100 with {high:.0f}, more matched than of 100 with {low:.0f}")
    whom = words.GROUPS[group]
    return style.describe(
        figure,
        f"Percentage points by which the chance of a match, {WHOSE}, of people with {high:.0f} "
        f"lies above that of people with {low:.0f}, {whom} who ranked the specialty first, and "
        f"next cycle's range: {'; '.join(told)}.",
    )
