"""The shipped folder data/raw, whatever cycles it holds: no problem, every label mapped, nothing
merged that stands alone."""

import csv
from pathlib import Path

import pytest
import yaml

from recalib.contract.tables import PUBLISHED
from recalib.raw import check_raw, read_raw
from recalib.sources import trust_level

RAW = Path(__file__).parents[2] / "data" / "raw"
FROZEN = Path(__file__).parents[1] / "frozen" / "raw"
STAND_ALONE = """Medicine-Primary, Pediatrics-Primary, Medicine-Preliminary (PGY-1 Only),
OB/GYN-Preliminary (PGY-1 Only), Pediatrics-Preliminary, Surgery-Preliminary (PGY-1 Only),
Transitional (PGY-1 Only), Emergency Med-Anesthesiology, Emergency Med-Family Med,
Family Med-Preventive Med, Medicine-Dermatology, Medicine-Emergency Med, Medicine-Medical Genetics,
Medicine-Pediatrics, Medicine-Preventive Med, Medicine-Psychiatry, Pediatrics-Medical Genetics,
Pediatrics-PM & R, Peds/Psych/Child Psych, Psychiatry-Family Medicine, Psychiatry-Neurology"""
TIERS = {
    "highly_competitive": {
        *("dermatology", "plastic_surgery", "orthopaedic_surgery", "otolaryngology"),
        *("neurological_surgery", "vascular_surgery"),
    },
    "moderately_competitive": {"diagnostic_radiology", "anesthesiology", "emergency_medicine"},
    "broad_access": {"family_medicine", "pediatrics", "psychiatry"},
}


@pytest.fixture(scope="module")
def shipped():
    return read_raw(RAW)


@pytest.fixture(scope="module")
def frozen():
    return read_raw(FROZEN)


@pytest.fixture(scope="module")
def owner(shipped):
    """Canonical name of every name, label and alias that specialties.csv writes."""
    names = {}
    for row in shipped.specialties.to_dict("records"):
        for text in (row["specialty"], row["label"], *row["aliases"].split("|")):
            names[text] = row["specialty"]
    return names


def test_no_problem():
    assert check_raw(RAW) == []


def test_every_row_of_every_table_is_read(shipped):
    lines = sum(len(path.read_text().splitlines()) - 1 for path in RAW.glob("published/*.csv"))
    dropped = sum(correction.action == "drop" for correction in shipped.corrections)
    assert sum(len(getattr(shipped, kind)) for kind in PUBLISHED) == lines - dropped


def test_every_label_is_written_in_specialties(owner):
    labels = set()
    for path in RAW.glob("*/*.csv"):
        with path.open(newline="") as stream:
            labels |= {row["specialty"] for row in csv.DictReader(stream)}
    unwritten = {label for label in labels if label and not label.startswith("tier:")} - set(owner)
    assert unwritten == set()


def test_tracks_that_stand_alone_share_no_name(owner, shipped):
    tracks = [track.strip() for track in STAND_ALONE.replace("\n", " ").split(",")]
    names = [owner[track] for track in tracks]
    assert len(set(names)) == len(tracks)
    plain = {"internal_medicine", "pediatrics", "psychiatry", "general_surgery", "dermatology"}
    assert not plain & set(names)
    shared = shipped.specialties.set_index("specialty")["aliases"][names]
    assert not shared.str.contains("|", regex=False).any()


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Surgery-General", "general_surgery"),
        ("Surgery (Categorical)", "general_surgery"),
        ("Internal Medicine (Categorical)", "internal_medicine"),
        ("Medicine-Pediatrics", "internal_medicine_pediatrics"),
        ("Internal Medicine/Pediatrics", "internal_medicine_pediatrics"),
        ("Radiology-Diagnostic", "diagnostic_radiology"),
        ("Interventional Radiology (Integrated)", "interventional_radiology"),
        ("Pathology-Anatomic and Clinical", "pathology"),
        ("PM&R", "physical_medicine_and_rehabilitation"),
        ("Physical Medicine & Rehab", "physical_medicine_and_rehabilitation"),
        ("Obstetrics-Gynecology", "obstetrics_and_gynecology"),
        ("Plastic Surgery (Integrated)", "plastic_surgery"),
        ("Thoracic Surgery (Integrated)", "thoracic_surgery"),
        ("Vascular Surgery (Integrated)", "vascular_surgery"),
        ("Medicine-Preliminary (PGY-1 Only)", "preliminary_medicine"),
        ("Surgery-Preliminary (PGY-1 Only)", "preliminary_surgery"),
        ("Transitional (PGY-1 Only)", "transitional_year"),
    ],
)
def test_labels_and_their_names(owner, label, name):
    assert owner[label] == name


def test_tiers(shipped):
    tiers = shipped.specialties.groupby("tier")["specialty"].agg(set).to_dict()
    tiers.pop("")
    assert tiers == TIERS


def test_provenance(shipped):
    assert set(shipped.provenance) == {path.stem for path in RAW.glob("published/*.yml")}
    for source, values in shipped.provenance.items():
        level = trust_level(values["trust"])
        if source.startswith("crowd_"):
            assert level == "shape_only"
        if source.startswith("nrmp_"):
            assert level != "shape_only"
            assert "not affiliated" in values["rights"]


def test_printed_figures_are_read(frozen):
    figures = {name for name, values in frozen.provenance.items() if values["anchors"]}
    assert figures == {"nrmp_charting_outcomes_2026_non_us_img"}


def test_guides(shipped, frozen):
    assert set(shipped.guides) == set(shipped.guide_bands["guide"])
    assert {guide["publisher"] for guide in frozen.guides.values()} == {"Residency Advisor"}


def test_yml_files_are_read_alike_by_a_plain_yaml_reader(shipped):
    for path in RAW.glob("published/*.yml"):
        plain = yaml.safe_load(path.read_text())
        assert {key: plain[key] for key in ("title", "citation", "rights", "trust", "notes")} == {
            key: shipped.provenance[path.stem][key]
            for key in ("title", "citation", "rights", "trust", "notes")
        }
