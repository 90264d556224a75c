"""Blurs and coarsens a private fit into a stand-in table that may be published.

Everything published of a cohort's curve is computed from this stand-in and from nothing finer:
pools, curves, bands and audit never see the counts, so nothing in them can tell more than the six
blurred and rounded numbers of a `Release` do (effects of covariates leave by `effects.py`). The
rule and its authority are in `release.yml`. What still looks at counts does so only to withhold:
curves of too few people, or that one person would move; their bands, and bands of the audit;
covariates whose sides too few people tell apart.
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
from recalib.privacy.noise import Draws

#: Least step of height and slope: the last digit that is published.
_NARROWEST = 1e-4


@dataclass(frozen=True)
class Rule:
    """What `release.yml` says; see there."""

    authority: str
    threshold: int
    extra: int
    noise: float
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
    text = Path(__file__).with_name("release.yml").read_text(encoding="utf-8")
    record: dict[str, Any] = yaml.safe_load(text)
    return Rule(**record)


@dataclass(frozen=True)
class Release:
    """All that leaves a cohort about one curve."""

    #: Blurred, to the nearest 10.
    people: int
    #: Of the scores, in points.
    mean: float
    spread: float
    #: Logit of the chance at `mean`: there it hardly moves with the slope.
    height: float
    #: Per 10 points.
    slope: float
    #: Trials per person that would give a binomial table errors as wide.
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


def reach(design: Array, people: Array, bread: Array, residual: float = 1.0) -> Array:
    """Return the covariance of what one person moves the coefficients of a regression.

    A person at x whose result lies r from its chance moves them by about bread @ x r, their
    influence function. With the covariance returned, times `noise` squared, as that of the noise,
    the numbers with and without that person lie r sqrt(1 + d ** 2 / 4) / (residual noise) standard
    deviations apart, where d is the distance (Mahalanobis) of x from the mean person.

    design (p, k) has ones in its first row; people (k,); bread (p, p) is the inverse of the
    information; residual: how far one person's results may lie from expectation, 1 for a match.
    """
    share = people / people.sum()
    centre = design @ share
    spread = (design * share) @ design.T - np.outer(centre, centre)
    far = np.outer(centre, centre) + 4 * spread
    return np.asarray(residual**2 * bread @ far @ bread)


def one_tells(moved: Array, covariance: Array) -> bool:
    """Whether one person moves a regression, in some direction, by more than its error.

    So it is where the results are separated: whoever stands at the edge decides the slope.
    """
    return bool(eigh(moved, covariance, eigvals_only=True)[-1] > 1)


def residual(people: Array, trials: Array, chance: Array, widening: float) -> float:
    """Return how far one applicant's interviews may lie from their expectation.

    Two standard deviations, and 1 at least: of a match with a chance of 1/2 both are the same.
    """
    variance = widening * float(trials @ (chance * (1 - chance))) / float(people.sum())
    return max(1.0, 2 * float(np.sqrt(variance)))


def blurred(values: Array, covariance: Array, draws: Draws) -> Array:
    """Add normal noise of a covariance, that of what one person moves, times the rule's factor."""
    root = np.linalg.cholesky(covariance)
    return np.asarray(values + rule().noise * root @ draws.normal(len(values)))


def widened(people: float, draws: Draws) -> float:
    """Return a factor, hardly ever below 1, that blurs a variance.

    One person of n, about two standard deviations from the mean one, moves it by 1.5 / n.
    """
    deviate = float(draws.normal(1)[0])
    return float(np.exp(rule().noise * 1.5 / people * max(2 + deviate, 0.0)))


def people_told(count: float, draws: Draws) -> int:
    """Return a number of people as it may leave: blurred, to the nearest 10, never 0."""
    by = rule()
    told = nearest(count + by.noise * float(draws.normal(1)[0]), by.people)
    return max(int(told), by.people)


def release(
    score: Array,
    people: Array,
    line: tuple[float, float, Array],
    moved: Array,
    draws: Draws,
) -> Release:
    """Blur and coarsen a fit.

    The errors of the stand-in hold those of the fit, of the noise and of the coarsening: its
    covariance of (height, slope) exceeds theirs in every direction.
    """
    by = rule()
    count = float(people.sum())
    mean = float(np.average(score, weights=people))
    spread = float(np.sqrt(np.average((score - mean) ** 2, weights=people)))
    counted = people_told(count, draws)
    # Who lies u standard deviations out moves the mean by u / n of them, and the standard deviation
    # by (u ** 2 - 1) / 2n.
    one_moves = by.noise * spread / count
    mean_noise, spread_noise = (one_moves * draws.normal(2) * (1.5, 1.0)).tolist()
    mean = nearest(mean + mean_noise, by.score)
    spread = max(nearest(spread + spread_noise, by.spread), by.spread)
    intercept, slope = blurred(np.array(line[:2]), moved, draws).tolist()
    covariance = (line[2] + by.noise**2 * moved) * widened(count, draws)
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
