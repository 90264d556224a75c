"""The curves, step by step: pooled, borrowed, translated, printed; one a key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from recalib.contract.keys import CurveKey
from recalib.curves import grade
from recalib.curves.alone import Alone, fit_alone, learn_bends
from recalib.curves.bends import Bends, with_bends
from recalib.curves.curve import Curve
from recalib.curves.lend import Lender, mean_scores, one_result, totals_only
from recalib.curves.levels import Drift, estimate_drift, next_year
from recalib.curves.pool import Pool, Slope
from recalib.curves.pools import Pools, Population, pool_slopes
from recalib.curves.printed_curve import printed_curves
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.statuses import judge, own_error, with_notes
from recalib.curves.two_groups import translated_curves
from recalib.curves.unit import fit_unit
from recalib.curves.units import Unit, with_spread
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import state


@dataclass
class Fitted:
    """All curves, with what they came from.

    `units`: what the pools hold; `reads` (dict of (Population, str) to str): which pool a
    population's cycle reads; `bends`: how far logits are from straight.
    """

    curves: list[Curve]
    pools: dict[str, Pool]
    units: list[Unit]
    reads: dict[tuple[Population, str], str]
    bends: Bends
    #: Every curve of a cohort, those among `curves` too.
    beside: list[Curve] = field(default_factory=list)


def pooled(unit: Unit, slope: Slope, pool: str) -> list[Curve]:
    """Curves of a unit at its pooled slope: intercepts refitted, errors with the slope's."""
    fit = fit_unit(unit.cells, slope=slope.mean, begin=unit.fit.parameters, priors=unit.priors)
    curves = []
    for index, cell in enumerate(unit.cells):
        if not fit.converged:
            curves.append(Curve(cell, "no_evidence", "The fit at the pooled slope failed."))
            continue
        parameters = fit.parameters[index]
        tilt, variance = fit.given_slope(index)
        variance *= unit.widening**2
        intercept_se = float(np.sqrt(variance + (tilt * slope.sd) ** 2))
        raw: dict[str, float] = {}
        if unit.raw is not None:
            own, error = unit.raw.site()
            raw = {
                "intercept_raw": float(unit.raw.parameters[index][0]),
                "slope_raw": own,
                "slope_raw_se": error * unit.widening,
            }
        curves.append(
            Curve(
                cell,
                grade.status(round(slope.mean, 4), round(slope.sd, 4)),
                intercept=float(parameters[0]),
                slope=slope.mean,
                intercept_se=intercept_se,
                slope_se=slope.sd,
                correlation=tilt * slope.sd / intercept_se,
                p_slope_positive=slope.p_positive,
                raw=raw,
                scores=state(cell.grid, parameters).f,
                parameters=parameters,
                covariance=fit.with_slope_error(index, slope.sd, unit.widening),
                inflation=unit.inflation,
                pool=pool,
            )
        )
    return curves


def pooled_curves(alone: Alone, pools: Pools) -> list[Curve]:
    """Curves of all units at their pooled slopes, errors with the slope's."""
    curves = []
    for unit in alone.units:
        name = pools.of(unit)
        pool = pools.pools[name]
        slope = pool.slope(unit.key.specialty, unit.cycle)
        own = own_error(unit, pool, alone.units)
        for curve in pooled(unit, slope, name):
            if curve.status != "no_evidence":
                curve = with_notes(judge(curve, unit, own), unit, pool)
            curves.append(curve)
    return curves


def borrowed_curves(
    alone: Alone, curves: Sequence[Curve], pools: Pools, priors: Priors | None = None
) -> list[Curve]:
    """Wide curves of cells without a slope of their own, which borrow it; they claim no edge.

    Parameters
    ----------
    alone : Alone
    curves : sequence of Curve
        From `pooled_curves`: whose score levels and pools may be lent.
    pools : Pools
    priors : Priors, optional
        By default those of `alone`.
    """
    lender = Lender(curves, pools.pools, priors or alone.priors)
    scored = [cell for cell in alone.others if cell.scored]
    one_sided = [one_result(with_spread(cell, alone.spreads), lender) for cell in scored]
    lender.means |= mean_scores(one_sided)
    return one_sided + [totals_only(cell, lender) for cell in alone.others if not cell.scored]


def one_a_key(alone: Alone, curves: Sequence[Curve]) -> list[Curve]:
    """Choose the curve that is published for each key, those without evidence among them.

    Of a printed table and a cohort with one key the table's curve stands, unless it is none; of two
    cohorts, that of more people; a curve that a source printed itself before one of totals alone,
    and totals of its own before translated ones.
    """
    by_key = {cell.key: cell for cell in sorted(alone.cells, key=lambda cell: not cell.cohort)}
    failed = [Curve(by_key[key], "no_evidence", note) for key, note in alone.failed.items()]

    def right(curve: Curve) -> tuple[bool, bool, bool, bool, int]:
        cell = curve.cell
        lent = curve.parameters is None and curve.points is None
        none = curve.status == "no_evidence"
        return none, bool(cell.cohort), lent, curve.translated, -cell.people

    known = [*alone.nothing, *curves, *failed]
    chosen: dict[CurveKey, Curve] = {}
    for curve in sorted(known, key=lambda each: (each.cell.key, right(each), each.cell.cohort)):
        chosen.setdefault(curve.cell.key, curve)
    return _with_asides(chosen.values())


def _with_asides(curves: Iterable[Curve]) -> list[Curve]:
    """Put into every note what goes with the cell: a table left aside, what a cohort is."""
    found = list(curves)
    for curve in found:
        if curve.cell.aside not in curve.note:
            curve.note = f"{curve.note} {curve.cell.aside}".strip()
    return found


def cohort_curves(alone: Alone, curves: Sequence[Curve]) -> list[Curve]:
    """Every curve of a cohort, whatever else has its key: what stands beside a printed one.

    Parameters
    ----------
    alone : Alone
    curves : sequence of Curve
        As for `one_a_key`; what is returned are copies.
    """
    own = {(cell.key, cell.cohort): cell for cell in alone.cells if cell.cohort}
    told = {
        (curve.cell.key, curve.cell.cohort): curve
        for curve in [*alone.nothing, *curves]
        if curve.cell.cohort
    }
    # A fit that failed is known by its key alone, which a printed table may share.
    for (key, source), cell in own.items():
        if (key, source) not in told:
            note = alone.failed.get(key, "The fit of this cohort failed.")
            told[(key, source)] = Curve(cell, "no_evidence", note)
    return _with_asides(replace(told[place]) for place in sorted(own))


def with_drift(
    curves: Sequence[Curve], drift: Drift, among: Sequence[Curve] | None = None
) -> list[Curve]:
    """Say of every curve how far its level may have moved by the year after the newest.

    `among`: whose newest year it is, where `curves` are not all.
    """
    year = next_year(curves if among is None else among)
    known = [curve for curve in curves if curve.status != "no_evidence"]
    for curve in known:
        curve.drift_sd = drift.sd(curve.cell.key.cycle, year)
    return list(curves)


def fit_curves(
    cells: Sequence[Cell],
    priors: Priors = DEFAULT,
    means: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
) -> Fitted:
    """Fit all cells: alone, pooled, borrowed, one curve a key, in the order of the keys.

    Parameters
    ----------
    cells : sequence of Cell
    priors : Priors
    means : DataFrame, optional
        Matched means of both IMG groups; with them U.S. IMGs who ranked a specialty first.
    points : DataFrame, optional
        Points of curves that a source printed itself, as from `points_of`.

    Returns
    -------
    Fitted
    """
    alone = fit_alone(cells, priors)
    pools = pool_slopes(alone)
    curves = pooled_curves(alone, pools)
    curves += borrowed_curves(alone, curves, pools)
    if means is not None:
        curves += translated_curves(alone, curves, pools, means)
    if points is not None:
        curves += printed_curves(points, cells, curves)
    chosen = one_a_key(alone, curves)
    beside = cohort_curves(alone, curves)
    drift = estimate_drift(chosen, priors)
    beside = with_drift(beside, drift, chosen)
    chosen = with_drift(chosen, drift)
    bends = learn_bends(alone)
    chosen, beside = with_bends(chosen, bends), with_bends(beside, bends)
    return Fitted(chosen, pools.pools, alone.units, pools.reads, bends, beside)
