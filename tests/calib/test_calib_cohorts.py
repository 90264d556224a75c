"""A cohort's curve beside a printed one of the same key: neither hides the other."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import calib
from calib import frames
from calib.cli import main
from calib.edition import current

DEAN, MADE_UP = "cohort:dean", "cohort:x (SYNTHETIC)"
NOTE = "Made up: fitted to a cohort."


@pytest.fixture
def cohorts(synthetic: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An edition with two cohorts of surgery, where a table is printed, too."""
    blank = ("intercept", "slope", "intercept_se", "slope_se", "correlation", "n", "drift_sd")
    synthetic.add_cohorts(
        {"intercept": "0.2", "sources": DEAN, "n": "120", "note": NOTE},
        {"intercept": "0.9", "sources": MADE_UP, "n": "50"},
        dict.fromkeys(blank, "")
        | {"sources": DEAN, "specialty": "imaging", "status": "no_evidence", "note": "Too few."},
    )
    synthetic.serve(monkeypatch)
    return synthetic


def test_cohorts_are_listed(cohorts: Any) -> None:
    assert calib.cohorts() == (DEAN, MADE_UP)


@pytest.mark.usefixtures("cohorts")
def test_the_printed_curve_answers_by_default() -> None:
    found = calib.probability(245, "surgery", "non_us_img")
    assert found.sources == ("made_up_a", "made_up_b")
    assert found.value == pytest.approx(0.268941, abs=1e-6)


@pytest.mark.usefixtures("cohorts")
@pytest.mark.parametrize("source", [DEAN, "dean", " dean "])
def test_a_cohort_answers_where_it_is_asked_for(source: str) -> None:
    found = calib.probability(245, "surgery", "non_us_img", source=source)
    assert found.sources == (DEAN,)
    assert found.value == pytest.approx(0.549834, abs=1e-6)
    assert found.n == 120
    edge = calib.score_for(0.5, "surgery", "non_us_img", source=source)
    assert edge.score == pytest.approx(241.0)
    gain = calib.gain(245, 255, "surgery", "non_us_img", source=source)
    assert gain.sources == (DEAN,)


@pytest.mark.usefixtures("cohorts")
@pytest.mark.parametrize("source", [MADE_UP, "x", "x (SYNTHETIC)"])
def test_two_cohorts_of_one_key_are_apart(source: str) -> None:
    assert calib.probability(245, "surgery", "non_us_img", source=source).n == 50
    other = calib.bands("surgery", "non_us_img", source=source)
    dean = calib.bands("surgery", "non_us_img", source=DEAN)
    printed = calib.bands("surgery", "non_us_img")
    edges = {each[1].boundary for each in (other, dean, printed)}
    assert len(edges) == 3
    assert calib.band(250, "surgery", "non_us_img", source=source).sources == (MADE_UP,)


@pytest.mark.usefixtures("cohorts")
def test_a_cohort_does_not_get_the_printed_standing() -> None:
    assert calib.standing(250, "surgery", "non_us_img").matched is not None
    found = calib.standing(250, "surgery", "non_us_img", source=DEAN)
    assert found.matched is None
    assert found.status == "no_evidence"


@pytest.mark.usefixtures("cohorts")
def test_sentences_say_whose_curve_it_is_and_what_stands_beside() -> None:
    printed = calib.explain(250, "surgery", "non_us_img")
    assert "--source cohort:dean; --source 'cohort:x (SYNTHETIC)'" in printed
    own = calib.explain(250, "surgery", "non_us_img", source="dean")
    assert "It is the curve of cohort:dean, a cohort" in own
    assert "--source" not in own
    assert "--source" not in calib.explain(250, "villages", "non_us_img")


@pytest.mark.usefixtures("cohorts")
def test_a_withheld_curve_says_why_by_its_own_note() -> None:
    text = calib.explain(250, "imaging", "non_us_img", source="dean")
    assert "Too few." in text
    assert calib.explain(250, "imaging", "non_us_img") != text
    blank = current().find("surgery", "non_us_img", source="x")
    assert current().note(blank) is None
    assert current().note(current().find("surgery", "non_us_img", source="dean")) == NOTE
    none = calib.probability(250, "villages", "non_us_img", source="dean")
    assert (none.value, none.status) == (None, "no_evidence")


@pytest.mark.usefixtures("cohorts")
def test_all_specialties_of_a_cohort() -> None:
    (found,) = calib.chances(250, "non_us_img", source="dean")
    assert found.sources == (DEAN,)
    assert len(calib.chances(250, "non_us_img")) > 1
    assert "surgery" in calib.explain(250, applicant_group="non_us_img", source="dean")


@pytest.mark.usefixtures("cohorts")
def test_whole_columns_take_the_source() -> None:
    """Row by row what the single look-ups say; rows that the cohort has no curve for say so."""
    names = ["surgery", "surgery", "imaging", "villages"]
    df = pd.DataFrame({"specialty": names, "applicant_group": "non_us_img", "step2_ck": 250})
    df.loc[1, "step2_ck"] = 262
    chances, banded = frames.probabilities(df, source="dean"), frames.add_bands(df, source="dean")
    for row in df.itertuples():
        asked = (row.step2_ck, row.specialty, row.applicant_group)
        chance, band = calib.probability(*asked, source=DEAN), calib.band(*asked, source=DEAN)
        value = chances["probability"][row.Index]
        assert (None if pd.isna(value) else value) == pytest.approx(chance.value)
        assert chances["status"][row.Index] == chance.status
        label = banded["band"][row.Index]
        assert (None if pd.isna(label) else label) == band.label
    assert chances["probability"].notna().tolist() == [True, True, False, False]
    assert banded["band"].tolist()[:2] != frames.add_bands(df)["band"].tolist()[:2]
    assert frames.standings(df, source="dean").isna().all(axis=None)
    assert frames.standings(df)["matched"].notna().any()
    with pytest.raises(calib.UnknownNameError, match="Unknown source 'deen'"):
        frames.probabilities(df.iloc[:0], source="deen")


@pytest.mark.usefixtures("cohorts")
def test_commands_take_the_source(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["surgery", "--group", "non_us_img"]
    assert main(["bands", *words, "--source", "dean"]) == 0
    assert "It is the curve of cohort:dean" in capsys.readouterr().out
    assert main(["bands", *words]) == 0
    assert "--source cohort:dean" in capsys.readouterr().out
    assert main(["chances", "250", "--group", "non_us_img", "--source", "dean"]) == 0
    assert "surgery" in capsys.readouterr().out
    assert main(["probability", "250", *words, "--source", "deen"]) == 2
    assert "Unknown source 'deen'" in capsys.readouterr().err


@pytest.mark.usefixtures("cohorts")
@pytest.mark.parametrize("source", ["deen", 7, ""])
def test_an_unknown_cohort_is_no_silent_fallback(source: object) -> None:
    with pytest.raises(calib.UnknownNameError) as raised:
        calib.probability(250, "surgery", "non_us_img", source=source)  # type: ignore[arg-type]
    assert raised.value.known == (DEAN, MADE_UP)


@pytest.mark.usefixtures("edition")
def test_an_edition_without_cohorts_knows_none() -> None:
    assert calib.cohorts() == ()
    assert calib.table("cohort_curves") == []
    with pytest.raises(calib.UnknownNameError):
        calib.probability(250, "surgery", "non_us_img", source="dean")


def test_a_damaged_table_of_cohorts_is_told(cohorts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cohorts.replace("cohort_curves.csv", DEAN, "cohort:dane")
    cohorts.serve(monkeypatch)
    with pytest.raises(calib.EditionError, match=r"cohort_curves\.csv is not the table"):
        calib.cohorts()
