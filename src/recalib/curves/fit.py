"""The fit: cells in, a curve with total standard errors for each of them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.special import ndtr
from scipy.stats import t as student

from recalib.cells import Cell
from recalib.curves import borrow, grade
from recalib.curves.pool import SLOPES, Pool, Site, Slope, pool_of
from recalib.curves.straight import inflation
from recalib.curves.unit import SUPPORT, SlopePrior, UnitFit, fit_unit, profile
from recalib.keys import CurveKey, recency
from recalib.likelihood.model import Array, state
from recalib.likelihood.totals import Total

NAN = float("nan")
TABLE_POINTS = 25
#: Cells with a printed spread that a group must have before theirs stands in for those without.
SPREAD_CELLS = 5
#: Standard error per 10 points above which a fit says nothing.
USELESS = 5.0


@dataclass
class Curve:
    """One fitted curve, unrounded; blank numbers are NaN."""

    cell: Cell
    status: str
    note: str = ""
    intercept: float = NAN
    slope: float = NAN
    intercept_se: float = NAN
    slope_se: float = NAN
    correlation: float = NAN
    p_slope_positive: float = NAN
    raw: dict[str, float] = field(default_factory=dict)
    scores: Array | None = None
    parameters: Array | None = None
    inflation: float = 1.0
    pool: str = ""

    @property
    def score_limits(self) -> tuple[float, float]:
        """1st and 99th percentile of the fitted scores."""
        if self.scores is None:
            return NAN, NAN
        cumulative = np.cumsum(self.scores)
        edges = self.cell.grid.x + 0.5
        return float(np.interp(0.01, cumulative, edges)), float(np.interp(0.99, cumulative, edges))


@dataclass
class Unit:
    """Cells that share a slope, with what their tables alone say about it."""

    cells: list[Cell]
    fit: UnitFit
    raw: UnitFit | None
    widening: float
    inflation: float

    @property
    def key(self) -> CurveKey:
        """Key of the unit's first cell."""
        return self.cells[0].key

    @cached_property
    def site(self) -> Site:
        """What the unit says about its slope, widened where the tables ask for it.

        A normal, but for cells whose spread of scores is assumed: there the slope goes with the
        inverse square of that spread, the likelihood leans far to steep slopes, and its profile is
        tabulated.
        """
        fit = self.raw or self.fit
        slope, error = fit.site()
        # The quadratic is trusted no farther than from where it was read off: near separation the
        # likelihood rises for ever, and the mode that the support holds says little of how steep.
        error = max(error, abs(slope - fit.slope)) * self.widening
        normal = Site(self.key.specialty, self.key.cycle, slope, error)
        if not any(cell.needs_spread for cell in self.cells):
            return normal
        low, high = max(slope - 5 * error, SLOPES[0]), min(slope + 5 * error, SLOPES[1])
        slopes = np.linspace(low, high, TABLE_POINTS)
        values = profile(self.cells, fit, slopes) / self.widening**2
        return replace(normal, table=(slopes, values - values.max()))


#: Outcome, applicant group, denominator, and whether the cells are visa strata.
Population = tuple[str, str, str, str]


@dataclass
class Fitted:
    """All curves, with the pools that they came from."""

    curves: list[Curve]
    pools: dict[str, Pool]


def _widening(cells: Sequence[Cell]) -> float:
    """T instead of normal limits for interview counts: n_applicants - 2 degrees of freedom."""
    people = [cell.bins.people.sum() for cell in cells if cell.bins is not None]
    if cells[0].key.outcome != "interview" or not people:
        return 1.0
    freedom = max(float(sum(people)) - 2, 1.0)
    return float(student.ppf(0.975, freedom)) / grade.Z95


def _units(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Group the visa strata of one population; every other cell is a unit of its own."""
    groups: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell in cells:
        stratum = "strata" if cell.key.needs_visa else ""
        groups[(*cell.key._replace(needs_visa=stratum),)].append(cell)
    return list(groups.values())


def _spreads(units: Sequence[Unit]) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation of log SD of the scores by group, where cells print a spread.

    Scores of one group spread alike, and a typical number for all groups would bend every slope of
    a table of means the same way.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for unit in units:
        for cell, parameters in zip(unit.cells, unit.fit.parameters, strict=True):
            if cell.key.outcome == "match":
                f = state(cell.grid, parameters).f
                deviation = cell.grid.x - f @ cell.grid.x
                found[cell.key.applicant_group].append(0.5 * float(np.log(f @ deviation**2)))
    return {
        group: (float(np.mean(logs)), float(np.std(logs, ddof=1) * np.sqrt(1 + 1 / len(logs))))
        for group, logs in found.items()
        if len(logs) >= SPREAD_CELLS
    }


def _with_spread(cell: Cell, spreads: Mapping[str, tuple[float, float]]) -> Cell:
    """Give a cell the spread of its group, for want of a printed one."""
    return replace(cell, spread=spreads.get(cell.key.applicant_group, cell.spread))


def _fit_units(groups: Sequence[list[Cell]], failed: dict[CurveKey, str]) -> list[Unit]:
    units = []
    for group in groups:
        alone = all(cell.is_usable_alone for cell in group)
        fit = fit_unit(group, prior=SUPPORT)
        raw = fit_unit(group, begin=fit.parameters) if alone and fit.converged else None
        if not fit.converged:
            for cell in group:
                failed[cell.key] = "The fit of the printed tables found no maximum."
            continue
        useless = raw is not None and (abs(raw.slope) > USELESS or raw.site()[1] > USELESS)
        if raw is not None and (not raw.converged or useless):
            # Separated or empty: the tables alone put the slope nowhere.
            raw = None
        bent = max(
            inflation(cell, each) for cell, each in zip(group, (raw or fit).parameters, strict=True)
        )
        units.append(Unit(group, fit, raw, _widening(group) * bent, bent))
    return units


def _population(key: CurveKey) -> Population:
    """What may be pooled: one outcome, applicant group and denominator, visa strata apart.

    Strata and everyone, or those who ranked a specialty first and all who ranked it, are the same
    people in part; together in one pool they would count twice.
    """
    return key.outcome, key.applicant_group, key.denominator, "strata" if key.needs_visa else ""


def _pool_name(population: Population, cycles: Sequence[str]) -> str:
    outcome, group, denominator, strata = population
    usual = {"match": "ranked_first", "interview": "applications"}[outcome] == denominator
    parts = [outcome, group, "" if usual else denominator, strata, " + ".join(cycles)]
    return ", ".join(part for part in parts if part)


def _pools(units: Sequence[Unit]) -> tuple[dict[str, Pool], dict[tuple[Population, str], str]]:
    """Fit one pool for each set of cycles; say which pool a population's cycle reads."""
    by_group: dict[Population, list[Unit]] = defaultdict(list)
    for unit in units:
        by_group[_population(unit.key)].append(unit)
    pools: dict[str, Pool] = {}
    reads: dict[tuple[Population, str], str] = {}
    for population, members in sorted(by_group.items()):
        sizes: dict[str, float] = defaultdict(float)
        for unit in members:
            sizes[unit.key.cycle] += unit.site.error**-2
        for cycle in sorted(sizes, key=recency):
            cycles = pool_of(cycle, sizes)
            name = _pool_name(population, cycles)
            if name not in pools:
                held = [unit.site for unit in members if unit.key.cycle in cycles]
                pools[name] = Pool.fit(sorted(held, key=lambda s: (s.specialty, s.cycle)))
            reads[(population, cycle)] = name
    return pools, reads


def _pooled(unit: Unit, slope: Slope, pool: str) -> list[Curve]:
    """Curves of a unit at its pooled slope."""
    fit = fit_unit(unit.cells, slope=slope.mean, begin=unit.fit.parameters)
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
                "slope_raw_se": error * _widening(unit.cells),
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


class _Lender:
    """What curves without a slope of their own may borrow."""

    def __init__(self, curves: Sequence[Curve], pools: dict[str, Pool]) -> None:
        self.pools = pools
        self.newest: dict[tuple[str, str], tuple[bool, bool, tuple[int, int], str]] = {}
        for curve in curves:
            key = curve.cell.key
            place = (key.outcome, key.applicant_group)
            usual = key.denominator != "ranked_any_pgy1"
            mark = (usual, not key.needs_visa, recency(key.cycle), curve.pool)
            self.newest[place] = max(self.newest.get(place, mark), mark)
        self.means: dict[tuple[str, str], float] = {}
        self.learn_means(curves)

    def learn_means(self, curves: Sequence[Curve]) -> None:
        """Note the mean fitted score of each population; of several cycles the newest stands."""
        for curve in sorted(curves, key=lambda c: recency(c.cell.key.cycle)):
            key = curve.cell.key
            if key.outcome == "match" and curve.scores is not None:
                mean = float(curve.scores @ curve.cell.grid.x)
                self.means[(key.specialty, key.applicant_group)] = mean

    def slope(self, key: CurveKey, *, transported: bool) -> tuple[Slope, str]:
        """Slope to borrow for a key: its own group's pool, else the reference group's.

        A specialty's own effect is used within its group only; specialty effects do not carry from
        one group to another.
        """
        own = self.newest.get((key.outcome, key.applicant_group))
        reference = self.newest.get((key.outcome, borrow.REFERENCE_GROUP))
        extra = borrow.TRANSPORT_SD if transported else 0.0
        if own is not None:
            slope = self.pools[own[-1]].slope(key.specialty, key.cycle)
            name = own[-1]
        elif reference is not None:
            slope = self.pools[reference[-1]].slope("", key.cycle)
            name, extra = reference[-1], borrow.TRANSPORT_SD
        else:
            slope, name, extra = Pool.fit([]).slope("", key.cycle), "prior", borrow.TRANSPORT_SD
        return Slope(slope.mean, float(np.hypot(slope.sd, extra)), slope.p_positive), name


def _one_result(cell: Cell, lender: _Lender) -> Curve:
    """Curve of a cell that printed scores of one result only: the slope is borrowed."""
    slope, pool = lender.slope(cell.key, transported=False)
    fit = fit_unit([cell], prior=SlopePrior(slope.mean, slope.sd))
    if not fit.converged:
        return Curve(cell, "no_evidence", "The fit of the printed tables found no maximum.")
    covariance = fit.covariance()
    errors = np.sqrt(np.diag(covariance))
    printed = "matched" if 1 in cell.scored else "not matched"
    return Curve(
        cell,
        "borrowed",
        f"Scores were printed for the {printed} only: the slope is borrowed from other "
        "specialties, so no edge is claimed. Score statistics of both results would change it.",
        intercept=float(fit.parameters[0][0]),
        slope=fit.slope,
        intercept_se=float(errors[1]),
        slope_se=float(errors[0]),
        correlation=float(covariance[0, 1] / (errors[0] * errors[1])),
        p_slope_positive=float(_positive(fit.slope, float(errors[0]))),
        scores=state(cell.grid, fit.parameters[0]).f,
        parameters=fit.parameters[0],
        pool=pool,
    )


def _positive(slope: float, error: float) -> float:
    """Chance that a normal slope is above 0."""
    return float(ndtr(slope / error))


def _totals_only(cell: Cell, lender: _Lender) -> Curve:
    """Curve of a cell that printed a count and no scores."""
    base = cell.base
    assert base is not None
    slope, pool = lender.slope(cell.key, transported=True)
    level = borrow.score_level(cell.key.specialty, cell.key.applicant_group, lender.means)
    dispersion = cell.bins.dispersion if cell.bins is not None else 1.0
    effective = Total(base.n_success / dispersion, base.n_total / dispersion)
    found = borrow.borrow(effective, level, slope.mean, slope.sd)
    widening = _widening([cell])
    wanted = (
        "applications and invitations by score bin"
        if cell.key.outcome == "interview"
        else "score statistics of matched and not matched"
    )
    x = cell.grid.x
    density = np.exp(-0.5 * ((x - level.mean) / np.exp(borrow.LOG_SPREAD[0])) ** 2)
    return Curve(
        cell,
        "borrowed",
        f"{base.n_success:,.0f} of {base.n_total:,.0f} is all that was printed: neither the mean "
        "score of these people nor the slope is known, both are borrowed, so no edge is claimed. "
        f"A table with {wanted} would change it.",
        intercept=found.intercept,
        slope=found.slope,
        intercept_se=found.intercept_se * widening,
        slope_se=found.slope_se * widening,
        correlation=found.correlation,
        p_slope_positive=_positive(found.slope, found.slope_se * widening),
        scores=density / density.sum(),
        pool=pool,
    )


def _nothing(cell: Cell) -> Curve | None:
    """Return a curve that says why there is none, or None where there is evidence."""
    base = cell.base
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


def _with_status_note(curve: Curve) -> Curve:
    if curve.status == "flat" and curve.slope + grade.Z95 * curve.slope_se < 0:
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


def fit_curves(cells: Sequence[Cell]) -> Fitted:
    """Fit all cells.

    Parameters
    ----------
    cells : sequence of Cell

    Returns
    -------
    Fitted
        One curve for each cell, in the order of the keys; none is dropped.
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
    groups = _units(slope_cells)
    bare = [group for group in groups if any(cell.needs_spread for cell in group)]
    units = _fit_units([group for group in groups if group not in bare], failed)
    spreads = _spreads(units)
    units += _fit_units([[_with_spread(cell, spreads) for cell in each] for each in bare], failed)
    pools, reads = _pools(units)
    for unit in units:
        name = reads[(_population(unit.key), unit.key.cycle)]
        slope = pools[name].slope(unit.key.specialty, unit.key.cycle)
        curves += [_with_status_note(curve) for curve in _pooled(unit, slope, name)]
    lender = _Lender([curve for curve in curves if curve.pool], pools)
    scored = [cell for cell in others if cell.scored]
    one_sided = [_one_result(_with_spread(cell, spreads), lender) for cell in scored]
    lender.learn_means(one_sided)
    unscored = [_totals_only(cell, lender) for cell in others if not cell.scored]
    curves += one_sided + unscored
    by_key = {cell.key: cell for cell in cells}
    curves += [Curve(by_key[key], "no_evidence", note) for key, note in failed.items()]
    return Fitted(sorted(curves, key=lambda curve: curve.cell.key), pools)
