"""Fit of one unit: cells that share a slope in, parameters and their information out.

Most units hold one cell; the visa strata of one population have intercepts of their own and one
slope. The (quasi-)score equations are solved by Fisher scoring, mended by secants near the top;
each step must raise what it climbs. The expected information gives the errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from recalib.curves.objective import Objective
from recalib.curves.priors import DEFAULT, Normal, Priors
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import INTERCEPT, SHAPE, SIZE, SLOPE, Array, Term

#: Newton decrement (squared length of the next step in standard errors) that counts as solved.
SOLVED = 1e-12
STEPS = 200
#: Newton decrement below which secants mend the expected information.
NEAR = 1.0
#: What a log density may lose to rounding.
ROUNDING = 1e-12


#: Prior on the common slope, per 10 points: holds a nearly separated cell while its own information
#: is read off; divided out again.
SUPPORT = Normal(0.4, 0.5)


@dataclass(frozen=True)
class UnitFit:
    """Solution for one unit.

    `parameters` (shape (7,)): one for each cell; `information` (shape (1 + 6 cells, 1 + 6 cells)):
    expected information with all priors but the slope's; order: slope, then each cell's intercept
    and shape; `value`: log density of what was printed with all priors but the slope's, up to a
    constant; `slope_score`: its derivative by the slope, the rest held: 0 at a maximum, and what
    pulls at a slope that is held.
    """

    parameters: list[Array]
    information: Array
    prior: Normal | None
    converged: bool
    steps: int
    value: float
    slope_score: float

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

    def with_slope_error(self, index: int, sd: float, widening: float) -> Array:
        """Covariance of a cell's parameters, shape (7, 7), where the slope's error is `sd`.

        What does not come from the slope is widened by the factor.
        """
        inverse = np.asarray(np.linalg.inv(self.information[1:, 1:]), dtype=float)
        own = slice(index * (SIZE - 1), (index + 1) * (SIZE - 1))
        moved = np.empty(SIZE)
        moved[_OWN] = -inverse[own] @ self.information[1:, 0]
        moved[SLOPE] = 1.0
        covariance = sd**2 * np.outer(moved, moved)
        covariance[_OWN_BLOCK] += widening**2 * inverse[own, own]
        return covariance


#: Parameters of a cell that no other cell of its unit shares.
_OWN = [INTERCEPT, *range(SHAPE.start, SIZE)]
_OWN_BLOCK = np.ix_(_OWN, _OWN)


def _assemble(parts: Sequence[Term]) -> tuple[Array, Array]:
    """Lay the cells' scores and informations into one system: slope, then cell by cell."""
    size = 1 + (SIZE - 1) * len(parts)
    score, information = np.zeros(size), np.zeros((size, size))
    for index, part in enumerate(parts):
        place = slice(1 + index * (SIZE - 1), 1 + (index + 1) * (SIZE - 1))
        score[0] += part.score[SLOPE]
        score[place] = part.score[_OWN]
        information[0, 0] += part.information[SLOPE, SLOPE]
        information[0, place] = information[place, 0] = part.information[SLOPE, _OWN]
        information[place, place] = part.information[_OWN_BLOCK]
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


def solve(
    objectives: Sequence[Objective],
    begin: list[Array],
    prior: Normal | None = None,
    *,
    slope_is_fixed: bool = False,
    solved: float = SOLVED,
    steps: int = STEPS,
) -> UnitFit:
    """Climb from a starting place.

    `objectives`: one for each cell of the unit; `begin` (shape (7,)); `solved`: Newton decrement to
    stop at; `steps`: steps to give up after.
    """
    place = begin
    free = slice(1, None) if slope_is_fixed else slice(None)
    score, fisher, value, held = _climb_from(objectives, place, prior)
    curvature, converged, taken = fisher, False, 0
    while taken < steps:
        taken += 1
        step = np.zeros_like(score)
        system = curvature[free, free].copy()
        # A touch of ridge keeps an all but empty direction solvable; it is gone at the solution.
        diagonal = system.flat[:: len(system) + 1]
        system.flat[:: len(system) + 1] = diagonal + 1e-10 * diagonal + 1e-12
        step[free] = np.linalg.solve(system, score[free])
        decrement = float(step @ score)
        if abs(decrement) < solved:
            converged = True
            break
        wanted = _Rise(value, decrement, held)
        length = _length(objectives, place, step, prior, wanted)
        if length is None:
            if curvature is fisher:
                break
            curvature = fisher
            continue
        place = _moved(place, length * step)
        last = score
        score, fisher, value, held = _climb_from(objectives, place, prior)
        # Far out the expected information leads; near the top secants put in what it leaves out, in
        # small cells much: without them two-peaked scores circle the solution.
        change, moved = last - score, length * step
        grip = float(change[free] @ moved[free])
        if decrement > NEAR or grip <= 0:
            curvature = fisher
        else:
            pushed = curvature @ moved
            curvature = (
                curvature
                - np.outer(pushed, pushed) / float(moved @ pushed)
                + np.outer(change, change) / grip
            )
    pull = float(score[0])
    if prior is not None:
        fisher[0, 0] -= prior.sd**-2
        pull -= (prior.mean - place[0][SLOPE]) / prior.sd**2
    return UnitFit(place, fisher, prior, converged, taken, value - _pull(place, prior), pull)


def _climb_from(
    objectives: Sequence[Objective], place: list[Array], prior: Normal | None
) -> tuple[Array, Array, float, list[tuple[Array, ...]]]:
    """Score, information and value of the unit with the slope's prior; covariances to hold."""
    parts = [each.term(own) for each, own in zip(objectives, place, strict=True)]
    score, information = _assemble(parts)
    if prior is not None:
        score[0] += (prior.mean - place[0][SLOPE]) / prior.sd**2
        information[0, 0] += prior.sd**-2
    value = sum(part.value for part in parts) + _pull(place, prior)
    return score, information, value, [part.covariances for part in parts]


class _Rise(NamedTuple):
    """Where a step begins: the log density, what the step promises, covariances to judge it by."""

    value: float
    decrement: float
    held: list[tuple[Array, ...]]


def _length(
    objectives: Sequence[Objective],
    place: list[Array],
    step: Array,
    prior: Normal | None,
    wanted: _Rise,
) -> float | None:
    """Share of a step that raises the log density by a tenth of what it promises; None without."""
    length = 1.0
    floor = wanted.value - ROUNDING * abs(wanted.value)
    while length > 1e-6:
        trial = _moved(place, length * step)
        parts = zip(objectives, trial, wanted.held, strict=True)
        level = sum(each.value(own, covariances) for each, own, covariances in parts)
        if level + _pull(trial, prior) >= floor + 0.1 * length * wanted.decrement:
            return length
        length /= 2
    return None


def _pull(parameters: list[Array], prior: Normal | None) -> float:
    """Log density of the slope's prior."""
    if prior is None:
        return 0.0
    return -0.5 * float((parameters[0][SLOPE] - prior.mean) / prior.sd) ** 2


def with_slope(parameters: Array, slope: float) -> Array:
    """Move parameters of a cell to another slope."""
    moved = parameters.copy()
    moved[SLOPE] = slope
    return moved


def fit_unit(
    cells: Sequence[Cell],
    *,
    prior: Normal | None = None,
    slope: float | None = None,
    begin: list[Array] | None = None,
    priors: Priors = DEFAULT,
) -> UnitFit:
    """Fit cells with one slope.

    `prior`: prior on the slope; None for the tables alone; `slope`: hold the slope at this value
    and fit the rest; `begin` (shape (7,)): where to start; from the printed numbers by default;
    `priors`: only the shape's are used. `converged` is False where every start failed; the
    caller must say so by name.
    """
    objectives = [Objective(cell, priors) for cell in cells]
    starts: list[list[Array]] = [] if begin is None else [begin]
    starts += [[each.start(guess) for each in objectives] for guess in (None, 0.3, 0.0)]
    best: UnitFit | None = None
    for place in starts:
        common = float(np.mean([each[SLOPE] for each in place])) if slope is None else slope
        first = [with_slope(each, common) for each in place]
        found = solve(objectives, first, prior, slope_is_fixed=slope is not None)
        if found.converged:
            return found
        best = best or found
    assert best is not None
    return best
