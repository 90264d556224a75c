"""Standard errors of interviews that cluster in applicants, checked by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom
from scipy.stats import t as student

from recalib.cohorts.dispersion import dispersion, pearson
from recalib.cohorts.fit import fit_counts

REPLICATES = 200
LINE = (-1.5, 0.3)


def _replicate(rng, people, applications, rho):
    """Sums by score of beta-binomial applicants."""
    score = np.round(rng.normal(245, 13, people))
    chance = expit(LINE[0] + LINE[1] * (score - 245) / 10)
    size = 1 / rho - 1
    interviews = rng.binomial(applications, rng.beta(chance * size, (1 - chance) * size))
    place, index = np.unique(score, return_inverse=True)

    def total(values):
        return np.bincount(index, weights=values)

    return place, [
        total(values)
        for values in (
            np.ones(people),
            applications,
            interviews,
            interviews**2 / applications,
            applications.astype(float) ** 2,
        )
    ]


def _coverage(people, spread, rho, *, told):
    rng = np.random.default_rng(20260)
    inside = 0
    limit = student.ppf(0.975, people - 2)
    for _ in range(REPLICATES):
        often = np.full(people, 40)
        if spread:
            wide = np.log(1 + spread**2)
            often = np.round(40 * rng.lognormal(-wide / 2, np.sqrt(wide), people))
        often = np.maximum(often, 1).astype(int)
        score, sums = _replicate(rng, people, often, rho)
        fit = fit_counts(score, sums[1], sums[2])
        wider = dispersion(fit.chances(score), *sums[:4], sums[4] if told else None)
        inside += abs(fit.slope - LINE[1]) < limit * np.sqrt(wider * fit.covariance[1, 1])
    return inside


@pytest.mark.parametrize(
    ("people", "spread", "rho", "told"),
    [
        (60, 0.0, 0.1, False),
        (250, 0.0, 0.05, False),
        (60, 0.8, 0.15, True),
        (250, 0.8, 0.05, True),
        (250, 1.2, 0.15, True),
    ],
)
def test_intervals_of_the_slope_cover_93_to_97_percent(people, spread, rho, told):
    inside = _coverage(people, spread, rho, told=told)
    assert binom.ppf(0.005, REPLICATES, 0.93) <= inside <= binom.ppf(0.995, REPLICATES, 0.97)


def test_pearson_alone_covers_too_little_where_applicants_differ_in_applications():
    """Why the sum of squared applications is counted: this would be the price of leaving it out."""
    assert _coverage(250, 1.2, 0.15, told=False) < binom.ppf(0.005, REPLICATES, 0.93)


def test_pearson_from_sums_is_pearson_from_applicants():
    rng = np.random.default_rng(3)
    score = np.repeat([230.0, 250.0, 255.0], 40)
    often = rng.integers(1, 90, 120)
    interviews = rng.binomial(often, 0.2)
    chance = np.select([score == 230, score == 250], [0.1, 0.2], 0.35)
    by_one = np.sum((interviews - often * chance) ** 2 / (often * chance * (1 - chance)))
    sums = [
        np.array([values[score == place].sum() for place in (230, 250, 255)])
        for values in (often, interviews, interviews**2 / often)
    ]
    assert pearson(np.array([0.1, 0.2, 0.35]), *sums) == pytest.approx(by_one)


def test_equal_numbers_of_applications_give_pearson_over_its_degrees_of_freedom():
    applied = np.array([30.0, 50.0])
    applications, interviews = 12 * applied, np.array([60.0, 220.0])
    chance = interviews / applications
    square = interviews**2 / applications + np.array([70.0, 90.0])
    plain = pearson(chance, applications, interviews, square) / (80 - 2)
    found = dispersion(chance, applied, applications, interviews, square)
    assert found > 1
    assert found == pytest.approx(1 + (plain - 1) * 78 / 80, rel=1e-6)


def test_dispersion_is_never_below_one():
    applied = np.array([30.0, 50.0])
    applications, interviews = 12 * applied, np.array([60.0, 220.0])
    square = interviews**2 / applications
    assert dispersion(interviews / applications, applied, applications, interviews, square) == 1
