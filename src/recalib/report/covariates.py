"""Sentences on what stands beside the score: what covariates mean, and do not."""

from __future__ import annotations

import pandas as pd

from recalib.cohorts.labels import is_cohort
from recalib.report import words
from recalib.report.sentences import SENTENCES
from recalib.report.view import Specialty, View

HEADINGS = {"match": "A match", "interview": "Interview invitations"}
LIMITS = SENTENCES["covariates"]


def meaning(work: View) -> list[str]:
    """Say every estimate of a printed table, and of cohorts how many there are."""
    found = work.adjustments
    of_cohorts = found["sources"].map(is_cohort).astype(bool)
    told, cohorts = found["odds_ratio"].notna(), found[of_cohorts]
    said = [
        f"**{work.label(row['specialty'])}**: {claim(row)}"
        for _, row in found[told & ~of_cohorts].iterrows()
    ]
    if len(cohorts):
        said.append(
            f"Cohorts give {cohorts['odds_ratio'].notna().sum():,} odds ratios; "
            f"{(cohorts['suppressed'] != '').sum():,} are withheld ({words.SUPPRESSED}), since too "
            "few people stand behind them."
        )
    return said or [
        "No table of this run is printed by visa need, and no cohort has covariates: the data "
        "cannot tell what stands beside the score."
    ]


def of_specialty(here: Specialty) -> list[str]:
    """Say what each covariate of a specialty changes at the same score."""
    told = here.adjustments[here.adjustments["odds_ratio"].notna()]
    return [claim(row) for _, row in told.iterrows()]


def claim(row: pd.Series) -> str:
    """Say what a row of adjustments claims, with interval, people, grade, status and its note."""
    ratio, limits = words.odds_ratio(row)
    said = (
        f"{words.full(row)}. {words.compared(row)}: odds ratio {ratio} (95\u00a0% interval "
        f"{limits}) at the same score"
    )
    if not pd.isna(row["points"]):
        points = float(row["points"])
        limits = words.points_interval(row["points_low"], row["points_high"])
        more = "more" if points >= 0 else "fewer"
        said += f", as much as {abs(points):.1f} points {more} ({limits})"
    return f"{said}. {row['note']}".rstrip()


def asked_of(work: View, row: pd.Series) -> str:
    """Return of which specialties a guide asks for something on top."""
    return work.label(row["asked_of"]) if row["asked_of"] else "all specialties"


def judged(work: View, found: pd.DataFrame) -> list[str]:
    """Say of each surcharge of a guide (`recalib.adjust.rules.beside`) what the estimates tell."""
    if found.empty:
        return ["No guide of this run prints what it asks for on top."]
    said = []
    for _, rows in found.groupby(["guide", "covariate"], sort=False):
        first = rows.iloc[0]
        head = (
            f"The {words.within(words.guide(first['guide']))}, of "
            f"{words.COVARIATES[first['covariate']]} ({asked_of(work, first)}): {first['printed']}."
        )
        counts = rows["verdict"].value_counts()
        told = [
            f"{words.plain(name)} in {counts[name]}"
            for name in ("understates", "holds", "overstates")
            if name in counts
        ]
        if told:
            told.append(f"the data cannot tell in {int(counts.get('cannot_tell', 0))}")
            said.append(f"{head} Of {len(rows)} estimates: {words.listed(told)}.")
        else:
            why = "; ".join(dict.fromkeys(rows["why"]))
            said.append(f"{head} The data cannot tell whether that is right ({why}).")
    return said
