"""What a run says of one specialty comes in; plain sentences for its page go out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from calib._math import chance
from recalib.report import words
from recalib.report.work import Specialty, Work, line_of

CAVEAT = (
    "Nothing here is causal and nothing is a promise to a person: a chance describes a group of "
    "past applicants with the same score, who differ in everything else."
)
AFFILIATION = "This project is not affiliated with NRMP, AAMC or ECFMG."
_SHOWN = (240, 250, 260)
_WHO = {
    "ranked_first": "people who ranked it first",
    "ranked_any_pgy1": "people who ranked a PGY-1 track in it, first or as a backup",
    "applications": "applicants",
}


def in_short(here: Specialty) -> list[str]:
    """Say what each newest curve of a specialty claims, or why it claims nothing.

    Parameters
    ----------
    here : Specialty
        Any.

    Returns
    -------
    list of str
        One point of Markdown a curve: match first, the groups of the guides first.
    """
    found = [_claim(here, curve) for _, curve in here.newest.iterrows()]
    if not found:
        found = [
            "No published table gives numbers for this specialty; a guide speaks of it, and the "
            "data cannot tell whether it is right."
        ]
    return found


def _claim(here: Specialty, curve: pd.Series) -> str:
    people = _WHO[str(curve["denominator"])]
    head = (
        f"**{words.group(curve)}**, {words.OUTCOMES[str(curve['outcome'])]} {curve['cycle']} "
        f"({words.count(curve['n'])} {people}; grade {curve['grade'] or 'none'}, status "
        f"{words.STATUSES[str(curve['status'])]}). "
    )
    note = here.note(curve)
    status = str(curve["status"])
    if status == "no_evidence":
        return head + note
    if status == "ok":
        even = f" {_half(here, curve)}" if curve["outcome"] == "match" else ""
        return f"{head}About {_read(curve)}{even}"
    wide = "Read from it: about" if status == "flat" else "What can be read is wide: about"
    return f"{head}{note} {wide} {_read(curve)}"


def _read(curve: pd.Series) -> str:
    line = line_of(curve)
    assert line is not None
    inside = [score for score in _SHOWN if curve["score_low"] <= score <= curve["score_high"]]
    # A curve of few or odd scores is read at its middle.
    shown = inside or [round((curve["score_low"] + curve["score_high"]) / 2)]
    told = []
    for place, score in enumerate(shown):
        value, limits = words.percent_interval(*chance(line, score))
        # Said once, and understood of the rest.
        told.append(f"{value} ({'95 % interval ' if not place else ''}{limits}) with {score}")
    what = {
        "match": "matched",
        "interview": "of their applications led to an invitation",
    }[str(curve["outcome"])]
    return f"{words.listed(told)} {what}."


def _half(here: Specialty, curve: pd.Series) -> str:
    rows = here.bands(curve, "chance")
    band = rows[rows["label"] == "likely"].iloc[0]
    if pd.isna(band["boundary"]):
        return "The score of an even chance lies outside the fitted scores, so none is claimed."
    limits = words.score_interval(band["boundary_low"], band["boundary_high"])
    return f"The chance is even at {words.score(band['boundary'])} ({limits})."


def guide_verdicts(here: Specialty) -> list[str]:
    """Say of each printed edge that claims something what the data make of it.

    Parameters
    ----------
    here : Specialty
        Any.

    Returns
    -------
    list of str
        One point of Markdown an edge and group; none where no guide prints one.
    """
    work = here.work
    anchors = dict(work.band_notes["anchors"])
    said = []
    for _, row in here.audit.iterrows():
        role = work.role(row)
        if role and not pd.isna(row["score_min"]):
            said.append(_verdict(work, row, anchors.get(role)))
    return said


def _verdict(work: Work, row: pd.Series, anchor: float | None) -> str:
    who = words.within(words.GROUPS[str(row["curve_group"])])
    head = (
        f"The {words.within(words.guide(str(row['guide'])))} prints "
        f"“{words.plain(str(row['label']))}” from {int(row['score_min'])}. "
    )
    if pd.isna(row["probability_at_edge"]):
        return f"{head}For {who} no table is published, so the data cannot tell."
    value, limits = words.percent_interval(
        row["probability_at_edge"], row["edge_low"], row["edge_high"]
    )
    denominator = words.DENOMINATORS[str(row["denominator"])]
    status = words.STATUSES[str(row["status"])]
    at = (
        f"At {int(row['score_min'])} the chance of {who} is {value} ({limits}; {denominator}, "
        f"grade {row['grade']}, {status})"
    )
    if anchor is None:
        return f"{head}{at}; no anchor says what the label means."
    meaning = f"the label stands for {words.percent(anchor, 1)} in this edition"
    verdict = str(row["verdict"])
    if verdict == "cannot_tell":
        why = f"a {status} curve" if row["status"] != "ok" else "the interval is too wide"
        return f"{head}{at}; {meaning}. The data cannot tell whether the edge is right: {why}."
    tail = f"{head}{at}; {meaning}: the printed edge {_JUDGED[verdict]}."
    if not pd.isna(row["calibrated_edge"]):
        tail += f" The calibrated edge is {words.score(row['calibrated_edge'])}."
    return tail + _own_vote(work, row)


_JUDGED = {
    "holds": "holds",
    "too_easy": "is too easy",
    "too_hard": "is too hard",
}


def _own_vote(work: Work, row: pd.Series) -> str:
    table = work.anchors
    own = table[
        (table["guide"] == row["guide"])
        & (table["edge"] == row["edge"])
        & (table["specialty"] == row["specialty"])
    ]
    if own.empty or row["curve_group"] != "non_us_img":
        return ""
    edge = own["calibrated_edge_without_own"].iloc[0]
    if pd.isna(edge):
        return " The guide itself made the anchor, so this is circular."
    return (
        " The guide has a vote in the anchor, so this is partly circular; without its vote the "
        f"edge would be {words.score(edge)}."
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
        "The score is all that is known of these people: attempts, visa need, school, letters, "
        "research and interviews are not in the tables, and go along with the score.",
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
    return said + [sentence for applies, sentence in checks if applies]


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


def checks(work: Work) -> str:
    """Say how the posterior predictive check of every printed statistic went.

    Parameters
    ----------
    work : Work
        A run with its curves.

    Returns
    -------
    str
        One paragraph.
    """
    found = work.fit_notes["checks"]
    if not found["count"]:
        return "Nothing printed could be checked: there is no table with scores."
    return (
        f"{found['count']} printed statistics were held against what their curves would have "
        f"printed: {100 * found['beyond_1.96']:.1f} % lie beyond 1.96 standard deviations (at "
        f"most 8 % may), the farthest at {found['largest']:.2f} (3.5 is the limit). They lie "
        "closer than chance alone would put them, since each curve was fitted to the statistics "
        "it is held against."
    )


def anchors(work: Work) -> str:
    """Say what the guides' labels mean in this edition, and whether the curves still agree.

    Parameters
    ----------
    work : Work
        A run with its bands.

    Returns
    -------
    str
        One paragraph.
    """
    notes = work.band_notes
    if not notes["anchors"]:
        return "No guide could be read on a curve, so the guide scheme has no anchors."
    told = words.listed(
        [f"{words.percent(value, 1)} ({edge})" for edge, value in notes["anchors"].items()]
    )
    said = f"The anchors of this edition are {told}. "
    if not notes["frozen"]:
        return said + "They were computed in this run, since `guides/anchors.yml` does not exist."
    if not notes["difference"]:
        return said + "They are frozen in `guides/anchors.yml`, and these curves imply the same."
    moved = words.listed(
        [
            f"{edge} by {words.signed(100 * value, 2)} percentage points"
            for edge, value in notes["difference"].items()
        ]
    )
    return said + f"They are frozen in `guides/anchors.yml`; these curves would move {moved}."


def drift(changes: pd.DataFrame, edition_dir: str) -> str:
    """Say whether anything changed since the edition before.

    Parameters
    ----------
    changes : DataFrame
        As from `recalib.drift.compare`.
    edition_dir : str
        The edition compared with; "" where there was none.

    Returns
    -------
    str
        One sentence or two.
    """
    if not edition_dir:
        return "There is no earlier edition to compare with: every number here is new."
    if changes.empty:
        return "Nothing drifted: the tables agree with the earlier edition within the limits."
    approved = int(changes["approved"].sum())
    return (
        f"{len(changes)} changes count as drift; {approved} of them are approved, "
        f"{len(changes) - approved} are not."
    )
