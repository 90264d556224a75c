"""Means and points of printed curves are facts of the evidence, and no cells by themselves."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from recalib.curves.curve import Curve
from recalib.curves.tables import check_table
from recalib.evidence import gather, self_reported
from recalib.likelihood.cells import build_cells
from recalib.raw import RawData, read_raw

RAW = Path(__file__).parent / "frozen" / "raw"
BESIDE = ["means", "probabilities"]


@pytest.fixture(scope="module")
def raw() -> RawData:
    return read_raw(RAW)


@pytest.fixture(scope="module")
def evidence(raw: RawData) -> pd.DataFrame:
    return gather(raw)


def test_a_mean_is_a_fact_with_its_people(evidence: pd.DataFrame) -> None:
    means = evidence[evidence["kind"] == "means"].set_index(
        ["cycle", "specialty", "applicant_group"]
    )
    of_2013 = means.loc[("2013", "anesthesiology", "us_img")].set_index("statistic")
    assert of_2013["value"].to_dict() == {"mean": 239.0, "n": 95.0}
    assert list(of_2013["n"]) == [95, 95]
    assert set(of_2013["result"]) == {"matched"}
    of_2022 = means.loc[("2022", "anesthesiology", "us_img")]
    assert (of_2022["statistic"], of_2022["value"]) == ("mean", 243.0)
    assert pd.isna(of_2022["n"])


def test_a_point_is_a_fact_with_its_range_and_reading_error(evidence: pd.DataFrame) -> None:
    points = evidence[evidence["kind"] == "probabilities"]
    point = points[(points["applicant_group"] == "us_img") & (points["score_max"] == 240)]
    assert point.set_index("statistic")["value"].to_dict() == {
        "probability": 0.15,
        "reading_error": 0.02,
    }
    assert set(point["score_min"]) == {231.0}
    assert point["n"].isna().all()
    assert set(point["result"]) == {""}
    assert len(points) == 28


def test_neither_makes_a_cell_or_moves_one(raw: RawData, evidence: pd.DataFrame) -> None:
    reported = self_reported(raw.provenance)
    with_them = build_cells(evidence, reported)
    without = build_cells(evidence[~evidence["kind"].isin(BESIDE)], reported)
    assert [cell.key for cell in with_them] == [cell.key for cell in without]
    assert {source for cell in with_them for source in cell.sources}.isdisjoint(
        evidence.loc[evidence["kind"].isin(BESIDE), "source"]
    )
    # A mean of 2026 would stand in the same population as quartiles: it is no table of that cell.
    twin = evidence["kind"].eq("means") & evidence["cycle"].eq("2013")
    moved = evidence.assign(cycle=evidence["cycle"].mask(twin, "2026"))
    again = build_cells(moved, reported)
    assert [(cell.key, cell.sources, cell.grid.x[0]) for cell in again] == [
        (cell.key, cell.sources, cell.grid.x[0]) for cell in without
    ]


def test_only_points_alone_make_no_cell(evidence: pd.DataFrame) -> None:
    assert build_cells(evidence[evidence["kind"].isin(BESIDE)], set()) == []


def test_they_stay_unchecked_beside_the_curve_of_their_population(evidence: pd.DataFrame) -> None:
    mine = (evidence["specialty"] == "anesthesiology") & (
        evidence["applicant_group"] == "non_us_img"
    )
    twin = evidence["kind"].eq("means") & evidence["cycle"].eq("2013")
    moved = evidence.assign(cycle=evidence["cycle"].mask(twin, "2026"))[mine]
    cells = [cell for cell in build_cells(moved, set()) if cell.quantiles]
    curves = [SimpleNamespace(cell=cell, parameters=np.zeros(7), inflation=1.0) for cell in cells]
    checked = check_table(moved, cast("list[Curve]", curves))
    means = checked[(checked["cycle"] == "2026") & (checked["statistic"] == "mean")]
    assert means.groupby("kind")["z"].count().to_dict() == {"means": 0, "quantiles": 2}
    assert len(checked) == len(moved)
