"""Peers, judging and the runner of the study."""

from dataclasses import replace

import borrowing
import judge
import numpy as np
import pandas as pd
import peers
import printing
import pytest
import simulate
import statsmodels.api as sm
import worlds
from worlds import SCORES, SETTINGS, Applicants, People, draw_world, populate

from recalib.contract.keys import CurveKey
from recalib.curves.curve import Curve
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid
from recalib.likelihood.quantiles import QuantileTable

#: Scores so wide apart that every edge is within reach.
EVERY = np.full(116, 1 / 116)
KEY = CurveKey("2026", "s00", "non_us_img", "", "match", "ranked_first")


def some(name="redrawn .15", index=4, seed=5):
    random = np.random.default_rng(seed)
    truth = draw_world(SETTINGS[name], 0, random)[index]
    return truth, populate(truth, random)


def test_person_level_is_the_logistic_regression_of_single_people():
    _, people = some()
    scores = np.concatenate([people.scores(1), people.scores(0)])
    result = np.repeat([1, 0], [people.matched.sum(), people.not_matched.sum()])
    fit = sm.Logit(result, sm.add_constant((scores - 245) / 10)).fit(disp=False)
    (found,) = peers.person_level([people])
    np.testing.assert_allclose(found, [*fit.params, fit.bse[1]], rtol=1e-5)


def test_clustered_answers_widen_the_error_by_pearsons_chi_square():
    truth, applicants = some("interviews", index=5)
    assert isinstance(applicants, Applicants)
    (found,) = peers.person_level([applicants])
    counts = np.column_stack(
        [applicants.invitations, applicants.applications - applicants.invitations]
    )
    design = sm.add_constant((applicants.score - 245) / 10)
    fit = sm.GLM(counts, design, family=sm.families.Binomial()).fit()
    rate = fit.fittedvalues
    chi_square = ((applicants.invitations - applicants.applications * rate) ** 2
                  / (applicants.applications * rate * (1 - rate))).sum()  # fmt: skip
    wider = np.sqrt(chi_square / (len(rate) - 2))
    assert wider > 1.5
    assert found.error == pytest.approx(fit.bse[1] * wider)
    assert truth.size == len(rate)


def test_strata_share_a_slope():
    random = np.random.default_rng(2)
    truths = draw_world(SETTINGS["visa strata"], 0, random)[8:10]
    one, other = peers.person_level([populate(truth, random) for truth in truths])
    assert one.slope == other.slope
    assert one.intercept != other.intercept


def test_discriminant_of_two_equal_normals():
    tables = (
        QuantileTable(0, 60, {"mean": 246.0, "sd": 14.0}),
        QuantileTable(1, 60, {"mean": 253.0, "sd": 14.0}),
    )
    cell = Cell(KEY, Grid(185, 250.0, 14.0), tables)
    found = peers.discriminant(cell)
    # (253 - 246) / 14^2 per point.
    assert found.slope == pytest.approx(0.35714, abs=5e-6)
    assert found.intercept + found.slope * (249.5 - 245) / 10 == pytest.approx(0)
    assert np.isnan(peers.interpolated(cell).slope)
    assert np.isnan(peers.bin_midpoints(cell).slope)


def test_peers_of_full_tables_are_near_the_people_in_a_large_cell():
    random = np.random.default_rng(4)
    truth = draw_world(SETTINGS["fixed"], 0, random)[5]
    people = populate(truth, random)
    (best,) = peers.person_level([people])
    quartiles = printing.print_cell(truth, people, "quartiles", random)
    bins = printing.print_cell(truth, people, "bins", random)
    assert truth.size == 5000
    assert peers.bin_midpoints(bins).slope == pytest.approx(best.slope, rel=0.1)
    assert peers.discriminant(quartiles).slope == pytest.approx(best.slope, rel=0.1)
    # Re-created people flatten the slope.
    assert peers.interpolated(quartiles).slope < 0.8 * best.slope


def test_one_result_alone_has_no_peer():
    nobody = People(np.zeros_like(SCORES), np.ones_like(SCORES))
    assert np.isnan(peers.person_level([nobody])[0].slope)
    (found,) = peers.pooled([(KEY, [nobody])], [peers.person_level([nobody])])[0]
    assert found.intercept < -3


@pytest.mark.parametrize(("shift", "covered"), [(0.0, 1.0), (3.0, 0.0)])
def test_a_curve_is_judged_by_its_published_intervals(shift, covered):
    truth, people = some()
    truth = replace(truth, intercept=0.1, slope=0.4)
    cell = printing.print_cell(truth, people, "quartiles", np.random.default_rng(1))
    curve = Curve(
        cell, "ok", intercept=truth.intercept, slope=truth.slope + shift * 0.1, intercept_se=0.02,
        slope_se=0.02, correlation=0.0, raw={"intercept_raw": truth.intercept,
        "slope_raw": truth.slope, "slope_raw_se": 0.1}, scores=EVERY,
    )  # fmt: skip
    pooled, unpooled = judge.judge_curve(truth, curve)
    assert pooled["slope_covered"] == covered
    assert pooled["edge_claimed"] == 1
    assert unpooled["slope_covered"] == 1
    if not shift:
        assert pooled["square_error"] == pytest.approx(0, abs=1e-8)
        assert pooled["edge_covered"] == pooled["probability_covered"] == 1
    else:
        assert pooled["square_error"] > unpooled["square_error"]
        assert pooled["probability_covered"] < 1


@pytest.mark.parametrize("status", ["weak", "misfit", "borrowed"])
def test_an_edge_that_is_not_claimed_covers(status):
    truth, people = some()
    cell = printing.print_cell(truth, people, "quartiles", np.random.default_rng(1))
    curve = Curve(
        cell,
        status,
        intercept=9.0,
        slope=0.5,
        intercept_se=0.1,
        slope_se=0.1,
        correlation=0.0,
        scores=EVERY,
    )
    (pooled,) = judge.judge_curve(truth, curve)
    assert (pooled["edge_claimed"], pooled["edge_covered"]) == (0, 1)
    assert "claimed_edge_covered" not in pooled


def test_edges_are_claimed_one_by_one_as_they_are_published():
    """Edges at 223, 245 and 267: the highest is out of reach, the lowest known too badly."""
    truth, people = some()
    truth = replace(truth, intercept=0.0, slope=0.5)
    cell = printing.print_cell(truth, people, "quartiles", np.random.default_rng(1))
    scores = ((cell.grid.x > 200) & (cell.grid.x < 260)).astype(float)
    curve = Curve(
        cell, "ok", intercept=0.3, slope=0.5, intercept_se=0.1, slope_se=0.16, correlation=0.0,
        scores=scores / scores.sum(),
    )  # fmt: skip
    (pooled,) = judge.judge_curve(truth, curve)
    assert pooled["edge_claimed"] == pytest.approx(1 / 3)
    # That at an even chance is claimed at 239, six points off, known to four.
    assert pooled["claimed_edge_covered"] == 0
    assert pooled["edge_covered"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", ["consent", "borrowed"])
def test_a_replicate_depends_on_its_seed_alone(name, monkeypatch):
    monkeypatch.setattr(worlds, "CELLS", 6)
    monkeypatch.setattr(borrowing, "CELLS", 6)
    one, again, other = (pd.DataFrame(simulate.replicate(name, seed)) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(one, again)
    assert not one["square_error"].equals(other["square_error"])
