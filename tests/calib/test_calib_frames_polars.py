"""Polars frames: row by row what pandas frames and single look-ups give, lazy ones too."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import calib
from calib import frames

pytestmark = pytest.mark.usefixtures("edition")

PAIRS = [
    ("surgery", "non_us_img"),
    ("Surgery", "us_md_senior"),
    ("family_practice", "non_us_img"),
    ("plastics", "us_img"),
    ("nuclear", "non_us_img"),
    ("imaging", "us_img"),
    (None, "non_us_img"),
    ("surgery", None),
]


def mixed(length: int = 300) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    chosen = rng.integers(len(PAIRS), size=length)
    scores = [None if rng.random() < 0.1 else int(x) for x in rng.integers(180, 300, size=length)]
    return pl.DataFrame(
        {
            "step2_ck": pl.Series(scores, dtype=pl.Int16),
            "specialty": [PAIRS[i][0] for i in chosen],
            "applicant_group": [PAIRS[i][1] for i in chosen],
        }
    )


def as_lists(frame: Any) -> dict[str, list[Any]]:
    """Return a frame of either library as lists, with None for what is missing."""
    if isinstance(frame, pl.DataFrame):
        return frame.to_dict(as_series=False)
    return {
        name: [None if pd.isna(value) else value for value in frame[name]] for name in frame.columns
    }


@pytest.mark.parametrize("scheme", ["guide", "chance"])
@pytest.mark.parametrize("fraction", [0, 0.25])
def test_polars_pandas_and_single_look_ups_agree(scheme: str, fraction: float) -> None:
    df = mixed()
    if fraction:
        df = df.with_columns(pl.col("step2_ck") - fraction)
    before = df.clone()
    found = as_lists(frames.add_bands(df, scheme=scheme))
    chances = as_lists(frames.probabilities(df))
    standings = as_lists(frames.standings(df))
    assert df.equals(before)
    in_pandas = pd.DataFrame(df.to_dict(as_series=False))
    assert found == as_lists(frames.add_bands(in_pandas, scheme=scheme))
    assert chances == as_lists(frames.probabilities(in_pandas))
    assert standings == as_lists(frames.standings(in_pandas))
    for row in range(len(df)):
        score, specialty, group = df.row(row)
        if None in (score, specialty, group):
            assert found["band"][row] is found["band_status"][row] is None
            assert {column[row] for column in chances.values()} == {None}
            continue
        band = calib.band(score, specialty, group, scheme=scheme)
        status = "extrapolated" if band.extrapolated and band.label else band.status
        assert (found["band"][row], found["band_status"][row]) == (band.label, status)
        chance = calib.probability(score, specialty, group)
        assert chances["probability"][row] == pytest.approx(chance.value)
        assert chances["probability_high"][row] == pytest.approx(chance.high)
        assert chances["extrapolated"][row] == chance.extrapolated
        assert (chances["status"][row], chances["grade"][row]) == (chance.status, chance.grade)


def test_bands_are_ordered_lowest_first() -> None:
    found = frames.add_bands(mixed())
    labels = [band.label for band in calib.bands("surgery", "non_us_img")]
    assert found.schema["band"] == pl.Enum(labels[::-1])
    ranked = found.drop_nulls("band").sort("band")["band"]
    assert ranked[-1] == "highly_competitive"
    assert found.columns == [*mixed().columns, "band", "band_status"]
    renamed = frames.add_bands(mixed(), band="specialty", status=None)
    assert renamed.columns == mixed().columns


@pytest.mark.parametrize(
    "scores",
    [
        pl.Series([240, 250], dtype=pl.UInt8),
        pl.Series([240, 270], dtype=pl.Int64),
        pl.Series([240, 270], dtype=pl.UInt64),
        pl.Series([240, None], dtype=pl.UInt16),
        pl.Series([240, None], dtype=pl.Int128),
        pl.Series([240.5, float("nan")], dtype=pl.Float32),
        pl.Series([240.5, None], dtype=pl.Float64),
        pl.Series([Decimal("240.5"), None], dtype=pl.Decimal(5, 1)),
        pl.Series([None, None]),
    ],
    ids=lambda series: str(series.dtype),
)
@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Enum(["x", "surgery"])], ids=str)
def test_any_usual_dtype_serves(scores: pl.Series, kind: Any) -> None:
    names = pl.Series(["surgery", "surgery"]).cast(kind)
    group = pl.Series(["non_us_img"] * 2).cast(pl.Enum(["non_us_img"]))
    df = pl.DataFrame({"step2_ck": scores, "specialty": names, "applicant_group": group})
    known = [None if x is None or x != x else float(x) for x in scores.to_list()]
    expected = [None if x is None else calib.band(x, "surgery", "non_us_img").label for x in known]
    assert frames.add_bands(df)["band"].to_list() == expected


def test_many_categories() -> None:
    names = [f"other_{i}" for i in range(300)] + ["surgery"]
    df = mixed().with_columns(specialty=pl.lit("surgery").cast(pl.Enum(names)))
    assert frames.add_bands(df)["band"].null_count() < len(df)


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_lazy_frames(engine: Any) -> None:
    df = mixed()
    lazy = frames.add_bands(df.lazy())
    expected = frames.add_bands(df)
    assert lazy.collect_schema() == expected.schema
    assert lazy.collect(engine=engine).equals(expected)
    low = lazy.filter(pl.col("band") == "low").select("step2_ck", "band").collect(engine=engine)
    assert low.equals(expected.filter(pl.col("band") == "low").select("step2_ck", "band"))
    chances = frames.probabilities(df.lazy())
    assert chances.collect(engine=engine).equals(frames.probabilities(df))
    assert lazy.head(3).collect(engine=engine).equals(expected.head(3))


def test_lazy_frames_are_checked_as_early_as_can_be() -> None:
    lazy = mixed().lazy()
    with pytest.raises(calib.UnknownNameError, match="column 'x'"):
        frames.add_bands(lazy, score="x")
    with pytest.raises(calib.UnknownNameError, match="outcome 'x'"):
        frames.probabilities(lazy, outcome="x")
    with pytest.raises(ValueError, match="must hold numbers"):
        frames.add_bands(lazy, score="specialty")
    later = frames.add_bands(lazy.with_columns(step2_ck=pl.lit(500)))
    with pytest.raises(ValueError, match="the first in row 0 of a batch"):
        later.collect()


@pytest.mark.parametrize("lazy", [False, True])
def test_empty_frames(lazy: bool) -> None:
    df: Any = mixed().clear()
    df = df.lazy() if lazy else df
    for found, columns in ((frames.add_bands(df), 5), (frames.probabilities(df), 8)):
        found = found.collect() if lazy else found
        assert found.shape == (0, columns)
    with pytest.raises(calib.UnknownNameError, match="cycle"):
        frames.add_bands(df, cycle="1999")


@pytest.mark.parametrize(
    "series",
    [
        pl.Series([True, None]),
        pl.Series(["250", None]),
        pl.Series([[250], None]),
        pl.Series([object(), None], dtype=pl.Object),
    ],
    ids=lambda series: str(series.dtype),
)
def test_what_are_no_scores_is_told(series: pl.Series) -> None:
    df = mixed(2).with_columns(series.alias("step2_ck"))
    for function in (frames.add_bands, frames.probabilities):
        with pytest.raises(ValueError, match=r"column 'step2_ck' must hold numbers; it is of type"):
            function(df)


@pytest.mark.parametrize(
    "series",
    [pl.Series([None, 7]), pl.Series([None, b"surgery"]), pl.Series([None, ["surgery"]])],
    ids=lambda series: str(series.dtype),
)
def test_what_are_no_names_is_told(series: pl.Series) -> None:
    df = mixed(2).with_columns(series.alias("specialty"))
    with pytest.raises(calib.UnknownNameError, match="must be a name, not an object of type"):
        frames.add_bands(df)
    with pytest.raises(calib.UnknownNameError, match=r"row 0 .*Did you mean surgery"):
        frames.add_bands(mixed(2).with_columns(specialty=pl.lit("surgry")))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.integers(1, 300) | st.floats(1, 300) | st.floats(275, 279),
            *(st.sampled_from(list(names)) for names in zip(*PAIRS, strict=True)),
        ),
        max_size=30,
    )
)
def test_any_mix_of_rows_agrees_with_the_look_ups(rows: list[tuple[Any, Any, Any]]) -> None:
    columns = {
        "step2_ck": pl.Series([row[0] for row in rows], dtype=pl.Float64, strict=False),
        "specialty": pl.Series([row[1] for row in rows], dtype=pl.String),
        "applicant_group": pl.Series([row[2] for row in rows], dtype=pl.String),
    }
    found = frames.add_bands(pl.DataFrame(columns), scheme="chance")
    for row, label, status in zip(rows, found["band"], found["band_status"], strict=True):
        if None in row:
            assert label is status is None
            continue
        band = calib.band(*row, scheme="chance")
        outside = band.extrapolated and band.label is not None
        assert (label, status) == (band.label, "extrapolated" if outside else band.status)
