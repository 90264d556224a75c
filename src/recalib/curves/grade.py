"""Status and evidence grade of a curve, by its slope, people and tables."""

from __future__ import annotations

from calib.line import Z
from recalib.likelihood.cells import Cell

#: Slope per 10 points below which the score hardly separates applicants.
FLAT = 0.15


def status(slope: float, slope_se: float) -> str:
    """Return `ok`, `flat` or `weak` from the published slope and its standard error.

    `ok` where the lower 95 % limit is above 0, `flat` where the upper limit is below .15 per 10
    points, `weak` otherwise: the data cannot tell.
    """
    if slope - Z * slope_se > 0:
        return "ok"
    if slope + Z * slope_se < FLAT:
        return "flat"
    return "weak"


def grade(cell: Cell) -> str:
    """Return the evidence grade of a cell, A to D.

    A: score statistics for both results, at least 100 people, at least 30 in the smaller. B: both
    results, fewer. C: one result only, self-reported, or a cohort. D: totals only.
    """
    if cell.cohort:
        return "C"
    scored = {result: people for result, people in cell.scored.items() if people > 0}
    if not scored:
        return "D"
    if len(scored) == 1 or cell.self_reported:
        return "C"
    if sum(scored.values()) >= 100 and min(scored.values()) >= 30:
        return "A"
    return "B"
