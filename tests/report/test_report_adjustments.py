"""What stands beside the score, on pages: interval, people, grade, status and caveat with it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest

from recalib import Run
from recalib.adjust.rules import beside, surcharges
from recalib.contract.store import write_tables
from recalib.report import covariates, figures, tables, text, words
from recalib.report.figures.adjustments import adjustments as draw
from recalib.report.view import View

Change = Callable[..., View]


def _plain(words_of: object) -> str:
    told = getattr(words_of, "text", words_of)
    told = re.sub(r"<style>.*?</style>", "", str(told), flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", told).replace("\u00a0", " ").replace("\u2060", "")


def _cohort(adjustments: pd.DataFrame) -> pd.DataFrame:
    """The shipped row, and a cohort's: one with points, one bent flat, one withheld."""
    row = adjustments.iloc[[0]]
    cohort = row.assign(
        cycle="2026", applicant_group="non_us_img", outcome="match", denominator="ranked_first",
        sources="cohort:dean", note="Compared at the same score.",
    )  # fmt: skip
    numbers = ["odds_ratio", "odds_ratio_low", "odds_ratio_high", "n"]
    points = ["points", "points_low", "points_high"]
    months = cohort.assign(
        covariate="us_clinical_months", level="per_3_months", reference="", odds_ratio=1.2,
        odds_ratio_low=1.1, odds_ratio_high=1.3, points=-4.0, points_low=None, points_high=-1.0,
    )  # fmt: skip
    flat = cohort.assign(specialty="neurology", status="flat", **dict.fromkeys(points))
    few = cohort.assign(
        covariate="step1_failures", level="any", reference="none", status="no_evidence",
        suppressed="fewer than 11 people", **dict.fromkeys([*numbers, *points]),
    )  # fmt: skip
    return pd.concat([row, cohort, months, flat, few], ignore_index=True)


@pytest.fixture
def more(changed: Change) -> View:
    return changed(adjustments=_cohort)


def test_the_claim_carries_everything(work: View) -> None:
    (claim,) = covariates.of_specialty(work.specialty("internal_medicine"))
    row = work.adjustments.iloc[0]
    said = _plain(claim)
    assert f"odds ratio {row['odds_ratio']:.2f} (95 % interval" in said
    assert pd.isna(row["points"])
    assert "points more" not in said
    assert "n 88, grade C, borrowed" in said
    assert "Self-reported: levels are what such tables cannot be trusted for" in said
    assert "missing for 37 of 94 applicants who need a visa" in said


def test_points_that_help_are_fewer_and_open_ends_are_said(more: View) -> None:
    told = "\n".join(covariates.of_specialty(more.specialty("internal_medicine")))
    assert "as much as 4.0 points fewer (open to −1.0)" in told
    assert "(cohort)" in told
    flat = covariates.of_specialty(more.specialty("neurology"))
    assert "points" not in flat[0]
    assert "flat" in flat[0]


def test_the_table_of_a_run_shows_every_row(more: View) -> None:
    shown = _plain(tables.adjustments(more))
    assert shown.count("Internal Medicine") == 4
    assert "Three more months of U.S. clinical experience" in shown
    assert shown.count("[c]") == 3
    assert "nothing here says what a change of it would do" in shown
    here = _plain(tables.adjustments_of(more.specialty("neurology")))
    assert "Visa needed, against not" in here
    assert words.NOTHING in here


def test_the_picture_says_in_words_what_it_draws(more: View) -> None:
    for outcome in ("match", "interview"):
        figure = figures.adjustments(more, outcome)
        assert figure is not None
        assert "at the same score, with 95 % intervals" in str(figure.get_label())
    match = draw(more, "match")
    assert match is not None
    assert "non-U.S. citizen IMGs (cohort)" in str(match.get_label())
    assert match.legends[0].get_title().get_text() == "cohort curves among them"
    assert len(match.axes) == 2
    assert [axis.get_xlabel() for axis in match.axes] == ["Odds ratio"] * 2
    hollow = [line for axis in match.axes for line in axis.lines if line.get_marker() == "o"]
    assert {line.get_markerfacecolor() for line in hollow} == {"white"}
    low, high = match.axes[0].get_xlim()
    assert low < 0.5 < 2 < high


def test_a_run_says_what_it_knows(more: View) -> None:
    told = covariates.meaning(more)
    assert told[0].startswith("**Internal Medicine**")
    assert told[1] == (
        "Cohorts give 3 odds ratios; 1 are withheld ([c]), since too few people stand behind them."
    )


def test_a_run_without_any_says_so(changed: Change) -> None:
    bare = changed(adjustments=lambda frame: frame.iloc[:0])
    assert "the data cannot tell" in covariates.meaning(bare)[0]
    assert tables.adjustments(bare) is None
    assert figures.adjustments(bare, "match") is None
    here = bare.specialty("internal_medicine")
    assert tables.adjustments_of(here) is None
    assert "The score is all that is known" in "\n".join(text.cannot_say(here))


def test_a_folder_without_the_table_is_read_as_one_without_rows(changed: Change) -> None:
    bare = changed()
    (bare.tables.folder / "adjustments.csv").unlink()
    assert Run(bare.tables.folder).view().adjustments.empty


def test_limits_know_what_stands_beside_the_score(work: View) -> None:
    said = "\n".join(text.cannot_say(work.specialty("internal_medicine")))
    assert "An odds ratio does not say what a change would do" in said
    assert "The score is all that is known" not in said


def _held(work: View) -> pd.DataFrame:
    asked = surcharges(work.guide_bands, work.guide_rules)
    return beside(asked, work.adjustments, work.inputs["provenance"])


def test_surcharges_stand_beside_the_estimates(work: View) -> None:
    held = _held(work)
    shown = _plain(tables.surcharges(work, held))
    assert "a visa need in Anesthesiology: 245 with a visa need, 240 without" in shown
    assert "cannot tell: there is no estimate" in shown
    assert "no estimate" in shown
    said = covariates.judged(work, held)
    assert len(said) == 2
    assert "10-15 points above the usual program minimum" in said[0]
    assert "The data cannot tell whether that is right (there is no estimate)." in said[0]


def test_verdicts_are_counted(changed: Change) -> None:
    def failures(frame: pd.DataFrame) -> pd.DataFrame:
        row = frame.iloc[[0]].assign(
            covariate="step1_failures", level="any", reference="none", sources="cohort:dean"
        )
        few = row.assign(specialty="neurology", points=20.0, points_low=16.0, points_high=25.0)
        wide = row.assign(points_low=1.0, points_high=60.0)
        return pd.concat([frame, few, wide], ignore_index=True)

    work = changed(adjustments=failures)
    said = covariates.judged(work, _held(work))
    assert "Of 2 estimates: understates in 1 and the data cannot tell in 1." in said[0]
    assert "No guide of this run" in covariates.judged(work, _held(work).iloc[:0])[0]


def test_every_published_code_has_words() -> None:
    from recalib.cohorts.comparisons import COMPARISONS
    from recalib.cohorts.counts import COVARIATES
    from recalib.contract import vocabulary

    assert (
        tuple(COMPARISONS) == tuple(COVARIATES) == tuple(words.COVARIATES) == vocabulary.COVARIATES
    )
    levels = {(name, one.level) for name, one in COMPARISONS.items()}
    assert levels == set(words.COMPARED)
    assert {level for _, level in levels} == set(vocabulary.LEVELS)
    assert {one.reference for one in COMPARISONS.values()} - {""} == set(vocabulary.REFERENCES)


def test_a_frame_of_the_table_is_written_as_it_is_read(more: View) -> None:
    before = (more.tables.folder / "adjustments.csv").read_bytes()
    write_tables({"adjustments": more.adjustments.drop(columns="needs_visa")}, more.tables.folder)
    assert (more.tables.folder / "adjustments.csv").read_bytes() == before
