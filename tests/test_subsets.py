"""Folders that hold only some of the tables end in curves with a status, never in a crash."""

import shutil
from pathlib import Path

import pytest

from recalib.contract.store import read_table
from steps import bands as make
from steps import fit, ingest

RAW = Path(__file__).parent / "frozen" / "raw"


def run(folder, keep, *, guides=True, cycle=""):
    raw = folder / "raw"
    shutil.copytree(RAW, raw)
    for table in (raw / "published").glob("*.csv"):
        if not any(part in table.name for part in keep.split("|")):
            table.unlink()
    kept = {table.name.split(".")[0] for table in (raw / "published").glob("*.csv")}
    for record in (raw / "published").glob("*.yml"):
        if record.stem not in kept:
            record.unlink()
    if not guides:
        shutil.rmtree(raw / "guides")
    ingest(raw, folder / "work", cycle)
    fit(folder / "work")
    notes = make(folder / "work")
    return read_table(folder / "work" / "curves.csv", "curves"), notes


@pytest.mark.parametrize(
    ("keep", "statuses"),
    [
        ("nrmp_main_match_2025", {"borrowed"}),
        ("crowd_general_surgery", {"ok", "borrowed"}),
        ("2024_us_md_seniors.step2ck.quantiles", {"ok", "borrowed"}),
        # A mean is no curve, nor is what corrects it.
        ("charting_outcomes_2022_img", set()),
        (".means.", set()),
        (".probabilities.", {"borrowed"}),
    ],
)
def test_one_kind_of_table_is_enough(tmp_path, keep, statuses):
    curves, _ = run(tmp_path, keep)
    assert set(curves["status"]) == statuses
    assert curves["slope"].notna().all()


@pytest.mark.parametrize(
    ("keep", "cycles"),
    [
        ("main_match_2025|.means.", {"2025"}),  # totals, and nobody whose scores are known
        ("2026_non_us_img.step2ck.quantiles|.means.", set()),  # no totals of U.S. IMGs
        ("main_match_2025|2026_non_us_img", {"2025", "2026"}),  # no gap of any specialty
        ("main_match_2025|.probabilities.", {"2025", "2024-2026"}),
    ],
)
def test_us_imgs_have_what_the_tables_give(tmp_path, keep, cycles):
    curves, _ = run(tmp_path, keep)
    mine = curves[curves["applicant_group"] == "us_img"]
    assert set(mine["cycle"]) == cycles
    assert set(mine["status"]) <= {"borrowed"}
    assert mine["n"].notna().equals(mine["cycle"] == "2025")


def test_without_guides_there_is_the_scale_and_no_audit(tmp_path):
    run(tmp_path, "crowd_internal_medicine", guides=False)
    bands = read_table(tmp_path / "work" / "band_table.csv", "band_table")
    assert set(bands["label"]) == {"very_likely", "likely", "possible", "unlikely"}
    assert bands["guide_edge"].isna().all()
    audit = read_table(tmp_path / "work" / "guide_audit.csv", "guide_audit")
    assert audit.empty


def test_cycle_keeps_the_years_up_to_it(tmp_path):
    curves, _ = run(tmp_path, "us_md_seniors", cycle="2024")
    assert set(curves["cycle"]) == {"2024", "2020-2024"}
