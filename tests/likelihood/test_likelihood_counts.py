"""Bins and totals: against enumeration by hand, finite differences and statsmodels."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit
from scipy.stats import gamma

from recalib.contract.keys import CurveKey
from recalib.curves.unit import fit_unit
from recalib.likelihood import bins, totals
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import SIZE, Grid, state
from recalib.likelihood.totals import Total

GRID = Grid(225, 245.0, 12.0)
PLACES = [
    np.array([-0.4, 0.35, 0.1, -0.45, 0.02, -0.01, 0.0]),
    np.array([0.8, 0.1, -0.2, -0.35, -0.02, 0.01, 0.0]),
]
KEY = CurveKey("2026", "general_surgery", "non_us_img", "", "match", "ranked_first")


def table(**changes):
    values = {
        "low": np.array([-np.inf, 240, 255]),
        "high": np.array([239, 254, np.inf]),
        "people": np.array([5.0, 9.0, 4.0]),
        "n_success": np.array([1.0, 4.0, 3.0]),
        "n_total": np.array([5.0, 9.0, 4.0]),
    }
    return bins.BinTable(**(values | changes))


def by_hand(place, given_result):
    """Log-likelihood up to its constant, person by person with plain loops."""
    scores = range(225, 301)
    z = [(x - 245.0) / 12.0 for x in scores]
    damp = [math.exp(-(each**2) / 8) for each in z]
    weight = [
        math.exp(
            place[2] * v
            + place[3] * v**2
            + place[4] * (v**3 - 3 * v) * d
            + place[5] * (v**4 - 6 * v**2 + 3) * d
        )
        for v, d in zip(z, damp, strict=True)
    ]
    chance = [1 / (1 + math.exp(-(place[0] + place[1] * (x - 245) / 10))) for x in scores]
    edges = [(0, 239), (240, 254), (255, 400)]
    counts = [(1, 5), (4, 9), (3, 4)]
    joint = {}
    for index, (low, high) in enumerate(edges):
        for result in (0, 1):
            joint[index, result] = sum(
                w * (p if result else 1 - p)
                for x, w, p in zip(scores, weight, chance, strict=True)
                if low <= x <= high
            )
    value = 0.0
    for index, (success, everyone) in enumerate(counts):
        for result, count in ((0, everyone - success), (1, success)):
            if given_result:
                norm = sum(joint[other, result] for other in range(3))
            else:
                norm = sum(joint.values())
            value += count * math.log(joint[index, result] / norm)
    return value


@pytest.mark.parametrize("given_result", [False, True])
def test_objective_is_the_likelihood_counted_by_hand(given_result):
    found = [bins.value(table(), state(GRID, place), given_result=given_result) for place in PLACES]
    wanted = [by_hand(place, given_result) for place in PLACES]
    assert found[0] - found[1] == pytest.approx(wanted[0] - wanted[1], abs=1e-9)


@pytest.mark.parametrize("given_result", [False, True])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("dispersion", [1.0, 3.0])
def test_score_is_the_derivative_of_the_objective(place, given_result, dispersion):
    counts = table(dispersion=dispersion)
    score = bins.term(counts, state(GRID, place), given_result=given_result).score
    step = 1e-6
    for index in range(SIZE):
        move = np.zeros(SIZE)
        move[index] = step
        plus = bins.value(counts, state(GRID, place + move), given_result=given_result)
        minus = bins.value(counts, state(GRID, place - move), given_result=given_result)
        assert score[index] == pytest.approx((plus - minus) / (2 * step), abs=1e-6)


@pytest.mark.parametrize("given_result", [False, True])
def test_information_is_the_variance_of_the_score(given_result):
    random = np.random.default_rng(5)
    at = state(GRID, PLACES[0])
    members = table().members(GRID)
    mass = members @ at.f
    chance = members @ (at.f * at.p) / mass
    scores = []
    for _ in range(4000):
        if given_result:
            success = random.multinomial(60, members @ at.by_result[1]).astype(float)
            failure = random.multinomial(90, members @ at.by_result[0]).astype(float)
            everyone = success + failure
        else:
            everyone = random.multinomial(150, mass / mass.sum()).astype(float)
            success = random.binomial(everyone.astype(int), chance).astype(float)
        counts = table(people=everyone, n_success=success, n_total=everyone)
        scores.append(bins.term(counts, at, given_result=given_result).score)
    totals_fixed = table(
        people=np.array([50.0, 50, 50]),
        n_success=60 * members @ at.by_result[1],
        n_total=60 * members @ at.by_result[1] + 90 * members @ at.by_result[0],
    )
    if not given_result:
        totals_fixed = table(people=150 * mass, n_success=150 * mass * chance, n_total=150 * mass)
    claimed = bins.term(totals_fixed, at, given_result=given_result).information
    found = np.cov(np.array(scores).T)
    scale = np.sqrt(np.diag(claimed)) + 1e-9
    np.testing.assert_allclose(
        found / np.outer(scale, scale), claimed / np.outer(scale, scale), atol=0.09
    )


@pytest.mark.parametrize("place", PLACES)
def test_total_is_a_binomial(place):
    total = Total(7, 20)
    term = totals.term(total, state(GRID, place))
    step = 1e-6
    for index in range(SIZE):
        move = np.zeros(SIZE)
        move[index] = step
        plus = totals.value(total, state(GRID, place + move))
        minus = totals.value(total, state(GRID, place - move))
        assert term.score[index] == pytest.approx((plus - minus) / (2 * step), abs=1e-6)


@pytest.mark.parametrize(("n_success", "n_total"), [(0, 5), (5, 5)])
def test_all_or_none_has_a_finite_maximum(n_success, n_total):
    total = Total(n_success, n_total)
    assert 0 < total.successes / total.people < 1


def test_counts_are_grouped_logistic_regression():
    """One-point bins equal statsmodels' GLM to 1e-6, coefficients and standard errors."""
    random = np.random.default_rng(3)
    scores = np.arange(228.0, 270.0, 3)
    people = random.integers(5, 60, len(scores)).astype(float)
    success = random.binomial(people.astype(int), expit(-0.5 + 0.4 * (scores - 245) / 10))
    counts = bins.BinTable(scores, scores, people, success.astype(float), people)
    fit = fit_unit([Cell(KEY, GRID, bins=counts)])
    design = sm.add_constant((scores - 245) / 10)
    model = sm.GLM(
        np.column_stack([success, people - success]), design, family=sm.families.Binomial()
    ).fit(tol=1e-12)
    assert fit.converged
    assert fit.parameters[0][0] == pytest.approx(model.params[0], abs=1e-6)
    assert fit.slope == pytest.approx(model.params[1], abs=1e-6)
    errors = np.sqrt(np.diag(fit.covariance()))
    assert errors[1] == pytest.approx(model.bse[0], abs=1e-6)
    assert errors[0] == pytest.approx(model.bse[1], abs=1e-6)
    assert fit.site()[1] == pytest.approx(model.bse[1], abs=1e-6)


def test_the_design_effect_is_the_variance_of_a_sum_over_applicants():
    random = np.random.default_rng(11)
    chance, clustering, people, draws = 0.15, 0.05, 400, 4000
    # Applications scatter by half of their mean, as the design effect assumes.
    middles = (np.arange(people) + 0.5) / people
    applications = np.rint(gamma.ppf(middles, 4.0, scale=20.0)).astype(int)
    spread = applications.std() / applications.mean()
    assert spread**2 == pytest.approx(bins.UNEQUAL, abs=0.01)
    weight = 1 / clustering - 1
    own = random.beta(chance * weight, (1 - chance) * weight, (draws, people))
    success = random.binomial(applications, own)
    binomial = applications * chance * (1 - chance)
    printed = float(((success - applications * chance) ** 2 / binomial).mean())
    sums = float(success.sum(axis=1).var() / binomial.sum())
    assert table(dispersion=printed).design_effect == pytest.approx(sums, rel=0.05)
    # The printed number alone falls short of it by much more.
    assert printed < 0.85 * sums


def test_people_have_no_design_effect():
    assert table().design_effect == 1.0
