"""One test a source: what its .yml says of it, typed here again, is what its tables hold."""

import shutil
from pathlib import Path

import pytest

from recalib.raw import check_raw, read_raw

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def shipped():
    return read_raw(RAW)


def rows(frame, source):
    return frame[frame["source"] == source]


def test_nrmp_charting_outcomes_2026_non_us_img(shipped):
    source = "nrmp_charting_outcomes_2026_non_us_img"
    quantiles = rows(shipped.quantiles, source).set_index(["specialty", "result"])
    totals = rows(shipped.totals, source).set_index("specialty")
    matched = quantiles.loc[("internal_medicine", "matched")]
    not_matched = quantiles.loc[("internal_medicine", "not_matched")]
    assert (matched["min"], matched["max"], matched["n"]) == (209, 284, 2649)
    assert (not_matched["min"], not_matched["max"], not_matched["n"]) == (209, 279, 2730)
    assert len(totals) == 24
    # The report's line for all specialties is 5,721 of 11,685; its 24 rows miss 13 and 36 of them.
    assert 5721 - totals["n_success"].sum() == 13
    assert 11685 - totals["n_total"].sum() == 36
    rates = 100 * totals["n_success"] / totals["n_total"]
    assert round(100 * totals["n_success"].sum() / totals["n_total"].sum(), 1) == 49.0
    assert round(rates.mean(), 1) == 41.5
    assert (rates.idxmax(), round(rates.max(), 1)) == ("pediatrics", 68.5)
    assert (rates.idxmin(), round(rates.min(), 1)) == ("vascular_surgery", 14.3)
    assert quantiles["min"].min() == 209
    blank = quantiles[quantiles["median"].isna()]
    assert (blank["n"] < 5).all()
    assert set(blank.index) == {
        *((name, "matched") for name in ("dermatology", "orthopaedic_surgery", "otolaryngology")),
        *((name, "matched") for name in ("plastic_surgery", "vascular_surgery")),
        *(("public_health_and_preventive_medicine", r) for r in ("matched", "not_matched")),
        *(("thoracic_surgery", r) for r in ("matched", "not_matched")),
    }
    family = quantiles.loc["family_medicine"]["mean"]
    assert (family["not_matched"], family["matched"]) == (232, 231)


def test_nrmp_charting_outcomes_2026_us_md_seniors(shipped):
    table = rows(shipped.quantiles, "nrmp_charting_outcomes_2026_us_md_seniors")
    not_matched = table[table["result"] == "not_matched"]
    assert not_matched["median"].notna().all()
    assert not_matched[["min", "q1", "q3", "max", "mean", "sd"]].isna().all(axis=None)
    alone = set(table["specialty"]) - set(not_matched["specialty"])
    assert alone == {"child_neurology", "radiation_oncology"}


def test_nrmp_charting_outcomes_2024_us_md_seniors(shipped):
    table = rows(shipped.quantiles, "nrmp_charting_outcomes_2024_us_md_seniors")
    assert table["mean"].notna().all()
    assert table[["min", "q1", "median", "q3", "max", "sd"]].isna().all(axis=None)


def test_nrmp_charting_outcomes_2020_2024_us_md_seniors(shipped):
    table = rows(shipped.bins, "nrmp_charting_outcomes_2020_2024_us_md_seniors")
    assert set(table["cycle"]) == {"2020-2024"}
    assert table["score_max"].min() < 209
    first = table.groupby("specialty").head(1)
    assert first["score_min"].notna().any()
    # the people of 2024 are among these
    year = rows(shipped.quantiles, "nrmp_charting_outcomes_2024_us_md_seniors")
    pooled = table.groupby("specialty")["n_total"].sum()
    single = year.groupby("specialty")["n"].sum()
    both = pooled.index.intersection(single.index)
    assert len(both) > 20
    assert (pooled[both] > single[both]).all()


def test_nrmp_main_match_2025(shipped):
    table = rows(shipped.totals, "nrmp_main_match_2025").set_index(["specialty", "applicant_group"])
    assert set(table["denominator"]) == {"ranked_any_pgy1"}
    left_out = {"dermatology", "diagnostic_radiology", "radiation_oncology"}
    assert not left_out & set(table.index.get_level_values("specialty"))
    plastic = table.loc[("plastic_surgery", "us_img")]
    preliminary = table.loc[("preliminary_medicine", "non_us_img")]
    assert (plastic["n_success"], plastic["n_total"]) == (2, 15)
    assert (preliminary["n_success"], preliminary["n_total"]) == (139, 900)


def test_crowd_general_surgery_2024_25(shipped):
    table = rows(shipped.bins, "crowd_general_surgery_2024_25")
    assert set(table["outcome"]) == {"interview"}
    assert set(table["specialty"]) == {"general_surgery"}
    assert (table["n_applicants"] >= 11).all()
    assert (table["dispersion"] > 1).all()


def test_crowd_internal_medicine_2023_24(shipped):
    table = rows(shipped.bins, "crowd_internal_medicine_2023_24")
    assert set(table["needs_visa"]) == {"yes", "no", ""}
    assert (table["n_applicants"] >= 11).all()
    # 94 need a visa, and the interview counts of 37 are missing
    assert table.loc[table["needs_visa"] == "yes", "n_applicants"].sum() == 94 - 37


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("step2ck.quantiles.csv", "2649,209", "2649,210"),
        ("step2ck.quantiles.csv", "259,284,", "259,283,"),
        ("step2ck.quantiles.csv", "2730,209", "2729,209"),
        ("totals.csv", "ranked_first,4,28", "ranked_first,5,28"),
        ("totals.csv", "ranked_first,542,791", "ranked_first,521,791"),
    ],
)
def test_a_mistyped_table_does_not_reproduce_its_anchors(tmp_path, file, old, new):
    raw = tmp_path / "raw"
    shutil.copytree(RAW, raw)
    path = raw / "published" / f"nrmp_charting_outcomes_2026_non_us_img.{file}"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    assert {problem.rule for problem in check_raw(raw)} == {"anchor-value"}
