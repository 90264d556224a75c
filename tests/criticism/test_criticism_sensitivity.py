"""Edges under other assumptions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recalib.contract.keys import KEY_COLUMNS, CurveKey
from recalib.criticism.alternatives import FAMILIES, TABLE, pool_priors, shape_priors
from recalib.criticism.fitted_run import FittedRun, curves_of, refit_changed
from recalib.criticism.sensitivity import by_alternative, by_edge, by_family, shifts
from recalib.report import findings
from recalib.report.figures.sensitivity import sensitivity
from recalib.report.tables import criticism as tables
from recalib.report.view import View


@pytest.fixture(scope="module")
def edges(run: FittedRun) -> pd.DataFrame:
    found = run.edges()
    return found[found["applicant_group"] == "non_us_img"].reset_index(drop=True)


@pytest.fixture(scope="module")
def moved(run: FittedRun, edges: pd.DataFrame) -> pd.DataFrame:
    return shifts(run, edges)


def test_edges_are_those_of_the_band_table(run: FittedRun) -> None:
    found = run.edges()
    assert (found["outcome"] == "match").all()
    assert found["edge"].between(185, 300).all()
    per_curve = found.groupby(["specialty", "applicant_group"])["cycle"].nunique()
    assert (per_curve == 1).all()
    even = found[found["label"] == "likely"]
    assert set(even["probability"]) == {0.5}


def test_the_same_assumptions_move_nothing(run: FittedRun, edges: pd.DataFrame) -> None:
    keys = {CurveKey(*row) for row in edges[KEY_COLUMNS].itertuples(index=False)}
    base = {curve.cell.key: curve for curve in run.fitted.curves}
    again = curves_of(run.units_behind(keys), wanted=keys)
    assert set(again) == keys
    for key, curve in again.items():
        assert curve.slope == pytest.approx(base[key].slope, abs=1e-9)
        assert curve.intercept == pytest.approx(base[key].intercept, abs=1e-6)


def test_cells_that_did_not_change_keep_their_fit(run: FittedRun) -> None:
    rows = run.evidence[run.evidence["outcome"] == "match"]
    kept = rows[rows["applicant_group"] == "us_md_senior"]
    units = refit_changed(run.cells_of(kept), run.fitted.units)
    known = {id(unit) for unit in run.fitted.units}
    assert units
    assert all(id(unit) in known for unit in units)
    fewer = kept[(kept["specialty"] != "dermatology") | (kept["statistic"] != "q1")]
    changed = refit_changed(run.cells_of(fewer), run.fitted.units)
    anew = {(unit.key.specialty, unit.key.cycle) for unit in changed if id(unit) not in known}
    assert ("dermatology", "2026") in anew
    assert ("anesthesiology", "2026") not in anew


def test_alternatives_change_what_they_say() -> None:
    alone, wide = shape_priors().values()
    assert list(np.array(alone.shape_precision) > 1e6) == [False, False, True, True, True]
    assert wide.shape_precision[2] == pytest.approx(25.0)
    found = pool_priors()
    assert len(set(found.values())) == len(found) == 5


def test_every_family_touches_these_edges(edges: pd.DataFrame, moved: pd.DataFrame) -> None:
    assert set(moved["family"]) == set(FAMILIES)
    summary = by_family(moved)
    assert list(summary["family"]) == list(FAMILIES)
    assert (summary["edges"] == len(edges)).all()
    assert (summary["median"] <= summary["ninety"]).all()
    assert (summary["ninety"] <= summary["largest"]).all()
    lost = summary.set_index("family")["gone"]
    assert lost[TABLE] == len(edges)
    assert lost.drop(TABLE).sum() == 0


def test_a_table_that_no_edge_rests_on_moves_none(moved: pd.DataFrame) -> None:
    found = by_alternative(moved).set_index("alternative")
    other = found.loc["Advance Data Tables, 2025 Main Residency Match: totals"]
    assert other["largest"] == 0
    name = "Charting Outcomes: Non-U.S. IMGs, 2026 Main Residency Match"
    assert found.loc[f"{name}: quantiles", "gone"] == other["edges"]
    assert found.loc[f"{name}: totals", "largest"] > 1


def test_the_worst_edge_is_the_one_that_moves_most(
    edges: pd.DataFrame, moved: pd.DataFrame
) -> None:
    found = by_edge(edges, moved)
    assert len(found) == len(edges)
    worst = found.iloc[0]
    assert worst["share"] == found["share"].max() == moved["share"].max()
    assert worst["largest"] == pytest.approx(worst["share"] * worst["half_width"])
    assert worst["largest"] == pytest.approx(max(abs(worst[name]) for name in FAMILIES))


def test_the_page_names_edges_that_leave_their_interval(
    run: FittedRun, view: View, edges: pd.DataFrame, moved: pd.DataFrame
) -> None:
    found, families = by_edge(edges, moved), by_family(moved)
    said = " ".join(findings.edges(view, found, families))
    for _, row in found[found["share"] > 1].iterrows():
        assert view.label(row["specialty"]) in said
    assert f"farthest by {families['largest'].iloc[0]:.1f}" in said
    drawn = sensitivity(moved)
    assert drawn is not None
    assert "quadratic alone" in str(drawn.get_label())
    for table in (
        tables.worst_edges(view, found),
        tables.all_edges(view, found),
        tables.edges_by_family(families),
        tables.edges_by_alternative(by_alternative(moved)),
    ):
        assert table is not None
    assert f"All {len(edges)} edges" in tables.all_edges(view, found).text
