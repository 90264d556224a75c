"""Straight, quadratic and spline logits of counts by bin."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit

from recalib.contract.keys import CurveKey
from recalib.criticism.bends import bends, crossing, shapes
from recalib.criticism.fitted_run import FittedRun
from recalib.curves.binned import BinnedLogit
from recalib.likelihood.bins import BinTable
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid

KEY = CurveKey("2026", "simulated", "us_md_senior", "", "match", "ranked_first")


def binned(edges: list[float], chance: np.ndarray, people: float, *, dispersion: float = 1.0):
    """Simulated: expected counts of normal scores that succeed with these chances."""
    grid = Grid(185, 245.0, 13.0)
    f = np.exp(-0.5 * ((grid.x - 245) / 13) ** 2)
    f /= f.sum()
    low, high = np.array(edges[:-1]), np.array(edges[1:]) - 1
    table = BinTable(low, high, np.zeros(0), np.zeros(0), np.zeros(0), dispersion)
    members = table.members(grid)
    n = people * members @ f
    y = people * members @ (f * chance)
    table = BinTable(low, high, n, y, n, dispersion)
    return BinnedLogit(Cell(KEY, grid, bins=table), table, f)


EDGES = [-np.inf, 220.0, 230.0, 240.0, 250.0, 260.0, np.inf]
U = (np.arange(185, 301) - 245) / 10


@pytest.mark.parametrize("term", [0.0, -0.2])
def test_the_terms_that_made_the_counts_are_found(term: float) -> None:
    one = binned(EDGES, expit(0.5 + 0.6 * U + term * U**2), 4000.0)
    found, likelihood = one.fit(one.quadratic(one.x))
    assert found == pytest.approx([0.5, 0.6, term], abs=1e-3)
    ratio = 2 * (likelihood - one.fit(one.straight(one.x))[1])
    assert ratio == pytest.approx(0.0, abs=1e-6) if term == 0 else ratio > 10


def test_one_point_bins_are_grouped_logistic_regression() -> None:
    edges = [float(edge) for edge in range(215, 277)]
    random = np.random.default_rng(4)
    one = binned(edges, expit(0.5 + 0.6 * U), 3000.0)
    n = np.rint(one.table.n_total) + 1
    y = random.binomial(n.astype(int), 0.6).astype(float)
    table = BinTable(one.table.low, one.table.high, n, y, n)
    one = BinnedLogit(one.cell, table, one.f)
    u = (one.table.low - 245) / 10
    design = np.column_stack([np.ones_like(u), u, u**2])
    reference = sm.GLM(np.column_stack([y, n - y]), design, family=sm.families.Binomial()).fit()
    assert one.fit(one.quadratic(one.x))[0] == pytest.approx(reference.params, abs=1e-5)


def test_the_design_effect_divides_the_likelihood() -> None:
    chance = expit(0.5 + 0.6 * U - 0.2 * U**2)
    plain, spread = (binned(EDGES, chance, 4000.0, dispersion=d) for d in (1.0, 4.0))
    gains = [
        one.fit(one.quadratic(one.x))[1] - one.fit(one.straight(one.x))[1]
        for one in (plain, spread)
    ]
    effect = spread.table.design_effect
    assert effect > 4
    assert gains[0] == pytest.approx(effect * gains[1], rel=1e-6)


def test_the_spline_is_natural_and_holds_straight_lines() -> None:
    one = binned(EDGES, expit(0.5 + 0.6 * U), 4000.0)
    beyond = one.knots[-1] + np.array([1.0, 10.0, 20.0])
    basis = one.spline(beyond)
    assert (basis[2] - basis[1]) / 10 == pytest.approx((basis[1] - basis[0]) / 9)
    assert one.spline(one.x) @ one.knots == pytest.approx(one.x)
    assert one.spline(one.x) @ one.fit_spline() == pytest.approx(0.5 + 0.6 * U, abs=1e-3)


def test_bins_in_which_all_succeeded_leave_the_spline_finite() -> None:
    one = binned(EDGES, np.where(U > -0.5, 1.0, 0.8), 500.0)
    logits = one.fit_spline()
    assert np.abs(logits).max() < 20
    assert logits[-1] > logit(0.99)


def test_a_crossing_is_the_nearest_one() -> None:
    x = np.array([0.0, 1.0, 2.0, 3.0])
    height = np.array([0.0, 2.0, 0.0, 2.0])
    assert crossing(x, height, 1.0, 3.0) == pytest.approx(2.5)
    assert crossing(x, height, 1.0, 0.0) == pytest.approx(0.5)
    assert np.isnan(crossing(x, height, 3.0, 0.0))


def test_the_real_cells_bend_where_they_are_large(run: FittedRun) -> None:
    found = bends(run)
    matches = found[found["outcome"] == "match"]
    assert len(matches) == 22
    # The study of the method had 81 over the same 22 cells, from midpoints of bins.
    assert 60 < matches["likelihood_ratio"].sum() < 110
    assert found.loc[0, "specialty"] == "internal_medicine"
    # What bends is what the fit widened its errors for.
    assert found.loc[0, "inflation"] == matches["inflation"].max()
    drawn = shapes(run, found.head(2))
    assert [cell["key"].specialty for cell in drawn] == list(found["specialty"].head(2))
    at = {score: place for place, score in enumerate(drawn[0]["x"])}[245.0]
    change = drawn[0]["spline"][at] - drawn[0]["straight"][at]
    assert change == pytest.approx(found.loc[0, "P_245"])
