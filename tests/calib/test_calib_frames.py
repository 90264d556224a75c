"""Bands and chances of whole frames: row by row what the single look-ups say."""

from __future__ import annotations

import importlib
import pickle
import subprocess
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


def status_of(band: calib.Band) -> str:
    """Status that a frame gives for the answer of a single look-up."""
    return "extrapolated" if band.extrapolated and band.label else band.status


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
        assert row.band_status == status_of(band)
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
            later = [one.next_low, one.next_high]
            assert [got.next_low, got.next_high] == pytest.approx(later)
            assert got.extrapolated == one.extrapolated


def test_standings_are_those_of_the_single_look_up() -> None:
    df = mixed().assign(step2_ck=lambda d: d["step2_ck"] - 0.25)
    found = frames.standings(df)
    assert found.index.equals(df.index)
    told = 0
    for row, got in zip(df.itertuples(), found.to_dict("records"), strict=True):
        one = calib.standing(row.step2_ck, row.specialty, row.applicant_group)
        expected = {name: getattr(one, name) for name in got}
        if one.matched is None:
            assert np.isnan(list(got.values())).all()
        else:
            assert got == pytest.approx(expected)
            told += 1
    assert 20 < told < 200
    missing = df.head(1).assign(step2_ck=np.nan)
    assert frames.standings(missing).isna().all(axis=None)


def test_bands_that_are_wide_or_have_no_word() -> None:
    df = pd.DataFrame({"step2_ck": [270, 250], "specialty": "children"})
    found = frames.add_bands(df.assign(applicant_group="non_us_img"))
    assert found["band"].tolist() == ["highly_competitive", np.nan]
    assert found["band_status"].tolist() == ["ok", "wide"]
    known = frames.add_bands(df.assign(applicant_group="non_us_img", specialty="villages"))
    assert known["band"].tolist() == ["competitive", "competitive"]
    assert known["band_status"].tolist() == ["extrapolated", "flat"]
    df = df.assign(applicant_group="non_us_img", specialty="surgery")
    words = frames.add_bands(df, outcome="interview")
    assert words["band"].isna().all()
    assert words["band_status"].tolist() == ["ok", "ok"]
    words = frames.add_bands(df, outcome="interview", scheme="chance")
    assert words["band"].tolist() == ["unlikely", "unlikely"]


def test_the_status_tells_a_label_outside_the_fitted_scores(
    synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic.replace("curves.csv", "215,275,,300,A,ok", "215.4,274.6,,300,A,ok")
    synthetic.sign()
    synthetic.serve(monkeypatch)
    whole = [1, 215, 216, 274, 275, 300]
    outside = [True, True, False, False, True, True]
    fractions = [215.3, 215.4, 215.9, 274.5, 274.6, 274.7]
    for scores, beyond in (
        (whole, outside),
        ([*whole, None], [*outside, None]),
        ([*fractions, None], [True, False, False, False, False, True, None]),
    ):
        columns = {"step2_ck": scores, "specialty": "surgery", "applicant_group": "non_us_img"}
        found = frames.add_bands(pd.DataFrame(columns))
        expected = [None if out is None else "extrapolated" if out else "ok" for out in beyond]
        got = found["band_status"].astype(object)
        assert got.where(got.notna(), None).tolist() == expected
        assert found["band"].notna().tolist() == [out is not None for out in beyond]
        for score, out in zip(scores, beyond, strict=True):
            if score is not None:
                assert calib.band(score, "surgery", "non_us_img").extrapolated is out
    categories = ["ok", "flat", "weak", "borrowed", "misfit", "no_evidence"]
    categories += ["unreachable", "wide", "extrapolated"]
    assert found["band_status"].cat.categories.tolist() == categories
    empty = pd.DataFrame({"step2_ck": [290], "specialty": "plastics", "applicant_group": "us_img"})
    assert frames.add_bands(empty)["band_status"].tolist() == ["borrowed"]


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
        ("step2_ck", [250, 301], "must lie between 1 and 300; 1 do not, the first in row 1 "),
        ("step2_ck", [0, 0], "2 do not, the first in row 0 "),
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
    message = "must be a name, not an object of type int in column 'specialty', row 0 "
    with pytest.raises(calib.UnknownNameError, match=message):
        frames.add_bands(df.assign(specialty=7))
    listed = pd.Series([["surgery"]] * len(df), index=df.index)
    with pytest.raises(calib.UnknownNameError, match="not an object of type list"):
        frames.add_bands(df.assign(specialty=listed))
    with pytest.raises(calib.UnknownNameError, match="Did you mean step2_ck"):
        frames.add_bands(df, score="step2ck")
    with pytest.raises(calib.UnknownNameError, match="Did you mean guide"):
        frames.add_bands(df, scheme="guides")
    with pytest.raises(ValueError, match="more than once"):
        frames.add_bands(pd.concat([df, df[["step2_ck"]]], axis=1))
    with pytest.raises(calib.UnknownNameError, match="column must be a name, not None"):
        frames.add_bands(df, score=None)  # type: ignore[type-var]
    with pytest.raises(ValueError, match="band and status are one column, 'b'"):
        frames.add_bands(df, band="b", status="b")


def test_an_error_names_the_row_and_keeps_the_value_to_itself() -> None:
    df = mixed().assign(specialty=["surgery"] * 399 + ["Jane Q. Public"])
    with pytest.raises(calib.UnknownNameError) as caught:
        frames.add_bands(df)
    assert "Unknown specialty in column 'specialty', row 399 " in str(caught.value)
    assert "Jane" not in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(ValueError, match="row 399 ") as wrong:
        frames.add_bands(mixed().assign(step2_ck=[250] * 399 + [987654321]))
    assert "987654321" not in str(wrong.value)


def test_a_frame_of_thousands_of_columns_lists_a_hundred() -> None:
    wide = pd.DataFrame({f"c{i}": [1] for i in range(3000)})
    with pytest.raises(calib.UnknownNameError, match="and 2900 more") as caught:
        frames.add_bands(wide)
    assert len(str(caught.value)) < 1000


def test_many_categories_and_several_spellings_of_one() -> None:
    names = [f"other_{i}" for i in range(300)] + ["Surgery", "surgery", " SURGERY", "nuclear"]
    chosen = ["surgery", None, "Surgery", " SURGERY", "nuclear"]
    df = pd.DataFrame({"step2_ck": [290, 290, 290, 200, 290], "applicant_group": "non_us_img"})
    found = frames.add_bands(df.assign(specialty=pd.Categorical(chosen, categories=names)))
    outside = "extrapolated"
    assert found["band_status"].tolist() == [outside, np.nan, outside, outside, "no_evidence"]
    wrong = pd.Categorical([*chosen[:4], "other_7"], categories=names)
    with pytest.raises(calib.UnknownNameError, match="row 4 "):
        frames.add_bands(df.assign(specialty=wrong))


def test_more_pairs_than_a_byte_counts(synthetic: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (synthetic.folder / "curves.csv").read_text().splitlines()
    (line,) = (line for line in lines if ",nuclear," in line and ",2025," in line)
    copies = [line.replace("nuclear", f"nuclear_{i}") for i in range(200)]
    synthetic.write("curves.csv", ("\n".join([*lines, *copies]) + "\n").encode())
    synthetic.sign()
    synthetic.serve(monkeypatch)
    specialties = [*calib.specialties(), "surgery"]
    df = pd.DataFrame({"step2_ck": 270, "specialty": specialties, "applicant_group": "non_us_img"})
    status = frames.add_bands(df)["band_status"]
    one_by_one = [status_of(calib.band(270, name, "non_us_img")) for name in specialties]
    assert status.tolist() == one_by_one
    assert status.iloc[-1] == "ok"


def test_an_edition_without_curves(synthetic: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    header = (synthetic.folder / "curves.csv").read_text().splitlines()[0]
    synthetic.write("curves.csv", f"{header}\n".encode())
    synthetic.sign()
    synthetic.serve(monkeypatch)
    df = pd.DataFrame({"step2_ck": [250], "specialty": [None], "applicant_group": ["non_us_img"]})
    assert frames.add_bands(df)["band"].isna().all()


def test_without_numpy_the_error_names_the_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "calib.frames")
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(
        ImportError, match=r'pip install "\.\[frames\]" or pip install "\.\[polars\]"'
    ):
        importlib.import_module("calib.frames")


@pytest.mark.parametrize(("used", "absent"), [("pandas", "polars"), ("polars", "pandas")])
def test_a_library_of_frames_does_without_the_other(used: str, absent: str) -> None:
    code = f"""
import sys
sys.modules[{absent!r}] = None
import {used}
from calib import frames
columns = {{"step2_ck": [250, None], "specialty": ["general_surgery"] * 2}}
df = {used}.DataFrame({{**columns, "applicant_group": ["non_us_img"] * 2}})
assert len(frames.add_bands(df)) == len(frames.probabilities(df)) == 2
assert len(frames.standings(df)) == 2
assert not any(name.partition(".")[0] == {absent!r} for name in sys.modules if sys.modules[name])
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
