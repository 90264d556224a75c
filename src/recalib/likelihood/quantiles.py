"""Quasi-likelihood of printed quartiles, means and standard deviations of one result.

The printed statistics are jointly asymptotically normal. A printed quantile q of level p enters as
p - F(q), the distribution function read at the printed (fixed) number, so nothing jumps when the
parameters move; the mean and the standard deviation enter as they are. Their covariance V comes
from the influence functions under the model divided by n, plus the variance of printing whole
numbers (1/12 of a point squared, seen through the density for a quantile). With r the differences
and J the derivatives of the expected statistics, the quasi-score is J' V^-1 r.

The normal density itself would not do: through log |V| and the densities at the quantiles its
maximum lies at too narrow a distribution of scores, and its intervals are too short in small cells.

A minimum and a maximum enter, by their exact probability among n scores, only where nothing else
printed says how far the scores spread: their place hangs on the tails of f.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recalib.likelihood.model import SIZE, Array, Grid, State, Term

LEVELS = {"q1": 0.25, "median": 0.5, "q3": 0.75}
#: Statistics that enter with a joint normal distribution.
FITTED = ("q1", "median", "q3", "mean", "sd")
EXTREMES = ("min", "max")
#: People from which on a minimum or a maximum is as good as independent of the middle.
EXTREME_PEOPLE = 10
PRINTING = 1 / 12


@dataclass(frozen=True)
class QuantileTable:
    """What was printed about the scores of one result.

    `result`: 1 success (`matched`), 0 not. `n`: people behind the statistics. `printed`: any of q1,
    median, q3, mean, sd, min, max. `shares`: score bins of the same people, where printed as well:
    inclusive bounds (infinite where open) and people. They enter as shares, jointly with the other
    statistics, since both speak of one sample.
    """

    result: int
    n: int
    printed: Mapping[str, float]
    shares: tuple[tuple[float, float, float], ...] = ()

    @property
    def fitted(self) -> list[str]:
        """Names of the printed statistics that enter the likelihood, in a fixed order."""
        return [name for name in FITTED if name in self.printed]

    @property
    def extremes(self) -> list[str]:
        """Names of the printed extremes that enter the likelihood: none where others do better."""
        if self._middle_gives_spread or not self.fitted or self.n < EXTREME_PEOPLE:
            return []
        return [name for name in EXTREMES if name in self.printed]

    @property
    def gives_spread(self) -> bool:
        """Whether the statistics say how far the scores spread."""
        return self._middle_gives_spread or bool(self.extremes)

    @property
    def _middle_gives_spread(self) -> bool:
        names = set(self.fitted)
        return len(self.shares) >= 3 or "sd" in names or len(names & set(LEVELS)) >= 2


def below(grid: Grid, score: float) -> Array:
    """Weight with which each whole-number score lies below `score`, shape (scores,).

    A score counts half below itself: the distribution function is read as linear between half
    points, which is where rounding puts its corners.
    """
    return np.clip(score - (grid.x - 0.5), 0.0, 1.0)


class Reading:
    """A table laid over a grid of scores: all that does not move with the parameters.

    `names`: the k fitted statistics: quantiles, mean, SD, shares of bins; `rows` (shape (k,
    scores)): functions of the score whose means are compared; that of the SD follows the
    parameters; `target` (shape (k,)): what they are compared with; `density_at` (shape (quantiles,
    scores)): weights that read the density at a printed quantile.
    """

    def __init__(self, table: QuantileTable, grid: Grid) -> None:
        self.table, self.grid = table, grid
        self.names = table.fitted
        quantiles = [name for name in self.names if name in LEVELS]
        self.count = len(quantiles)
        places = [float(table.printed[name]) for name in quantiles]
        rows = [below(grid, place) for place in places]
        target = [LEVELS[name] for name in quantiles]
        printing = [0.0] * self.count
        for name in self.names[self.count :]:
            rows.append(grid.x)
            target.append(float(table.printed[name]))
            printing.append(PRINTING)
        self.sd = self.names.index("sd") if "sd" in self.names else None
        # Bins may hold a few people more or less than were counted beside the statistics.
        held = sum(people for _, _, people in table.shares)
        for low, high, people in _free_shares(table):
            rows.append(((grid.x >= low) & (grid.x <= high)).astype(float))
            target.append(people / held)
            # Half a person: a bin that the model holds empty would make the covariance singular.
            printing.append((0.5 / table.n) ** 2)
            self.names.append(f"{low:g} to {high:g}")
        self.rows = np.array(rows).reshape(len(rows), len(grid.x))
        self.target, self.printing = np.array(target), np.array(printing)
        reach = [
            np.clip(1 - np.abs(np.clip(q, grid.x[0], grid.x[-1]) - grid.x), 0, 1) for q in places
        ]
        self.density_at = np.array(reach).reshape(self.count, len(grid.x))


def _free_shares(table: QuantileTable) -> list[tuple[float, float, float]]:
    """All bins but the fullest: the shares add to one, so one of them says nothing new."""
    fullest = max(table.shares, key=lambda share: share[2], default=None)
    return [share for share in table.shares if share is not fullest]


@dataclass(frozen=True)
class Residuals:
    """Printed minus expected statistics with their covariance and derivatives.

    `value` (shape (k,)); `covariance` (shape (k, k)); `centred` (shape (k, scores)): influence
    functions; `density` (shape (quantiles,)): density at the printed quantiles, per point.
    """

    value: Array
    covariance: Array
    centred: Array
    density: Array

    @property
    def points(self) -> Array:
        """Score points for one unit of a residual of a quantile, 1 for the others."""
        points = np.ones(len(self.value))
        points[: len(self.density)] = 1 / self.density
        return points


def _differences(reading: Reading, at: State) -> tuple[Array, Array, Array]:
    """Printed minus expected statistics; the functions of the score, and their means."""
    f, rows = at.by_result[reading.table.result], reading.rows
    if reading.sd is None:
        expected = rows @ f
        return reading.target - expected, rows, expected
    x = at.grid.x
    square = (x - float(f @ x)) ** 2
    deviation = float(np.sqrt(f @ square))
    rows = rows.copy()
    rows[reading.sd] = square / (2 * deviation)
    expected = rows @ f
    value = reading.target - expected
    value[reading.sd] = reading.target[reading.sd] - deviation
    return value, rows, expected


def residuals(reading: Reading, at: State) -> Residuals:
    """Compare the printed statistics with the model."""
    f = at.by_result[reading.table.result]
    value, rows, expected = _differences(reading, at)
    density = np.maximum(reading.density_at @ f, 1e-12)
    printing = reading.printing.copy()
    printing[: reading.count] = PRINTING * density**2
    centred = rows - expected[:, None]
    covariance = (centred * f) @ centred.T / reading.table.n
    covariance.flat[:: len(printing) + 1] += printing
    return Residuals(value, covariance, centred, density)


def jacobian(reading: Reading, found: Residuals, at: State) -> Array:
    """Derivatives of the expected statistics, shape (k, 7)."""
    result = reading.table.result
    return np.asarray((found.centred * at.by_result[result]) @ at.tilt[result].T)


def value(reading: Reading, at: State, covariance: Array | None = None) -> float:
    """What the quasi-score climbs: -1/2 r' V^-1 r, plus the log probability of the extremes.

    `covariance` (shape (k, k)): V, held where a step begins; that of `at` by default.
    """
    total = sum(_extreme(reading, at, name)[0] for name in reading.table.extremes)
    if not reading.names:
        return float(total)
    if covariance is None:
        covariance = residuals(reading, at).covariance
    gaps = _differences(reading, at)[0]
    return float(total - 0.5 * gaps @ np.linalg.solve(covariance, gaps))


def term(reading: Reading, at: State) -> Term:
    """Return quasi-score J' V^-1 r and expected information J' V^-1 J of the printed statistics."""
    total, score, information = 0.0, np.zeros(SIZE), np.zeros((SIZE, SIZE))
    for name in reading.table.extremes:
        level, slope, known = _extreme(reading, at, name)
        total, score, information = total + level, score + slope, information + known
    if not reading.names:
        return Term(total, score, information, (np.zeros((0, 0)),))
    found = residuals(reading, at)
    slopes = jacobian(reading, found, at)
    weight = np.linalg.solve(found.covariance, np.column_stack([slopes, found.value]))
    total -= 0.5 * float(found.value @ weight[:, -1])
    return Term(
        total,
        score + slopes.T @ weight[:, -1],
        information + slopes.T @ weight[:, :-1],
        (found.covariance,),
    )


def _extreme(reading: Reading, at: State, name: str) -> tuple[float, Array, Array]:
    """Log probability of the minimum or maximum of n scores, its derivative and information.

    n times the mass beyond an extreme is close to a standard exponential; hence the information of
    its logarithm is one.
    """
    table, x = reading.table, at.grid.x
    f, tilt = at.by_result[table.result], at.tilt[table.result]
    place = float(np.clip(np.rint(table.printed[name]), x[0], x[-1]))
    inner = x > place if name == "min" else x < place
    sets = np.stack([inner | (x == place), inner]).astype(float)
    mass = sets @ f
    powers = np.maximum(mass, 1e-300) ** table.n
    chance = max(float(powers[0] - powers[1]), 1e-300)
    slopes = (sets * f) @ tilt.T - np.outer(mass, tilt @ f)
    weights = table.n * powers / np.maximum(mass, 1e-300)
    score = (weights[0] * slopes[0] - weights[1] * slopes[1]) / chance
    beyond = 1 - mass.mean()
    spread = -slopes.mean(axis=0) / max(beyond, 1e-12)
    return float(np.log(chance)), score, np.outer(spread, spread)
