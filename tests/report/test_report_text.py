"""The sentences of a page: one for every kind of claim, and for every reason to claim nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from calib.names import WHOSE
from recalib import Run, drift
from recalib.problems import RecalibError
from recalib.report import sections, text, words
from recalib.report.view import Specialty, View


def _plain(sentences: list[str] | str) -> str:
    joined = sentences if isinstance(sentences, str) else "\n".join(sentences)
    return joined.replace("\u00a0", " ").replace("\u2060", "")


def _short(here: Specialty) -> list[str]:
    """The sentences of `In short`, whatever they stand under."""
    return [_plain(each) for _, said in text.in_short(here) for each in said]


def test_an_ok_curve_is_read_with_both_doubts_n_grade_and_status(work: View) -> None:
    first = _short(work.specialty("internal_medicine"))[0]
    assert first.startswith("**Non-U.S. citizen IMGs**, match 2026 (6,992 people who ranked it")
    assert "grade A, status ok" in first
    assert f"O{WHOSE[1:]}, about 43 % (next cycle likely 29–59 %; 38–49 %" in first
    assert "52 % (37–67 %; 47–57 %) with 250" in first
    even = "247.7 (next cycle likely 229.4–266.1; 241.6–253.9 for the people of 2026)"
    assert f"The chance is even at {even}." in first


def test_denominators_stand_in_lists_of_their_own(untranslated: View) -> None:
    parts = dict(text.in_short(untranslated.specialty("general_surgery")))
    first, anywhere, invitations = parts
    assert (first[:12], anywhere[:15]) == ("Ranked first", "Ranked anywhere")
    assert invitations == "Per application"
    assert all("people who ranked it first;" in each for each in parts[first])
    assert all("first or as a backup;" in each for each in parts[anywhere])
    assert all(each.startswith(text.SELF_REPORTED) for each in parts[invitations])


def test_people_whom_nobody_counted_have_no_number(work: View) -> None:
    here = _short(work.specialty("anesthesiology"))
    (said,) = [each for each in here if each.startswith("**U.S. citizen IMGs")]
    assert "match 2026 (people who ranked it first, not counted; grade D, status borrowed)." in said
    assert "Translated: 47 of 177 U.S. IMGs who ranked a track of it anywhere matched" in said


def test_an_even_chance_out_of_reach_is_not_claimed(work: View) -> None:
    said = _short(work.specialty("internal_medicine"))
    seniors = next(each for each in said if each.startswith("**U.S. MD seniors"))
    assert "above even at every fitted score, so no score of an even chance is claimed" in seniors
    surgery = _short(work.specialty("general_surgery"))
    assert surgery[0].startswith("**Non-U.S. citizen IMGs")
    assert "even" in surgery[0]


def test_out_of_reach_has_a_direction(work: View) -> None:
    curve = work.specialty("internal_medicine").of("match").iloc[0].copy()
    for intercept, side in ((-9.0, "below"), (9.0, "above")):
        curve["intercept"] = intercept
        assert text.out_of_reach(curve) == f"{side} even at every fitted score"


def test_interview_numbers_open_with_who_reported_them(work: View) -> None:
    said = _short(work.specialty("internal_medicine"))
    interviews = [each for each in said if "interview invitation" in each]
    assert interviews
    assert all(each.startswith(text.SELF_REPORTED) for each in interviews)
    assert not any(each.startswith(text.SELF_REPORTED) for each in said if each not in interviews)


def test_notes_on_interview_tables_are_lifted(work: View) -> None:
    said = "\n".join(text.cannot_say(work.specialty("internal_medicine")))
    assert "missing for 37 of 94 applicants who need a visa" in said
    assert "The column" not in said


def test_an_edge_known_badly_is_not_claimed_and_an_open_end_is_open(work: View) -> None:
    said = _short(work.specialty("psychiatry"))[0]
    assert "No score of an even chance is claimed: the interval of the edge, or of" in said
    surgery = _short(work.specialty("general_surgery"))[0]
    assert "(next cycle likely 256.8–open; 265.0–295.3 for the people of 2026)" in surgery


def test_the_words_are_said_as_numbers(work: View, changed: Callable[..., View]) -> None:
    said = _plain(text.meaning(work))
    assert "“highly competitive” 75 % and more, “competitive” 50 % and more" in said
    assert said in _plain(text.overview_caption(work))
    other = Run(work.tables.folder).view()
    other.__dict__["band_notes"] = {"least": work.band_notes["least"] | {"competitive": 0.6}}
    assert "“competitive” 60 % and more" in _plain(text.meaning(other))


@pytest.mark.parametrize(("closer", "sentence"), [(0, "of one kind"), (1, "how an applicant")])
def test_what_guides_agree_on_is_said_with_both_misses(closer: int, sentence: str) -> None:
    edges = [{"edge_by_chance": 250.0, "edge_by_standing": 250.0, "printed_edge": 250.0}] * 4
    found = pd.DataFrame(edges)
    found[["edge_by_standing", "edge_by_chance"][closer]] += [3.0, -3.0, 3.0, -3.0]
    said = _plain(text.agreement(found))
    assert "Each of 4 printed edges is foretold by the other guides alone" in said
    assert "3.0" in said
    assert "0.0" in said
    assert sentence in said
    assert WHOSE in said
    assert "cannot be told what guides agree on" in text.agreement(found.iloc[:0])


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
        ("plastic_surgery", "U.S. citizen", "Translated: 2 of 15 U.S. IMGs who ranked a track"),
        ("preliminary_medicine", "Non-U.S.", "139 of 900 is all that was printed"),
    ],
)
def test_a_curve_without_edges_says_why(
    work: View, specialty: str, group: str, sentence: str
) -> None:
    said = _short(work.specialty(specialty))
    own = next(each for each in said if each.startswith(f"**{group}"))
    assert sentence in own
    assert "no edge is claimed" in own
    assert "The chance is even" not in own
    # What the curve can be read for still carries its doubts.
    assert "next cycle likely" in own


def test_no_evidence_is_said_and_nothing_is_read(changed: Callable[..., View]) -> None:
    def only_empty(curves: pd.DataFrame) -> pd.DataFrame:
        mine = (curves["specialty"] == "child_neurology") & (curves["status"] != "no_evidence")
        return curves[~mine]

    here = changed(curves=only_empty).specialty("child_neurology")
    said = _short(here)
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
        for name in ("probability_at_edge", "probability_in_band"):
            audit.loc[mine, name] = float("nan")
        audit.loc[mine, ["cycle", "denominator", "status"]] = ["", "", "no_evidence"]
        audit.loc[mine, "verdict"] = "cannot_tell"
        audit.loc[mine, "reason"] = "No published table gives a curve."

    here = changed(curves=without, guide_audit=blank).specialty("preliminary_medicine")
    assert "No published table gives numbers" in _short(here)[0]
    shown = sections.guides(here)
    assert shown is not None
    assert "cannot tell" in shown.text
    assert "\u00a0%" not in shown.text
    assert any("there is nothing to read" in each for each in text.cannot_say(here))


def test_an_unknown_specialty_is_refused_with_the_nearest(work: View) -> None:
    with pytest.raises(RecalibError, match=r'nearest known is "general_surgery"\. .*specialties'):
        work.specialty("general_surgry")


def test_a_guide_is_summed_up_by_group(work: View) -> None:
    rows = work.audit[work.audit["guide"] == "general_surgery_img"]
    assert text.guide_summary(rows) == (
        "Of its labels with a plain reading: for non-U.S. citizen IMGs, of 4, 2 promise more than "
        "happened, 1 holds and of 1 the data cannot tell; for U.S. citizen IMGs, of 4, 1 promises "
        "more than happened and of 3 the data cannot tell. 4 labels have no plain reading: no "
        "claim."
    )
    assert text.guide_summary(rows.iloc[:0]) == ""


def test_a_label_without_a_reading_claims_nothing(work: View) -> None:
    rows = work.specialty("pediatrics").audit
    assert (rows["verdict"] == "no_claim").all()
    assert text.guide_summary(rows) == "2 labels have no plain reading: no claim."


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
        ("family_medicine", "may have done its work before, at the invitation"),
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
    kinds = ["status_changed", "key_lost", "key_gained"]
    two = pd.DataFrame({"approved": [True, False, False], "kind": kinds, "cause": list("aab")})
    assert "2 changes" in text.drift(two, "2026.2", "2026.3")
    assert "New keys, which need no approval: 1." in text.drift(two, "2026.2", "2026.3")
    assert "Nothing drifted" in text.drift(two.tail(1), "2026.2", "2026.3")
    assert text.drift_causes(two) == ["2 drifts: a."]
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
