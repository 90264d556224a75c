"""Whatever is passed, an answer that is right or the error that the contract names."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hostile import OBJECTS, anything
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import calib
from calib import frames

pytestmark = pytest.mark.usefixtures("edition")

KEY = {"specialty": "surgery", "applicant_group": "non_us_img"}
KEYED = {"outcome", "cycle", "denominator", "needs_visa", "source", *KEY}
FUNCTIONS: dict[str, tuple[dict[str, Any], set[str]]] = {
    # Arguments that are answered, and which of the arguments are names.
    "probability": ({"score": 250, **KEY}, KEYED),
    "band": ({"score": 250, **KEY}, KEYED | {"scheme"}),
    "bands": (KEY, KEYED | {"scheme"}),
    "score_for": ({"p": 0.4, **KEY}, KEYED),
    "gain": ({"from_score": 240, "to_score": 250, **KEY}, KEYED),
    "explain": ({"score": 250, **KEY}, KEYED | {"scheme"}),
    "chances": ({"score": 250, "applicant_group": "non_us_img"}, KEYED - {"specialty"}),
    "standing": ({"score": 250, **KEY}, KEYED - {"outcome"}),
    "specialties": ({}, {"applicant_group"}),
    "applicant_groups": ({}, {"specialty"}),
    "guide_audit": ({"guide": "surgery_guide"}, {"guide", "specialty", "applicant_group"}),
    "table": ({"name": "curves"}, {"name"}),
    "guides": ({}, set()),
    "cohorts": ({}, set()),
    "editions": ({}, set()),
    "load": ({"edition": "synthetic.1"}, {"edition"}),
}
ARGUMENTS = [
    (function, argument)
    for function, (valid, names) in FUNCTIONS.items()
    for argument in sorted({*valid, *names})
]
calm = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def test_every_public_function_is_tried() -> None:
    functions = {name for name in calib.__all__ if callable(getattr(calib, name))}
    assert {name for name in functions if not isinstance(getattr(calib, name), type)} == set(
        FUNCTIONS
    )


def told(error: Exception) -> None:
    """The error prints, in a bounded number of words, and quotes nothing endlessly."""
    assert 10 < len(str(error)) < 1000
    assert not str(error).startswith("'")


def tried(function: str, argument: str, value: Any) -> None:
    valid, names = FUNCTIONS[function]
    try:
        answer = getattr(calib, function)(**{**valid, argument: value})
    except calib.UnknownNameError as error:
        assert argument in names
        told(error)
    except ValueError as error:
        assert argument not in names
        told(error)
    else:
        right(answer, argument, value, argument in names)


def right(answer: Any, argument: str, value: Any, is_name: bool) -> None:
    """What was given can be read in the answer."""
    if not is_name:
        number = float(value)
        assert math.isfinite(number)
        assert getattr(answer, argument, number) == number or isinstance(answer, calib.Band)
        assert not isinstance(answer, tuple) or {one.score for one in answer} == {number}
        assert 0 < number <= 300
    elif argument in ("specialty", "applicant_group") and isinstance(answer, calib.Probability):
        spelt = "".join(list(str.__str__(value))).strip().lower()
        assert getattr(answer, argument) == spelt.replace(" ", "_").replace("-", "_")
    elif argument == "cycle" and isinstance(answer, calib.Probability) and value is not None:
        assert answer.cycle in ("2020-2024", "2024", "2025", "2026", "2027")


@pytest.mark.parametrize(("function", "argument"), ARGUMENTS)
def test_hostile_objects(function: str, argument: str) -> None:
    for value in OBJECTS:
        tried(function, argument, value)


@pytest.mark.parametrize(("function", "argument"), ARGUMENTS)
@settings(calm, max_examples=40)
@given(value=anything)
def test_any_object(function: str, argument: str, value: Any) -> None:
    tried(function, argument, value)


@calm
@given(score=anything, specialty=anything, group=anything, keyword=anything)
@example(score=250, specialty="surgery", group="non_us_img", keyword="2024")
def test_several_wrong_arguments_at_once(
    score: Any, specialty: Any, group: Any, keyword: Any
) -> None:
    for name in ("outcome", "cycle", "denominator", "needs_visa"):
        for ask in (calib.probability, calib.band, calib.explain, calib.score_for):
            try:
                ask(score, specialty, group, **{name: keyword})
            except (calib.UnknownNameError, ValueError) as error:
                told(error)


def frames_with(argument: str, value: Any) -> list[Any]:
    """Return frames whose second row holds a value: of those libraries that can hold it."""
    held = np.empty(2, dtype=object)
    held[1] = value
    columns: dict[str, Any] = {"step2_ck": [250, 250], **{name: [KEY[name]] * 2 for name in KEY}}
    made = [pd.DataFrame({**columns, argument: pd.Series(held, dtype=object)})]
    with contextlib.suppress(Exception):  # what Polars itself cannot hold
        made.append(pl.DataFrame({**columns, argument: pl.Series([None, value], dtype=pl.Object)}))
    return made


@pytest.mark.parametrize("argument", ["step2_ck", "specialty", "applicant_group"])
def test_hostile_objects_in_a_frame(argument: str) -> None:
    for value in OBJECTS:
        for df in frames_with(argument, value):
            for function in (frames.add_bands, frames.probabilities, frames.standings):
                try:
                    found = function(df)
                except calib.UnknownNameError as error:
                    assert argument != "step2_ck"
                    told(error)
                except ValueError as error:
                    assert argument == "step2_ck"
                    told(error)
                else:
                    assert len(found) == 2


@pytest.mark.parametrize(
    "argument",
    ["score", "specialty", "applicant_group", "outcome", "cycle", "denominator", "needs_visa"],
)
def test_hostile_keywords_of_a_frame(argument: str) -> None:
    df = pd.DataFrame({"step2_ck": [250], **{name: [value] for name, value in KEY.items()}})
    for value in OBJECTS:
        for given_df in (df, pl.from_pandas(df)):
            for function in (frames.add_bands, frames.probabilities):
                try:
                    function(given_df, **{argument: value})
                except calib.UnknownNameError as error:
                    told(error)


def test_hostile_frames_and_new_columns() -> None:
    df = pd.DataFrame({"step2_ck": [250], **{name: [value] for name, value in KEY.items()}})
    for value in OBJECTS:
        if not isinstance(value, pd.DataFrame):
            with pytest.raises(TypeError, match="a pandas DataFrame or a Polars"):
                frames.add_bands(value)
        for name in ("band", "status"):
            try:
                found = frames.add_bands(df, **{name: value})
            except ValueError as error:
                told(error)
            else:
                assert isinstance(value, str)
                assert found.shape == (1, 5)


@calm
@given(text=st.text())
def test_any_text_as_a_name_in_a_frame(text: str) -> None:
    df = pd.DataFrame({"step2_ck": [250], "specialty": [text], "applicant_group": ["non_us_img"]})
    try:
        found = frames.add_bands(df)["band"].iloc[0]
    except calib.UnknownNameError as error:
        told(error)
        with pytest.raises(calib.UnknownNameError):
            calib.band(250, text, "non_us_img")
    else:
        assert found == calib.band(250, text, "non_us_img").label
