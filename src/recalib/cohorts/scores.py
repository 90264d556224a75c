"""Finds scores and counts that a type or another scale has spoilt though each could be right."""

from __future__ import annotations

import pandas as pd

from recalib.cohorts.columns import LEAST_SCORE
from recalib.cohorts.open import ROWS, Opened
from recalib.cohorts.query import Query
from recalib.contract.keys import years
from recalib.sources.catalogue import Findings

#: Hardly an applicant's score is lower, since the pass mark has been higher for years.
LOW_SCORE = 180
FIRST_YEAR = 2010
#: Most of the scores that may be lower, and their least number: one in ten people says nothing.
MOST_LOW, FEWEST_LOW = 0.05, 3
#: Highest numbers of types that end below what a column may hold.
_HIGHEST = {"int8": 127, "uint8": 255}
#: A column whose numbers come as near to its type's end was cut there, or went round.
_NEAR = 5
_COUNTS = ("n_applications", "n_interviews")


def check_types(opened: Opened, query: Query, findings: Findings) -> None:
    """Note columns whose type cannot hold their numbers."""
    for column, kind in opened.types.items():
        if kind not in _HIGHEST or column not in ("step2_ck", *_COUNTS):
            continue
        highest = _HIGHEST[kind]
        ((near,),) = query.rows(
            f"SELECT count(*) FILTER ({column} >= {highest - _NEAR}) FROM {ROWS}"
        )
        if column == "step2_ck":
            found = f"step2_ck is stored as {kind}, which holds no score above {highest}."
        elif near:
            found = (
                f"{column} is stored as {kind}, which ends at {highest}, and {near:,} "
                f"{'number comes' if near == 1 else 'numbers come'} near it."
            )
        else:
            continue
        findings.add("cohort-type", opened.parts[0], found, column=column)


def check_scores(counts: pd.DataFrame, file: str, findings: Findings) -> None:
    """Note that too many scores are lower than applicants' are."""
    # The reader tells single rows below `LEAST_SCORE`; the share counts what could be right.
    recent = counts["cycle"].map(lambda cycle: years(cycle)[1] >= FIRST_YEAR).astype(bool)
    people = counts.loc[recent & (counts["step2_ck"] >= LEAST_SCORE), ["step2_ck", "people"]]
    low = int(people.loc[people["step2_ck"] < LOW_SCORE, "people"].sum())
    share = low / max(int(people["people"].sum()), 1)
    if low >= FEWEST_LOW and share > MOST_LOW:
        found = f"{share:.0%} of the scores lie below {LOW_SCORE} ({low:,})."
        findings.add("cohort-scores", file, found, column="step2_ck")
