"""The model of a cell: derivatives against finite differences, golden slope of two normals."""

import numpy as np
import pytest
from scipy.stats import norm

from recalib.contract.keys import CurveKey
from recalib.curves.unit import fit_unit
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import SIZE, Grid, state
from recalib.likelihood.quantiles import QuantileTable

GRID = Grid(185, 247.0, 14.0)
PLACES = [
    np.array([-0.4, 0.35, 0.1, -0.45, 0.02, -0.01, -0.3]),
    np.array([1.2, -0.2, -0.3, -0.6, -0.03, 0.005, 0.4]),
]
KEY = CurveKey("2026", "general_surgery", "non_us_img", "", "match", "ranked_first")


@pytest.mark.parametrize("place", PLACES)
def test_rate_gradient_is_the_derivative_of_the_rate(place):
    step = 1e-6
    for index in range(SIZE):
        move = np.zeros(SIZE)
        move[index] = step
        slope = (state(GRID, place + move).rate - state(GRID, place - move).rate) / (2 * step)
        assert state(GRID, place).rate_gradient()[index] == pytest.approx(slope, abs=1e-8)


@pytest.mark.parametrize("place", PLACES)
def test_results_mix_to_everyone(place):
    at = state(GRID, place)
    mixed = at.rate * at.by_result[1] + (1 - at.rate) * at.by_result[0]
    np.testing.assert_allclose(mixed, at.f, atol=1e-14)
    log_odds = np.log(at.by_result[1] / at.by_result[0])
    slopes = np.diff(log_odds)
    np.testing.assert_allclose(slopes, place[1] / 10, atol=1e-9)


def test_equal_variance_normals_have_the_discriminant_slope():
    """METHOD's golden value: normals at 253 and 246 with SD 14 have slope .35714."""
    quartile = norm.ppf(0.75) * 14
    tables = tuple(
        QuantileTable(
            result,
            100_000,
            {"q1": mean - quartile, "median": mean, "q3": mean + quartile, "mean": mean, "sd": 14},
        )
        for result, mean in ((0, 246.0), (1, 253.0))
    )
    cell = Cell(KEY, Grid(150, 249.0, 14.0), tables)
    fit = fit_unit([cell])
    assert fit.converged
    assert fit.slope == pytest.approx(0.35714, abs=2e-3)
