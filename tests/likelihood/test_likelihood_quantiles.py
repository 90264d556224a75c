"""Printed quartiles, means and SDs: derivatives and covariance against simulated printing."""

import numpy as np
import pytest

from recalib.likelihood.model import SIZE, Grid, state
from recalib.likelihood.quantiles import QuantileTable, below, residuals, term

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
    found = residuals(table, state(GRID, PLACE)).jacobian
    for index in range(SIZE):
        move = np.zeros(SIZE)
        move[index] = step
        plus = residuals(table, state(GRID, PLACE + move)).value
        minus = residuals(table, state(GRID, PLACE - move)).value
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
        values.append(residuals(QuantileTable(result, people, row), at).value)
    values = np.array(values)
    middle = {name: float(np.mean(column)) for name, column in statistics.items()}
    claimed = residuals(QuantileTable(result, people, middle), at).covariance
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
    nothing = term(QuantileTable(1, 10, {}), at)
    assert not nothing.score.any()
    assert not nothing.information.any()
    last = 0.0
    kept: dict[str, float] = {}
    for name, value in FULL.items():
        kept[name] = value
        trace = np.trace(term(QuantileTable(1, 300, dict(kept)), at).information)
        assert trace > last
        last = trace


def test_minimum_and_maximum_do_not_enter_the_fit():
    assert QuantileTable(1, 10, {"min": 209, "max": 280}).fitted == []
