"""Printed quartiles, means and SDs: derivatives and covariance against simulated printing."""

import numpy as np
import pytest

from recalib.likelihood.model import SIZE, Grid, state
from recalib.likelihood.quantiles import (
    QuantileTable,
    Reading,
    below,
    jacobian,
    residuals,
    term,
    value,
)

GRID = Grid(185, 247.0, 14.0)
PLACE = np.array([-0.4, 0.45, 0.1, -0.45, 0.03, -0.01, 0.0])
FULL = {"q1": 239, "median": 249, "q3": 258, "mean": 248, "sd": 14}


def printed(sample):
    """Print a sample as a table would: whole numbers, the sample SD with n - 1."""
    q1, median, q3 = np.quantile(sample, [0.25, 0.5, 0.75], axis=1, method="inverted_cdf")
    return {
        "q1": q1,
        "median": median,
        "q3": q3,
        "mean": np.round(sample.mean(axis=1)),
        "sd": np.round(sample.std(axis=1, ddof=1)),
    }


@pytest.mark.parametrize("result", [0, 1])
def test_jacobian_is_the_derivative_of_the_expectations(result):
    table = QuantileTable(result, 300, FULL)
    step = 1e-5
    reading = Reading(table, GRID)
    found = jacobian(reading, residuals(reading, state(GRID, PLACE)), state(GRID, PLACE))
    for index in range(SIZE):
        move = np.zeros(SIZE)
        move[index] = step
        plus = residuals(reading, state(GRID, PLACE + move)).value
        minus = residuals(reading, state(GRID, PLACE - move)).value
        np.testing.assert_allclose(found[:, index], -(plus - minus) / (2 * step), atol=1e-6)


@pytest.mark.parametrize("result", [0, 1])
def test_simulated_tables_have_the_mean_and_covariance_claimed(result):
    """3,000 tables of 200 people, printed in whole numbers, against the normal approximation."""
    random = np.random.default_rng(11)
    at = state(GRID, PLACE)
    f = at.by_result[result]
    people, tables = 200, 3000
    samples = random.choice(GRID.x, size=(tables, people), p=f)
    statistics = printed(samples)
    values = []
    for index in range(tables):
        row = {name: float(column[index]) for name, column in statistics.items()}
        values.append(residuals(Reading(QuantileTable(result, people, row), GRID), at).value)
    values = np.array(values)
    middle = {name: float(np.mean(column)) for name, column in statistics.items()}
    claimed = residuals(Reading(QuantileTable(result, people, middle), GRID), at).covariance
    found = np.cov(values.T)
    error = np.sqrt(np.diag(claimed))
    np.testing.assert_allclose(values.mean(axis=0) / error, 0, atol=0.12)
    np.testing.assert_allclose(np.sqrt(np.diag(found)) / error, 1, atol=0.08)
    correlation = claimed / np.outer(error, error)
    np.testing.assert_allclose(np.corrcoef(values.T), correlation, atol=0.09)


def test_below_counts_half_of_a_score_below_itself():
    weights = below(Grid(209, 245, 13), 230)
    assert weights[:21].tolist() == [1.0] * 21
    assert weights[21] == 0.5
    assert weights[22:].max() == 0


def test_any_subset_gives_information_and_none_gives_zero():
    at = state(GRID, PLACE)
    nothing = term(Reading(QuantileTable(1, 10, {}), GRID), at)
    assert not nothing.score.any()
    assert not nothing.information.any()
    last = 0.0
    kept: dict[str, float] = {}
    for name, printed_value in FULL.items():
        kept[name] = printed_value
        trace = np.trace(term(Reading(QuantileTable(1, 300, dict(kept)), GRID), at).information)
        assert trace > last
        last = trace


def test_a_minimum_or_maximum_enters_only_where_nothing_else_gives_the_spread():
    ends = {"min": 215, "max": 280}
    assert QuantileTable(1, 90, {"median": 250} | ends).extremes == ["min", "max"]
    assert QuantileTable(1, 90, {"mean": 250, "min": 215}).extremes == ["min"]
    assert QuantileTable(1, 90, FULL | ends).extremes == []
    assert QuantileTable(1, 90, {"q1": 240, "q3": 258} | ends).extremes == []
    assert QuantileTable(1, 9, {"median": 250} | ends).extremes == []
    assert QuantileTable(1, 90, ends).extremes == []
    assert QuantileTable(1, 90, {"median": 250} | ends).gives_spread


@pytest.mark.parametrize("name", ["min", "max"])
def test_an_extreme_has_its_exact_probability_and_derivative(name):
    people = 40
    scores = np.arange(185, 301)

    def level(score, place):
        table = QuantileTable(1, people, {"median": 250.0, name: float(score)})
        without = QuantileTable(1, people, {"median": 250.0})
        at = state(GRID, place)
        return value(Reading(table, GRID), at) - value(Reading(without, GRID), at)

    chance = np.exp([level(score, PLACE) for score in scores])
    f = state(GRID, PLACE).by_result[1]
    draws = np.random.default_rng(7).choice(GRID.x, (20_000, people), p=f)
    found = draws.min(axis=1) if name == "min" else draws.max(axis=1)
    assert chance.sum() == pytest.approx(1, abs=1e-3)
    assert float(chance @ scores) == pytest.approx(found.mean(), abs=0.2)
    seen = np.mean(found[:, None] <= scores, axis=0)
    # Largest distance of two distribution functions, 20,000 draws.
    assert np.abs(np.cumsum(chance) - seen).max() < 0.015
    score = 214 if name == "min" else 281
    table = Reading(QuantileTable(1, people, {"median": 250.0, name: float(score)}), GRID)
    alone = Reading(QuantileTable(1, people, {"median": 250.0}), GRID)
    at = state(GRID, PLACE)
    own = term(table, at).score - term(alone, at).score
    for index in range(SIZE):
        move = np.zeros(SIZE)
        move[index] = 1e-6
        slope = (level(score, PLACE + move) - level(score, PLACE - move)) / 2e-6
        assert own[index] == pytest.approx(slope, abs=1e-5)


def test_information_of_an_extreme_is_about_the_variance_of_its_score():
    at = state(GRID, PLACE)
    alone = term(Reading(QuantileTable(1, 60, {"median": 250.0}), GRID), at).score
    draws = np.random.default_rng(8).choice(GRID.x, (1500, 60), p=at.by_result[1]).max(axis=1)
    scores, claimed = [], []
    for drawn in draws:
        table = Reading(QuantileTable(1, 60, {"median": 250.0, "max": float(drawn)}), GRID)
        found = term(table, at)
        scores.append(found.score - alone)
        claimed.append(np.diag(found.information))
    base = np.diag(term(Reading(QuantileTable(1, 60, {"median": 250.0}), GRID), at).information)
    ratio = (np.mean(claimed, axis=0) - base)[:4] / np.var(scores, axis=0)[:4]
    # The exponential is the leading order in the tail; .75 to 1.38 were found.
    assert (abs(np.log(ratio)) < np.log(1.5)).all(), ratio
