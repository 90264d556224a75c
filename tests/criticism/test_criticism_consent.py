"""Curves of everyone from the statistics of those who consented."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit

from recalib.contract.keys import CurveKey
from recalib.criticism.consent import LogTilt, consented, scenarios, tilted
from recalib.criticism.fitted_run import FittedRun
from recalib.curves.curve import Curve
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid, state
from recalib.likelihood.quantiles import QuantileTable
from recalib.likelihood.totals import Total

KEY = CurveKey("2026", "simulated", "non_us_img", "", "match", "ranked_first")
PARAMETERS = np.array([-0.4, 0.5, 0.1, -0.5, 0.0, 0.0, 0.0])


def curve() -> Curve:
    quantiles = (QuantileTable(0, 60, {"median": 240.0}), QuantileTable(1, 80, {"median": 246.0}))
    cell = Cell(KEY, Grid(185, 245.0, 13.0), quantiles, total=Total(100.0, 200.0))
    return Curve(cell, "ok", intercept=-0.4, slope=0.5, slope_se=0.1, parameters=PARAMETERS.copy())


def test_the_curve_of_everyone_is_that_of_the_mixture() -> None:
    tilt = LogTilt(not_matched=0.03, matched=-0.02)
    found = tilted(curve(), tilt)
    at = state(curve().cell.grid, PARAMETERS)
    u = at.grid.u
    failed, matched = (
        f * np.exp(-k * u)
        for f, k in zip(at.by_result, (tilt.not_matched, tilt.matched), strict=True)
    )
    odds = at.rate / (1 - at.rate) * (matched / matched.sum()) / (failed / failed.sum())
    assert np.log(odds) == pytest.approx(found.intercept + found.slope * u)


def test_a_tilt_of_the_odds_is_a_tilt_of_the_chance_by_those_who_did_not_consent() -> None:
    at = state(curve().cell.grid, PARAMETERS)
    share, tilt = 0.75, 0.1
    level = logit(share)
    weights = expit(level + tilt * at.grid.u)
    slope = np.polyfit(at.grid.u, np.log(weights), 1, w=np.sqrt(at.f))[0]
    assert slope == pytest.approx(tilt * (1 - share), rel=0.1)


def test_a_curve_that_loses_its_slope_claims_nothing() -> None:
    assert tilted(curve(), LogTilt(0.0, 0.4)).status == "weak"
    assert tilted(curve(), LogTilt(0.0, 0.0)).status == "ok"


def test_consent_needs_totals_and_both_results() -> None:
    cell = curve().cell
    assert consented(cell) == pytest.approx((0.6, 0.8))
    assert consented(replace(cell, total=None)) is None
    assert consented(replace(cell, quantiles=cell.quantiles[:1])) is None


def test_opposite_tilts_move_the_slope_most(run: FittedRun) -> None:
    key = KEY._replace(specialty="internal_medicine")
    found = {name: curves[key] for name, curves in scenarios(run, {key})}
    assert len(found) == 8
    base = next(each for each in run.fitted.curves if each.cell.key == key)
    moves = {name: each.slope - base.slope for name, each in found.items()}
    assert min(moves, key=moves.__getitem__) == "matched +0.1, not matched −0.1"
    assert max(moves, key=moves.__getitem__) == "matched −0.1, not matched +0.1"
    assert all(abs(move) < 0.1 for move in moves.values())
