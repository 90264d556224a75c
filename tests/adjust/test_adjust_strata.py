"""Visa strata of printed tables: the difference of two levels at their common slope."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recalib.adjust.notes import SELF_REPORTED
from recalib.adjust.strata import difference, strata
from recalib.adjust.tables import printed_rows
from recalib.contract.store import read_table
from recalib.curves.fit import fit_curves
from recalib.curves.unit import fit_unit
from recalib.likelihood.cells import build_cells
from steps import adjust as make
from steps import ingest

RAW = Path(__file__).parents[1] / "frozen" / "raw"


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """All cells of the interview table of internal medicine, fitted."""
    evidence = ingest(RAW, tmp_path_factory.mktemp("work"))
    own = evidence[evidence["source"] == "crowd_internal_medicine_2023_24"]
    return fit_curves(build_cells(own, set()))


def _row(curve):
    told = {name: getattr(curve, name) for name in ("status", "bend_sd", "own_share")}
    return pd.Series(curve.line._asdict() | told)


def test_the_covariance_is_that_of_the_units_information(fitted):
    """What is read off two curves is what the joint information of the unit says."""
    (unit,) = [unit for unit in fitted.units if unit.key.needs_visa]
    curves = {c.cell.key.needs_visa: c for c in fitted.curves if c.cell.key.needs_visa}
    order = [cell.key.needs_visa for cell in unit.cells]
    # At the published slope: all else refitted, the slope with its pooled error, t limits.
    line = curves["yes"].slope
    fit = fit_unit(unit.cells, slope=line, begin=unit.fit.parameters)
    rest = np.linalg.inv(fit.information[1:, 1:])
    tilt = -rest @ fit.information[1:, 0]
    # Places of the two intercepts among the intercepts and six shape parameters of each.
    places = [index * 6 for index in range(2)]
    contrast = np.zeros(len(rest))
    contrast[places[order.index("yes")]], contrast[places[order.index("no")]] = 1, -1
    slope_variance = curves["yes"].slope_se ** 2
    variance = contrast @ rest @ contrast * unit.widening**2
    variance += (contrast @ tilt) ** 2 * slope_variance
    found = difference(_row(curves["yes"]), _row(curves["no"]))
    assert found.effect == pytest.approx(curves["yes"].intercept - curves["no"].intercept)
    assert found.effect_se == pytest.approx(np.sqrt(variance), rel=1e-6)
    cross = contrast @ tilt * slope_variance
    expected = cross / (np.sqrt(variance) * curves["yes"].slope_se)
    assert found.correlation == pytest.approx(expected, rel=1e-6)
    assert unit.widening > 1.01


def test_the_shipped_tables_give_one_row_with_its_caveat(work_dir):
    found = read_table(work_dir / "adjustments.csv", "adjustments")
    (row,) = found.to_dict("records")
    assert (row["specialty"], row["applicant_group"]) == ("internal_medicine", "img")
    assert (row["covariate"], row["level"], row["reference"]) == ("needs_visa", "yes", "no")
    assert (row["outcome"], row["grade"], row["n"]) == ("interview", "C", 88)
    assert row["odds_ratio_low"] < row["odds_ratio"] < row["odds_ratio_high"] < 1
    # A slope that is mostly lent gives no points, and compares all the same.
    assert row["status"] == "borrowed"
    assert np.isnan([row["points"], row["points_low"], row["points_high"]]).all()
    assert "most of the slope is lent" in row["note"]
    assert SELF_REPORTED in row["note"]
    assert "missing for 37 of 94 applicants who need a visa" in row["note"]
    assert "The column" not in row["note"]
    # Who recomputes it from the published curves gets it.
    curves = read_table(work_dir / "curves.csv", "curves")
    ((yes, no, estimate),) = strata(curves)
    assert np.exp(yes["intercept"] - no["intercept"]) == pytest.approx(row["odds_ratio"], abs=5e-4)
    assert np.isnan(estimate.points[0])


def test_a_slope_of_their_own_gives_points(work_dir):
    curves = _curves(work_dir, own_share=0.6, status="ok")
    (row,) = printed_rows(curves, {})
    ((_, _, estimate),) = strata(curves)
    assert row["status"] == "ok"
    assert 0 < row["points_low"] < row["points"] < row["points_high"]
    # -10 ln(.518) / .3826.
    assert row["points"] == pytest.approx(17.2, abs=0.1)
    assert estimate.points[0] == pytest.approx(row["points"], abs=0.05)


def _curves(work_dir, **changes):
    curves = read_table(work_dir / "curves.csv", "curves")
    for name, value in changes.items():
        curves.loc[curves["needs_visa"] != "", name] = value
    return curves


def test_the_odds_ratio_is_given_where_the_points_are_not(work_dir):
    (row,) = printed_rows(_curves(work_dir, slope_se=0.3, own_share=0.6, status="weak"), {})
    assert row["status"] == "weak"
    assert np.isnan([row["points"], row["points_low"], row["points_high"]]).all()
    assert np.isfinite([row["odds_ratio"], row["odds_ratio_low"]]).all()
    assert "No points are given" in row["note"]


def test_matches_and_better_grades_are_compared_too(work_dir):
    curves = _curves(work_dir, outcome="match", denominator="ranked_first", grade="A")
    curves.loc[curves["needs_visa"] == "no", "grade"] = "B"
    (row,) = printed_rows(curves, {})
    assert (row["outcome"], row["denominator"], row["grade"]) == ("match", "ranked_first", "B")


@pytest.mark.parametrize("change", [{"grade": "D"}, {"status": "no_evidence"}])
def test_a_stratum_without_scores_of_its_own_is_not_compared(work_dir, change):
    curves = read_table(work_dir / "curves.csv", "curves")
    curves.loc[curves["needs_visa"] == "no", list(change)] = list(change.values())
    assert printed_rows(curves, {}) == []


def test_one_stratum_alone_is_compared_with_nobody(work_dir):
    curves = read_table(work_dir / "curves.csv", "curves")
    assert printed_rows(curves[curves["needs_visa"] != "no"], {}) == []


def test_a_run_without_strata_and_cohorts_writes_a_table_without_rows(work_dir, tmp_path):
    curves = (work_dir / "curves.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in curves if ",img," not in line]
    (tmp_path / "curves.csv").write_text("".join(kept), encoding="utf-8")
    inputs = json.loads((work_dir / "inputs.json").read_text(encoding="utf-8"))
    (tmp_path / "inputs.json").write_text(json.dumps(inputs), encoding="utf-8")
    assert make(tmp_path).empty
    assert read_table(tmp_path / "adjustments.csv", "adjustments").empty
