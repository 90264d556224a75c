"""Lays an own cohort's counts of matches beside the national curves of the same people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from calib.answers import Curve
from calib.edition import Edition
from calib.line import Z, after_drift, spread
from calib.names import UnknownNameError
from recalib.cohorts.counts import Cohort
from recalib.cohorts.labels import is_cohort

#: What is judged as one: people of one specialty and applicant group, over all their cycles.
UNIT = ["specialty", "applicant_group"]


def matches(cohort: Cohort, cycle: str = "") -> pd.DataFrame:
    """Counts of people with a known match result, by cycle, specialty, group and score.

    Columns `people`, `matched` and `score`. `cycle` keeps one cycle; "" keeps all.
    """
    counts = cohort.counts[cohort.counts["results"] > 0]
    if cycle:
        counts = counts[counts["cycle"] == cycle]
    found = counts.rename(columns={"step2_ck": "score"}).drop(columns="people")
    found = found.rename(columns={"results": "people"})
    return found[["cycle", *UNIT, "score", "people", "matched"]].reset_index(drop=True)


def outcomes_known(cohort: Cohort) -> pd.DataFrame:
    """Rows, known match results and matches of each cycle, specialty and group."""
    keys = ["cycle", *UNIT]
    sums = cohort.counts.groupby(keys)[["people", "results", "matched", "applied"]].sum()
    names = {"people": "rows", "results": "match_known", "applied": "interviews_known"}
    return sums.rename(columns=names).reset_index()


def national_curves(people: pd.DataFrame, edition: Path | str, denominator: str) -> pd.DataFrame:
    """The curve of an edition for each cycle, specialty and group of a cohort.

    One row each with `curve` (None where there is none), the cycle it is of, status, grade and n.
    The cohort's own cycle where it has a curve, else the newest. A curve of a cohort is none.
    """
    opened = Edition(Path(edition))
    rows = []
    for key, _ in people.groupby(["cycle", *UNIT]):
        cycle, specialty, group = (str(part) for part in key)
        curve = _curve(opened, specialty, group, cycle, denominator)
        none = ("", "no_evidence", "", None)
        told = none if curve is None else (curve.cycle, curve.status, curve.grade, curve.n)
        rows.append((cycle, specialty, group, curve, *told))
    columns = ["cycle", *UNIT, "curve", "national_cycle", "status", "grade", "n"]
    return pd.DataFrame(rows, columns=columns)


def _curve(
    edition: Edition, specialty: str, group: str, cycle: str, denominator: str
) -> Curve | None:
    for wanted in (cycle, None):
        try:
            curve = edition.find(specialty, group, "match", wanted, denominator)
        except UnknownNameError:
            continue
        if curve.line is not None and not is_cohort("|".join(curve.sources)):
            return curve
    return None


def beside_national(people: pd.DataFrame, national: pd.DataFrame) -> pd.DataFrame:
    """Put the national chance at each score beside a cohort's counts.

    Columns `logit`, `chance`; `logit_se`: how well the curve knows it for this cycle, the move of
    the level between cycles included where the curve is of another one; `slope_error`: error of the
    curve's slope as a share of the slope. NaN without a curve.
    """
    curves = {tuple(row[:3]): row[3] for row in national.itertuples(index=False, name=None)}
    found = []
    columns = people[["cycle", *UNIT, "score"]]
    for cycle, specialty, group, score in columns.itertuples(index=False, name=None):
        curve = curves.get((cycle, specialty, group))
        line = None if curve is None else curve.line
        if curve is None or line is None:
            found.append((np.nan, np.nan, np.nan))
            continue
        if curve.cycle != cycle:
            line = after_drift(line, curve.drift_sd or 0.0)
        logit, half = spread(line, float(score))
        found.append((logit, half / Z, line.slope_se / max(abs(line.slope), 1e-9)))
    logits, errors, slopes = np.array(found, dtype=float).reshape(-1, 3).T
    return people.assign(logit=logits, chance=expit(logits), logit_se=errors, slope_error=slopes)


def one_by_one(people: pd.DataFrame) -> pd.DataFrame:
    """A row for each person: exact, since nothing but score and result is in the counts."""
    parts = [
        people.loc[people.index.repeat(people["matched"])].assign(result=1),
        people.loc[people.index.repeat(people["people"] - people["matched"])].assign(result=0),
    ]
    return pd.concat(parts, ignore_index=True).drop(columns=["people", "matched"])
