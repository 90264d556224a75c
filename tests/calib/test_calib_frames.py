"""Bands and chances of whole frames: row by row what the single look-ups say."""

from __future__ import annotations

import importlib
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import calib
from calib import frames

pytestmark = pytest.mark.usefixtures("edition")

NAMES = [
    ("surgery", "non_us_img"),
    ("Surgery", "us_md_senior"),
    ("family_practice", "non_us_img"),
    ("plastics", "us_img"),
    ("nuclear", "non_us_img"),
    ("imaging", "us_img"),
]


def mixed() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    chosen = rng.integers(len(NAMES), size=400)
    return pd.DataFrame(
        {
            "step2_ck": rng.integers(180, 300, size=400),
            "specialty": [NAMES[i][0] for i in chosen],
            "applicant_group": [NAMES[i][1] for i in chosen],
        },
        index=pd.Index(np.arange(400) * 3 + 7, name="row"),
    )


@pytest.mark.parametrize("scheme", ["guide", "chance"])
def test_bands_are_those_of_the_single_look_up(scheme: str) -> None:
    df = mixed()
    before = df.copy(deep=True)
    found = frames.add_bands(df, scheme=scheme)
    pd.testing.assert_frame_equal(df, before)
    assert found.index.equals(df.index)
    for row in found.itertuples():
        band = calib.band(row.step2_ck, row.specialty, row.applicant_group, scheme=scheme)
        assert (None if pd.isna(row.band) else row.band) == band.label
        assert row.band_status == band.status
    labels = [band.label for band in calib.bands("surgery", "non_us_img", scheme=scheme)]
    assert list(found["band"].cat.categories) == labels[::-1]
    assert found["band"].cat.ordered


def test_chances_are_those_of_the_single_look_up() -> None:
    df = mixed().assign(step2_ck=lambda d: d["step2_ck"] - 0.25)
    found = frames.probabilities(df)
    assert found.index.equals(df.index)
    for row, got in zip(df.itertuples(), found.itertuples(), strict=True):
        one = calib.probability(row.step2_ck, row.specialty, row.applicant_group)
        assert (got.status, None if pd.isna(got.grade) else got.grade) == (one.status, one.grade)
        if one.value is None:
            assert np.isnan(got.probability)
            assert got.extrapolated is pd.NA
        else:
            numbers = [got.probability, got.probability_low, got.probability_high]
            assert numbers == pytest.approx([one.value, one.low, one.high])
            assert got.extrapolated == one.extrapolated


def test_missing_values_stay_missing() -> None:
    df = pd.DataFrame(
        {
            "step2_ck": [250, None, 250, 250],
            "specialty": ["surgery", "surgery", None, "surgery"],
            "applicant_group": ["non_us_img", "non_us_img", "non_us_img", np.nan],
        }
    )
    found = frames.add_bands(df)
    assert found["band"].isna().tolist() == [False, True, True, True]
    assert found["band_status"].isna().tolist() == [False, True, True, True]
    chances = frames.probabilities(df)
    for column in chances:
        assert chances[column].isna().tolist() == [False, True, True, True], column


@pytest.mark.parametrize(
    ("scores", "dtype"),
    [
        ([240, None, 270], "Int64"),
        ([240, None, 270], "Float64"),
        ([240, None, 270], "float32"),
        ([240, None, 270], "int16[pyarrow]"),
        ([240, None, 270], "double[pyarrow]"),
        ([240, None, 270], object),
        ([Decimal(240), None, Decimal(270)], object),
        ([240, pd.NA, 270.0], object),
    ],
)
@pytest.mark.parametrize("kind", ["object", "str", "string[pyarrow]", "category"])
def test_any_usual_dtype_serves(scores: list[Any], dtype: Any, kind: str) -> None:
    if "pyarrow" in f"{kind}{dtype}":
        pytest.importorskip("pyarrow")
    specialty = pd.Series(["surgery"] * 3, dtype=kind)
    group = pd.Series(["non_us_img"] * 3, dtype=kind)
    df = pd.DataFrame({"s": pd.Series(scores, dtype=dtype), "f": specialty, "g": group})
    names = {"score": "s", "specialty": "f", "applicant_group": "g"}
    found = frames.add_bands(df, **names, band="b", status=None)
    assert list(found.columns) == ["s", "f", "g", "b"]
    expected = [calib.band(x, "surgery", "non_us_img").label for x in (240, 270)]
    assert found["b"].tolist()[::2] == expected
    assert found["b"].isna().tolist() == [False, True, False]
    assert frames.probabilities(df, **names)["probability"].notna().tolist() == [True, False, True]


def test_categories_that_no_row_uses_are_no_error() -> None:
    df = mixed().head(2)
    names = pd.Categorical(["surgery", "surgery"], categories=["alchemy", "surgery"])
    found = frames.add_bands(df.assign(specialty=names, applicant_group="non_us_img"))
    assert found["band"].notna().all()


def test_keywords_reach_the_curve() -> None:
    df = pd.DataFrame({"step2_ck": [250], "specialty": "medicine", "applicant_group": "img"})
    keywords: dict[str, Any] = {"outcome": "interview", "needs_visa": True}
    got = frames.probabilities(df, **keywords)["probability"].iloc[0]
    assert got == pytest.approx(calib.probability(250, "medicine", "img", **keywords).value)
    assert frames.probabilities(df, outcome="interview")["status"].tolist() == ["no_evidence"]


def test_an_empty_frame_is_answered_and_its_keywords_checked() -> None:
    df = mixed().head(0)
    assert list(frames.add_bands(df).columns) == [*df.columns, "band", "band_status"]
    assert len(frames.probabilities(df)) == 0
    with pytest.raises(calib.UnknownNameError, match="outcome"):
        frames.probabilities(df, outcome="matched")


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("step2_ck", [250, 301], "1 scores do not lie between 1 and 300, the first in row 1"),
        ("step2_ck", [0, 0], "2 scores .* first in row 0"),
        ("step2_ck", [250, np.inf], "first in row 1"),
        ("step2_ck", ["250", "251"], "must hold numbers"),
        ("step2_ck", [True, False], "must hold numbers"),
        ("step2_ck", [1j, 250], "must hold numbers"),
        ("step2_ck", pd.Series([250, "x"], dtype=object), "must hold numbers"),
        ("step2_ck", pd.to_datetime(["2026-01-01", "2026-01-02"]), "must hold numbers"),
    ],
)
def test_a_wrong_score_is_a_value_error(column: str, values: Any, message: str) -> None:
    df = mixed().head(2)
    df[column] = list(values) if not hasattr(values, "dtype") else values.to_numpy()
    for function in (frames.add_bands, frames.probabilities):
        with pytest.raises(ValueError, match=message):
            function(df)


def test_wrong_names_are_told() -> None:
    df = mixed()
    with pytest.raises(calib.UnknownNameError, match="Did you mean surgery"):
        frames.add_bands(df.assign(specialty="surgry"))
    with pytest.raises(calib.UnknownNameError, match="must be a name, not 7"):
        frames.add_bands(df.assign(specialty=7))
    listed = pd.Series([["surgery"]] * len(df), index=df.index)
    with pytest.raises(calib.UnknownNameError, match=r"must be a name, not \['surgery'\]"):
        frames.add_bands(df.assign(specialty=listed))
    with pytest.raises(calib.UnknownNameError, match="Did you mean step2_ck"):
        frames.add_bands(df, score="step2ck")
    with pytest.raises(calib.UnknownNameError, match="Did you mean guide"):
        frames.add_bands(df, scheme="guides")
    with pytest.raises(ValueError, match="more than once"):
        frames.add_bands(pd.concat([df, df[["step2_ck"]]], axis=1))
    with pytest.raises(TypeError, match="a pandas DataFrame is needed, not list"):
        frames.add_bands([1, 2])  # type: ignore[arg-type]


def test_without_pandas_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.delitem(sys.modules, "calib.frames")
    with pytest.raises(ImportError, match=r"pip install 'calib-bands\[frames\]'"):
        importlib.import_module("calib.frames")
