"""Posterior predictive check of each printed statistic of a fitted cell.

z is (printed - predicted) / standard deviation of that statistic under the fitted curve; for a
count, a minimum or a maximum it is the normal score of the mid-probability of the printed value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, norm

from recalib.likelihood import quantiles
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Array, State, state
from recalib.likelihood.quantiles import LEVELS, QuantileTable


@dataclass(frozen=True)
class Check:
    """One printed statistic against the fitted curve (score points, or people for a count).

    `score_min`, `score_max`: of a bin whose ends are closed; NaN otherwise.
    """

    kind: str
    result: str
    statistic: str
    fitted: float
    standard_deviation: float
    z: float
    score_min: float = float("nan")
    score_max: float = float("nan")


def _quantile(at: State, result: int, level: float) -> float:
    f = at.by_result[result]
    cumulative = np.concatenate([[0.0], np.cumsum(f)])
    edges = np.concatenate([[at.grid.x[0] - 0.5], at.grid.x + 0.5])
    return float(np.interp(level, cumulative, edges))


def _extreme(table: QuantileTable, at: State, name: str) -> tuple[float, float, float]:
    """Median, standard deviation and normal score of the minimum or maximum of n scores."""
    f = at.by_result[table.result]
    up_to = np.clip(np.cumsum(f), 0, 1)
    cumulative = up_to**table.n if name == "max" else 1 - (1 - up_to) ** table.n
    mass = np.diff(np.concatenate([[0.0], cumulative]))
    x = at.grid.x
    mean = float(mass @ x)
    sd = float(np.sqrt(mass @ (x - mean) ** 2))
    at_most = float(np.interp(table.printed[name], x, cumulative))
    own = float(np.interp(table.printed[name], x, mass))
    return mean, sd, _normal_score(at_most - own / 2)


def _normal_score(probability: float) -> float:
    return float(norm.ppf(np.clip(probability, 1e-12, 1 - 1e-12)))


def _count(successes: float, trials: float, chance: float, dispersion: float) -> float:
    if dispersion > 1 or successes != round(successes) or trials != round(trials):
        spread = np.sqrt(dispersion * trials * chance * (1 - chance))
        return float((successes - trials * chance) / max(spread, 1e-9))
    middle = binom.cdf(successes - 1, trials, chance) + 0.5 * binom.pmf(successes, trials, chance)
    return _normal_score(float(middle))


def check_cell(cell: Cell, parameters: Array, inflation: float = 1.0) -> list[Check]:
    """Compare everything printed about a cell with its fitted curve.

    `parameters` (shape (7,)); `inflation`: factor by which the standard errors of a bin cell were
    inflated for a bent logit; the predictions of its success counts spread as much more.
    """
    at = state(cell.grid, parameters)
    found: list[Check] = []
    for table in cell.quantiles:
        result = "matched" if table.result else "not_matched"
        if table.fitted:
            parts = quantiles.residuals(quantiles.Reading(table, at.grid), at)
            errors = np.sqrt(np.diag(parts.covariance))
            # Shares of bins come last; their counts are checked below.
            for name, value, error, point in zip(
                table.fitted, parts.value, errors, parts.points, strict=False
            ):
                fitted = float(table.printed[name]) - value
                sd, z = float(error * point), float(value / error)
                if name in LEVELS:
                    # The residual is of the share below: above 0 where it is printed too low.
                    fitted, z = _quantile(at, table.result, LEVELS[name]), -z
                found.append(Check("quantiles", result, name, fitted, sd, z))
        for name in ("min", "max"):
            if name in table.printed:
                fitted, sd, z = _extreme(table, at, name)
                found.append(Check("quantiles", result, name, fitted, sd, z))
        if table.result:
            found += _shares(table, at)
    if cell.total is not None and cell.bins is None:
        count = cell.total
        sd = float(np.sqrt(count.n_total * at.rate * (1 - at.rate)))
        z = _count(count.n_success, count.n_total, at.rate, 1.0)
        fitted = count.n_total * at.rate
        found.append(Check("totals", "", "n_success", fitted, sd, z))
    if cell.bins is not None:
        found += _bins(cell, at, inflation)
    return found


def _shares(table: QuantileTable, at: State) -> list[Check]:
    """Successes by bin, where bins were printed beside the quartiles of the same people."""
    x, f = at.grid.x, at.by_result[table.result]
    found = []
    held = sum(people for _, _, people in table.shares)
    for low, high, people in table.shares:
        share = float(f @ ((x >= low) & (x <= high)))
        bounds = (low if np.isfinite(low) else np.nan, high if np.isfinite(high) else np.nan)
        sd = float(np.sqrt(held * share * (1 - share)))
        z = _count(people, held, share, 1.0)
        found.append(Check("bins", "", "n_success", held * share, sd, z, *bounds))
    return found


def _bins(cell: Cell, at: State, inflation: float) -> list[Check]:
    table = cell.bins
    assert table is not None
    members = table.members(at.grid)
    mass = members @ at.f
    chance = members @ (at.f * at.p) / mass
    share = mass / mass.sum()
    people = float(table.people.sum())
    dispersion = table.design_effect * inflation**2
    name = "n_applicants" if cell.key.outcome == "interview" else "n_total"
    found = []
    for index, (low, high) in enumerate(table.bounds):
        bounds = (low if np.isfinite(low) else np.nan, high if np.isfinite(high) else np.nan)
        n, y, p = table.n_total[index], table.n_success[index], float(chance[index])
        sd = float(np.sqrt(dispersion * n * p * (1 - p)))
        z = _count(y, n, p, dispersion)
        found.append(Check("bins", "", "n_success", float(n * p), sd, z, *bounds))
        if len(table.low) > 1:
            q = float(share[index])
            sd = float(np.sqrt(people * q * (1 - q)))
            z = _count(float(table.people[index]), people, q, 1.0)
            found.append(Check("bins", "", name, people * q, sd, z, *bounds))
    return found
