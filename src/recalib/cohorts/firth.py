"""Fits grouped logistic regressions whose results are separated, by Firth's penalty.

There the likelihood rises for ever; with the penalty (Jeffreys' prior) its maximum is finite.

G. Heinze and M. Schemper (2002). A solution to the problem of separation in logistic regression.
Statistics in Medicine 21, 2409-2419.
"""

# Not by firthmodels: on separated counts its steps often stop with a warning and 1e-5 short of the
# maximum, whatever its tolerance, and its covariance is another one than that of the counts.

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from recalib.likelihood.model import Array

_STEPS = 200
_SOLVED = 1e-20


def firth(design: Array, trials: Array, success: Array) -> tuple[Array, Array]:
    """Return the penalised maximum and the inverse of the expected information there.

    design (p, k) has ones in its first row and independent rows; trials (k,) are above 0.
    """
    # Steps are taken around the means and in standard deviations, where numbers of any size and
    # place hardly move together.
    means = np.average(design[1:], weights=trials, axis=1)
    spreads = np.sqrt(np.average((design[1:] - means[:, None]) ** 2, weights=trials, axis=1))
    back = np.eye(len(design))
    back[1:, 1:] = np.diag(1 / spreads)
    back[0, 1:] = -means / spreads
    steps = back.T @ design
    place = np.zeros(len(design))
    place[0] = logit((success.sum() + 0.5) / (trials.sum() + 1))
    level, gradient, information = _climb(place, steps, trials, success)
    for _ in range(_STEPS):
        step = np.linalg.solve(information, gradient)
        if float(step @ gradient) < _SOLVED * max(1.0, float(trials.sum())):
            break
        length = 1.0
        while length > 1e-8:
            moved = _climb(place + length * step, steps, trials, success)
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
    place: Array, design: Array, trials: Array, success: Array
) -> tuple[float, Array, Array]:
    """Return the penalised log-likelihood, its gradient and the expected information."""
    eta = place @ design
    chance = expit(eta)
    weight = np.maximum(trials * chance * (1 - chance), 1e-300)
    information = (design * weight) @ design.T
    level = float(success @ -np.logaddexp(0, -eta) + (trials - success) @ -np.logaddexp(0, eta))
    level += 0.5 * float(np.linalg.slogdet(information)[1])
    leverage = weight * np.sum(design * np.linalg.solve(information, design), axis=0)
    excess = success - trials * chance + leverage * (0.5 - chance)
    return level, design @ excess, information
