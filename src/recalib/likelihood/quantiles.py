"""Printed quartiles, means and standard deviations of one result: statistics in, score vector out.

The printed statistics are jointly asymptotically normal. A printed quantile q of level p enters as
p - F(q), the distribution function read at the printed (fixed) number, so nothing jumps when the
parameters move; the mean and the standard deviation enter as they are. Their covariance comes from
the influence functions under the model divided by n, plus the variance of printing whole numbers
(1/12 of a point squared, seen through the density for a quantile).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recalib.likelihood.model import SIZE, Array, Grid, State, Term

LEVELS = {"q1": 0.25, "median": 0.5, "q3": 0.75}
#: Statistics that enter the likelihood; the minimum and the maximum are checked, not fitted.
FITTED = ("q1", "median", "q3", "mean", "sd")
PRINTING = 1 / 12


@dataclass(frozen=True)
class QuantileTable:
    """What was printed about the scores of one result.

    Parameters
    ----------
    result : int
        1 success (`matched`), 0 not.
    n : int
        People behind the statistics.
    printed : mapping of str to float
        Any of q1, median, q3, mean, sd, min, max.
    shares : tuple of (float, float, float)
        Score bins of the same people, where printed as well: inclusive bounds (infinite where open)
        and people. They enter as shares, jointly with the other statistics, since both speak of
        one sample.
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
    def gives_spread(self) -> bool:
        """Whether the statistics say how far the scores spread."""
        names = set(self.fitted)
        if len(self.shares) >= 3:
            return True
        return "sd" in names or len(names & set(LEVELS)) >= 2


def below(grid: Grid, score: float) -> Array:
    """Weight with which each whole-number score lies below `score`, shape (scores,).

    A score counts half below itself: the distribution function is read as linear between half
    points, which is where rounding puts its corners.
    """
    return np.clip(score - (grid.x - 0.5), 0.0, 1.0)


@dataclass(frozen=True)
class Residuals:
    """Printed minus expected statistics with their covariance and derivatives."""

    names: list[str]
    value: Array
    covariance: Array
    jacobian: Array
    #: d printed / d residual: turns a residual of a quantile into score points.
    points: Array


def residuals(table: QuantileTable, at: State) -> Residuals:
    """Compare the printed statistics with the model.

    Returns
    -------
    Residuals
        `value` of shape (k,), `covariance` (k, k) and `jacobian` (k, 7) of the expectations, k the
        number of fitted statistics.
    """
    x, f = at.grid.x, at.by_result[table.result]
    mean = float(f @ x)
    deviation = x - mean
    variance = float(f @ deviation**2)
    sd = np.sqrt(variance)
    names = table.fitted
    rows, value, printing, points = [], [], [], []
    for name in names:
        printed = float(table.printed[name])
        if name in LEVELS:
            row = below(at.grid, printed)
            density = max(float(np.interp(printed, x, f)), 1e-12)
            value.append(LEVELS[name] - float(f @ row))
            printing.append(PRINTING * density**2)
            points.append(1 / density)
        elif name == "mean":
            row = deviation
            value.append(printed - mean)
            printing.append(PRINTING)
            points.append(1.0)
        else:
            row = deviation**2 / (2 * sd)
            value.append(printed - sd)
            printing.append(PRINTING)
            points.append(1.0)
        rows.append(row)
    for low, high, people in _free_shares(table):
        row = ((x >= low) & (x <= high)).astype(float)
        rows.append(row)
        value.append(people / table.n - float(f @ row))
        # Half a person: a bin that the model holds empty would make the covariance singular.
        printing.append((0.5 / table.n) ** 2)
        points.append(float(table.n))
        names.append(f"{low:g} to {high:g}")
    influence = np.array(rows).reshape(len(names), len(x))
    centred = influence - (influence @ f)[:, None]
    weighted = centred * f
    covariance = weighted @ centred.T / table.n + np.diag(printing)
    jacobian = weighted @ at.tilt[table.result].T
    return Residuals(names, np.array(value), covariance, jacobian, np.array(points))


def _free_shares(table: QuantileTable) -> list[tuple[float, float, float]]:
    """All bins but the fullest: the shares add to one, so one of them says nothing new."""
    fullest = max(table.shares, key=lambda share: share[2], default=None)
    return [share for share in table.shares if share is not fullest]


def term(table: QuantileTable, at: State) -> Term:
    """Return score and expected information J' V^-1 r and J' V^-1 J of the printed statistics."""
    found = residuals(table, at)
    if not found.names:
        return Term(np.zeros(SIZE), np.zeros((SIZE, SIZE)))
    weight = np.linalg.solve(found.covariance, np.column_stack([found.jacobian, found.value]))
    return Term(found.jacobian.T @ weight[:, -1], found.jacobian.T @ weight[:, :-1])


def objective(table: QuantileTable, at: State, covariance: Array) -> float:
    """Return -1/2 r' V^-1 r with the covariance held fixed: what one step must not lower."""
    found = residuals(table, at)
    if not found.names:
        return 0.0
    return -0.5 * float(found.value @ np.linalg.solve(covariance, found.value))
