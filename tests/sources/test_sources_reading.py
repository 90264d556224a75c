"""What read_raw gives back, and what it leaves alone."""

import hashlib
import math

import pytest

from recalib.contract.vocabulary import cycle_years
from recalib.problems import RawDataError, UsageError
from recalib.raw import read_raw
from recalib.sources import trust_level

Q = "published/tiny.step2ck.quantiles.csv"
T = "published/tiny.totals.csv"
B = "published/crowd.interviews.bins.csv"


def test_canonical_names_defaults_and_types(raw):
    data = read_raw(raw.path)
    cell = ["cycle", "specialty", "applicant_group", "needs_visa", "outcome", "denominator"]
    place = ["source", "file", "row"]
    statistics = ["min", "q1", "median", "q3", "max", "mean", "sd"]
    counts = ["n_success", "n_total"]
    bins = ["score_min", "score_max", "n_applicants", *counts, "dispersion"]
    assert list(data.quantiles.columns) == [*cell, "result", "n", *statistics, *place]
    assert list(data.bins.columns) == [*cell, *bins, *place]
    assert list(data.totals.columns) == [*cell, *counts, *place]
    assert list(data.means.columns) == [*cell, "result", "n", "mean", *place]
    points = ["score_min", "score_max", "probability", "reading_error"]
    assert list(data.probabilities.columns) == [*cell, *points, *place]
    assert set(data.quantiles["specialty"]) == {"general_surgery", "dermatology"}
    assert set(data.quantiles["denominator"]) == {"ranked_first"}
    assert set(data.bins["denominator"]) == {"applications"}
    assert set(data.quantiles["needs_visa"]) == {""}
    assert list(data.bins["needs_visa"]) == ["", "", "", "yes", "no", ""]
    assert list(data.bins["dispersion"]) == [3.9, 3.9, 3.9, 1.0, 1.0, 2.8]
    assert data.quantiles["n"].dtype == data.bins["n_total"].dtype == "int64"
    assert data.guide_bands["rank"].dtype == "int64"
    assert set(data.totals["source"]) == {"tiny"}


def test_values_are_those_of_the_file(raw):
    data = read_raw(raw.path)
    row = data.quantiles.iloc[3]
    assert (row["n"], row["min"], row["mean"], row["sd"]) == (19, 232.0, 250.5, 14.0)
    assert (row["file"], row["row"]) == (Q, 5)
    first = data.bins.iloc[0]
    assert math.isnan(first["score_min"])
    assert (first["score_max"], first["n_applicants"], first["n_total"]) == (239.0, 11.0, 1599)
    assert math.isnan(data.bins.iloc[4]["n_applicants"])
    means = data.means[data.means["source"] == "older"]
    assert list(means["mean"]) == [240.0, 247.0]
    assert means["n"].iloc[0] == 158
    assert math.isnan(means["n"].iloc[1])
    point = data.probabilities.iloc[2]
    assert (point["score_min"], point["probability"], point["reading_error"]) == (251, 0.211, 0.02)
    assert math.isnan(point["score_max"])


def test_suppressed_rows_stay_with_their_people(raw):
    row = read_raw(raw.path).quantiles.iloc[2]
    assert row["n"] == 4
    assert row[["min", "q1", "median", "q3", "max", "mean", "sd"]].isna().all()


def test_optional_columns_and_their_blanks(raw):
    text = (raw.path / Q).read_text()
    head, *rows = text.splitlines()
    rows = [f"{row},{'ranked_any_pgy1' if '2024' in row else ''}" for row in rows]
    raw.write(Q, "\n".join([f"{head},denominator", *rows]))
    names = list(read_raw(raw.path).quantiles["denominator"])
    assert names == ["ranked_first"] * 4 + ["ranked_any_pgy1"]


def test_column_and_row_order_are_free(raw):
    text = (raw.path / T).read_text()
    turned = [",".join(reversed(line.split(","))) for line in text.splitlines()]
    before = read_raw(raw.path).totals.drop(columns="row")
    raw.write(T, "\r\n".join([turned[0], *reversed(turned[1:])]) + "\r\n")
    after = read_raw(raw.path).totals.drop(columns="row")
    assert after.iloc[::-1].reset_index(drop=True).equals(before)


def test_bins_may_stand_in_any_order(raw):
    head, *rows = (raw.path / B).read_text().splitlines()
    raw.write(B, "\n".join([head, *reversed(rows)]))
    assert raw.problems() == []


def test_a_byte_order_mark_is_accepted(raw):
    raw.write(T, b"\xef\xbb\xbf" + (raw.path / T).read_bytes())
    assert len(read_raw(raw.path).totals) == 2


def test_guides_and_specialties(raw):
    data = read_raw(raw.path)
    assert list(data.guide_bands["specialty"]) == [
        *["general_surgery"] * 3,
        "tier:highly_competitive",
    ]
    assert data.guide_bands.iloc[1]["note"] == "printed, about"
    assert list(data.guide_rules["specialty"]) == ["general_surgery", ""]
    assert data.guides == {
        "surgery_img": {"title": "A guide", "publisher": "Nobody", "citation": "Nobody. A guide."}
    }
    assert data.readings["words"]["competitive"] == {"least": 0.5, "reason": "test"}
    assert list(data.readings["words"])[::3] == ["highly_competitive", "low"]
    assert data.readings["guides"] == {
        "surgery_img": {"high": "highly_competitive", "middle": "competitive", "low": "low"}
    }
    assert data.specialties.iloc[0]["aliases"] == "Surgery-General|Surgery (Categorical)"
    assert data.provenance["tiny"]["notes"] == []
    assert data.edition == "2026.1"


def test_every_file_read_is_hashed(raw, valid_files):
    hashes = read_raw(raw.path).input_hashes
    assert hashes == {
        name: hashlib.sha256(text.encode()).hexdigest()
        for name, text in sorted(valid_files.items())
    }


@pytest.mark.parametrize("removed", [(Q, T), (Q, B), (T, B), (Q,), (T,), (B,)])
def test_any_subset_of_the_kinds_will_do(raw, removed):
    for name in removed:
        raw.remove(name)
    data = read_raw(raw.path)
    empty = {Q: data.quantiles.empty, T: data.totals.empty, B: data.bins.empty}
    assert {name for name, is_empty in empty.items() if is_empty} == set(removed)
    assert data.quantiles["n"].dtype == "int64"


def test_guides_may_be_absent(raw):
    for path in list((raw.path / "guides").iterdir()):
        path.unlink()
    data = read_raw(raw.path)
    assert data.guide_bands.empty
    assert data.guide_rules.empty
    assert data.readings is None


def test_what_is_nobodys_data_is_passed_over(raw):
    for name in (".DS_Store", "README.md", "published/notes.md", "published/.hidden.csv"):
        raw.write(name, b"\xff")
    assert raw.problems() == []


def test_an_edition_is_not_a_number(raw):
    raw.write("edition.yml", "edition: 2026.10\n")
    assert read_raw(raw.path).edition == "2026.10"


@pytest.mark.parametrize(
    ("cycle", "rows"), [("2026", (5, 6, 2)), ("2025", (1, 6, 0)), ("2020-2024", (1, 0, 0))]
)
def test_cycle_keeps_its_last_year_and_earlier(raw, cycle, rows):
    data = read_raw(raw.path, cycle)
    assert (len(data.quantiles), len(data.bins), len(data.totals)) == rows
    assert list(data.quantiles.index) == list(range(rows[0]))


def test_a_cycle_before_all_tables(raw):
    with pytest.raises(RawDataError, match="2012 or an earlier year") as caught:
        read_raw(raw.path, "2012")
    assert [problem.rule for problem in caught.value.problems] == ["cycle-empty"]


def test_a_later_cycle_is_checked_though_not_kept(raw):
    raw.edit(Q, ",244,", ",257,")
    with pytest.raises(RawDataError, match="quantiles-ordered"):
        read_raw(raw.path, "2024")


def test_a_cycle_that_is_none(raw):
    with pytest.raises(UsageError, match='"latest" is not a cycle'):
        read_raw(raw.path, "latest")


def test_problems_stop_the_reading(raw):
    raw.edit(T, "5,30", "31,30")
    with pytest.raises(RawDataError, match="n_success is 31 and n_total 30"):
        read_raw(raw.path)


def test_sample_and_totals_meet_across_labels_and_visa_strata(raw):
    raw.write(
        "published/tiny.more.totals.csv",
        "cycle,specialty,applicant_group,outcome,denominator,n_success,n_total\n"
        "2025,Surgery (Categorical),img,interview,applications,26,2000\n"
        "2025,Surgery-General,non_us_img,interview,applications,134,6545\n",
    )
    (problem,) = raw.problems()
    assert (problem.rule, problem.row) == ("sample-exceeds-totals", 2)


def test_people_of_means_are_among_the_totals(raw):
    raw.write(
        "published/older.totals.csv",
        "cycle,specialty,applicant_group,outcome,denominator,n_success,n_total\n"
        "2013,general_surgery,non_us_img,match,ranked_first,157,400\n",
    )
    (problem,) = raw.problems()
    assert problem.rule == "sample-exceeds-totals"
    assert problem.message.startswith("Means rows count 158 who succeeded for this key")


def test_a_key_repeated_in_another_file(raw):
    raw.write(
        "published/crowd.totals.csv",
        "cycle,specialty,applicant_group,outcome,denominator,n_success,n_total\n"
        "2026,general_surgery,non_us_img,match,ranked_first,124,433\n",
    )
    (problem,) = raw.problems()
    assert problem.rule == "repeated-key"
    assert "published/crowd.totals.csv, row 2" in problem.message
    assert (problem.file, problem.row) == (T, 2)


def test_the_bins_of_a_key_may_be_spread_over_files(raw):
    head = (raw.path / B).read_text().splitlines()[0]
    row = "2025,General Surgery,img,yes,interview,{},259,11,30,900,"
    raw.write("published/crowd.more.bins.csv", f"{head}\n{row.format(250)}\n")
    assert raw.problems() == []
    raw.write("published/crowd.more.bins.csv", f"{head}\n{row.format(252)}\n")
    assert raw.rules() == ["bins-hole"]


def test_a_bound_that_cannot_be_read_is_not_taken_for_an_open_end(raw):
    raw.edit(B, ",240,249,", ",240,2x9,")
    assert raw.rules() == ["not-a-number"]


def test_match_bins_count_people(raw):
    raw.write(
        "published/crowd.match.bins.csv",
        "cycle,specialty,applicant_group,outcome,score_min,score_max,n_applicants,n_success,n_total"
        "\n2024,Dermatology,us_md,match,,239,10,4,10\n2024,Dermatology,us_md,match,240,,12,9,11\n",
    )
    (problem,) = raw.problems()
    assert (problem.rule, problem.row) == ("people-in-bin", 3)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2026", (2026, 2026)),
        ("2020-2024", (2020, 2024)),
        ("2024-2020", None),
        ("2026 ", None),
        ("20260", None),
        ("٢٠٢٦", None),
        ("", None),
    ],
)
def test_cycle_years(text, years):
    assert cycle_years(text) == years


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("high: x", "high"),
        ("Shape only: x", "shape_only"),
        ("shape-only", "shape_only"),
        ("shape_only, x", "shape_only"),
        ("highly praised", None),
        ("", None),
    ],
)
def test_trust_level(text, level):
    assert trust_level(text) == level


def test_approved_drifts_may_lie_in_the_folder(raw):
    (raw.path / "drift_approvals.yml").write_text("[]\n")
    assert raw.problems() == []
    assert "drift_approvals.yml" not in read_raw(raw.path).input_hashes
