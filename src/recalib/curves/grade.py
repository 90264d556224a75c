"""Status and evidence grade of a curve, by its slope, people and tables."""

from __future__ import annotations

from calib.line import Z
from recalib.likelihood.cells import Cell

#: Slope per 10 points below which the score hardly separates applicants.
FLAT = 0.15


#: Share of the slope's information that must be the specialty's own for a claim.
OWN = 1 / 3


def status(
    slope: float, slope_se: float, own_share: float = 1.0, *, contradicted: bool = False
) -> str:
    """Return the status of a curve with scores of both results, from its published numbers.

    `misfit` where its tables contradict it, `borrowed` where less than a third of the slope's
    information is the specialty's own, `flat` where the upper 95 % limit of the slope is below .15
    per 10 points, `ok` where the lower is above 0, `weak` otherwise: the data cannot tell.
    """
    if contradicted:
        return "misfit"
    if own_share < OWN:
        return "borrowed"
    if slope + Z * slope_se < FLAT:
        return "flat"
    return "ok" if slope - Z * slope_se > 0 else "weak"


def grade(cell: Cell) -> str:
    """Return the evidence grade of a cell, A to D.

    A: score statistics for both results, at least 100 people, at least 30 in the smaller. B: both
    results, fewer. C: one result only, a single mean or median of a result, self-reported, or a
    cohort. D: totals only.
    """
    if cell.cohort:
        return "C"
    scored = {result: people for result, people in cell.scored.items() if people > 0}
    if not scored:
        return "D"
    if len(scored) == 1 or cell.is_thin or cell.self_reported:
        return "C"
    if sum(scored.values()) >= 100 and min(scored.values()) >= 30:
        return "A"
    return "B"
