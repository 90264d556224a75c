"""Sentences on a run and on one specialty: what it claims, and what its numbers cannot say."""

from __future__ import annotations

import pandas as pd

from calib.names import WHOSE
from recalib.bands.agreement import misses
from recalib.cohorts.labels import is_cohort, kind, warning
from recalib.drift import unapproved
from recalib.drift.compare import GAINED
from recalib.report import words
from recalib.report.line import chance_at, side_of
from recalib.report.order import by_denominator
from recalib.report.sentences import SENTENCES
from recalib.report.view import Specialty, View
from recalib.sources import reader_notes

WHOSE_CHANCE = f"The chance of a match is that {WHOSE}."
TWO_DOUBTS = SENTENCES["two_doubts"]
CAVEAT = SENTENCES["caveat"]
AFFILIATION = SENTENCES["affiliation"]
SELF_REPORTED = SENTENCES["self_reported"]
_SHOWN = (240, 250, 260)
_WHO = {
    "ranked_first": "people who ranked it first",
    "ranked_any_pgy1": "people who ranked a PGY-1 track in it, first or as a backup",
    "applications": "applicants",
}


def in_short(here: Specialty) -> list[tuple[str, list[str]]]:
    """Say what each newest curve of a specialty claims, or why it claims nothing.

    By denominator: its heading ("" where no table speaks), and the sentences that stand below.
    """
    found = [
        (words.COUNTED[name], [_claim(here, curve) for _, curve in part.iterrows()])
        for name, part in by_denominator(here.newest)
    ]
    return found or [("", [SENTENCES["nothing_published"]])]


def _claim(here: Specialty, curve: pd.Series) -> str:
    status = curve["status"]
    said = [
        SELF_REPORTED if here.work.self_reported(curve) else "",
        f"**{words.group(curve)}**, {words.OUTCOMES[curve['outcome']]} {curve['cycle']} "
        f"({_people(curve)}; grade {curve['grade'] or 'none'}, status {words.plain(status)}).",
        here.note(curve),
    ]
    if status != "no_evidence":
        said.append(_read(curve))
    if status == "ok" and curve["outcome"] == "match":
        said.append(_half(here, curve))
    return " ".join(filter(None, said))


def _people(curve: pd.Series) -> str:
    """Say who is behind a curve, and how many where they were counted."""
    shown, who = words.people(curve), _WHO[curve["denominator"]]
    return f"{who}, not counted" if shown == words.NOTHING else f"{shown} {who}"


def _read(curve: pd.Series) -> str:
    inside = [score for score in _SHOWN if curve["score_low"] <= score <= curve["score_high"]]
    told: list[str] = []
    # A curve of few or odd scores is read at its middle.
    for score in inside or [round((curve["score_low"] + curve["score_high"]) / 2)]:
        value = words.doubts(*chance_at(curve, score))
        # Said once, and understood of the rest.
        told.append(f"{words.both(value, curve['cycle'], short=bool(told))} with {score}")
    opened = {"ok": "", "flat": "Read from it: "}.get(curve["status"], "What is known is wide: ")
    said = f"{WHOSE}, about {words.listed(told)} matched."
    if curve["outcome"] == "interview":
        said = f"about {words.listed(told)} of their applications led to an invitation."
    return opened + said if opened else said[0].upper() + said[1:]


def _half(here: Specialty, curve: pd.Series) -> str:
    rows = here.bands(curve)
    band = rows[rows["label"] == "likely"].iloc[0]
    if not pd.isna(band["boundary"]):
        return f"The chance is even at {words.edge(band)}."
    if rows["suppressed"].any():
        return f"The score of an even chance is withheld: {words.SUPPRESSED}."
    if band["status"] == "wide":
        return f"No score of an even chance is claimed: {words.STATUSES['wide']}."
    return f"The chance is {out_of_reach(curve)}, so no score of an even chance is claimed."


def out_of_reach(curve: pd.Series) -> str:
    """Say on which side of an even chance the whole of a curve with a slope lies."""
    return f"{side_of(curve)} even at every fitted score"


def guide_summary(rows: pd.DataFrame) -> str:
    """Say of a guide's rows of the audit how many of its labels overstate, hold, cannot be told."""
    claimed = rows[rows["reading"] != ""]
    told = []
    for group, part in claimed.groupby("curve_group", sort=False):
        counts = part["verdict"].value_counts()
        verdicts = [
            SENTENCES["verdicts"][name].format(
                count=counts[name], s="s" if counts[name] == 1 else ""
            )
            for name in ("overstates", "understates", "holds", "cannot_tell")
            if name in counts
        ]
        whom = words.within(words.GROUPS[str(group)])
        told.append(f"for {whom}, of {len(part)}, {words.listed(verdicts)}")
    silent = len(rows[rows["reading"] == ""].drop_duplicates(["specialty", "rank"]))
    said = [f"Of its labels with a plain reading: {'; '.join(told)}."] if told else []
    if silent:
        have = "has" if silent == 1 else "have"
        said.append(f"{words.many(silent, 'label')} {have} no plain reading: no claim.")
    return " ".join(said)


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
        "closer than luck alone would put them, since each curve was fitted to the statistics "
        "it is held against."
    )


def meaning(work: View) -> str:
    """Say which chance each of the guides' words is read as, and that it is a convention."""
    least = work.readings.least
    told = [
        f"“{words.plain(word)}” {words.percent(p, 0)} and more" for word, p in least.items() if p
    ]
    return (
        f"In their plain reading the guides' words mean a chance of a match, {WHOSE}: "
        f"{words.listed(told)}. That is a convention; guides do not say what they mean."
    )


def agreement(found: pd.DataFrame) -> str:
    """Say what the guides' printed edges agree on (`recalib.agreement_table`)."""
    if found.empty:
        return str(SENTENCES["no_agreement"])
    missed = misses(found).set_index("guides agree on")["miss"]
    closer, other = missed.sort_values().index
    return (
        f"Each of {words.many(len(found), 'printed edge')} is foretold by the other guides alone. "
        f"One {closer} in all specialties reproduces them with a miss of {missed[closer]:.1f} "
        f"points, one {other} with {missed[other]:.1f} (root mean squares; a standing is the share "
        f"of the matched at or below a score, a chance that of a match, {WHOSE}). "
        f"{SENTENCES['agreement'][closer]}"
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
    return f"{SENTENCES['captions']['overview']} {meaning(work)}"


def drift(changes: pd.DataFrame, before: str, now: str) -> str:
    """Say what changed (`changes` of `recalib.drift`) since the edition before; "" for none."""
    if not before:
        return f"There is no earlier edition to compare {now} with: every number here is new."
    both = f"Edition {now} is held against edition {before}"
    both += ": the same edition, rebuilt. " if before == now else ". "
    if changes.empty:
        return f"{both}Nothing drifted: the tables agree within the limits."
    gained = int((changes["kind"] == GAINED).sum())
    new = f" New keys, which need no approval: {gained}." if gained else ""
    if gained == len(changes):
        return f"{both}Nothing drifted: the tables agree within the limits.{new}"
    left = len(unapproved(changes))
    count = len(changes) - gained
    return (
        f"{both}{words.many(count, 'change')} count as drift; {count - left} of them are approved, "
        f"{left} are not.{new}"
    )


def drift_causes(changes: pd.DataFrame) -> list[str]:
    """Say how many drifts each cause explains, the most first."""
    drifts = changes[changes["kind"] != GAINED]
    counts = drifts["cause"].value_counts()
    return [f"{words.many(int(count), 'drift')}: {cause}." for cause, count in counts.items()]


def cycles(work: View, found: pd.DataFrame) -> list[str]:
    """Say what moved more from cycle to cycle than the older one foretold.

    `found`: as from `recalib.drift.cycles.beside`.
    """
    if found.empty:
        return [SENTENCES["cycles"]["none"]]
    judged = found[found["beyond"].notna()]
    moved = judged[judged["beyond"].astype(bool)]
    pairs = words.many(len(found[["specialty", "applicant_group"]].drop_duplicates()), "pair")
    said = [
        f"{pairs} of cycles, {words.many(len(judged), 'number')} that the older cycle foretold: "
        f"{len(moved)} of them lie beyond. {SENTENCES['cycles']['judged']}"
    ]
    for (specialty, group), part in moved.groupby(["specialty", "applicant_group"], sort=True):
        first = part.iloc[0]
        what = words.listed([_moved(row) for _, row in part.iterrows()])
        whom = f"{work.label(str(specialty))}, {words.GROUPS[str(group)]}"
        said.append(f"{whom}, {first['older']} to {first['newer']}: {what}.")
    return said


def _moved(row: pd.Series) -> str:
    if row["what"].endswith(" from"):
        was, low, high, now = (words.number(row[name]) for name in _MOVED)
        return f"{words.plain(row['what'])} {was} to {now} (foretold {low} to {high})"
    was, now = words.percent(row["was"]), words.percent(row["now"])
    foretold = words.percent_interval(row["was"], row["foretold_low"], row["foretold_high"])[1]
    return f"{row['what']} {was} to {now} (foretold {foretold})"


_MOVED = ("was", "foretold_low", "foretold_high", "now")
