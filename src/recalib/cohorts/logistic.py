"""Fits a grouped logistic regression to counts.

Where the scores of the two results do not overlap, the likelihood rises for ever; the score
equation then carries Firth's penalty (Jeffreys' prior), whose maximum is finite.

G. Heinze and M. Schemper (2002). A solution to the problem of separation in logistic regression.
Statistics in Medicine 21, 2409-2419.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from recalib.likelihood.model import CENTRE, SCALE, Array

_STEPS = 200
_SOLVED = 1e-20


@dataclass(frozen=True)
class Logistic:
    """A fitted line on the logit."""

    #: At a score of 245, and per 10 points.
    intercept: float
    slope: float
    #: Of (intercept, slope), for binomial counts; (2, 2).
    covariance: Array
    #: Whether the results were separated and Firth's penalty was used.
    penalised: bool

    def chances(self, score: Array) -> Array:
        """Chance of success at scores."""
        return np.asarray(expit(self.intercept + self.slope * (score - CENTRE) / SCALE))


def separated(score: Array, trials: Array, success: Array) -> bool:
    """Tell whether no score lies strictly between scores of the other result, on either side."""
    hit, missed = score[success > 0], score[trials > success]
    if not len(hit) or not len(missed):
        return True
    return bool(missed.max() <= hit.min() or hit.max() <= missed.min())


def fit_counts(score: Array, trials: Array, success: Array) -> Logistic | None:
    """Fit counts by score.

    None where fewer than two scores have trials, so that there is no slope.
    """
    kept = trials > 0
    score, trials, success = score[kept], trials[kept], success[kept]
    if len(np.unique(score)) < 2:
        return None
    design = np.stack([np.ones_like(score), (score - CENTRE) / SCALE])
    penalised = separated(score, trials, success)
    place, covariance = maximum(design, trials, success, penalised=penalised)
    return Logistic(float(place[0]), float(place[1]), covariance, penalised)


def maximum(
    design: Array, trials: Array, success: Array, *, penalised: bool
) -> tuple[Array, Array]:
    """Climb to the maximum of the likelihood, or of Firth's."""
    # Steps are taken around the means and in standard deviations, where numbers of any size and
    # place hardly move together.
    means = np.average(design[1:], weights=trials, axis=1)
    spreads = np.sqrt(np.average((design[1:] - means[:, None]) ** 2, weights=trials, axis=1))
    back = np.eye(len(design))
    back[1:, 1:] = np.diag(1 / spreads)
    back[0, 1:] = -means / spreads
    steps = back.T @ design
    rate = (success.sum() + 0.5) / (trials.sum() + 1)
    place = np.zeros(len(design))
    place[0] = logit(rate)
    level, gradient, information = _climb(place, steps, trials, success, penalised)
    for _ in range(_STEPS):
        step = np.linalg.solve(information, gradient)
        decrement = float(step @ gradient)
        if decrement < _SOLVED * max(1.0, float(trials.sum())):
            break
        length = 1.0
        while length > 1e-8:
            moved = _climb(place + length * step, steps, trials, success, penalised)
            # What a sum of logarithms may lose to rounding must not stop the last steps.
            if moved[0] >= level - 1e-12 * abs(level):
                break
            length /= 2
        else:
            break
        place = place + length * step
        level, gradient, information = moved
    return back @ place, back @ np.linalg.inv(information) @ back.T


def _climb(
    place: Array, design: Array, trials: Array, success: Array, penalised: bool
) -> tuple[float, Array, Array]:
    """Return the (penalised) log-likelihood, its gradient and the expected information."""
    eta = place @ design
    chance = expit(eta)
    weight = np.maximum(trials * chance * (1 - chance), 1e-300)
    information = (design * weight) @ design.T
    level = float(success @ -np.logaddexp(0, -eta) + (trials - success) @ -np.logaddexp(0, eta))
    excess = success - trials * chance
    if penalised:
        level += 0.5 * float(np.linalg.slogdet(information)[1])
        leverage = weight * np.sum(design * np.linalg.solve(information, design), axis=0)
        excess = excess + leverage * (0.5 - chance)
    return level, design @ excess, information
