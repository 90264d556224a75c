"""Older cycles that predict newer ones, and slopes predicted by pools without them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from calib.line import Line
from recalib.contract.keys import CurveKey
from recalib.criticism.fitted_run import FittedRun
from recalib.criticism.forecast import forecasts, same_people
from recalib.criticism.held_out import _prediction, coverage, slopes_left_out
from recalib.criticism.misfit import misfit
from recalib.criticism.recalibrate import recalibrate
from recalib.likelihood.bins import BinTable
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid
from recalib.report import findings
from recalib.report.figures.forecast import forecast as draw_forecast
from recalib.report.figures.left_out import left_out as draw_left_out
from recalib.report.tables import forecasts as tables
from recalib.report.view import View

KEY = CurveKey("2026", "simulated", "us_md_senior", "", "match", "ranked_first")


def cell(intercept: float, slope: float) -> Cell:
    """Simulated: expected counts by bin of 2,000 people with normal scores."""
    grid = Grid(185, 245.0, 13.0)
    f = np.exp(-0.5 * ((grid.x - 245) / 13) ** 2)
    f /= f.sum()
    low = np.array([-np.inf, 220, 230, 240, 250, 260])
    high = np.array([219, 229, 239, 249, 259, np.inf])
    members = BinTable(low, high, low, low, low).members(grid)
    n = 2000 * members @ f
    y = 2000 * members @ (f * expit(intercept + slope * grid.u))
    return Cell(KEY, grid, bins=BinTable(low, high, n, y, n))


def test_a_known_recalibration_is_found() -> None:
    lines = [Line(a, b, 0.1, 0.05, 0.0) for a, b in ((0.5, 0.4), (1.5, 0.7), (-0.5, 0.6))]
    cells = [cell(0.2 + 0.8 * line.intercept, 0.8 * line.slope) for line in lines]
    found = recalibrate(cells, lines)
    assert found is not None
    assert found.intercept == pytest.approx(0.2, abs=1e-3)
    assert found.slope == pytest.approx(0.8, abs=1e-3)
    # Three cells of 2,000: a third of the variance of one.
    alone = recalibrate(cells[:1], lines[:1])
    assert alone is not None
    assert found.intercept_se < alone.intercept_se
    assert recalibrate([], []) is None


def test_2024_predicts_2026_and_shares_people_with_2020_2024(run: FittedRun, view: View) -> None:
    found = forecasts(run)
    assert [(each.older, each.newer) for each in found] == [("2024", "2026"), ("2020-2024", "2026")]
    assert same_people(found) == [("2024", "2020-2024")]
    for each in found:
        assert each.recalibration is not None
        assert each.recalibration.slope == pytest.approx(1.0, abs=0.2)
        losses = each.losses.set_index("predictor")
        # The curves that make the expectation cannot be beaten, nor a rate by an older one.
        assert losses["log_loss"].idxmin() == losses["brier"].idxmin() == "newer_curve"
        assert losses.loc["newer_rate", "log_loss"] < losses.loc["older_rate", "log_loss"]
        assert losses.loc["older_curve", "log_loss"] < losses.loc["older_rate", "log_loss"]
        table = each.specialties
        assert len(table) >= 15
        # Levels hold less well than slopes.
        assert table["z"].std() > table["slope_z"].std()
        assert each.moved > 0.1
    said = findings.forecast(view, found)
    assert "hold the same people in part" in said[-1]
    assert f"slope {found[0].recalibration.slope:.2f}" in said[0]
    drawn = draw_forecast(view, found)
    assert drawn is not None
    assert "2024 predicts 2026" in str(drawn.get_label())
    assert tables.losses(found) is not None
    assert "Psychiatry" in tables.specialties(view, found[0]).text


def test_a_prediction_of_normals_is_their_sum() -> None:
    beta = np.linspace(-2, 3, 2001)
    density = np.exp(-0.5 * ((beta - 0.4) / 0.3) ** 2)
    low, high, z = _prediction(beta, density / density.sum(), 1.4, 0.4)
    assert (low, high) == pytest.approx((0.4 - 1.96 * 0.5, 0.4 + 1.96 * 0.5), abs=2e-3)
    assert z == pytest.approx(2.0, abs=1e-3)


def test_pools_predict_the_specialties_that_they_have_not_seen(run: FittedRun, view: View) -> None:
    found = slopes_left_out(run)
    held = coverage(found).set_index("pool")
    assert held.loc["match, non_us_img, 2026", "specialty"] == "family_medicine"
    assert held["inside"].between(0.85, 1.0).all()
    assert (found["inside"] == (found["z"].abs() < 1.959964)).all()
    said = findings.left_out(view, found)
    assert "Family Medicine 2026" in said
    drawn = draw_left_out(view, found)
    assert drawn is not None
    assert "Family Medicine 2026" in str(drawn.get_label())
    assert tables.left_out(view, coverage(found)) is not None


def test_misfit_counts_every_checked_statistic(run: FittedRun) -> None:
    checked = run.evidence["z"].notna()
    for by in (["source", "kind"], ["kind", "result", "statistic"]):
        found = misfit(run.evidence, by)
        assert found["checked"].sum() == checked.sum()
        assert found["largest"].max() == run.evidence["z"].abs().max()
    empty = misfit(run.evidence[~checked], ["kind"])
    assert empty.empty
    assert "no printed table with scores" in findings.misfit(empty)
