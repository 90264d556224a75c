"""What a run says of one specialty comes in; what its numbers cannot tell goes out."""

from __future__ import annotations

from typing import Any

from recalib.cohorts.labels import is_cohort
from recalib.report.view import Specialty
from recalib.sources import reader_notes

CAVEAT = (
    "Nothing here is causal and nothing is a promise to a person: a chance describes a group of "
    "past applicants with the same score, who may differ in everything else."
)


def cannot_say(here: Specialty) -> list[str]:
    """Say what the numbers of a specialty cannot tell.

    Parameters
    ----------
    here : Specialty
        Any.

    Returns
    -------
    list of str
        Sentences: the general ones, and one for each kind of weakness found in its curves.
    """
    curves = here.curves
    statuses, denominators = set(curves["status"]), set(curves["denominator"])
    said = [
        CAVEAT,
        _BESIDE if here.adjustments["odds_ratio"].notna().any() else _SCORE_ALONE,
    ]
    checks = [
        ("borrowed" in statuses, _BORROWED),
        ("weak" in statuses, _WEAK),
        ("flat" in statuses, _FLAT),
        ("no_evidence" in statuses, _NO_EVIDENCE),
        ("ranked_any_pgy1" in denominators, _BACKUPS),
        ("applications" in denominators, _INTERVIEWS),
        (bool(curves["needs_visa"].any()), _VISA),
        ((here.evidence["kind"] == "quantiles").any(), _CONSENT),
        (bool(_bent(here)), _BENT),
        (curves.empty, "No published table speaks of this specialty: there is nothing to read."),
    ]
    said += [sentence for applies, sentence in checks if applies]
    return said + _interview_notes(here)


def _interview_notes(here: Specialty) -> list[str]:
    provenance = here.work.inputs["provenance"]
    names = {name for joined in here.of("interview")["sources"] for name in joined.split("|")}
    names = {name for name in names if not is_cohort(name)}
    said = []
    for name in sorted(names & set(provenance)):
        notes = reader_notes(provenance[name])
        if notes:
            said.append(f"Of the interview table “{provenance[name]['title']}”: {' '.join(notes)}")
    return said


_SCORE_ALONE = (
    "The score is all that is known of these people: attempts, visa need, school, letters, "
    "research and interviews are not in the tables, and go along with the score."
)
_BESIDE = (
    "The score, and what is listed beside it, is all that is known of these people: school, "
    "letters, research and the rest are not in the tables, and go along with both. An odds ratio "
    "does not say what a change would do."
)
_BORROWED = (
    "A borrowed curve says what a total and the slopes of other specialties allow. It gives no "
    "edge, however its middle line may look."
)
_WEAK = (
    "A weak curve holds a slope of 0 in its interval: the data cannot tell whether score matters."
)
_FLAT = (
    "A flat curve says that the score hardly separates those who matched from those who did not, "
    "not that the score is never looked at."
)
_NO_EVIDENCE = "Where there is no evidence, nothing is put in its place."
_BACKUPS = (
    "“Ranked anywhere” counts people for whom the specialty was a backup too. It is another "
    "population than “ranked first”, and the two must not be compared."
)
_INTERVIEWS = (
    "Interview tables were filled in by applicants about themselves: how the rate changes with the "
    "score can be read, its level cannot. An invitation is not a match, and the two are never "
    "combined."
)
_VISA = (
    "The two visa strata have their own level and share one slope, so they cannot show whether the "
    "score counts more in one of them."
)
_CONSENT = (
    "Score statistics describe people who consented to research. Where consent depends on the "
    "score, the curve is off by an amount that the tables cannot show."
)
_BENT = (
    "In the score bins of U.S. MD seniors the logit is not quite straight. The curve stays a "
    "straight logit, and its intervals are widened."
)


def _bent(here: Specialty) -> list[dict[str, Any]]:
    cells = here.work.fit_notes["bent"]
    return [cell for cell in cells if cell["specialty"] == here.name]
