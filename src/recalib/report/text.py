"""Sentences on a run and on one specialty: what it claims, and what its numbers cannot say."""

from __future__ import annotations

import pandas as pd

from recalib.cohorts.labels import is_cohort, kind, warning
from recalib.report import words
from recalib.report.line import chance_at
from recalib.report.order import drawn
from recalib.report.sentences import SENTENCES
from recalib.report.view import Specialty, View
from recalib.sources import reader_notes

CAVEAT = SENTENCES["caveat"]
AFFILIATION = SENTENCES["affiliation"]
SELF_REPORTED = SENTENCES["self_reported"]
_EVEN = 0.5
_INTERVAL = "95\u00a0% interval "
_SHOWN = (240, 250, 260)
_WHO = {
    "ranked_first": "people who ranked it first",
    "ranked_any_pgy1": "people who ranked a PGY-1 track in it, first or as a backup",
    "applications": "applicants",
}
_RESULT = {"match": "matched", "interview": "of their applications led to an invitation"}
_JUDGED = {"holds": "holds", "too_easy": "is too easy", "too_hard": "is too hard"}


def in_short(here: Specialty) -> list[str]:
    """Say what each newest curve of a specialty claims, or why it claims nothing."""
    found = [_claim(here, curve) for _, curve in here.newest.iterrows()]
    return found or [SENTENCES["nothing_published"]]


def _claim(here: Specialty, curve: pd.Series) -> str:
    status = curve["status"]
    said = [
        SELF_REPORTED if here.work.self_reported(curve) else "",
        f"**{words.group(curve)}**, {words.OUTCOMES[curve['outcome']]} {curve['cycle']} "
        f"({words.people(curve)} {_WHO[curve['denominator']]}; grade {curve['grade'] or 'none'}, "
        f"status {words.plain(status)}).",
        here.note(curve),
    ]
    if status != "no_evidence":
        opened = {"ok": "About", "flat": "Read from it: about"}
        said += [opened.get(status, "What is known is wide: about"), _read(curve)]
    if status == "ok" and curve["outcome"] == "match":
        said.append(_half(here, curve))
    return " ".join(filter(None, said))


def _read(curve: pd.Series) -> str:
    inside = [score for score in _SHOWN if curve["score_low"] <= score <= curve["score_high"]]
    told: list[str] = []
    # A curve of few or odd scores is read at its middle.
    for score in inside or [round((curve["score_low"] + curve["score_high"]) / 2)]:
        value, limits = words.percent_interval(*chance_at(curve, score))
        # Said once, and understood of the rest.
        told.append(f"{value} ({'' if told else _INTERVAL}{limits}) with {score}")
    return f"{words.listed(told)} {_RESULT[curve['outcome']]}."


def _half(here: Specialty, curve: pd.Series) -> str:
    rows = here.bands(curve, "chance")
    band = rows[rows["label"] == "likely"].iloc[0]
    if not pd.isna(band["boundary"]):
        return f"The chance is even at {words.edge(band)}."
    if rows["suppressed"].any():
        return f"The score of an even chance is withheld: {words.SUPPRESSED}."
    return f"The chance is {out_of_reach(curve)}, so no score of an even chance is claimed."


def out_of_reach(curve: pd.Series) -> str:
    """Say on which side of an even chance the whole of a curve with a slope lies."""
    middle = (float(curve["score_low"]) + float(curve["score_high"])) / 2
    side = "above" if chance_at(curve, middle)[0] > _EVEN else "below"
    return f"{side} even at every fitted score"


def not_drawn(here: Specialty) -> str:
    """Say which match curves of a specialty its picture leaves out; "" for none."""
    _, hidden = drawn(here.of("match"))
    if hidden.empty:
        return ""
    return (
        f"Not drawn: {'; '.join(words.heading(curve) for _, curve in hidden.iterrows())}. “Ranked "
        "anywhere” counts other people than “ranked first”, so the two share no panel; the table "
        "of ten more points has its values."
    )


def guide_verdicts(here: Specialty) -> list[str]:
    """Say of each printed edge that claims something, by group, what the data make of it."""
    claimed = here.audit[(here.audit["edge"] != "") & here.audit["score_min"].notna()]
    return [_verdict(here.work, row) for _, row in claimed.iterrows()]


def _verdict(work: View, row: pd.Series) -> str:
    anchor = dict(work.band_notes["anchors"]).get(row["edge"])
    who = words.within(words.GROUPS[row["curve_group"]])
    score = int(row["score_min"])
    head = (
        f"The {words.within(words.guide(row['guide']))} prints “{words.plain(row['label'])}” "
        f"from {score}. "
    )
    if pd.isna(row["probability_at_edge"]):
        return f"{head}For {who} no table is published, so the data cannot tell."
    value, limits = words.percent_interval(
        row["probability_at_edge"], row["edge_low"], row["edge_high"]
    )
    head += (
        f"At {score} the chance of {who} is {value} ({limits}; {words.denominator(row)}, grade "
        f"{row['grade']}, {words.plain(row['status'])}); "
    )
    if anchor is None:
        return f"{head}no anchor says what the label means."
    judge = work.judge(row)
    head += f"the label stands for {words.percent(anchor, 1)} in this edition"
    if judge is not None and judge != anchor:
        head += f" and for {words.percent(judge, 1)} by the other guides alone"
    if row["verdict"] == "cannot_tell":
        why = "the interval is too wide"
        if row["status"] != "ok":
            why = f"a {row['status']} curve"
        elif judge is None:
            why = "the guide itself made the anchor, so this is circular"
        return f"{head}. The data cannot tell whether the edge is right: {why}."
    head += f": the printed edge {_JUDGED[row['verdict']]}."
    if not pd.isna(row["calibrated_edge"]):
        band = work.calibrated_band(row)
        edge = words.number(row["calibrated_edge"]) if band is None else words.edge(band)
        head += f" The calibrated edge is {edge}."
    return head + _own_vote(work, row)


def _own_vote(work: View, row: pd.Series) -> str:
    same = ["guide", "edge", "specialty"]
    own = work.anchors[(work.anchors[same] == row[same]).all(axis=1)]
    if own.empty or row["curve_group"] != "non_us_img":
        return ""
    edge = own["calibrated_edge_without_own"].iloc[0]
    without = f"; without its vote the edge would be {words.number(edge)}"
    return (
        " The guide has a vote in that anchor, which is why it is held against the others"
        f"{'' if pd.isna(edge) else without}."
    )


def cannot_say(here: Specialty) -> list[str]:
    """Say what the numbers of a specialty cannot tell: in general, and by weakness found in it."""
    curves = here.curves
    beside = bool(here.adjustments["odds_ratio"].notna().any())
    found = {*curves["status"], *curves["denominator"]}
    checks = {
        "score_alone": not beside,
        "beside": beside,
        "visa": curves["needs_visa"].any(),
        "consent": (here.evidence["kind"] == "quantiles").any(),
        "bent": here.name in {cell["specialty"] for cell in here.work.fit_notes["bent"]},
        "nothing": curves.empty,
    }
    limits = SENTENCES["limits"].items()
    said = [sentence for name, sentence in limits if checks.get(name, name in found)]
    return [CAVEAT, *said, *_interview_notes(here)]


def _interview_notes(here: Specialty) -> list[str]:
    provenance = here.work.inputs["provenance"]
    names = {name for joined in here.of("interview")["sources"] for name in joined.split("|")}
    notes = {
        name: reader_notes(provenance[name])
        for name in sorted(names & set(provenance))
        if not is_cohort(name)
    }
    return [
        f"Of the interview table “{provenance[name]['title']}”: {' '.join(told)}"
        for name, told in notes.items()
        if told
    ]


def checks(work: View) -> str:
    """Say how the posterior predictive check of every printed statistic went."""
    found = work.fit_notes["checks"]
    if not found["count"]:
        return str(SENTENCES["nothing_checked"])
    return (
        f"{found['count']} printed statistics were held against what their curves would have "
        f"printed: {100 * found['beyond_1.96']:.1f} % lie beyond 1.96 standard deviations (at "
        f"most 8 % may), the farthest at {found['largest']:.2f} (3.5 is the limit). They lie "
        "closer than chance alone would put them, since each curve was fitted to the statistics "
        "it is held against."
    )


def meaning(work: View) -> str:
    """Say as a number what `highly competitive` means in this edition; "" without anchors."""
    top = dict(work.band_notes["anchors"]).get("top")
    if top is None:
        return ""
    return (
        f"“Highly competitive” means a {words.percent(top, 0)} chance of a match in every "
        "specialty: the average of what the guides' own top edges stand for."
    )


def synthetic(work: View) -> str:
    """Warn of synthetic cohorts in a run; "" where there is none."""
    return warning(work.inputs["provenance"])


def made_from(work: View) -> str:
    """Say what the curves of a run were fitted to, to stand after `recalibrated from`."""
    kinds = set(work.curves["sources"].map(kind))
    told = {
        "": "published outcome tables",
        "cohort": "cohorts of applicants",
        "SYNTHETIC cohort": "SYNTHETIC cohorts, whose people were made up",
    }
    return words.listed([what for name, what in told.items() if name in kinds] or [told[""]])


def overview_caption(work: View) -> str:
    """Return the caption of the overview."""
    newest = "Newest curves of non-U.S. citizen IMGs who ranked the specialty first."
    return f"{newest} {meaning(work)}".rstrip()


def anchors(work: View) -> str:
    """Say what the guides' labels mean in this edition, and whether the curves still agree."""
    notes = work.band_notes
    if not notes["anchors"]:
        return "No guide could be read on a curve, so the guide scheme has no anchors."
    told = [f"{words.percent(value, 1)} ({edge})" for edge, value in notes["anchors"].items()]
    said = f"The anchors of this edition are {words.listed(told)}. They "
    if not notes["frozen"]:
        return f"{said}were computed in this run, since `guides/anchors.yml` does not exist."
    said += "are frozen in `guides/anchors.yml`"
    if not notes["difference"]:
        return f"{said}, and these curves imply the same."
    moved = [
        f"{edge} by {words.signed(100 * value, 2)} percentage points"
        for edge, value in notes["difference"].items()
    ]
    return f"{said}; these curves would move {words.listed(moved)}."


def drift(changes: pd.DataFrame, before: str, now: str) -> str:
    """Say what changed (`changes` of `recalib.drift`) since the edition before; "" for none."""
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
