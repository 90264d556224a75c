"""Slips that leave possible figures are told, with their row, and the real tables are quiet."""

from pathlib import Path

import pytest

from recalib.contract.tables import PUBLISHED
from recalib.raw import read_raw
from recalib.sources.catalogue import Findings
from recalib.sources.missing import check_missing
from recalib.sources.unlikely import check_likely

FROZEN = Path(__file__).parents[1] / "frozen" / "raw"
IMG = "nrmp_charting_outcomes_2026_non_us_img"
SENIORS = "nrmp_charting_outcomes_2026_us_md_seniors"
OF_2024 = "nrmp_charting_outcomes_2024_us_md_seniors"
BINS = "nrmp_charting_outcomes_2020_2024_us_md_seniors"
CURVE = "nrmp_charting_outcomes_2026_img"
CROWD = "crowd_general_surgery_2024_25"
GAP = float("nan")

# source, kind, line of the row, what stands there instead, the rule that tells
SLIPS = [
    (IMG, "quantiles", 18, {"mean": 246}, "mean-unlikely"),
    (IMG, "quantiles", 12, {"median": 257}, "mean-unlikely"),
    (SENIORS, "quantiles", 13, {"median": 247}, "median-unlikely"),
    (IMG, "quantiles", 12, {"sd": 24}, "sd-unlikely"),
    (SENIORS, "quantiles", 15, {"q1": 234, "median": 250}, "quartiles-unlikely"),
    (IMG, "quantiles", 12, {"min": 129}, "extremes-unlikely"),
    (IMG, "quantiles", 12, {"mean": 231}, "results-unlikely"),
    (OF_2024, "quantiles", 16, {"mean": 233}, "groups-unlikely"),
    (SENIORS, "quantiles", 14, {"n": 3236}, "cycle-unlikely"),
    (IMG, "totals", 9, {"n_total": 92}, "people-unlikely"),
    (BINS, "bins", 5, {"n_success": 25}, "bin-rate-unlikely"),
    (BINS, "bins", 6, {"n_total": 2874}, "bin-people-unlikely"),
    (CROWD, "bins", 4, {"n_applicants": 61}, "bin-people-unlikely"),
    (CURVE, "probabilities", 5, {"probability": 0.626}, "point-unlikely"),
    (IMG, "quantiles", 18, {"mean": GAP}, "figure-missing"),
    (IMG, "quantiles", 20, {"cycle": "2025"}, "word-alone"),
]


@pytest.fixture(scope="module")
def frozen():
    raw = read_raw(FROZEN)
    return {kind: getattr(raw, kind) for kind in PUBLISHED}, {
        (one.table, one.table_row) for one in raw.corrections
    }


def told(tables, seen):
    findings = Findings()
    check_missing(tables, seen, findings)
    check_likely(tables, seen, findings)
    return findings.problems


def changed(tables, source, kind, line, values):
    frame = tables[kind].copy()
    at = frame.index[(frame["source"] == source) & (frame["row"] == line)]
    assert len(at) == 1
    for column, value in values.items():
        frame.loc[at, column] = value
    return tables | {kind: frame}, frame.loc[at].iloc[0]


@pytest.mark.parametrize(("source", "kind", "line", "values", "rule"), SLIPS)
def test_a_slip_is_told_with_its_row(frozen, source, kind, line, values, rule):
    tables, seen = frozen
    damaged, row = changed(tables, source, kind, line, values)
    problems = told(damaged, seen)
    assert rule in {one.rule for one in problems}
    place = f"{row['file']}, row {line}"
    named = {(one.file, one.row) for one in problems}
    assert (row["file"], line) in named or any(place in one.message for one in problems)


def test_real_tables_are_quiet_and_a_corrected_row_was_looked_at(frozen):
    tables, seen = frozen
    assert told(tables, seen) == []
    source, kind, line, values, _ = SLIPS[0]
    damaged, row = changed(tables, source, kind, line, values)
    assert told(damaged, seen | {(row["file"], line)}) == []


def test_a_row_typed_twice_and_one_left_out_are_told(frozen):
    tables, seen = frozen
    frame = tables["totals"]
    own = frame[frame["source"] == IMG]
    pasted = own.iloc[4][["n_success", "n_total"]].to_dict()
    damaged, row = changed(tables, IMG, "totals", int(own.iloc[5]["row"]), pasted)
    assert ("row-repeated", row["row"]) in {(one.rule, one.row) for one in told(damaged, seen)}
    left = tables | {"totals": frame.drop(index=own.index[3])}
    assert "specialty-missing" in {one.rule for one in told(left, seen)}
    quantiles = tables["quantiles"]
    matched = quantiles[(quantiles["source"] == IMG) & (quantiles["row"] == 18)]
    left = tables | {"quantiles": quantiles.drop(index=matched.index)}
    assert "result-missing" in {one.rule for one in told(left, seen)}


def test_a_result_left_out_is_told_by_another_table_of_the_group(frozen):
    """Of the MD seniors of 2026 two other specialties have one result: too few did not match."""
    tables, seen = frozen
    quantiles = tables["quantiles"]
    own = quantiles["source"] == "nrmp_charting_outcomes_2026_us_md_seniors"
    row = quantiles[own & (quantiles["row"] == 13)]
    left = tables | {"quantiles": quantiles.drop(index=row.index)}
    (problem,) = [one for one in told(left, seen) if one.rule == "result-missing"]
    assert "2024_us_md_seniors" in problem.message
    assert "has the other" in problem.message


def test_a_row_that_cannot_be_casts_no_doubt_on_others(frozen):
    """People who succeeded and all of them swapped: the quantiles' people are not asked about."""
    tables, seen = frozen
    own = tables["totals"][tables["totals"]["source"] == IMG].iloc[4]
    swapped = {"n_success": own["n_total"], "n_total": own["n_success"]}
    damaged, row = changed(tables, IMG, "totals", int(own["row"]), swapped)
    assert told(damaged, seen) != []
    findings = Findings()
    findings.add("success-exceeds-total", row["file"], "It cannot be.", row=int(row["row"]))
    check_likely(damaged, seen, findings)
    assert len(findings.problems) == 1
