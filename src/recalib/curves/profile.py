"""Profile log likelihood of the slope of a fitted unit, as a table.

At each slope of the table everything else is fitted, and the score that is left for the slope is
integrated along the way: the profile log likelihood for bins and counts, the profile
quasi-likelihood for printed statistics (McCullagh 1983). What a small or one-sided table says leans
to steep slopes; a normal at its maximum would pull every slope towards 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.interpolate import CubicSpline

from recalib.curves.objective import Objective
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.unit import UnitFit, solve, with_slope
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Array

#: Slopes of the table are this many standard errors apart, and end where the log likelihood has
#: fallen so far.
STRIDE = 1.0
DROP = 12.0
#: Where the integral of the score from one slope to the next is that uncertain (spline against
#: straight line), a slope is put between the two, up to so many times.
UNSURE = 0.25
HALVINGS = 4
#: Largest stride, per 10 points: a nearly separated cell has no standard error to speak of.
LONGEST = 0.25
POINTS = 40
#: Newton decrement at which the rest counts as solved at one slope.
SOLVED = 1e-6
STEPS = 60


def tabulate(
    cells: Sequence[Cell],
    fit: UnitFit,
    *,
    error: float,
    widening: float,
    limits: tuple[float, float],
    priors: Priors = DEFAULT,
) -> tuple[Array, Array]:
    """Tabulate the log likelihood of the slope.

    `cells`: one unit; `fit`: where to start from; `error`: standard error of the slope, per 10
    points; `widening`: factor by which the errors of the unit are widened; the log likelihood is
    divided by its square; `limits`: slopes to stay within, per 10 points. Returns `slopes`,
    `levels` (shape (k,)): rising slopes and their log likelihood, 0 at the largest.
    """
    objectives = [Objective(cell, priors) for cell in cells]
    stride = min(STRIDE * error, LONGEST)
    centre = float(np.clip(fit.slope, *limits))
    origin = _at(objectives, fit.parameters, centre)
    fits = {centre: origin}
    pulls = {centre: origin.slope_score / widening**2}
    for direction in (1, -1):
        former, near, last, fallen = origin, origin, centre, 0.0
        for index in range(1, POINTS):
            slope = centre + direction * stride * index
            if not limits[0] <= slope <= limits[1]:
                break
            pairs = zip(former.parameters, near.parameters, strict=True)
            # The rest moves almost straight with the slope.
            further = _at(objectives, [2 * b - a for a, b in pairs], slope)
            if not further.converged:
                break
            fits[slope], pulls[slope] = further, further.slope_score / widening**2
            fallen -= direction * stride * (pulls[last] + pulls[slope]) / 2
            if fallen > DROP:
                break
            former, near, last = near, further, slope
    for _ in range(HALVINGS):
        for low, high in _unsure(pulls):
            pairs = zip(fits[low].parameters, fits[high].parameters, strict=True)
            slope = (low + high) / 2
            middle = _at(objectives, [(a + b) / 2 for a, b in pairs], slope)
            if middle.converged:
                fits[slope], pulls[slope] = middle, middle.slope_score / widening**2
    slopes, levels = _levels(pulls)
    return slopes, levels - levels.max()


def _levels(pulls: Mapping[float, float]) -> tuple[Array, Array]:
    """Integrate the score along the slopes, from the lowest."""
    slopes = np.array(sorted(pulls))
    if len(slopes) < 2:
        return slopes, np.zeros_like(slopes)
    scores = np.array([pulls[slope] for slope in slopes.tolist()])
    return slopes, np.asarray(CubicSpline(slopes, scores).antiderivative()(slopes))


def _unsure(pulls: Mapping[float, float]) -> list[tuple[float, float]]:
    """Neighbouring slopes between which the score bends too much to be integrated well."""
    slopes, levels = _levels(pulls)
    scores = np.array([pulls[slope] for slope in slopes.tolist()])
    straight = (scores[1:] + scores[:-1]) / 2 * np.diff(slopes)
    bent = np.nonzero(np.abs(np.diff(levels) - straight) > UNSURE)[0]
    return [(slopes[at].item(), slopes[at + 1].item()) for at in bent]


def _at(objectives: Sequence[Objective], begin: Sequence[Array], slope: float) -> UnitFit:
    """Fit all but the slope."""
    places = [with_slope(place, slope) for place in begin]
    return solve(objectives, places, slope_is_fixed=True, solved=SOLVED, steps=STEPS)
