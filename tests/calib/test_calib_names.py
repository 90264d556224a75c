"""Names: the sources' labels and common short names, in any case, and nothing ambiguous."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import calib
from calib import frames, names
from recalib.contract.schema import words

FROZEN = Path(__file__).parents[1] / "frozen"


def labels() -> list[tuple[str, str]]:
    """Every label and alias of the frozen raw tables, with the name that it stands for."""
    text = (FROZEN / "raw" / "specialties.csv").read_text(encoding="utf-8")
    return [
        (called, row["specialty"])
        for row in csv.DictReader(text.splitlines())
        for called in (row["specialty"], row["label"], *filter(None, row["aliases"].split("|")))
    ]


@pytest.mark.parametrize(("called", "meant"), labels())
def test_every_label_of_the_sources_is_known(called: str, meant: str) -> None:
    for spelt in (called, called.upper(), called.lower(), f" {called} "):
        assert names.resolve("specialty", spelt) == meant


@pytest.mark.parametrize(
    ("called", "meant"),
    [
        ("IM", "internal_medicine"),
        ("ENT", "otolaryngology"),
        ("General Surgery", "general_surgery"),
        ("Surgery-General", "general_surgery"),
        ("OB/GYN", "obstetrics_and_gynecology"),
        ("ob-gyn", "obstetrics_and_gynecology"),
        ("Obstetrics & Gynecology", "obstetrics_and_gynecology"),
        ("PM&R", "physical_medicine_and_rehabilitation"),
        ("pm & r", "physical_medicine_and_rehabilitation"),
        ("Med-Peds", "internal_medicine_pediatrics"),
        ("med/peds", "internal_medicine_pediatrics"),
        ("Ortho", "orthopaedic_surgery"),
        ("Orthopedic Surgery", "orthopaedic_surgery"),
        ("Derm", "dermatology"),
        ("EM", "emergency_medicine"),
        ("fm", "family_medicine"),
        ("Peds", "pediatrics"),
        ("Psych", "psychiatry"),
        ("Neurosurgery", "neurological_surgery"),
        ("Rad Onc", "radiation_oncology"),
        ("TY", "transitional_year"),
    ],
)
def test_common_short_names_are_known(called: str, meant: str) -> None:
    assert names.resolve("specialty", called) == meant


@pytest.mark.parametrize(
    "called", ["surgery", "medicine", "radiology", "neuro", "prelim", "med", "primary care", ""]
)
def test_what_could_be_two_specialties_is_not_guessed(called: str) -> None:
    with pytest.raises(calib.UnknownNameError):
        names.resolve("specialty", called)


def test_no_spelling_stands_for_two_names() -> None:
    text = Path(names.__file__).with_name("names.csv").read_text(encoding="utf-8")
    seen: dict[tuple[str, str], str] = {}
    for row in csv.DictReader(text.splitlines()):
        for called in (row["name"], row["label"], *filter(None, row["also"].split("|"))):
            assert (
                seen.setdefault((row["kind"], names._letters(called)), row["name"]) == row["name"]
            )
    groups = {name: called for (kind, called), name in seen.items() if kind == "applicant group"}
    assert set(groups) == set(names.GROUPS)
    for name, label in names.GROUPS.items():
        assert names.resolve("applicant group", label) == name


@pytest.mark.parametrize(
    ("given", "nearest"),
    [("dermatolgy", "dermatology"), ("earnosethroat", "otolaryngology")],
)
def test_did_you_mean(given: str, nearest: str) -> None:
    with pytest.raises(calib.UnknownNameError, match=f"Did you mean {nearest}"):
        names.resolve("specialty", given)


@pytest.mark.usefixtures("frozen")
def test_look_ups_and_frames_answer_to_any_of_them() -> None:
    asked = calib.probability(250, "general_surgery", "non_us_img")
    for specialty in ("Surgery-General", "GENERAL SURGERY", "gen surg"):
        assert calib.probability(250, specialty, "Non-U.S. IMG") == asked
    df = pd.DataFrame({"step2_ck": 250, "specialty": ["Gen Surg", "GS"], "applicant_group": "IMGs"})
    df = df.assign(applicant_group="Non-US IMGs")
    band = calib.band(250, "general_surgery", "non_us_img").label
    assert frames.add_bands(df)["band"].tolist() == [band, band]
    assert calib.applicant_groups("Anesthesia") == calib.applicant_groups("anesthesiology")


@pytest.mark.usefixtures("edition")
def test_a_short_name_of_a_specialty_without_a_row_is_unknown() -> None:
    assert names.resolve("specialty", "NDD") not in calib.specialties()
    with pytest.raises(calib.UnknownNameError, match="Unknown specialty 'NDD'"):
        calib.bands("NDD", "img")


@pytest.mark.parametrize("value", [True, np.True_, "Yes"])
def test_a_need_for_a_visa_may_be_a_boolean(value: object) -> None:
    assert names.resolve_visa(value) == "yes"
    assert names.resolve_visa(np.False_) == names.resolve_visa(False) == "no"


@pytest.mark.parametrize(
    "value",
    [2024, 2024.0, np.int64(2024), np.uint16(2024), np.float64(2024), Decimal("2024.0"), "2024"],
)
def test_a_cycle_may_be_a_whole_number(value: object) -> None:
    assert names.resolve_cycle(value, ("2024", "2020-2024")) == "2024"


def test_scalars_of_pandas_are_taken_as_their_values() -> None:
    row = pd.DataFrame({"year": [2024.0], "visa": pd.array([True], dtype="boolean")}).iloc[0]
    assert names.resolve_cycle(row["year"], ("2024",)) == "2024"
    assert names.resolve_visa(row["visa"]) == "yes"
    assert names.resolve_visa(pd.Series([False])[0]) == "no"


def test_the_words_are_those_of_the_contract() -> None:
    statuses = (*words("curve_statuses"), *words("edge_statuses"))
    assert (*statuses, "extrapolated") == tuple(names.meanings("status")) == frames.BAND_STATUS
    assert tuple(names.meanings("verdict")) == words("verdicts")
    assert tuple(names.meanings("grade")) == words("grades") == frames.GRADES[::-1]


@pytest.mark.usefixtures("frozen")
def test_the_reason_for_no_edge_is_the_note_of_the_edition() -> None:
    text = calib.explain(250, "dermatology", "non_us_img")
    assert "Scores were printed for the not matched only: the slope is borrowed" in text
    assert "only totals" not in text
    noted = [row for row in calib.table("curve_notes") if row["status"] == "no_evidence"]
    for row in noted:
        key = {name: row[name] for name in ("specialty", "applicant_group", "cycle")}
        assert str(row["note"]) in calib.explain(250, **key)  # type: ignore[arg-type]
    assert noted
