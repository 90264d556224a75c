"""Lend fitted slopes and score levels to cells without a slope of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from calib.line import Line
from recalib.cohorts.labels import is_synthetic
from recalib.contract.keys import CurveKey, recency
from recalib.curves import borrow
from recalib.curves.curve import Curve
from recalib.curves.pool import Pool, Slope
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.unit import fit_unit
from recalib.curves.units import widening
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import state
from recalib.likelihood.totals import Total


def mean_scores(curves: Iterable[Curve], outcome: str = "match") -> dict[tuple[str, str], float]:
    """Mean fitted score by specialty and applicant group; of several cycles the newest stands.

    A cohort's stands only where nothing was printed.
    """
    found = {}
    for curve in sorted(curves, key=newest_last):
        key = curve.cell.key
        if key.outcome == outcome and curve.scores is not None:
            found[(key.specialty, key.applicant_group)] = float(curve.scores @ curve.cell.grid.x)
    return found


def newest_last(curve: Curve) -> tuple[bool, tuple[int, int]]:
    """Sort by cycle, printed tables after cohorts."""
    return not curve.cell.cohort, recency(curve.cell.key.cycle)


class Lender:
    """What curves without a slope of their own may borrow; who was made up lends nothing."""

    def __init__(
        self, curves: Sequence[Curve], pools: dict[str, Pool], priors: Priors = DEFAULT
    ) -> None:
        self.pools, self.priors = pools, priors
        self.newest: dict[tuple[str, str], tuple[bool, bool, bool, tuple[int, int], str]] = {}
        lending = [curve for curve in curves if curve.pool and not is_synthetic(curve.cell.cohort)]
        for curve in lending:
            key = curve.cell.key
            place = (key.outcome, key.applicant_group)
            usual = key.denominator != "ranked_any_pgy1"
            printed = not curve.cell.cohort
            mark = (printed, usual, not key.needs_visa, recency(key.cycle), curve.pool)
            self.newest[place] = max(self.newest.get(place, mark), mark)
        self.means = mean_scores(lending)

    def slope(self, key: CurveKey, *, transported: bool) -> tuple[Slope, str]:
        """Slope to borrow for a key: its own group's pool, else the reference group's.

        A specialty's own effect is used within its group only; specialty effects do not carry from
        one group to another.
        """
        own = self.newest.get((key.outcome, key.applicant_group))
        reference = self.newest.get((key.outcome, borrow.REFERENCE_GROUP))
        extra = borrow.TRANSPORT_SD if transported or own is None else 0.0
        if own is not None:
            name = own[-1]
            slope = self.pools[name].slope(key.specialty, key.cycle)
        elif reference is not None:
            name = reference[-1]
            slope = self.pools[name].slope("", key.cycle)
        else:
            name = "prior"
            slope = Pool.fit([], self.priors).slope("", key.cycle)
        return replace(slope, sd=float(np.hypot(slope.sd, extra))), name


def one_result(cell: Cell, lender: Lender) -> Curve:
    """Curve of a cell that printed scores of one result only: the slope is borrowed."""
    slope, pool = lender.slope(cell.key, transported=False)
    fit = fit_unit([cell], prior=slope, priors=lender.priors)
    if not fit.converged:
        return Curve(cell, "no_evidence", "The fit of the printed tables found no maximum.")
    covariance = fit.covariance()
    slope_se, intercept_se = np.sqrt(np.diag(covariance))[:2].tolist()
    correlation = float(covariance[0, 1]) / (slope_se * intercept_se)
    line = Line(float(fit.parameters[0][0]), fit.slope, intercept_se, slope_se, correlation)
    printed = "matched" if 1 in cell.scored else "not matched"
    return Curve(
        cell,
        "borrowed",
        f"Scores were printed for the {printed} only: the slope is borrowed from other "
        "specialties, so no edge is claimed. Score statistics of both results would change it.",
        *line,
        p_slope_positive=borrow.positive(line),
        scores=state(cell.grid, fit.parameters[0]).f,
        parameters=fit.parameters[0],
        pool=pool,
    )


def totals_only(cell: Cell, lender: Lender) -> Curve:
    """Curve of a cell that printed a count and no scores."""
    base = cell.base
    assert base is not None
    slope, pool = lender.slope(cell.key, transported=True)
    level = borrow.score_level(cell.key.specialty, cell.key.applicant_group, lender.means)
    widened = cell.bins.design_effect if cell.bins is not None else 1.0
    effective = Total(base.n_success / widened, base.n_total / widened)
    line = borrow.borrow(effective, level, slope)
    wider = widening([cell])
    line = line._replace(intercept_se=line.intercept_se * wider, slope_se=line.slope_se * wider)
    wanted = (
        "applications and invitations by score bin"
        if cell.key.outcome == "interview"
        else "score statistics of matched and not matched"
    )
    return Curve(
        cell,
        "borrowed",
        f"{base.n_success:,.0f} of {base.n_total:,.0f} is all that was printed: neither the mean "
        "score of these people nor the slope is known, both are borrowed, so no edge is claimed. "
        f"A table with {wanted} would change it.",
        *line,
        p_slope_positive=borrow.positive(line),
        scores=borrow.stand_in(cell.grid, level.mean),
        pool=pool,
    )
