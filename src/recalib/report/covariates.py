"""Covariates beside the score come in; sentences that say what they mean, and do not, go out."""

from __future__ import annotations

import pandas as pd

from recalib.cohorts.labels import is_cohort
from recalib.report import words
from recalib.report.view import Specialty, View

HEADINGS = {"match": "A match", "interview": "Interview invitations"}
LIMITS = (
    "An odds ratio compares two groups of past applicants with the same score, who may differ in "
    "everything else: schools, letters, specialties they prefer. It does not say what changing a "
    "visa status, a failure or a year would do, and neither do the points.",
    "Points say how many more a level asks for at the same chance. Where the score hardly matters "
    "they grow without bound, and none are given.",
    "An odds ratio of an invitation and one of a match are answers to different questions. Neither "
    "model knows the other outcome: among people with as many interviews the score's sign would "
    "flip.",
)


def meaning(work: View) -> list[str]:
    """Say what a run knows of covariates.

    Parameters
    ----------
    work : View
        A run.

    Returns
    -------
    list of str
        One point an estimate of a printed table; of cohorts how many there are.
    """
    found = work.adjustments
    told = found[found["odds_ratio"].notna()]
    printed = told[~told["sources"].map(is_cohort).astype(bool)]
    said = [
        f"**{work.label(str(row['specialty']))}**: {claim(row)}" for _, row in printed.iterrows()
    ]
    cohorts = found[found["sources"].map(is_cohort).astype(bool)]
    if len(cohorts):
        withheld = int((cohorts["suppressed"] != "").sum())
        said.append(
            f"Cohorts give {words.count(cohorts['odds_ratio'].notna().sum())} odds ratios; "
            f"{words.count(withheld)} are withheld ({words.SUPPRESSED}), since too few people "
            "stand behind them."
        )
    if not said:
        said.append(
            "No table of this run is printed by visa need, and no cohort has covariates: the data "
            "cannot tell what stands beside the score."
        )
    return said


def of_specialty(here: Specialty) -> list[str]:
    """Say what each covariate of a specialty changes at the same score.

    Parameters
    ----------
    here : Specialty
        Any.

    Returns
    -------
    list of str
        One point an estimate.
    """
    return [claim(row) for _, row in here.adjustments.iterrows() if not pd.isna(row["odds_ratio"])]


def claim(row: pd.Series) -> str:
    """Say what one estimate claims, with interval, people, grade and status.

    Parameters
    ----------
    row : Series
        A row of `adjustments.csv` with numbers.

    Returns
    -------
    str
        Sentences, the note of the row among them.
    """
    ratio, low, high = (words.ratio(row[f"odds_ratio{end}"]) for end in ("", "_low", "_high"))
    said = (
        f"{words.heading(row)} ({words.quality(row)}). {words.compared(row)}: odds ratio {ratio} "
        f"(95\u00a0% interval {low}–{high}) at the same score"
    )
    if not pd.isna(row["points"]):
        points = float(row["points"])
        more = "more" if points >= 0 else "fewer"
        limits = words.points_interval(row["points_low"], row["points_high"])
        said += f", as much as {abs(points):.1f} points {more} ({limits})"
    return f"{said}. {row['note']}".rstrip()


def judged(work: View, found: pd.DataFrame) -> list[str]:
    """Say of each surcharge of a guide what the estimates make of it.

    Parameters
    ----------
    work : View
        A run, for the names of specialties.
    found : DataFrame
        From `recalib.adjust.rules.beside`.

    Returns
    -------
    list of str
        One point a surcharge, or that there is none.
    """
    if found.empty:
        return ["No guide of this run prints what it asks for on top."]
    said = []
    for (guide, covariate), rows in found.groupby(["guide", "covariate"], sort=False):
        first = rows.iloc[0]
        asked = work.label(first["asked_of"]) if first["asked_of"] else "all specialties"
        head = (
            f"The {words.within(words.guide(str(guide)))}, of {words.COVARIATES[str(covariate)]} "
            f"({asked}): {first['printed']}."
        )
        counts = rows["verdict"].value_counts()
        told = [
            f"{words.VERDICTS[name]} in {counts[name]}"
            for name in ("too_easy", "holds", "too_hard")
            if name in counts
        ]
        if told:
            unknown = int(counts.get("cannot_tell", 0))
            told.append(f"the data cannot tell in {unknown}")
            said.append(f"{head} Of {len(rows)} estimates: {words.listed(told)}.")
            continue
        why = "; ".join(dict.fromkeys(rows["why"]))
        said.append(f"{head} The data cannot tell whether that is right ({why}).")
    return said
