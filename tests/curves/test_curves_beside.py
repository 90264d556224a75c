"""Cohorts beside a printed table of the same people: each published once, under its own source."""

from __future__ import annotations

import pandas as pd
import pytest

import calib
from calib import edition as lookups
from raw_cohorts import PROVENANCE, make_raw, people, store
from recalib import Run
from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.tables import BESIDE_TABLES, TABLES
from recalib.publish import make_edition, verify_edition
from recalib.report.beside import beside
from steps import adjust, bands, fit, ingest

BINS = """cycle,specialty,applicant_group,outcome,score_min,score_max,n_success,n_total
2026,Dermatology,non_us_img,match,,229,20,100
2026,Dermatology,non_us_img,match,230,239,60,150
2026,Dermatology,non_us_img,match,240,249,90,150
2026,Dermatology,non_us_img,match,250,,80,100
"""
PRINTED = ("2026", "dermatology", "non_us_img", "", "match", "ranked_first")


def run_of(raw, folder):
    ingest(raw.path, folder)
    fit(folder)
    bands(folder)
    adjust(folder)
    return Run(folder)


def raw_of(path, cohorts):
    raw = make_raw(path)
    raw.write("published/printed.bins.csv", BINS)
    raw.write("published/printed.yml", PROVENANCE)
    (raw.path / "cohorts" / "ours.yml").unlink()
    for seed, name in enumerate(cohorts, start=1):
        store(people(2500, seed=seed), raw, "csv")
        (raw.path / "cohorts" / "ours.csv").rename(raw.path / "cohorts" / f"{name}.csv")
        raw.write(f"cohorts/{name}.yml", PROVENANCE.replace("Synthetic cohort", "A cohort"))
    return raw


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("beside")
    return run_of(raw_of(folder / "raw", ["dean", "other"]), folder / "work")


def at(frame, key=PRINTED):
    return frame[(frame[KEY_COLUMNS].astype(str) == list(key)).all(axis="columns")]


def test_neither_hides_the_other(run):
    (default,) = at(run.read("curves")).to_dict("records")
    assert default["sources"] == "printed"
    own = at(run.read("cohort_curves"))
    assert sorted(own["sources"]) == ["cohort:dean", "cohort:other"]
    assert own["intercept"].nunique() == 2
    assert default["intercept"] not in set(own["intercept"])
    assert set(own["grade"]) == {"C"}
    assert own["note"].str.contains("need not stand for all applicants").all()


def test_a_cohort_that_answers_by_default_is_the_same_there(run):
    curves, own = run.read("curves"), run.read("cohort_curves")
    default = curves[curves["sources"].str.startswith("cohort:")]
    assert len(default)
    shared = own.merge(default, on=[*KEY_COLUMNS, "sources"], suffixes=("", "_default"))
    assert len(shared) == len(default)
    for name in ("intercept", "slope", "intercept_se", "slope_se", "drift_sd", "bend_sd"):
        assert shared[name].equals(shared[f"{name}_default"])


def test_bands_of_a_cohort_are_cut_from_its_own_line(run):
    own, table = run.read("cohort_curves"), run.read("cohort_bands")
    assert len(table) == 4 * len(own)
    assert table["standing_matched"].isna().all()
    for row in table.dropna(subset="boundary").to_dict("records"):
        key = tuple(str(row[name]) for name in KEY_COLUMNS)
        (curve,) = at(own[own["sources"] == row["sources"]], key).to_dict("records")
        logit = curve["intercept"] + curve["slope"] * (row["boundary"] - 245) / 10
        p = {1: 0.75, 2: 0.5, 3: 0.25}[row["rank"]]
        assert 1 / (1 + 2.718281828459045**-logit) == pytest.approx(p, abs=0.01)


def test_what_leaves_is_no_finer_than_what_left_before(run):
    """Rounded numbers of people, and nothing that is withheld comes by the new table."""
    own = run.read("cohort_curves")
    known = own[own["status"] != "no_evidence"]
    assert (known["n"].dropna() % 10 == 0).all()
    assert own[own["status"] == "no_evidence"]["intercept"].isna().all()


def test_the_audit_is_of_the_printed_curve(run):
    assert not run.read("guide_audit")["curve_group"].eq("cohort:dean").any()
    assert beside(run.view(), "pathology") is None
    shown = beside(run.view(), "dermatology")._repr_html_()
    assert "cohort:dean" in shown
    assert "printed" in shown


def test_an_edition_holds_both_and_the_look_ups_answer(run, tmp_path, monkeypatch):
    inputs = run.note("inputs") | {"guides": {}}
    frames = {name: run.read(name) for name in (*TABLES, *BESIDE_TABLES)}
    record = make_edition(frames, inputs, calib.__version__, tmp_path)
    assert set(record["tables"]) >= {"cohort_curves.csv", "cohort_bands.csv"}
    verify_edition(tmp_path)
    assert "cohort_curves" in (tmp_path / "datapackage.json").read_text()
    monkeypatch.setattr(lookups, "SHIPPED", tmp_path)
    assert calib.cohorts() == ("cohort:dean", "cohort:other")
    asked = {"cycle": "2026"}
    printed = calib.probability(240, "dermatology", "non_us_img", **asked)
    own = calib.probability(240, "dermatology", "non_us_img", source="dean", **asked)
    assert printed.sources == ("printed",)
    assert own.sources == ("cohort:dean",)
    assert printed.value != own.value


def test_an_edition_without_cohorts_has_no_such_table(tmp_path):
    run = run_of(raw_of(tmp_path / "raw", []), tmp_path / "work")
    assert not any(run.has(name) for name in (*BESIDE_TABLES, "cohort_scores"))
    assert beside(run.view()) is None
    frames = {name: run.read(name) for name in TABLES}
    (tmp_path / "edition").mkdir()
    inputs = run.note("inputs") | {"guides": {}}
    record = make_edition(frames, inputs, calib.__version__, tmp_path / "edition")
    assert not [name for name in record["tables"] if "cohort" in name]
    verify_edition(tmp_path / "edition")
    # What an earlier run with cohorts left goes.
    row = pd.DataFrame([{"x": 1}])
    (run.folder / "cohort_curves.csv").write_text("old\n")
    run.write_beside("cohort_curves", row.iloc[:0])
    assert not run.has("cohort_curves")
