"""Two fits beside each other: chances with their intervals, and how far the logit moved."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from calib.line import Line, chance
from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.store import read_table
from recalib.curves.tables import compare_curves

EDITION = Path(__file__).parents[1] / "frozen" / "edition"


@pytest.fixture(scope="module")
def curves() -> pd.DataFrame:
    return read_table(EDITION / "curves.csv", "curves")


def test_the_same_fit_moved_nowhere_and_has_the_published_chances(curves: pd.DataFrame) -> None:
    found = compare_curves(curves, curves, score=260)
    assert len(found) == curves["slope"].notna().sum()
    assert (found["moved"] == 0).all()
    row = found.iloc[0]
    same = (curves[KEY_COLUMNS] == row[KEY_COLUMNS]).all(axis="columns")
    line = Line(*curves.loc[same, list(Line._fields)].iloc[0])
    for when in ("before", "after"):
        told = row[[f"chance_{when}", f"low_{when}", f"high_{when}"]]
        assert tuple(told) == pytest.approx(chance(line, 260))


def test_a_level_higher_by_its_error_moved_by_one(curves: pd.DataFrame) -> None:
    moved = curves.assign(intercept=curves["intercept"] + curves["intercept_se"])
    found = compare_curves(curves, moved, score=245)
    assert found["moved"].to_numpy() == pytest.approx(1)
    assert (found["chance_after"] > found["chance_before"]).all()


def test_keys_of_one_side_are_left_out(curves: pd.DataFrame) -> None:
    assert compare_curves(curves.iloc[:0], curves).empty
    assert len(compare_curves(curves, curves[curves["outcome"] == "match"])) < len(curves)
