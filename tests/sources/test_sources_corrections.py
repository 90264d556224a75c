"""Corrections are applied in view: what is read is corrected, what is printed stays as it is."""

import hashlib
import json
import math

import pytest

from recalib.evidence import gather
from recalib.raw import read_raw
from recalib.run.ingest import inputs_of

B = "published/crowd.interviews.bins.csv"
F = "published/fixed.means.csv"
C = "corrections/fixed.yml"
WHY = "reason: a test\n  provider: a test\n"


def write(raw, source, text):
    raw.write(f"corrections/{source}.yml", f"- {text}\n  {WHY}")


def test_a_row_is_dropped_another_overridden_and_a_third_only_told(raw):
    data = read_raw(raw.path)
    means = data.means[data.means["source"] == "fixed"]
    assert list(means["row"]) == [3, 4]
    assert list(means["mean"]) == [243.0, 246.0]
    assert math.isnan(means["n"].iloc[0])
    assert means["n"].iloc[1] == 12
    facts = gather(data)
    facts = facts[facts["source"] == "fixed"]
    assert list(zip(facts["row"], facts["statistic"], facts["value"], strict=True)) == [
        (3, "mean", 243.0),
        (4, "mean", 246.0),
        (4, "n", 12.0),
    ]


def test_every_correction_is_listed_with_its_row_and_reason(raw):
    drop, override, flag = read_raw(raw.path).corrections
    assert [one.action for one in (drop, override, flag)] == ["drop", "override", "flag"]
    assert [(one.file, one.row) for one in (drop, override, flag)] == [(C, 1), (C, 6), (C, 12)]
    assert {one.table for one in (drop, override, flag)} == {F}
    assert [one.table_row for one in (drop, override, flag)] == [2, 3, 4]
    assert (drop.source, drop.reason, drop.provider) == ("fixed", "a typing error", "a test")
    assert drop.key == {
        "cycle": "2022",
        "specialty": "dermatology",
        "applicant_group": "us_img",
        "needs_visa": "",
        "outcome": "match",
        "denominator": "ranked_first",
        "result": "matched",
    }
    assert (drop.shown, drop.value) == ({"mean": 219.0}, {})
    assert override.shown == {"n": 31.0, "mean": 2430.0}
    assert override.value == {"mean": 243.0, "n": None}


def test_the_run_notes_them_for_its_pages(raw):
    noted = json.loads(json.dumps(inputs_of(read_raw(raw.path)), allow_nan=False))["corrections"]
    assert [(one["action"], one["reason"]) for one in noted] == [
        ("drop", "a typing error"),
        ("override", "digits that ran together"),
        ("flag", "few people"),
    ]


def test_no_file_is_changed_and_corrections_are_hashed(raw, valid_files):
    hashes = read_raw(raw.path).input_hashes
    assert (raw.path / F).read_text() == valid_files[F]
    assert hashes[C] == hashlib.sha256(valid_files[C].encode()).hexdigest()


@pytest.mark.parametrize(("cycle", "lines"), [("2021", []), ("2022", [1, 6, 12])])
def test_cycle_keeps_the_corrections_of_its_rows(raw, cycle, lines):
    assert [one.row for one in read_raw(raw.path, cycle).corrections] == lines


def test_a_folder_may_lack_the_tables_of_a_correction(raw):
    raw.remove(F)
    data = read_raw(raw.path)
    assert data.corrections == []
    assert len(data.means) == 2
    raw.remove("published/fixed.yml")
    assert raw.problems() == []
    raw.edit(C, "n: 12}", "people: 12}")
    assert raw.problems() == []  # nobody knows the columns of its tables
    raw.edit(C, "action: flag", "action: none")
    assert raw.rules() == ["correction-action"]


def test_any_column_picks_a_row_among_all_tables_of_the_source(raw):
    write(raw, "tiny", "where: {n_total: 433}\n  action: override\n  value: {n_success: 125}\n"
          "  expect: {n_success: 124}")  # fmt: skip
    data = read_raw(raw.path)
    assert list(data.totals["n_success"]) == [125, 5]
    assert len(data.quantiles) == 5


def test_printed_figures_are_held_against_what_is_printed(raw):
    # The anchors say that all rows together have n_total 463.
    write(raw, "tiny", "where: {n_total: 433}\n  action: drop\n  expect: {n_total: 433}")
    assert raw.problems() == []
    assert len(read_raw(raw.path).totals) == 1


def test_an_overridden_label_is_read_like_any_other(raw):
    write(raw, "tiny", "where: {cycle: 2024}\n  action: override\n  expect: {n: 314}\n"
          "  value: {specialty: Surgery (Categorical), denominator: ranked_any_pgy1}")  # fmt: skip
    data = read_raw(raw.path)
    assert data.quantiles.iloc[4]["specialty"] == "general_surgery"
    assert data.corrections[-1].key["denominator"] == "ranked_any_pgy1"
    raw.edit("corrections/tiny.yml", "ranked_any_pgy1", "")
    assert read_raw(raw.path).quantiles.iloc[4]["denominator"] == "ranked_first"


def test_an_overridden_outcome_has_to_fit_its_denominator(raw):
    write(raw, "tiny", "where: {cycle: 2024}\n  action: override\n  expect: {n: 314}\n"
          "  value: {outcome: interview}")  # fmt: skip
    (problem,) = raw.problems()
    assert (problem.rule, problem.row) == ("denominator-outcome", 6)
    assert "(The table is read with corrections/tiny.yml.)" in problem.message


def test_a_dropped_bin_leaves_a_hole_which_is_told_with_the_correction(raw):
    write(raw, "crowd", "where: {score_min: 240}\n  action: drop\n  expect: {n_applicants: 15}")
    (problem,) = raw.problems()
    assert (problem.rule, problem.file, problem.row) == ("bins-hole", B, 4)
    assert "(The table is read with corrections/crowd.yml.)" in problem.message


def test_an_open_bound_picks_and_is_listed_as_none(raw):
    write(
        raw,
        "crowd",
        "where: {score_min: 250, score_max: }\n  action: flag\n  expect: {n_success: 67}",
    )
    (listed,) = (one for one in read_raw(raw.path).corrections if one.source == "crowd")
    assert (listed.key["score_min"], listed.key["score_max"]) == (250.0, None)


def test_a_damaged_table_is_not_told_again_by_its_corrections(raw):
    raw.edit(F, ",12,246", ",twelve,246")
    assert raw.rules() == ["not-a-number"]


def test_a_flag_does_not_heal(raw):
    raw.edit(C, 'action: override\n  value: {mean: 243, n: ""}', "action: flag")
    (problem,) = raw.problems()
    assert (problem.rule, problem.file, problem.row) == ("score-range", F, 3)


def test_of_two_corrections_of_one_file_the_sound_one_is_no_excuse(raw):
    raw.edit(C, "n: 12}", "n: 13}")
    raw.edit(C, "{mean: 219}", "{mean: 218}")
    found = [(problem.rule, problem.row, problem.column) for problem in raw.problems()]
    assert ("correction-expect", 3, "expect") in found
    assert ("correction-where", 12, "where") in found


def test_every_problem_names_file_line_rule_and_fix(raw):
    raw.edit(C, "{mean: 219}", "{mean: 218}")
    (problem,) = raw.problems()
    assert str(problem) == (
        "corrections/fixed.yml, row 3, column expect: published/fixed.means.csv, row 2, has mean "
        "219, not 218. A correction stands only as long as the source shows what it was written "
        "for. [correction-expect] Fix: Compare the row with the source. Take the correction out if "
        "the source has mended it, else write under expect what the source shows now."
    )
