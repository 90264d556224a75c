"""The sentences of a page: one for every kind of claim, and for every reason to claim nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from recalib import Run, drift
from recalib.problems import RecalibError
from recalib.report import text, words
from recalib.report.view import View


def _plain(sentences: list[str] | str) -> str:
    joined = sentences if isinstance(sentences, str) else "\n".join(sentences)
    return joined.replace("\u00a0", " ").replace("\u2060", "")


def test_an_ok_curve_is_read_with_interval_n_grade_and_status(work: View) -> None:
    first = _plain(text.in_short(work.specialty("internal_medicine"))[0])
    assert first.startswith("**Non-U.S. citizen IMGs**, match 2026 (6,992 people who ranked it")
    assert "grade A, status ok" in first
    assert "52 % (51–53 %) with 250" in first
    assert "The chance is even at 247.7 (246.3–249.2)." in first


def test_an_even_chance_out_of_reach_is_not_claimed(work: View) -> None:
    said = [_plain(each) for each in text.in_short(work.specialty("internal_medicine"))]
    seniors = next(each for each in said if each.startswith("**U.S. MD seniors"))
    assert "above even at every fitted score, so no score of an even chance is claimed" in seniors
    surgery = [_plain(each) for each in text.in_short(work.specialty("general_surgery"))]
    assert surgery[0].startswith("**Non-U.S. citizen IMGs")
    assert "even" in surgery[0]


def test_out_of_reach_has_a_direction(work: View) -> None:
    curve = work.specialty("internal_medicine").of("match").iloc[0].copy()
    for intercept, side in ((-9.0, "below"), (9.0, "above")):
        curve["intercept"] = intercept
        assert text.out_of_reach(curve) == f"{side} even at every fitted score"


def test_interview_numbers_open_with_who_reported_them(work: View) -> None:
    said = text.in_short(work.specialty("internal_medicine"))
    interviews = [each for each in said if "interview invitation" in each]
    assert interviews
    assert all(each.startswith(text.SELF_REPORTED) for each in interviews)
    assert not any(each.startswith(text.SELF_REPORTED) for each in said if each not in interviews)


def test_notes_on_interview_tables_are_lifted(work: View) -> None:
    said = "\n".join(text.cannot_say(work.specialty("internal_medicine")))
    assert "missing for 37 of 94 applicants who need a visa" in said
    assert "The column" not in said


def test_an_edge_known_badly_is_said(work: View) -> None:
    assert words.badly_known(None, 250.0) == "open towards lower scores"
    assert words.badly_known(250.0, float("nan")) == "open towards higher scores"
    assert words.badly_known(200.0, 243.0) == "known only to within 43 points"
    assert words.badly_known(200.0, 240.0) == ""
    said = _plain(text.in_short(work.specialty("interventional_radiology")))
    assert "open towards higher scores)" in said


def test_the_label_is_said_as_a_number(work: View) -> None:
    assert "means a 36 % chance of a match" in _plain(text.meaning(work))
    assert _plain(text.meaning(work)) in _plain(text.overview_caption(work))
    other = Run(work.tables.folder).view()
    other.__dict__["band_notes"] = work.band_notes | {"anchors": {}}
    assert text.meaning(other) == ""


def test_a_notebook_out_of_order_is_told_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(RecalibError, match="run the notebooks before this one first"):
        Run(tmp_path).read("curves")
    with pytest.raises(RecalibError, match="run the notebooks before this one first"):
        _ = Run(tmp_path).view().curves


@pytest.mark.parametrize(
    ("specialty", "group", "sentence"),
    [
        ("family_medicine", "Non-U.S.", "The score hardly separates those who succeed"),
        ("diagnostic_radiology", "Non-U.S.", "The data cannot tell whether a higher score helps"),
        ("plastic_surgery", "U.S. citizen", "2 of 15 is all that was printed"),
        ("preliminary_medicine", "Non-U.S.", "139 of 900 is all that was printed"),
    ],
)
def test_a_curve_without_edges_says_why(
    work: View, specialty: str, group: str, sentence: str
) -> None:
    said = [_plain(each) for each in text.in_short(work.specialty(specialty))]
    own = next(each for each in said if each.startswith(f"**{group}"))
    assert sentence in own
    assert "no edge is claimed" in own
    assert "The chance is even" not in own
    # What the curve can be read for still carries its interval.
    assert "95 % interval" in own


def test_no_evidence_is_said_and_nothing_is_read(changed: Callable[..., View]) -> None:
    def only_empty(curves: pd.DataFrame) -> pd.DataFrame:
        mine = (curves["specialty"] == "child_neurology") & (curves["status"] != "no_evidence")
        return curves[~mine]

    here = changed(curves=only_empty).specialty("child_neurology")
    said = text.in_short(here)
    assert len(said) == 1
    assert "status no evidence" in said[0]
    assert "the share that succeeded is unknown" in said[0]
    assert "%" not in said[0]
    assert any("nothing is put in its place" in each for each in text.cannot_say(here))


def test_a_guide_without_any_table_is_said(changed: Callable[..., View]) -> None:
    def without(curves: pd.DataFrame) -> pd.DataFrame:
        return curves[curves["specialty"] != "preliminary_medicine"]

    def blank(audit: pd.DataFrame) -> None:
        mine = audit["specialty"] == "preliminary_medicine"
        for name in ("probability_at_edge", "edge_low", "edge_high"):
            audit.loc[mine, name] = float("nan")

    here = changed(curves=without, guide_audit=blank).specialty("preliminary_medicine")
    assert "No published table gives numbers" in text.in_short(here)[0]
    assert "no table is published, so the data cannot tell" in text.guide_verdicts(here)[0]
    assert any("there is nothing to read" in each for each in text.cannot_say(here))


def test_an_unknown_specialty_is_refused_with_the_known_ones(work: View) -> None:
    with pytest.raises(RecalibError, match=r"'surgery'; there are .*general_surgery"):
        work.specialty("surgery")


def test_printed_edges_get_their_verdict(work: View) -> None:
    said = _plain(text.guide_verdicts(work.specialty("general_surgery")))
    assert "The general surgery IMG guide prints “highly competitive” from 250." in said
    assert "the printed edge is too easy" in said
    votes = work.anchors.set_index(["edge", "guide"]).loc[("top", "general_surgery_img")]
    assert f"The calibrated edge is {votes['calibrated_edge']:.1f} (" in said
    without = votes["calibrated_edge_without_own"]
    assert f"without its vote the edge would be {without:.1f}." in said
    assert "by the other guides alone" in said
    assert "a borrowed curve" in said
    assert "the printed edge is too hard" in _plain(
        text.guide_verdicts(work.specialty("internal_medicine"))
    )
    assert "the interval is too wide" in _plain(
        text.guide_verdicts(work.specialty("anesthesiology"))
    )


def test_an_edge_that_holds_is_said_to_hold(changed: Callable[..., View]) -> None:
    def hold(audit: pd.DataFrame) -> None:
        audit.loc[audit["verdict"] == "too_easy", "verdict"] = "holds"

    here = changed(guide_audit=hold).specialty("general_surgery")
    assert "the printed edge holds." in _plain(text.guide_verdicts(here))


def test_an_anchor_made_by_one_guide_is_circular(changed: Callable[..., View]) -> None:
    def alone(anchors: pd.DataFrame) -> pd.DataFrame:
        anchors = anchors[anchors["guide"] == "general_surgery_img"].copy()
        anchors["anchor_without_own"] = float("nan")
        anchors["calibrated_edge_without_own"] = float("nan")
        return anchors

    def unjudged(audit: pd.DataFrame) -> None:
        audit["verdict"] = "cannot_tell"

    work = changed(guide_anchors=alone, guide_audit=unjudged)
    here = work.specialty("general_surgery")
    assert "made the anchor, so this is circular" in _plain(text.guide_verdicts(here))


def test_a_tier_claims_the_top_edge(work: View) -> None:
    said = _plain(text.guide_verdicts(work.specialty("pediatrics")))
    assert "“stronger” from 235" in said
    assert "low possible" not in said


@pytest.mark.parametrize(
    ("specialty", "sentence"),
    [
        ("general_surgery", "nothing is a promise to a person"),
        ("general_surgery", "The score is all that is known"),
        ("general_surgery", "for whom the specialty was a backup"),
        ("general_surgery", "filled in by applicants about themselves"),
        ("general_surgery", "consented to research"),
        ("general_surgery", "the logit is not quite straight"),
        ("internal_medicine", "share one slope"),
        ("plastic_surgery", "It gives no edge"),
        ("family_medicine", "A flat curve"),
        ("diagnostic_radiology", "A weak curve"),
        ("child_neurology", "nothing is put in its place"),
    ],
)
def test_what_numbers_cannot_say_follows_from_their_weakness(
    work: View, specialty: str, sentence: str
) -> None:
    assert any(sentence in said for said in text.cannot_say(work.specialty(specialty)))


def test_weaknesses_that_are_not_there_are_not_named(work: View) -> None:
    said = "\n".join(text.cannot_say(work.specialty("preliminary_medicine")))
    assert "flat curve" not in said
    assert "filled in by applicants" not in said
    assert "consented" not in said


def test_anchors_are_told_with_where_they_come_from(work: View) -> None:
    said = _plain(text.anchors(work))
    frozen = work.anchors.groupby("edge")["anchor"].first() * 100
    names = ("top", "middle", "bottom")
    top, middle, bottom = (f"{frozen[name]:.1f} % ({name})" for name in names)
    assert f"{top}, {middle} and {bottom}" in said
    notes = work.band_notes
    other = Run(work.tables.folder).view()
    for change, sentence in (
        ({"frozen": True, "difference": {}}, "imply the same"),
        ({"frozen": True, "difference": {"top": 0.012}}, "top by +1.20 percentage points"),
        ({"frozen": False}, "computed in this run"),
        ({"anchors": {}}, "no anchors"),
    ):
        other.__dict__["band_notes"] = notes | change
        assert sentence in text.anchors(other)


def test_checks_are_told_in_numbers(work: View) -> None:
    said = text.checks(work)
    assert str(work.fit_notes["checks"]["count"]) in said
    other = Run(work.tables.folder).view()
    other.__dict__["fit_notes"] = {"checks": {"count": 0}}
    assert "Nothing printed could be checked" in text.checks(other)


def test_drift_is_told_in_numbers_and_names_both_editions() -> None:
    none = drift.no_drift()
    assert "no earlier edition" in text.drift(none, "", "2026.3")
    assert "Nothing drifted" in text.drift(none, "2026.2", "2026.3")
    two = pd.DataFrame({"approved": [True, False]})
    assert "2 changes" in text.drift(two, "2026.2", "2026.3")
    assert "1 are not" in text.drift(two, "2026.2", "2026.3")
    for changes in (none, two):
        other, same = (text.drift(changes, name, "2026.3") for name in ("2026.2", "2026.3"))
        assert other.startswith("Edition 2026.3 is held against edition 2026.2.")
        assert "rebuilt" not in other
        assert "the same edition, rebuilt" in same


@pytest.mark.parametrize(
    ("value", "low", "high", "told"),
    [
        (0.288, 0.246, 0.334, ("29 %", "25–33 %")),
        (0.1204, 0.1188, 0.1221, ("12.0 %", "11.9–12.2 %")),
        (0.12041, 0.12037, 0.12045, ("12.041 %", "12.037–12.045 %")),
        (0.5, 0.5, 0.5, ("50 %", "50–50 %")),
        (None, None, None, ("–", "")),
    ],
)
def test_an_interval_gets_the_digits_that_tell_its_ends_apart(
    value: float | None, low: float | None, high: float | None, told: tuple[str, str]
) -> None:
    assert tuple(_plain(part) for part in words.percent_interval(value, low, high)) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [(1.25, "+1.2"), (-1.25, "−1.2"), (-0.04, "0.0"), (float("nan"), "–"), (None, "–")],
)
def test_a_signed_number_has_a_true_minus_and_zero_no_sign(value: float | None, told: str) -> None:
    assert words.signed(value) == told
