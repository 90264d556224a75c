"""The guides' surcharges: which they are, and what each kind of estimate makes of them."""

from __future__ import annotations

import pandas as pd
import pytest

from recalib import Run
from recalib.adjust.rules import Surcharge, beside, surcharges

FAILURE = Surcharge("all_img", "step1_failures", "", "img", 10, 15, "10-15 points above")
VISA = Surcharge("anes_img", "needs_visa", "anesthesiology", "img", 5, 5, "245 with, 240 without")
PROVENANCE = {
    "table": {"trust": "good: a census"},
    "survey": {"trust": "shape_only: people reported about themselves"},
}


def _row(points, low, high, **changes):
    row = {
        "cycle": "2026",
        "specialty": "anesthesiology",
        "applicant_group": "us_img",
        "outcome": "match",
        "denominator": "ranked_first",
        "covariate": "step1_failures",
        "level": "any",
        "points": points,
        "points_low": low,
        "points_high": high,
        "sources": "cohort:dean",
        "suppressed": "",
    }
    return row | changes


def _verdicts(asked, *rows):
    found = beside([asked], pd.DataFrame(rows), PROVENANCE)
    return list(found["verdict"]), list(found["why"])


def test_the_guides_surcharges_are_found(work_dir):
    work = Run(work_dir).view()
    found = surcharges(work.guide_bands, work.guide_rules)
    assert [(one.covariate, one.asked_of, one.group, one.least, one.most) for one in found] == [
        ("step1_failures", "", "img", 10, 15),
        ("needs_visa", "anesthesiology", "img", 5, 5),
    ]
    assert found[1].printed == "245 with a visa need, 240 without"
    assert found[0].printed == "10-15 points above the usual program minimum"


def test_a_folder_without_guides_has_none(work_dir):
    work = Run(work_dir).view()
    assert surcharges(work.guide_bands.iloc[:0], work.guide_rules.iloc[:0]) == []
    assert beside([], work.adjustments, {}).empty


def test_a_lone_visa_row_asks_for_nothing(work_dir):
    work = Run(work_dir).view()
    bands = work.guide_bands
    alone = bands[~bands["label"].str.startswith("no_visa")]
    assert [one.covariate for one in surcharges(alone, work.guide_rules)] == ["step1_failures"]


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        ((15.1, 40.0), "understates"),
        ((15.0, 34.9), "holds"),
        ((2.0, 9.9), "overstates"),
        ((-5.0, 10.0), "holds"),
        ((5.0, 25.0), "holds"),
        ((5.0, 25.1), "cannot_tell"),
        ((16.0, float("nan")), "understates"),
        ((float("nan"), 9.0), "overstates"),
        ((12.0, float("nan")), "cannot_tell"),
    ],
)
def test_the_verdict_follows_the_interval(interval, verdict):
    found, why = _verdicts(FAILURE, _row(12.0, *interval))
    assert found == [verdict]
    assert bool(why[0]) == (verdict == "cannot_tell")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sources": "cohort:dean (SYNTHETIC)"}, "made up"),
        ({"sources": "survey"}, "self-reported"),
        ({"points": None, "points_low": None, "points_high": None}, "no points are given"),
        ({"points": None, "suppressed": "fewer than 11 people"}, "withheld"),
    ],
)
def test_what_judges_no_guide(changes, why):
    found, whys = _verdicts(FAILURE, _row(30.0, 25.0, 35.0) | changes)
    assert (found, whys) == (["cannot_tell"], [why])


def test_a_printed_census_judges():
    assert _verdicts(FAILURE, _row(30.0, 25.0, 35.0, sources="table"))[0] == ["understates"]


def test_another_specialty_stands_in_only_where_the_own_has_none():
    own = _row(5.0, 1.0, 9.0, covariate="needs_visa", level="yes")
    other = own | {"specialty": "neurology"}
    assert _verdicts(VISA, other) == (["cannot_tell"], ["of another specialty"])
    found = beside([VISA], pd.DataFrame([own, other]), PROVENANCE)
    assert list(found["specialty"]) == ["anesthesiology"]
    assert list(found["verdict"]) == ["holds"]
    # One without points is no stand-in.
    blank = other | {"points": None}
    assert _verdicts(VISA, blank) == (["cannot_tell"], ["there is no estimate"])


def test_only_the_guides_groups_and_the_newest_cycle_judge():
    rows = [
        _row(30.0, 25.0, 35.0, cycle="2024"),
        _row(12.0, 8.0, 16.0),
        _row(30.0, 25.0, 35.0, applicant_group="us_md_senior"),
    ]
    assert _verdicts(FAILURE, *rows)[0] == ["holds"]


def test_the_shipped_tables_judge_no_surcharge(work_dir):
    work = Run(work_dir).view()
    found = beside(
        surcharges(work.guide_bands, work.guide_rules),
        work.adjustments,
        work.inputs["provenance"],
    )
    assert list(found["verdict"]) == ["cannot_tell", "cannot_tell"]
    assert list(found["why"]) == ["there is no estimate", "there is no estimate"]
