"""How far levels move between cycles: a walk whose variance grows with the years between.

Every specialty of a population whose scores were printed in several cycles tells of it: its logits
at one common score differ by sampling and by the walk. Sampling errors are shared where cycles hold
the same people, and a span such as 2020-2024 is the mean of its years. The step's standard
deviation has a posterior; what a later year may be carries all of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd

from calib.line import Z, spread
from recalib.cohorts.labels import is_synthetic
from recalib.contract.keys import recency, years
from recalib.curves.curve import Curve
from recalib.curves.pools import Population, pool_name, population_of
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.units import THIN
from recalib.likelihood.model import Array

#: Steps a year that are considered, on the logit.
STEPS = np.linspace(0.0, 2.0, 801)


class Level(NamedTuple):
    """Logit of one cycle at its specialty's common score, with its standard error."""

    cycle: str
    logit: float
    error: float
    people: float


def walked(one: str, other: str) -> float:
    """Covariance of the levels of two cycles, per squared step of a year, from year 0 on."""
    mine, theirs = (np.arange(first, last + 1) for first, last in map(years, (one, other)))
    return float(np.minimum.outer(mine, theirs).mean())


def years_between(cycle: str, year: str) -> float:
    """Variance of the move from a cycle's level to a year's, per squared step of a year."""
    return walked(year, year) - 2 * walked(cycle, year) + walked(cycle, cycle)


def shared(one: Level, other: Level) -> float:
    """Correlation of the sampling errors of two levels by the people that both hold."""
    (first, last), (start, end) = years(one.cycle), years(other.cycle)
    common = max(min(last, end) - max(first, start) + 1, 0)
    people = min(
        one.people * common / (last - first + 1), other.people * common / (end - start + 1)
    )
    return people / sqrt(one.people * other.people)


@dataclass(frozen=True)
class Drift:
    """Posterior of the step that levels take in a year, on the logit.

    `weights` (shape of `STEPS`): posterior of each step; `levels`: what it was learned from, by
    population and specialty, cycles in order.
    """

    weights: Array
    levels: dict[tuple[Population, str], list[Level]]

    @property
    def step(self) -> float:
        """Root of the posterior mean of the squared step."""
        return float(np.sqrt(self.weights @ STEPS**2))

    def interval(self) -> tuple[float, float]:
        """Central 95 % of the posterior of the step."""
        # A weight stands for the steps around its own, half of it below.
        low, high = np.interp((0.025, 0.975), np.cumsum(self.weights) - self.weights / 2, STEPS)
        return float(low), float(high)

    def sd(self, cycle: str, year: int) -> float:
        """Standard deviation of the move from a cycle's level to a year's."""
        return self.step * sqrt(years_between(cycle, str(year)))

    def pairs(self) -> pd.DataFrame:
        """Neighbouring cycles of each specialty.

        Returns population, specialty, older, newer, `moved` (change of the logit at the common
        score), `error` (its sampling error), `expected` (standard deviation of a move over these
        years by the posterior, without the error); one row a pair.
        """
        rows = []
        for (population, specialty), held in self.levels.items():
            for old, new in pairwise(held):
                both = shared(old, new) * old.error * new.error
                apart = walked(old.cycle, old.cycle) + walked(new.cycle, new.cycle)
                rows.append(
                    {
                        "population": pool_name(population, []),
                        "specialty": specialty,
                        "older": old.cycle,
                        "newer": new.cycle,
                        "moved": new.logit - old.logit,
                        "error": sqrt(max(old.error**2 + new.error**2 - 2 * both, 0.0)),
                        "expected": self.step * sqrt(apart - 2 * walked(old.cycle, new.cycle)),
                    }
                )
        names = ["population", "specialty", "older", "newer", "moved", "error", "expected"]
        return pd.DataFrame(rows, columns=names)

    def summary(self) -> pd.DataFrame:
        """One row: specialties it was learned from, the step of a year and its 95 % interval."""
        low, high = self.interval()
        row = {"specialties": len(self.levels), "step": self.step, "low": low, "high": high}
        return pd.DataFrame([row])

    def _repr_html_(self) -> str:
        return str(self.summary().round(3).to_html(index=False, border=0))


def levels_of(curves: Iterable[Curve]) -> dict[tuple[Population, str], list[Level]]:
    """Levels of specialties with scores of both results in several cycles, at their mean score."""
    held: dict[tuple[Population, str], list[Curve]] = defaultdict(list)
    for curve in curves:
        key = curve.cell.key
        told = curve.covariance is not None
        if told and key.outcome == "match" and not key.needs_visa and not curve.cell.cohort:
            held[(population_of(key), key.specialty)].append(curve)
    found = {}
    for place, each in sorted(held.items()):
        if len(each) < 2:
            continue
        centre = float(np.mean([c.scores @ c.cell.grid.x for c in each if c.scores is not None]))
        levels = []
        for curve in sorted(each, key=lambda one: recency(one.cell.key.cycle)):
            logit, half = spread(curve.straight, centre)
            # A guard against odd shapes is no sampling error, and would hide a part of the walk.
            error = half / Z / (THIN if curve.cell.is_thin else 1.0)
            levels.append(Level(curve.cell.key.cycle, logit, error, curve.cell.people))
        found[place] = levels
    return found


def evidence_for_steps(levels: Sequence[Level]) -> Array:
    """Log likelihood of each of `STEPS` from one specialty, its own level being anything."""
    cycles = [level.cycle for level in levels]
    error = np.array([level.error for level in levels])
    sampling = np.outer(error, error)
    sampling *= np.array([[1.0 if a is b else shared(a, b) for b in levels] for a in levels])
    walk = np.array([[walked(one, other) for other in cycles] for one in cycles])
    contrast = np.diff(np.eye(len(levels)), axis=0)
    moved = contrast @ [level.logit for level in levels]
    sampling, walk = (contrast @ part @ contrast.T for part in (sampling, walk))
    covariance = sampling + STEPS[:, None, None] ** 2 * walk
    distance = np.einsum("i,kij,j->k", moved, np.linalg.inv(covariance), moved)
    return np.asarray(-0.5 * (distance + np.linalg.slogdet(covariance)[1]))


def estimate_drift(curves: Iterable[Curve], priors: Priors = DEFAULT) -> Drift:
    """Learn from all cycles of one population how far levels move in a year.

    Parameters
    ----------
    curves : iterable of Curve
        All of a run; printed tables with scores of both results, without visa strata, count.
    priors : Priors
        `step_scale` is the scale of the half-normal prior of the step; where no population has two
        cycles, all that is known.

    Returns
    -------
    Drift
    """
    levels = levels_of(curves)
    density = -0.5 * (STEPS / priors.step_scale) ** 2
    density = sum(map(evidence_for_steps, levels.values()), density)
    weights = np.exp(density - density.max())
    return Drift(weights / weights.sum(), levels)


def next_year(curves: Iterable[Curve]) -> int:
    """Return the newest match year of a run + 1; made-up years count where there are no others."""
    ends = [
        (not is_synthetic(curve.cell.cohort), years(curve.cell.key.cycle)[1]) for curve in curves
    ]
    return max(ends)[1] + 1 if ends else 0
