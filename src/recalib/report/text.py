"""What a run says of one specialty comes in; plain sentences for its page go out."""

from __future__ import annotations

import pandas as pd

from calib.line import chance
from recalib.cohorts.labels import kind, warning
from recalib.report import words
from recalib.report.limits import CAVEAT as CAVEAT
from recalib.report.limits import cannot_say as cannot_say
from recalib.report.order import drawn
from recalib.report.view import Specialty, View, line_of

SELF_REPORTED = "Self-reported by applicants: read how it changes with the score, not its level."
AFFILIATION = "This project is not affiliated with NRMP, AAMC or ECFMG."
_EVEN = 0.5
_INTERVAL = "95\u00a0% interval "
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
        f"({words.people(curve)} {people}; grade {curve['grade'] or 'none'}, status "
        f"{words.STATUSES[str(curve['status'])]}). "
    )
    if here.work.self_reported(curve):
        head = f"{SELF_REPORTED} {head}"
    note = here.note(curve)
    status = str(curve["status"])
    if status == "no_evidence":
        return head + note
    if status == "ok":
        even = f" {_half(here, curve)}" if curve["outcome"] == "match" else ""
        return f"{head}{note}{' ' if note else ''}About {_read(curve)}{even}"
    wide = "Read from it: about" if status == "flat" else "What is known is wide: about"
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
        told.append(f"{value} ({_INTERVAL if not place else ''}{limits}) with {score}")
    what = {
        "match": "matched",
        "interview": "of their applications led to an invitation",
    }[str(curve["outcome"])]
    return f"{words.listed(told)} {what}."


def _half(here: Specialty, curve: pd.Series) -> str:
    rows = here.bands(curve, "chance")
    band = rows[rows["label"] == "likely"].iloc[0]
    if pd.isna(band["boundary"]) and rows["suppressed"].any():
        return f"The score of an even chance is withheld: {words.SUPPRESSED}."
    if pd.isna(band["boundary"]):
        return f"The chance is {out_of_reach(curve)}, so no score of an even chance is claimed."
    even = words.edge(band["boundary"], band["boundary_low"], band["boundary_high"])
    return f"The chance is even at {even}."


def out_of_reach(curve: pd.Series) -> str:
    """Say on which side of an even chance the whole of a curve lies.

    Parameters
    ----------
    curve : Series
        A row of `curves.csv` with a slope and without a score of an even chance.

    Returns
    -------
    str
        `above even at every fitted score`, or below it.
    """
    line = line_of(curve)
    assert line is not None
    middle = (float(curve["score_low"]) + float(curve["score_high"])) / 2
    side = "above" if chance(line, middle)[0] > _EVEN else "below"
    return f"{side} even at every fitted score"


def not_drawn(here: Specialty) -> str:
    """Say which match curves of a specialty its picture leaves out.

    Parameters
    ----------
    here : Specialty
        Any.

    Returns
    -------
    str
        One sentence or two; "" where every curve is drawn.
    """
    _, hidden = drawn(here.of("match"))
    if hidden.empty:
        return ""
    names = [words.heading(curve) for _, curve in hidden.iterrows()]
    return (
        f"Not drawn: {'; '.join(names)}. “Ranked anywhere” counts other people than “ranked "
        "first”, so the two share no panel; the table of ten more points has its values."
    )


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
    said = []
    for _, row in here.audit.iterrows():
        if row["edge"] and not pd.isna(row["score_min"]):
            said.append(_verdict(here, row))
    return said


def _verdict(here: Specialty, row: pd.Series) -> str:
    work = here.work
    anchor = dict(work.band_notes["anchors"]).get(row["edge"])
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
    judge = work.judge(row)
    meaning = f"the label stands for {words.percent(anchor, 1)} in this edition"
    if judge is not None and judge != anchor:
        meaning += f" and for {words.percent(judge, 1)} by the other guides alone"
    verdict = str(row["verdict"])
    if verdict == "cannot_tell":
        why = "the interval is too wide"
        if row["status"] != "ok":
            why = f"a {status} curve"
        elif judge is None:
            why = "the guide itself made the anchor, so this is circular"
        return f"{head}{at}; {meaning}. The data cannot tell whether the edge is right: {why}."
    tail = f"{head}{at}; {meaning}: the printed edge {_JUDGED[verdict]}."
    if not pd.isna(row["calibrated_edge"]):
        tail += f" The calibrated edge is {_calibrated(here, row)}."
    return tail + _own_vote(work, row)


def _calibrated(here: Specialty, row: pd.Series) -> str:
    band = here.work.calibrated_band(row)
    if band is None:
        return words.score(row["calibrated_edge"])
    return words.edge(band["boundary"], band["boundary_low"], band["boundary_high"])


_JUDGED = {
    "holds": "holds",
    "too_easy": "is too easy",
    "too_hard": "is too hard",
}


def _own_vote(work: View, row: pd.Series) -> str:
    table = work.anchors
    own = table[
        (table["guide"] == row["guide"])
        & (table["edge"] == row["edge"])
        & (table["specialty"] == row["specialty"])
    ]
    if own.empty or row["curve_group"] != "non_us_img":
        return ""
    edge = own["calibrated_edge_without_own"].iloc[0]
    why = " The guide has a vote in that anchor, which is why it is held against the others"
    if pd.isna(edge):
        return f"{why}."
    return f"{why}; without its vote the edge would be {words.score(edge)}."


def checks(work: View) -> str:
    """Say how the posterior predictive check of every printed statistic went.

    Parameters
    ----------
    work : View
        A run with its curves.

    Returns
    -------
    str
        One paragraph.
    """
    found = work.fit_notes["checks"]
    if not found["count"]:
        return "Nothing printed could be checked: there is no printed table with scores."
    return (
        f"{found['count']} printed statistics were held against what their curves would have "
        f"printed: {100 * found['beyond_1.96']:.1f} % lie beyond 1.96 standard deviations (at "
        f"most 8 % may), the farthest at {found['largest']:.2f} (3.5 is the limit). They lie "
        "closer than chance alone would put them, since each curve was fitted to the statistics "
        "it is held against."
    )


def meaning(work: View) -> str:
    """Say as a number what `highly competitive` means in this edition.

    Parameters
    ----------
    work : View
        A run with its bands.

    Returns
    -------
    str
        One sentence; "" where no guide could be read on a curve.
    """
    top = dict(work.band_notes["anchors"]).get("top")
    if top is None:
        return ""
    return (
        f"“Highly competitive” means a {words.percent(top, 0)} chance of a match in every "
        "specialty: the average of what the guides' own top edges stand for."
    )


def synthetic(work: View) -> str:
    """Warn of synthetic cohorts in a run.

    Parameters
    ----------
    work : View
        A run.

    Returns
    -------
    str
        Two sentences; "" where there is none.
    """
    return warning(work.inputs["provenance"])


def made_from(work: View) -> str:
    """Say what the curves of a run were fitted to.

    Parameters
    ----------
    work : View
        A run with its curves.

    Returns
    -------
    str
        Such as `published outcome tables`, to stand after `recalibrated from`.
    """
    kinds = [kind(str(sources)) for sources in work.curves["sources"]]
    told = {
        "": "published outcome tables",
        "cohort": "cohorts of applicants",
        "SYNTHETIC cohort": "SYNTHETIC cohorts, whose people were made up",
    }
    return words.listed([what for name, what in told.items() if name in kinds] or [told[""]])


def overview_caption(work: View) -> str:
    """Return the caption of the overview.

    Parameters
    ----------
    work : View
        A run with its bands.

    Returns
    -------
    str
        Plain text.
    """
    newest = "Newest curves of non-U.S. citizen IMGs who ranked the specialty first."
    return f"{newest} {meaning(work)}".rstrip()


def anchors(work: View) -> str:
    """Say what the guides' labels mean in this edition, and whether the curves still agree.

    Parameters
    ----------
    work : View
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


def drift(changes: pd.DataFrame, before: str, now: str) -> str:
    """Say whether anything changed since the edition before.

    Parameters
    ----------
    changes : DataFrame
        As from `recalib.drift.compare`.
    before : str
        Name of the edition compared with; "" where there was none.
    now : str
        Name of the edition of this run.

    Returns
    -------
    str
        One sentence or two.
    """
    if not before:
        return f"There is no earlier edition to compare {now} with: every number here is new."
    both = f"Edition {now} is held against edition {before}"
    both += ": the same edition, rebuilt. " if before == now else ". "
    if changes.empty:
        return f"{both}Nothing drifted: the tables agree within the limits."
    approved = int(changes["approved"].sum())
    return (
        f"{both}{len(changes)} changes count as drift; {approved} of them are approved, "
        f"{len(changes) - approved} are not."
    )
