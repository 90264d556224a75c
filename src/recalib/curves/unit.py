"""Fit of one unit: cells that share a slope in, parameters and their information out.

Most units hold one cell; the visa strata of one population have intercepts of their own and one
slope. The (quasi-)score equations are solved by Fisher scoring: each step holds the covariance of
the printed statistics fixed, may not lower the objective that this defines, and the next step
starts from the covariance at the new place. The information is the expected one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from recalib.cells import Cell
from recalib.likelihood import bins, quantiles, totals
from recalib.likelihood.model import (
    CENTRE,
    INTERCEPT,
    NORMAL_SHAPE,
    SCALE,
    SHAPE,
    SHAPE_PRECISION,
    SIZE,
    SLOPE,
    Array,
    State,
    state,
)

#: Newton decrement (squared length of the next step in standard errors) that counts as solved.
SOLVED = 1e-12
STEPS = 200


@dataclass(frozen=True)
class SlopePrior:
    """Normal prior on the common slope, per 10 points."""

    mean: float
    sd: float


#: Holds a nearly separated cell while its own information is read off; divided out again.
SUPPORT = SlopePrior(0.4, 0.5)


@dataclass(frozen=True)
class UnitFit:
    """Solution for one unit.

    Attributes
    ----------
    parameters : list of ndarray of shape (7,)
        One for each cell.
    information : ndarray of shape (1 + 6 cells, 1 + 6 cells)
        Expected information with all priors but the slope's; order: slope, then each cell's
        intercept and shape.
    prior : SlopePrior or None
    converged : bool
    steps : int
    """

    parameters: list[Array]
    information: Array
    prior: SlopePrior | None
    converged: bool
    steps: int

    @property
    def slope(self) -> float:
        """Common slope per 10 points."""
        return float(self.parameters[0][SLOPE])

    @property
    def slope_information(self) -> float:
        """Information on the slope that the tables hold, profiled over everything else."""
        nuisance = self.information[1:, 1:]
        cross = self.information[1:, 0]
        return float(self.information[0, 0] - cross @ np.linalg.solve(nuisance, cross))

    def covariance(self) -> Array:
        """Covariance of all parameters, the slope's prior included."""
        information = self.information.copy()
        if self.prior is not None:
            information[0, 0] += self.prior.sd**-2
        return np.asarray(np.linalg.inv(information), dtype=float)

    def site(self) -> tuple[float, float]:
        """Slope and standard error that the tables alone say, to second order at the solution.

        With a prior the mode lies between the prior and the tables; taking the prior's pull out
        again gives the normal that stands for the tables' likelihood.
        """
        information = max(self.slope_information, 1e-9)
        slope = self.slope
        if self.prior is not None:
            slope += (self.slope - self.prior.mean) / self.prior.sd**2 / information
        return slope, information**-0.5

    def given_slope(self, index: int) -> tuple[float, float]:
        """How a cell's intercept moves with the slope, and its variance at a fixed slope."""
        inverse = np.asarray(np.linalg.inv(self.information[1:, 1:]), dtype=float)
        row = inverse[index * (SIZE - 1)]
        return float(-row @ self.information[1:, 0]), float(row[index * (SIZE - 1)])


def start(cell: Cell, slope: float | None = None) -> Array:
    """Starting values: a normal distribution of scores and the discriminant's slope."""
    grid, base = cell.grid, cell.base
    rate = 0.5 if base is None else base.successes / base.people
    rate = min(max(rate, 0.02), 0.98)
    places = {}
    for table in cell.quantiles:
        for name in ("mean", "median"):
            if name in table.printed:
                places[table.result] = float(table.printed[name])
                break
    if slope is None:
        gap = places[1] - places[0] if len(places) == 2 else 0.3 * grid.spread**2 / SCALE
        slope = float(np.clip(SCALE * gap / grid.spread**2, -1.5, 1.5))
    parameters = np.empty(SIZE)
    parameters[SLOPE] = slope
    parameters[INTERCEPT] = logit(rate) - slope * (grid.centre - CENTRE) / SCALE
    parameters[SHAPE] = NORMAL_SHAPE
    return parameters


def _spread_prior(cell: Cell, at: State) -> tuple[float, Array, Array]:
    """Objective, score and information of the prior on log SD, where it is needed."""
    if not cell.needs_spread:
        return 0.0, np.zeros(SIZE), np.zeros((SIZE, SIZE))
    deviation = at.grid.x - at.f @ at.grid.x
    variance = float(at.f @ deviation**2)
    gradient = np.zeros(SIZE)
    centred = at.grid.basis - (at.grid.basis @ at.f)[:, None]
    gradient[SHAPE] = centred @ (at.f * deviation**2) / (2 * variance)
    middle, error = cell.spread
    residual = middle - 0.5 * np.log(variance)
    weight = error**-2
    return (
        -0.5 * weight * residual**2,
        weight * residual * gradient,
        weight * np.outer(gradient, gradient),
    )


def _shape_prior(parameters: Array) -> tuple[float, Array, Array]:
    precision = np.zeros(SIZE)
    precision[SHAPE] = SHAPE_PRECISION
    return (
        -0.5 * float(precision @ parameters**2),
        -precision * parameters,
        np.diag(precision),
    )


@dataclass(frozen=True)
class _Part:
    """One cell's contribution at the present place, and what it needs to judge a step."""

    objective: float
    score: Array
    information: Array
    covariances: list[Array]


def _base(cell: Cell) -> totals.Total | None:
    """The binomial that the base rate enters by; None where the bins hold it themselves."""
    if cell.bins is not None and cell.total is None:
        return None
    return cell.base


def _objective(cell: Cell, at: State, covariances: list[Array]) -> float:
    value = _spread_prior(cell, at)[0] + _shape_prior(at.parameters)[0]
    for table, covariance in zip(cell.quantiles, covariances, strict=True):
        value += quantiles.objective(table, at, covariance)
    if cell.bins is not None:
        counts = bins.all_or_none(cell.bins)
        value += bins.objective(counts, at, given_result=cell.total is not None)
    base = _base(cell)
    if base is not None:
        value += totals.objective(base, at)
    return value


def _part(cell: Cell, parameters: Array) -> _Part:
    at = state(cell.grid, parameters)
    covariances = [quantiles.residuals(table, at).covariance for table in cell.quantiles]
    terms = [quantiles.term(table, at) for table in cell.quantiles]
    if cell.bins is not None:
        counts = bins.all_or_none(cell.bins)
        terms.append(bins.term(counts, at, given_result=cell.total is not None))
    base = _base(cell)
    if base is not None:
        terms.append(totals.term(base, at))
    _, score, information = _spread_prior(cell, at)
    _, shape_score, shape_information = _shape_prior(parameters)
    score, information = score + shape_score, information + shape_information
    for each in terms:
        score, information = score + each.score, information + each.information
    return _Part(_objective(cell, at, covariances), score, information, covariances)


def _assemble(parts: Sequence[_Part]) -> tuple[Array, Array]:
    """Lay the cells' scores and informations into one system: slope, then cell by cell."""
    size = 1 + (SIZE - 1) * len(parts)
    score, information = np.zeros(size), np.zeros((size, size))
    own = [INTERCEPT, *range(SHAPE.start, SIZE)]
    for index, part in enumerate(parts):
        place = 1 + index * (SIZE - 1) + np.arange(SIZE - 1)
        score[0] += part.score[SLOPE]
        score[place] = part.score[own]
        information[0, 0] += part.information[SLOPE, SLOPE]
        information[0, place] = information[place, 0] = part.information[SLOPE, own]
        information[np.ix_(place, place)] = part.information[np.ix_(own, own)]
    return score, information


def _moved(parameters: list[Array], step: Array) -> list[Array]:
    moved = []
    for index, old in enumerate(parameters):
        new = old.copy()
        own = step[1 + index * (SIZE - 1) : 1 + (index + 1) * (SIZE - 1)]
        new[SLOPE] += step[0]
        new[INTERCEPT] += own[0]
        new[SHAPE] += own[1:]
        moved.append(new)
    return moved


def _solve(
    cells: Sequence[Cell], begin: list[Array], prior: SlopePrior | None, *, slope_is_fixed: bool
) -> UnitFit:
    parameters = begin
    first = 1 if slope_is_fixed else 0
    parts = [_part(cell, each) for cell, each in zip(cells, parameters, strict=True)]
    solved, steps = False, 0
    pace, last = 1.0, np.inf
    while steps < STEPS:
        steps += 1
        score, information = _assemble(parts)
        pull = 0.0
        curved = information.copy()
        if prior is not None:
            slope = parameters[0][SLOPE]
            score[0] += (prior.mean - slope) / prior.sd**2
            curved[0, 0] += prior.sd**-2
            pull = -0.5 * ((slope - prior.mean) / prior.sd) ** 2
        # A touch of ridge keeps an all but empty direction solvable; it is gone at the solution.
        ridge = 1e-10 * np.diag(np.diag(curved)[first:]) + 1e-12 * np.eye(len(score) - first)
        step = np.zeros_like(score)
        step[first:] = np.linalg.solve(curved[first:, first:] + ridge, score[first:])
        decrement = float(step @ score)
        if decrement < SOLVED:
            solved = True
            break
        if decrement > last / 4:
            # The covariance moves with the shape of f and full steps can circle the solution, most
            # of all for two-peaked scores; shorter ones spiral in.
            pace = max(pace / 2, 0.25)
        last = decrement
        present = sum(part.objective for part in parts) + pull
        length = pace
        while length > 1e-6:
            trial = _moved(parameters, length * step)
            value = _value(cells, trial, parts, prior)
            if np.isfinite(value) and value >= present - 1e-9 * (1 + abs(present)):
                break
            length /= 2
        else:
            break
        parameters = trial
        parts = [_part(cell, each) for cell, each in zip(cells, parameters, strict=True)]
    return UnitFit(parameters, _assemble(parts)[1], prior, solved, steps)


def _value(
    cells: Sequence[Cell], trial: list[Array], parts: Sequence[_Part], prior: SlopePrior | None
) -> float:
    """Objective at a trial place, the covariances held where the step began."""
    if max(float(np.abs(each).max()) for each in trial) > 1e3:
        return -np.inf
    value = 0.0
    for cell, each, part in zip(cells, trial, parts, strict=True):
        at = state(cell.grid, each)
        if not 0 < at.rate < 1 or min(f.sum() for f in at.by_result) < 0.5:
            return -np.inf
        value += _objective(cell, at, part.covariances)
    if prior is not None:
        value -= 0.5 * ((trial[0][SLOPE] - prior.mean) / prior.sd) ** 2
    return value


def profile(cells: Sequence[Cell], fit: UnitFit, slopes: Array) -> Array:
    """Profile (quasi-)log-likelihood of the slope.

    Parameters
    ----------
    cells : sequence of Cell
    fit : UnitFit
        Where to start from.
    slopes : ndarray of shape (k,)
        Rising.

    Returns
    -------
    ndarray of shape (k,)
        The objective with everything else fitted at each slope, the covariances of the printed
        statistics taken at that place; priors on the shape count, none on the slope does.
    """
    values = np.empty(len(slopes))
    start_at = int(np.abs(slopes - fit.slope).argmin())
    for path in (range(start_at, len(slopes)), range(start_at - 1, -1, -1)):
        near = fit.parameters
        for index in path:
            place = [_with_slope(each, float(slopes[index])) for each in near]
            near = _solve(cells, place, None, slope_is_fixed=True).parameters
            parts = [_part(cell, each) for cell, each in zip(cells, near, strict=True)]
            values[index] = sum(part.objective for part in parts)
    return values


def _with_slope(parameters: Array, slope: float) -> Array:
    moved = parameters.copy()
    moved[SLOPE] = slope
    return moved


def fit_unit(
    cells: Sequence[Cell],
    *,
    prior: SlopePrior | None = None,
    slope: float | None = None,
    begin: list[Array] | None = None,
) -> UnitFit:
    """Fit cells with one slope.

    Parameters
    ----------
    cells : sequence of Cell
    prior : SlopePrior or None
        Prior on the slope; None for the tables alone.
    slope : float or None
        Hold the slope at this value and fit the rest.
    begin : list of ndarray of shape (7,), optional
        Where to start; from the printed numbers by default.

    Returns
    -------
    UnitFit
        `converged` is False where every start failed; the caller must say so by name.
    """
    starts: list[list[Array]] = [] if begin is None else [begin]
    starts += [[start(cell, guess) for cell in cells] for guess in (None, 0.3, 0.0)]
    best: UnitFit | None = None
    for place in starts:
        common = float(np.mean([each[SLOPE] for each in place])) if slope is None else slope
        first = [_with_slope(each, common) for each in place]
        found = _solve(cells, first, prior, slope_is_fixed=slope is not None)
        if found.converged:
            return found
        best = best or found
    assert best is not None
    return best
