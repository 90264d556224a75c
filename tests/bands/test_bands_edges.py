"""Edges: golden values of MASS::dose.p, Fieller against its definition, open ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

from calib.line import Line, chance, fieller
from recalib.bands.average import mean_probability
from recalib.contract.keys import CurveKey
from recalib.curves.unit import fit_unit
from recalib.likelihood.bins import BinTable
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid

# Budworm of Venables & Ripley (2002): dead of 20 at log2 doses 0 to 5; printed results of
# MASS::dose.p(budworm.lg0, cf = c(1, 3), p = 1:3 / 4) for the females.
DEAD = {"male": [1, 4, 9, 13, 18, 20], "female": [0, 2, 6, 10, 12, 16]}
DOSES = {0.25: (2.231265, 0.249909), 0.5: (3.263587, 0.229754), 0.75: (4.295910, 0.274687)}


@pytest.fixture(scope="module")
def budworm():
    """Fit both sexes with one slope, log dose d written as a score of 245 + 10 d."""
    cells = []
    score = 245.0 + 10 * np.arange(6)
    people = np.full(6, 20.0)
    for sex, dead in DEAD.items():
        key = CurveKey("2026", sex, "img", "", "match", "ranked_first")
        counts = BinTable(score, score, people, np.array(dead, float), people)
        cells.append(Cell(key, Grid(185, 270.0, 20.0), bins=counts))
    fit = fit_unit(cells)
    assert fit.converged
    covariance = fit.covariance()
    place = 1 + 6  # the second cell's intercept
    errors = np.sqrt(np.diag(covariance))
    return Line(
        float(fit.parameters[1][0]),
        fit.slope,
        float(errors[place]),
        float(errors[0]),
        float(covariance[0, place] / errors[0] / errors[place]),
    )


@pytest.mark.parametrize("probability", DOSES)
def test_doses_and_delta_errors_of_mass(budworm, probability):
    dose, error = DOSES[probability]
    score = fieller(budworm, probability)[0]
    assert (score - 245) / 10 == pytest.approx(dose, abs=1e-5)
    gradient = np.array([-1 / budworm.slope, -dose / budworm.slope])
    delta = np.sqrt(gradient @ budworm.covariance @ gradient)
    assert delta == pytest.approx(error, abs=1e-5)


def test_fieller_interval_of_the_budworm(budworm):
    _, low, high = fieller(budworm, 0.5)
    assert (low - 245) / 10 == pytest.approx(2.8122, abs=5e-5)
    assert (high - 245) / 10 == pytest.approx(3.7406, abs=5e-5)


@given(
    st.floats(-3, 3),
    st.floats(-1.5, 1.5).filter(lambda b: abs(b) > 1e-3),
    st.floats(0.02, 1),
    st.floats(0.02, 1),
    st.floats(-0.95, 0.95),
    st.floats(0.05, 0.95),
)
def test_interval_holds_what_the_line_does_not_exclude(a, b, se_a, se_b, r, probability):
    line = Line(a, b, se_a, se_b, r)
    centre, low, high = fieller(line, probability)
    assert low <= centre <= high
    for end in (low, high):
        if np.isfinite(end):
            u = (end - 245) / 10
            variance = se_a**2 + 2 * u * r * se_a * se_b + (u * se_b) ** 2
            distance = (a + b * u - logit(probability)) ** 2 / variance
            assert distance == pytest.approx(1.959963984540054**2, rel=1e-5)
    if abs(b) / se_b > 1.97:
        assert np.isfinite([low, high]).all()
    if abs(b) / se_b < 1.95:
        assert not np.isfinite([low, high]).all()


def test_probability_interval_is_formed_on_the_logit():
    line = Line(0.2, 0.4, 0.1, 0.05, 0.3)
    p, low, high = chance(line, 255)
    assert 0 < low < p < high < 1
    assert logit(high) - logit(p) == pytest.approx(logit(p) - logit(low))


def test_mean_probability_of_one_score_is_the_probability():
    line = Line(0.2, 0.4, 0.1, 0.05, 0.3)
    mean = mean_probability(line, np.array([255.0]), np.array([3.0]))
    assert mean == pytest.approx(chance(line, 255))
