"""The way out of a cohort: a private fit in, a coarse stand-in table that may be published out.

Everything published of a cohort is computed from this stand-in and from nothing finer: pools,
curves, bands and audit never see the counts, so nothing in them can tell more than the six coarse
numbers of a `Release` do. The rule and its authority are in `disclosure.yml`. Three things still
look at counts, only to withhold: which curves have enough people, which of their bands, which bands
of the audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.linalg import eigh
from scipy.special import expit

from recalib.likelihood.bins import BinTable
from recalib.likelihood.model import CENTRE, SCALE, SCORE_MAX, SCORE_MIN, Array, Grid

#: Least step of height and slope: the last digit that is published.
_NARROWEST = 1e-4


@dataclass(frozen=True)
class Rule:
    """What `disclosure.yml` says; see there."""

    authority: str
    threshold: int
    people: int
    score: float
    spread: float
    step: float
    information: float
    effect_variance: float
    effect_step: float


@cache
def rule() -> Rule:
    """Read the rule."""
    text = Path(__file__).with_name("disclosure.yml").read_text(encoding="utf-8")
    record: dict[str, Any] = yaml.safe_load(text)
    return Rule(**record)


@dataclass(frozen=True)
class Release:
    """All that leaves a cohort about one curve.

    Parameters
    ----------
    people : int
        To the nearest 10.
    mean, spread : float
        Of the scores, in points.
    height : float
        Logit of the chance at `mean`: there it hardly moves with the slope.
    slope : float
        Per 10 points.
    information : float
        Trials per person that would give a binomial table errors as wide.
    """

    people: int
    mean: float
    spread: float
    height: float
    slope: float
    information: float

    @property
    def grid(self) -> Grid:
        """Scores on which the stand-in lies."""
        return Grid(SCORE_MIN, self.mean, self.spread)

    def table(self) -> BinTable:
        """Return the stand-in: scores as a normal has them, successes as the line has them."""
        score = np.arange(SCORE_MIN, SCORE_MAX + 1, dtype=float)
        people = self.people * _normal(score, self.mean, self.spread)
        chance = expit(self.height + self.slope * (score - self.mean) / SCALE)
        trials = people * self.information
        return BinTable(score, score, people, trials * chance, trials)


def _normal(score: Array, mean: float, spread: float) -> Array:
    density = np.exp(-0.5 * ((score - mean) / spread) ** 2)
    return np.asarray(density / density.sum())


def nearest(value: float, unit: float) -> float:
    """Round to the nearest multiple of a unit, halves up."""
    return float(np.floor(value / unit + 0.5) * unit)


def step_below(value: float) -> float:
    """Return the largest of 1, 2 or 5 x 10^k that is not above a value."""
    power = 10.0 ** np.floor(np.log10(value))
    # The quotient of 2e-3 and 1e-3 may fall short of 2 by rounding.
    return float(power * max(n for n in (1, 2, 5) if n <= value / power * (1 + 1e-9)))


def release(
    score: Array, people: Array, intercept: float, slope: float, covariance: Array
) -> Release:
    """Coarsen a fit.

    The errors of the stand-in hold those of the fit and of the coarsening: its covariance of
    (height, slope) exceeds theirs in every direction.

    Parameters
    ----------
    score, people : ndarray of shape (k,)
        People by score.
    intercept, slope : float
        At 245, and per 10 points.
    covariance : ndarray of shape (2, 2)
        Of (intercept, slope), with everything that widens it.

    Returns
    -------
    Release
    """
    by = rule()
    count = float(people.sum())
    mean = float(np.average(score, weights=people))
    spread = float(np.sqrt(np.average((score - mean) ** 2, weights=people)))
    counted = max(int(nearest(count, by.people)), by.people)
    mean = nearest(mean, by.score)
    spread = max(nearest(spread, by.spread), by.spread)
    move = np.array([[1.0, (mean - CENTRE) / SCALE], [0.0, 1.0]])
    height = intercept + slope * (mean - CENTRE) / SCALE
    wide = move @ covariance @ move.T
    steps = [max(step_below(by.step * float(np.sqrt(wide[i, i]))), _NARROWEST) for i in (0, 1)]
    height, slope = nearest(height, steps[0]), nearest(slope, steps[1])
    wide = wide + np.diag(np.square(steps)) / 12
    one = Release(counted, mean, spread, height, slope, 1.0).table()
    chance = one.n_success / np.maximum(one.n_total, 1e-300)
    design = np.stack([np.ones_like(one.low), (one.low - mean) / SCALE])
    each = (design * (one.n_total * chance * (1 - chance))) @ design.T
    share = float(eigh(np.linalg.inv(wide), each, eigvals_only=True)[0])
    power = np.floor(np.log(share) / np.log(by.information) + 1e-9)
    return Release(counted, mean, spread, height, slope, float(by.information**power))
