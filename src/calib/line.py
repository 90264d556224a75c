"""Chances, edges and gains of one fitted curve, with 95 % intervals: the project's only copy.

A curve says logit P(x) = intercept + slope * u at u = (x - 245) / 10.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import cos, exp, inf, isinf, log, nan, pi, sin, sqrt
from typing import NamedTuple

#: Half-width of a 95 % interval in standard errors.
Z = 1.959963984540054

#: Score at which u is 0, and points of one u.
CENTRE, SCALE = 245.0, 10.0

#: No score outside these occurs in any table, so an interval that passes one of them is unbounded
#: there; the band table's boundary_low and boundary_high keep to the same limits.
SCORE_MIN, SCORE_MAX = 185.0, 300.0

#: Points: an edge known less well than that is not claimed.
WIDEST = 40.0

#: Half-width of an interval on the logit beyond which a difference is searched in finer steps.
_WIDE = 2.0
_GOLDEN = 0.6180339887498949


class Line(NamedTuple):
    """A straight logit: its two coefficients with their standard errors and correlation."""

    intercept: float
    slope: float
    intercept_se: float
    slope_se: float
    correlation: float

    @property
    def covariance(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Covariance of (intercept, slope), two rows."""
        cross = self.correlation * self.intercept_se * self.slope_se
        return ((self.intercept_se**2, cross), (cross, self.slope_se**2))


def expit(logit: float) -> float:
    """Return the probability of a logit of any size."""
    # exp() overflows beyond 709; the probability is 0 to every digit long before.
    return 1.0 / (1.0 + exp(-logit)) if logit > -700.0 else 0.0


def spread(line: Line, score: float, root: Callable[[float], float] = sqrt) -> tuple[float, float]:
    """Return the logit at a score and half its 95 % interval; with NumPy's root of arrays, too."""
    (va, cov), (_, vb) = line.covariance
    u = (score - CENTRE) * 0.1
    half = Z * root(abs(va + u * (2.0 * cov + u * vb)))  # rounding may pass 0
    return line.intercept + line.slope * u, half


def chance(line: Line, score: float) -> tuple[float, float, float]:
    """Return (value, low, high) at a score: the interval is Wald's on the logit."""
    logit, half = spread(line, score)
    return expit(logit), expit(logit - half), expit(logit + half)


def fieller(line: Line, p: float, z: float = Z) -> tuple[float, float, float]:
    """Return (score, low, high) where the curve reaches `p`; an open end is infinite.

    The interval holds every u with (a + b u - logit p)^2 <= z^2 var(a + b u): Fieller, E. C.
    (1954), Some problems in interval estimation, J. R. Stat. Soc. B 16, 175-185.
    """
    (va, cov), (_, vb) = line.covariance
    shift = line.intercept - log(p / (1.0 - p))
    score = CENTRE - SCALE * shift / line.slope if line.slope else nan
    squared = line.slope * line.slope - z * z * vb
    linear = line.slope * shift - z * z * cov
    inside = linear * linear - squared * (shift * shift - z * z * va)
    if squared == 0.0 or (squared < 0.0 and inside <= 0.0):
        return score, -inf, inf
    root = sqrt(max(inside, 0.0))
    low = CENTRE + SCALE * (-linear - root) / squared
    high = CENTRE + SCALE * (-linear + root) / squared
    if squared < 0.0:
        # Two rays: the one that holds the estimate is the interval, open on its far side.
        return (score, -inf, high) if score <= high else (score, low, inf)
    return score, low, high


def edge(line: Line, p: float) -> tuple[float, float | None, float | None]:
    """Return (score, low, high) where the curve, whose slope is not 0, reaches `p`.

    An end is None where it lies outside 185-300, and both are where the slope's own interval holds
    0, since then no finite interval has the coverage.
    """
    score, low, high = fieller(line, p)
    if isinf(low) or isinf(high):
        return score, None, None
    return score, _limit(low), _limit(high)


def _limit(end: float) -> float | None:
    return end if SCORE_MIN <= end <= SCORE_MAX else None


def claim(line: Line, p: float, score_low: float, score_high: float) -> str:
    """Return whether an edge at `p` may be claimed: ``ok``, ``unreachable`` or ``wide``.

    It must lie within the fitted scores, and its interval be closed and at most `WIDEST` points.
    """
    score, low, high = edge(line, p) if line.slope else (nan, None, None)
    if not score_low <= score <= score_high:
        return "unreachable"
    known = low is not None and high is not None and high - low <= WIDEST
    return "ok" if known else "wide"


def after_drift(line: Line, drift_sd: float) -> Line:
    """Return the line of a later cycle, whose level has moved by `drift_sd` (on the logit)."""
    intercept_se = sqrt(line.intercept_se**2 + drift_sd**2)
    correlation = line.correlation * line.intercept_se / intercept_se if intercept_se else 0.0
    return line._replace(intercept_se=intercept_se, correlation=correlation)


def difference(line: Line, start: float, end: float) -> tuple[float, float, float]:
    """Return what the chance at `end` is above that at `start`, as (value, low, high).

    The interval is the range of the difference over the curves whose Wald distance from the fitted
    one is at most z: the likelihood interval of a quadratic log-likelihood. Unlike the delta
    method's it keeps to [-1, 1] and leaves out 0 exactly when the slope's interval does. The
    difference has no extremum inside that ellipse, so its edge is searched.
    """
    a, b = line.intercept, line.slope
    (va, cov), (_, vb) = line.covariance
    u, v = (start - CENTRE) * 0.1, (end - CENTRE) * 0.1
    # Cholesky factor of the covariance, times z: the logits at an angle of the ellipse are
    # s = a + b u + sc cos + ss sin at the first score, and t likewise at the second.
    sa = sqrt(va)
    across = cov / sa if sa else 0.0
    rest = Z * sqrt(max(vb - across * across, 0.0))
    sa, across = Z * sa, Z * across
    s, sc, ss = a + b * u, sa + across * u, rest * u
    t, tc, ts = a + b * v, sa + across * v, rest * v

    def at(angle: float, sign: float = 1.0) -> float:
        c, d = cos(angle), sin(angle)
        return sign * (expit(t + tc * c + ts * d) - expit(s + sc * c + ss * d))

    # The wider the ellipse, the sharper a turn of the difference may be.
    steps = 24 if max(sc * sc + ss * ss, tc * tc + ts * ts) < _WIDE * _WIDE else 72
    around = [2.0 * pi * i / steps for i in range(steps)]
    found = [at(angle) for angle in around]
    lowest, highest = around[found.index(min(found))], around[found.index(max(found))]
    low = _least(at, lowest, around[1])
    return expit(t) - expit(s), low, -_least(partial(at, sign=-1.0), highest, around[1])


def _least(f: Callable[[float], float], near: float, step: float) -> float:
    """Return the least value of a function within a step of a place, by golden section."""
    low, high = near - step, near + step
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = f(left), f(right)
    while high - low > 1e-3:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = f(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = f(right)
    return min(at_left, at_right)


def odds_ratio(line: Line, start: float, end: float) -> tuple[float, float, float]:
    """Return the odds at `end` over those at `start`, as (value, low, high)."""
    step = (end - start) * 0.1
    half = Z * line.slope_se * abs(step)
    centre = line.slope * step
    # Beyond exp(700) a float ends; a borrowed slope's limit over 299 points may go there.
    ends = (centre, centre - half, centre + half)
    value, low, high = (exp(max(min(logit, 700.0), -700.0)) for logit in ends)
    return value, low, high
