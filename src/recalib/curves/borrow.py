"""Wide curves from a count alone, with mean, spread and slope of scores known from elsewhere.

A base rate fixes the curve near the mean score of the people counted, which nobody printed. Mean,
spread, slope and base rate are given distributions and carried through to intercept and slope. All
stand-ins are in this module, each with its reason; none can give a calibrated edge.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit, logit, ndtr
from scipy.stats import beta

from calib.line import Line
from recalib.curves.priors import Normal
from recalib.likelihood.model import CENTRE, SCALE, Array, Grid
from recalib.likelihood.totals import Total

#: Mean score of U.S. IMGs against non-U.S. IMGs of the specialty, among people who ranked a track
#: of it anywhere. An assumption: set by matched means that differed by -3 with SD 6.6 over 11
#: specialties in 2013, and by invited medians (-9 and -14) of which no table is in this repository.
GROUP_SHIFT = {"us_img": -6.0}
MEAN_SD = 7.0
#: Where the specialty has no scores at all, the mean of the specialties that have stands in.
UNSEEN_MEAN = 244.0
UNSEEN_MEAN_SD = 6.0
#: Mean and standard deviation of log SD of scores that nobody printed.
LOG_SPREAD = (float(np.log(13.5)), 0.1)
#: A slope moved to another group or denominator may differ by this much more, per 10 points.
TRANSPORT_SD = 0.15
#: The group whose slopes and scores stand in for groups without any.
REFERENCE_GROUP = "non_us_img"

_NODES = 9


def stand_in(grid: Grid, mean: float) -> Array:
    """Normal distribution of scores that nobody printed, on a grid, shape (scores,)."""
    density = np.exp(-0.5 * ((grid.x - mean) / np.exp(LOG_SPREAD[0])) ** 2)
    return np.asarray(density / density.sum(), dtype=float)


def positive(line: Line) -> float:
    """Chance that a normal slope is above 0."""
    return float(ndtr(line.slope / line.slope_se))


def score_level(
    specialty: str, applicant_group: str, means: Mapping[tuple[str, str], float]
) -> Normal:
    """Choose the stand-in for the mean score of a population that printed none, in points.

    `means` (mapping of (specialty, applicant_group) to float): fitted mean scores of the
    populations that printed scores. Returns: own group's mean in that specialty; else the reference
    group's, where the shift between the two is known; else the mean over the own group's
    specialties, then over the reference group's, with the spread between specialties added.
    """
    own = means.get((specialty, applicant_group))
    if own is not None:
        return Normal(own, MEAN_SD)
    shift = GROUP_SHIFT.get(applicant_group, 0.0)
    reference = means.get((specialty, REFERENCE_GROUP))
    if reference is not None and applicant_group in GROUP_SHIFT:
        return Normal(reference + shift, MEAN_SD)
    for lender, moved in ((applicant_group, 0.0), (REFERENCE_GROUP, shift)):
        seen = np.array([mean for (_, group), mean in sorted(means.items()) if group == lender])
        if len(seen) >= 3:
            spread = float(np.hypot(MEAN_SD, seen.std(ddof=1)))
            return Normal(float(seen.mean()) + moved, spread)
    return Normal(UNSEEN_MEAN + shift, float(np.hypot(MEAN_SD, UNSEEN_MEAN_SD)))


def _intercepts(mean: Array, spread: Array, slope: Array, rate: Array) -> Array:
    """Intercepts at which scores N(mean, spread^2) give the base rate, element by element."""
    nodes, weights = hermegauss(7)
    weights = weights / weights.sum()
    u = (mean[:, None] + spread[:, None] * nodes - CENTRE) / SCALE
    steep = slope[:, None] * u
    intercept: Array = logit(rate) - steep @ weights
    for _ in range(50):
        p = expit(intercept[:, None] + steep)
        step = (p @ weights - rate) / ((p * (1 - p)) @ weights)
        intercept = intercept - np.clip(step, -2, 2)
        if float(np.abs(step).max()) < 1e-10:
            break
    return intercept


def borrow(total: Total, level: Normal, slope: Normal) -> Line:
    """Carry all that is uncertain through to a curve.

    `total`: successes and people; the base rate is Beta(k + 1/2, n - k + 1/2); `level`: mean score
    of these people; `slope`: borrowed, per 10 points. Returns: mean, standard deviation and
    correlation of intercept and slope, by Gaussian quadrature over mean, log spread and slope and
    equally probable slices of the base rate.
    """
    nodes, weights = hermegauss(_NODES)
    weights = weights / weights.sum()
    slices = 25
    k, n = total.n_success, total.n_total
    rates = beta.ppf((np.arange(slices) + 0.5) / slices, k + 0.5, n - k + 0.5)
    few_nodes, few_weights = hermegauss(3)
    few_weights = few_weights / few_weights.sum()
    grids = np.meshgrid(nodes, few_nodes, nodes, rates, indexing="ij")
    weight = np.einsum("i,j,k,l->ijkl", weights, few_weights, weights, np.full(slices, 1 / slices))
    z_mean, z_spread, z_slope, rate = (grid.ravel() for grid in grids)
    share = weight.ravel()
    slopes = slope.mean + slope.sd * z_slope
    intercepts = _intercepts(
        level.mean + level.sd * z_mean,
        np.exp(LOG_SPREAD[0] + LOG_SPREAD[1] * z_spread),
        slopes,
        np.clip(rate, 1e-6, 1 - 1e-6),
    )
    a, b = float(share @ intercepts), float(share @ slopes)
    variance = float(share @ (intercepts - a) ** 2)
    covariance = float(share @ ((intercepts - a) * (slopes - b)))
    error = float(np.sqrt(variance))
    return Line(a, b, error, slope.sd, covariance / (error * slope.sd))
