"""The model of one cell: distributions of scores by result, with derivatives.

A population has scores x on whole numbers with distribution f, and P(x) = expit(a + b u) with
u = (x - 245) / 10 is the chance of success. Scores of those who succeed follow f1 ~ f P, of the
others f0 ~ f (1 - P). Up to its constant

    f = exp(c1 z + c2 z^2 + c3 t3(z) + c4 t4(z) + c5 [x < 209])

with z the score standardised by fixed numbers, t3 and t4 Hermite polynomials damped so that the
tails stay those of the quadratic. c3 and c4 have a normal prior that allows a skewness of about .6
and an excess kurtosis of about 1.2 at one prior standard deviation. The last term lets f drop below
209, the passing score of the oldest attempts still seen: few who failed apply, and no smooth curve
has such a step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]

CENTRE = 245.0
SCALE = 10.0
SCORE_MIN = 185
SCORE_MAX = 300

#: Passing score of the oldest attempts in the tables; later ones are 214 and 218.
OLDEST_PASS = 209

#: Standard deviation of scores assumed where nothing printed in the group gives one, with the
#: standard deviation of its logarithm.
TYPICAL_SPREAD = 13.0
LOG_SPREAD_SD = 0.12

#: Parameters of a cell, in order: intercept, slope, and five of the distribution of scores.
SIZE = 7
INTERCEPT, SLOPE = 0, 1
SHAPE = slice(2, SIZE)
#: Prior precision of the shape parameters: none on the quadratic, mild on the others.
SHAPE_PRECISION = np.array([0.0, 0.0, 0.1**-2, 0.05**-2, 2.0**-2])
NORMAL_SHAPE = np.array([0.0, -0.5, 0.0, 0.0, 0.0])


@dataclass(frozen=True)
class Grid:
    """The whole-number scores a cell can hold and the basis of log f on them.

    `low`: lowest possible score: a property of the cycle, never of the cell (185 unless known);
    `centre`, `spread`: fixed numbers near the mean and the standard deviation of the scores, in
    score points.
    """

    low: int
    centre: float
    spread: float
    x: Array = field(init=False)
    u: Array = field(init=False)
    basis: Array = field(init=False)
    design: Array = field(init=False)

    def __post_init__(self) -> None:
        x = np.arange(self.low, SCORE_MAX + 1, dtype=float)
        z = (x - self.centre) / self.spread
        damp = np.exp(-(z**2) / 8)
        failed = (x < OLDEST_PASS).astype(float)
        hermite = [(z**3 - 3 * z) * damp, (z**4 - 6 * z**2 + 3) * damp]
        u = (x - CENTRE) / SCALE
        basis = np.stack([z, z**2, *hermite, failed])
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "u", u)
        object.__setattr__(self, "basis", basis)
        object.__setattr__(self, "design", np.vstack([np.ones_like(u), u, basis]))


@dataclass(frozen=True)
class State:
    """Everything the likelihoods need at one value of the parameters.

    `f`, `p` (shape (scores,)): distribution of scores of everyone, and the chance of success at
    each score; `rate`: chance of success of the whole cell, the mean of `p` under `f`; `by_result`
    (shape (scores,)): f0 and f1: the distribution of scores without and with success.
    """

    grid: Grid
    parameters: Array
    f: Array
    p: Array
    rate: float
    by_result: tuple[Array, Array]

    @cached_property
    def tilt(self) -> tuple[Array, Array]:
        """Uncentred derivatives of log f0 and log f1: d E[g]/d parameters = Cov(g, tilt).

        Two arrays of shape (7, scores).
        """
        tilt0, tilt1 = self.grid.design.copy(), self.grid.design.copy()
        tilt0[: SHAPE.start] *= -self.p
        tilt1[: SHAPE.start] *= 1 - self.p
        return tilt0, tilt1

    def rate_gradient(self) -> Array:
        """Return d rate / d parameters, shape (7,)."""
        gradient = np.empty(SIZE)
        slope_of_p = self.f * self.p * (1 - self.p)
        gradient[INTERCEPT] = slope_of_p.sum()
        gradient[SLOPE] = slope_of_p @ self.grid.u
        centred = self.p - self.rate
        gradient[SHAPE] = self.grid.basis @ (self.f * centred)
        return gradient


def state(grid: Grid, parameters: Array) -> State:
    """Evaluate the model.

    `parameters` (shape (7,)): intercept, slope per 10 points, and the five shape parameters of f.
    """
    log_f = parameters[SHAPE] @ grid.basis
    f = np.exp(log_f - log_f.max())
    f /= f.sum()
    p = expit(parameters[INTERCEPT] + parameters[SLOPE] * grid.u)
    success = f * p
    rate = float(success.sum())
    failure = f * (1 - p)
    miss = float(failure.sum())
    # A rate of exactly 0 or 1 is an overflow of a wild trial step; the line search turns it down.
    tiny = np.finfo(float).tiny
    return State(
        grid=grid,
        parameters=parameters,
        f=f,
        p=p,
        rate=rate,
        by_result=(failure / max(miss, tiny), success / max(rate, tiny)),
    )


@dataclass(frozen=True)
class Term:
    """What one table adds at one value of the parameters.

    `value`: (quasi-)log-likelihood up to a constant. `score` (shape (7,)): its derivative.
    `information` (shape (7, 7)): expected information. `covariances`: of the printed statistics,
    table by table. A quasi-score has no function of its own to climb, but with these held it has
    one.
    """

    value: float
    score: Array
    information: Array
    covariances: tuple[Array, ...] = ()
