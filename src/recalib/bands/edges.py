"""Where a curve crosses a probability: intercept and slope in, a score with its interval out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from recalib.curves.grade import Z95
from recalib.likelihood.model import CENTRE, SCALE, Array

LOWEST, HIGHEST = 1.0, 300.0


@dataclass(frozen=True)
class Line:
    """A straight logit with the covariance of its two numbers.

    Parameters
    ----------
    intercept : float
        Logit of the chance at a score of 245.
    slope : float
        Per 10 points.
    intercept_se, slope_se, correlation : float
    """

    intercept: float
    slope: float
    intercept_se: float
    slope_se: float
    correlation: float

    @property
    def covariance(self) -> Array:
        """Covariance of (intercept, slope), shape (2, 2)."""
        cross = self.correlation * self.intercept_se * self.slope_se
        return np.array([[self.intercept_se**2, cross], [cross, self.slope_se**2]])

    def _reach(self, gradient: Array) -> float:
        """Half the 95 % interval of a number with this gradient in (intercept, slope)."""
        variance = float(gradient @ self.covariance @ gradient)
        return Z95 * float(np.sqrt(max(variance, 0.0)))

    def probability(self, score: float) -> tuple[float, float, float]:
        """Chance at a score with its 95 % limits, formed on the logit."""
        gradient = np.array([1.0, (score - CENTRE) / SCALE])
        eta = self.intercept + self.slope * float(gradient[1])
        reach = self._reach(gradient)
        return float(expit(eta)), float(expit(eta - reach)), float(expit(eta + reach))

    def mean_probability(self, scores: Array, weights: Array) -> tuple[float, float, float]:
        """Chance averaged over scores, with its 95 % limits by the delta method on the logit.

        Parameters
        ----------
        scores, weights : ndarray of shape (k,)
            Score points, and how many people have each (any scale).
        """
        u = (scores - CENTRE) / SCALE
        p = expit(self.intercept + self.slope * u)
        share = weights / weights.sum()
        mean = float(share @ p)
        bend = share * p * (1 - p)
        gradient = np.array([bend.sum(), bend @ u]) / (mean * (1 - mean))
        reach = self._reach(gradient)
        eta = float(np.log(mean / (1 - mean)))
        return mean, float(expit(eta - reach)), float(expit(eta + reach))


def fieller(line: Line, probability: float, z: float = Z95) -> tuple[float, float, float]:
    """Score at which the chance is `probability`, with Fieller's interval.

    The interval holds every score x at which the line does not differ from logit(probability) by
    more than z standard errors of its height at x [1]_.

    Parameters
    ----------
    line : Line
    probability : float
        In (0, 1).
    z : float
        Normal quantile of the interval.

    Returns
    -------
    score, low, high : float
        Score points. `low` or `high` is infinite where the interval is open: the slope may be 0.

    References
    ----------
    .. [1] E. C. Fieller (1954). Some problems in interval estimation. Journal of the Royal
       Statistical Society B 16, 175-185.
    """
    level = float(logit(probability))
    gap = line.intercept - level
    covariance = line.covariance
    centre = -gap / line.slope if line.slope else float("nan")
    square = line.slope**2 - z**2 * covariance[1, 1]
    cross = gap * line.slope - z**2 * covariance[0, 1]
    constant = gap**2 - z**2 * covariance[0, 0]
    below = cross**2 - square * constant
    if square > 0:
        root = float(np.sqrt(max(below, 0.0)))
        low, high = (-cross - root) / square, (-cross + root) / square
    elif below <= 0 or square == 0:
        low, high = -np.inf, np.inf
    else:
        # Two rays: the one that holds the estimate is the interval, open on its far side.
        root = float(np.sqrt(below))
        near, far = (-cross + root) / square, (-cross - root) / square
        low, high = (-np.inf, near) if centre <= near else (far, np.inf)
    return CENTRE + SCALE * centre, CENTRE + SCALE * low, CENTRE + SCALE * high
