"""Likelihood of successes and people by score bin (one-point bins are counts).

People fall into bins by a multinomial of f, given that they fall into one of them; successes within
a bin are binomial with the mean of P over the bin, their variance times the design effect. With
one-point bins P is read at single scores and f drops out of it: grouped logistic regression.
Where totals of everyone are known the bins speak of the scores given the result alone, and the
totals of the base rate, so that nobody counts twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recalib.likelihood.model import INTERCEPT, SHAPE, SIZE, SLOPE, Array, Grid, State, Term

#: Squared coefficient of variation of applications per applicant, where a dispersion is printed and
#: their squares are not: applicants differ by half of the mean.
UNEQUAL = 0.25


@dataclass(frozen=True)
class BinTable:
    """Counts by score bin.

    `low`, `high` (shape (bins,)): inclusive bounds; -inf and inf where the bin is open; `people`
    (shape (bins,)): people in the bin, for the distribution of scores; `n_success`, `n_total`
    (shape (bins,)): successes and trials: people for `match`, applications for `interview`;
    `dispersion`: Pearson's chi-square of the single applicants' rates over its degrees of freedom,
    as printed; 1 where trials are people.
    """

    low: Array
    high: Array
    people: Array
    n_success: Array
    n_total: Array
    dispersion: float = 1.0

    @property
    def design_effect(self) -> float:
        """Variance of a bin's successes given the score, relative to the binomial.

        Answers to one applicant hang together by rho. The printed dispersion averages over
        applicants, 1 + (m - 1) rho with m their mean number of applications; in a sum those who
        send many weigh more, 1 + (m (1 + cv^2) - 1) rho (Kish 1965, Survey Sampling).
        """
        return 1.0 + (self.dispersion - 1.0) * (1.0 + UNEQUAL)

    @cached_property
    def bounds(self) -> list[tuple[float, float]]:
        """Pairs of inclusive bounds."""
        return list(zip(self.low.tolist(), self.high.tolist(), strict=True))

    def members(self, grid: Grid) -> NDArray[np.float64]:
        """Return which scores lie in which bin, shape (bins, scores), 1.0 or 0.0."""
        inside = (grid.x >= self.low[:, None]) & (grid.x <= self.high[:, None])
        return inside.astype(float)


def all_or_none(table: BinTable) -> BinTable:
    """Add half a success and half a failure where all or none succeeded, spread as the trials are.

    The maximum of the likelihood would otherwise lie at infinity, as for a total.
    """
    trials = table.n_total.sum()
    if trials == 0 or 0 < table.n_success.sum() < trials:
        return table
    share = table.n_total / trials
    return replace(table, n_success=table.n_success + 0.5 * share, n_total=table.n_total + share)


def _chances(table: BinTable, at: State) -> tuple[Array, Array]:
    """Return mass and chance of success a bin."""
    members = table.members(at.grid)
    mass = np.maximum(members @ at.f, 1e-300)
    return mass, np.clip(members @ (at.f * at.p) / mass, 1e-12, 1 - 1e-12)


def _rates(table: BinTable, at: State) -> tuple[Array, Array, Array, Array]:
    """Return mass and chance of success a bin, with their derivatives (bins, 7)."""
    members = table.members(at.grid)
    mass, chance = _chances(table, at)
    shape = at.grid.basis
    d_mass = np.zeros((len(mass), SIZE))
    d_mass[:, SHAPE] = members @ (at.f * shape).T - np.outer(mass, shape @ at.f)
    d_chance = np.zeros((len(mass), SIZE))
    bend = at.f * at.p * (1 - at.p)
    d_chance[:, INTERCEPT] = members @ bend
    d_chance[:, SLOPE] = members @ (bend * at.grid.u)
    d_success = members @ (at.f * at.p * shape).T
    d_chance[:, SHAPE] = d_success - chance[:, None] * (members @ (at.f * shape).T)
    return mass, chance, d_mass, d_chance / mass[:, None]


def _multinomial(count: Array, mass: Array, d_mass: Array) -> Term:
    """Log-likelihood of counts that fall into cells in proportion to `mass`, and derivatives."""
    share = mass / mass.sum()
    d_log = d_mass / mass[:, None]
    d_log = d_log - share @ d_log
    return Term(
        float(count @ np.log(share)),
        count @ d_log,
        count.sum() * (d_log * share[:, None]).T @ d_log,
    )


def _given_result(table: BinTable, at: State) -> tuple[list[Array], list[Array], list[Array]]:
    """Return counts, mass and derivative of mass by bin for failures and successes."""
    members = table.members(at.grid)
    counts = [table.n_total - table.n_success, table.n_success]
    masses, gradients = [], []
    for result in (0, 1):
        f, tilt = at.by_result[result], at.tilt[result]
        mass = np.maximum(members @ f, 1e-300)
        masses.append(mass)
        gradients.append(members @ (f * tilt).T - np.outer(mass, tilt @ f))
    return counts, masses, gradients


def term(table: BinTable, at: State, *, given_result: bool) -> Term:
    """Return (quasi-)log-likelihood, score and expected information of the bins.

    `given_result`: True where totals of everyone give the base rate: only the scores given the
    result count.
    """
    if given_result:
        parts = [
            _multinomial(count, mass, gradient)
            for count, mass, gradient in zip(*_given_result(table, at), strict=True)
        ]
        return Term(
            parts[0].value + parts[1].value,
            parts[0].score + parts[1].score,
            parts[0].information + parts[1].information,
        )
    mass, chance, d_mass, d_chance = _rates(table, at)
    people = _multinomial(table.people, mass, d_mass)
    variance = chance * (1 - chance) * table.design_effect
    residual = (table.n_success - table.n_total * chance) / variance
    information = (d_chance * (table.n_total / variance)[:, None]).T @ d_chance
    return Term(
        people.value + _successes(table, chance),
        people.score + residual @ d_chance,
        people.information + information,
    )


def _successes(table: BinTable, chance: Array) -> float:
    """Log-likelihood of the successes given the people, over the design effect."""
    failures = table.n_total - table.n_success
    level = table.n_success @ np.log(chance) + failures @ np.log1p(-chance)
    return float(level / table.design_effect)


def value(table: BinTable, at: State, *, given_result: bool) -> float:
    """Return the (quasi-)log-likelihood up to a constant."""
    if given_result:
        counts, masses, _ = _given_result(table, at)
        return float(sum(c @ np.log(m / m.sum()) for c, m in zip(counts, masses, strict=True)))
    mass, chance = _chances(table, at)
    return float(table.people @ np.log(mass / mass.sum())) + _successes(table, chance)
