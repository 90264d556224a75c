"""Logits of a cell with bins: straight, quadratic, and a natural cubic spline.

Within a cell the distribution of scores f is held where the straight fit put it, and the chance of
success in a bin is the mean of P under f over the bin's scores. The logits are fitted to the counts
by maximum likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import minimize
from scipy.special import expit, logit

from recalib.likelihood.bins import BinTable
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Array, state

#: Bins that hold people below which a bend cannot be told from chance.
FEWEST_BINS = 4
#: Share of the trials that an outer bin needs for a knot of the spline.
SMALLEST_SHARE = 0.01
#: Prior standard deviation, on the logit, of how far a knot of the spline lies off a line: nothing
#: to a cell with counts, but a bin in which all or none succeeded sends no knot to infinity.
OFF_LINE = 3.0


@dataclass(frozen=True)
class BinnedLogit:
    """Counts by bin with the scores behind them.

    `f` (shape (scores,)): distribution of scores.
    """

    cell: Cell
    table: BinTable
    f: Array

    @property
    def x(self) -> Array:
        """Scores on the grid."""
        return self.cell.grid.x

    def fit(self, basis: Array, precision: Array | None = None) -> tuple[Array, float]:
        """Maximise the likelihood of a logit that is linear in a basis.

        `basis` (shape (scores, k)); `precision` (shape (k, k)): of a normal prior of the
        coefficients around 0. Returns `coefficients` (shape (k,)): where all succeeded in the outer
        bins the maximum may lie at infinity: they are then large and arbitrary, while likelihood
        and chances are as good as at their limit; `log_likelihood`: divided by the dispersion that
        the table prints; less the prior's penalty.
        """
        table = self.table
        penalty = np.zeros((basis.shape[1],) * 2) if precision is None else precision
        failures = table.n_total - table.n_success

        def loss(beta: Array) -> tuple[float, Array]:
            mean, slopes = self._chances(basis, beta)
            value = table.n_success @ np.log(mean) + failures @ np.log1p(-mean)
            pull = (table.n_success - table.n_total * mean) / (mean * (1 - mean))
            bent = penalty @ beta
            return 0.5 * float(beta @ bent) - float(value), bent - pull @ slopes

        def information(beta: Array) -> Array:
            return self.information(basis, beta) + penalty

        rate = (table.n_success.sum() + 0.5) / (table.n_total.sum() + 1)
        begin = np.linalg.lstsq(basis, np.full(len(basis), logit(rate)), rcond=None)[0]
        found = minimize(loss, begin, jac=True, hess=information, method="trust-exact")
        return np.asarray(found.x), -float(found.fun) / table.design_effect

    def _chances(self, basis: Array, beta: Array) -> tuple[Array, Array]:
        """Chance of success by bin, and its derivatives by the coefficients."""
        weights = self.table.members(self.cell.grid) * self.f
        weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
        p = expit(basis @ beta)
        mean = np.clip(weights @ p, 1e-12, 1 - 1e-12)
        return mean, weights @ (basis * (p * (1 - p))[:, None])

    def information(self, basis: Array, beta: Array) -> Array:
        """Expected information on the coefficients, as if trials were people, shape (k, k)."""
        mean, slopes = self._chances(basis, beta)
        weighted = slopes * (self.table.n_total / (mean * (1 - mean)))[:, None]
        return np.asarray(weighted.T @ slopes)

    def straight(self, x: Array) -> Array:
        """Basis of the straight logit, shape (scores, 2)."""
        return np.stack([np.ones_like(x), (x - 245) / 10], axis=1)

    def quadratic(self, x: Array) -> Array:
        """Basis of the quadratic logit, shape (scores, 3)."""
        return np.column_stack([self.straight(x), ((x - 245) / 10) ** 2])

    def mean_scores(self, held: NDArray[np.bool_]) -> Array:
        """Mean score of the people in some of the bins."""
        weights = self.table.members(self.cell.grid)[held] * self.f
        return np.asarray(weights @ self.x / weights.sum(axis=1))

    @property
    def knots(self) -> Array:
        """Knots of the spline: evenly spaced between the mean scores of the outer bins.

        Bins resolve no more than this; quantiles of the scores would put two knots into an open bin
        that holds most of the people.
        """
        held = self.table.n_total >= SMALLEST_SHARE * self.table.n_total.sum()
        means = self.mean_scores(held)
        return np.linspace(means[0], means[-1], 4 if held.sum() > FEWEST_BINS else 3)

    def fit_spline(self) -> Array:
        """Logits at the knots, with a weak prior of being in line with each other."""
        line = self.straight(self.knots)
        off_line = np.eye(len(line)) - line @ np.linalg.pinv(line)
        return self.fit(self.spline(self.x), off_line / OFF_LINE**2)[0]

    def spline(self, x: Array) -> Array:
        """Basis of the natural cubic spline, one function a knot, linear beyond the outermost."""
        knots = self.knots
        cardinal = CubicSpline(knots, np.eye(len(knots)), bc_type="natural")
        inside = np.clip(x, knots[0], knots[-1])
        return np.asarray(cardinal(inside) + (x - inside)[:, None] * cardinal(inside, 1))


def binned_logit(cell: Cell, parameters: Array) -> BinnedLogit | None:
    """Counts of a cell with enough bins, its scores where a fit put them; else None.

    `parameters` (shape (7,)): of the fit.
    """
    table = cell.binned
    if table is None or int((table.n_total > 0).sum()) < FEWEST_BINS:
        return None
    return BinnedLogit(cell, table, state(cell.grid, parameters).f)
