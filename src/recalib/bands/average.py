"""Chances averaged over the scores of some people."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from calib.line import Line, Z
from recalib.likelihood.model import CENTRE, SCALE, Array


def mean_probability(line: Line, scores: Array, weights: Array) -> tuple[float, float, float]:
    """Return the chance averaged over scores, with 95 % limits by the delta method on the logit.

    `scores` and `weights` have shape (k,): score points, and how many people have each (any scale).
    """
    u = (scores - CENTRE) / SCALE
    p = expit(line.intercept + line.slope * u)
    share = weights / weights.sum()
    mean = float(share @ p)
    bend = share * p * (1 - p)
    gradient = np.array([bend.sum(), bend @ u]) / (mean * (1 - mean))
    reach = Z * float(np.sqrt(max(float(gradient @ np.array(line.covariance) @ gradient), 0.0)))
    eta = float(np.log(mean / (1 - mean)))
    return mean, float(expit(eta - reach)), float(expit(eta + reach))
