"""The fit: cells in, a curve with total standard errors for each of them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calib.line import Z
from recalib.cohorts.labels import is_synthetic
from recalib.contract.keys import CurveKey
from recalib.curves import grade
from recalib.curves.curve import Curve
from recalib.curves.lend import Lender, one_result, totals_only
from recalib.curves.pool import Pool, Slope
from recalib.curves.pools import Population, fit_pools, population_of
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.sites import (
    Unit,
    fit_units,
    group_units,
    learn_spreads,
    widening,
    with_spread,
)
from recalib.curves.unit import fit_unit
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import state


@dataclass
class Fitted:
    """All curves, with what they came from.

    Attributes
    ----------
    curves : list of Curve
    pools : dict of str to Pool
    units : list of Unit
        What the pools hold.
    reads : dict of (Population, str) to str
        Which pool a population's cycle reads.
    """

    curves: list[Curve]
    pools: dict[str, Pool]
    units: list[Unit]
    reads: dict[tuple[Population, str], str]


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
                "slope_raw_se": error * widening(unit.cells),
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
                inflation=unit.inflation,
                pool=pool,
            )
        )
    return curves


def _nothing(cell: Cell) -> Curve | None:
    """Return a curve that says why there is none, or None where there is evidence."""
    base = cell.base
    if cell.cohort and base is None:
        return Curve(cell, "no_evidence", cell.aside)
    if base is None:
        return Curve(
            cell,
            "no_evidence",
            "Only one result was printed and no total: the share that succeeded is unknown. "
            "The number of the other result would change it.",
        )
    if base.n_total <= 0:
        return Curve(cell, "no_evidence", "Nobody was counted (0 of 0).")
    return None


def _with_notes(curve: Curve, unit: Unit, pool: Pool) -> Curve:
    """Say what the status means, and what stands beside a cohort or was left aside for one."""
    curve = _with_status_note(curve)
    said = [curve.note]
    if unit.cohort:
        said.append(curve.cell.aside)
    elif not any(unit.site is site for site in pool.sites):
        said.append(
            "Its slope comes from a cohort of the same people, which knows it better; nobody "
            "counts twice."
        )
    curve.note = " ".join(part for part in said if part)
    return curve


def _with_status_note(curve: Curve) -> Curve:
    if curve.status == "flat" and curve.slope + Z * curve.slope_se < 0:
        curve.note = (
            "Those who succeeded scored lower: the whole 95 % interval of the slope lies below 0, "
            "so no edge is claimed."
        )
    elif curve.status == "flat":
        curve.note = (
            "The score hardly separates those who succeed from those who do not: the upper 95 % "
            f"limit of the slope is below {grade.FLAT} per 10 points, so no edge is claimed."
        )
    elif curve.status == "weak":
        curve.note = (
            "The data cannot tell whether a higher score helps: the 95 % interval of the slope "
            "holds 0, so no edge is claimed. More people would change it."
        )
    return curve


def slope_units(
    cells: Sequence[Cell], failed: dict[CurveKey, str], priors: Priors = DEFAULT
) -> tuple[list[Unit], dict[str, tuple[float, float]]]:
    """Fit cells that hold something about their slope, those without a printed spread last.

    Parameters
    ----------
    cells : sequence of Cell
    failed : dict
        Receives the keys of cells without a fit, with the reason.
    priors : Priors

    Returns
    -------
    units : list of Unit
    spreads : dict of str to (float, float)
        Mean and standard deviation of log SD by applicant group, as learned.
    """
    groups = group_units(cells)
    bare = [group for group in groups if any(cell.needs_spread for cell in group)]
    units = fit_units([group for group in groups if group not in bare], failed, priors)
    spreads = learn_spreads([unit for unit in units if not unit.cohort])
    given = [[with_spread(cell, spreads) for cell in each] for each in bare]
    return units + fit_units(given, failed, priors), spreads


def fit_curves(cells: Sequence[Cell], priors: Priors = DEFAULT) -> Fitted:
    """Fit all cells.

    Parameters
    ----------
    cells : sequence of Cell
    priors : Priors

    Returns
    -------
    Fitted
        One curve for each key, in their order. Of a printed table and a cohort with one key the
        table's curve stands, unless it is none; of two cohorts, that of more people.
    """
    curves: list[Curve] = []
    failed: dict[CurveKey, str] = {}
    slope_cells, others = [], []
    for cell in cells:
        nothing = _nothing(cell)
        if nothing is not None:
            curves.append(nothing)
        elif cell.has_slope:
            slope_cells.append(cell)
        else:
            others.append(cell)
    units, spreads = slope_units(slope_cells, failed, priors)
    pools, reads = fit_pools(units, priors)
    for unit in units:
        name = reads[(population_of(unit.key), unit.cycle)]
        slope = pools[name].slope(unit.key.specialty, unit.cycle)
        curves += [_with_notes(curve, unit, pools[name]) for curve in pooled(unit, slope, name)]
    lending = [curve for curve in curves if curve.pool and not is_synthetic(curve.cell.cohort)]
    lender = Lender(lending, pools, priors)
    scored = [cell for cell in others if cell.scored]
    one_sided = [one_result(with_spread(cell, spreads), lender) for cell in scored]
    lender.learn_means(one_sided)
    unscored = [totals_only(cell, lender) for cell in others if not cell.scored]
    curves += one_sided + unscored
    by_key = {cell.key: cell for cell in sorted(cells, key=lambda cell: not cell.cohort)}
    curves += [Curve(by_key[key], "no_evidence", note) for key, note in failed.items()]
    return Fitted(_one_a_key(curves), pools, units, reads)


def _one_a_key(curves: Sequence[Curve]) -> list[Curve]:
    """Choose the curve that is published for each key."""

    def right(curve: Curve) -> tuple[bool, bool, int]:
        cell = curve.cell
        return curve.status == "no_evidence", bool(cell.cohort), -cell.people

    chosen: dict[CurveKey, Curve] = {}
    for curve in sorted(curves, key=lambda each: (each.cell.key, right(each), each.cell.cohort)):
        chosen.setdefault(curve.cell.key, curve)
    return list(chosen.values())
