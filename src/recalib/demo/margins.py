"""Reads size, scores and rates of each specialty and group from an edition's curves."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from recalib.contract.keys import KEY_COLUMNS, recency, years
from recalib.problems import RecalibError

Row = dict[Hashable, Any]

#: Whose chance of a match the cohort holds: one denominator a cohort file.
DENOMINATOR = "ranked_first"
#: Standard normal quantile of the printed percentiles score_low and score_high.
PERCENTILE = float(norm.ppf(0.99))
#: Score at which an intercept is the logit of the probability, and points per unit of slope.
CENTRE, UNIT = 245.0, 10.0


@dataclass(frozen=True)
class Line:
    """What a curve of the edition says about one outcome."""

    #: Share with the outcome, above 0 and below 1.
    base_rate: float
    #: Change of the logit for ten points.
    slope: float
    #: Which curves these are.
    follows: str


@dataclass(frozen=True)
class Margin:
    """What the edition prints about one specialty and applicant group."""

    specialty: str
    applicant_group: str
    #: People a match year.
    size: float
    #: Of the normal whose 1st and 99th percentile are the printed ones, in points.
    score_mean: float
    score_sd: float
    match: Line
    interview: Line


def is_img(applicant_group: str) -> bool:
    """Whether a group trained abroad."""
    return applicant_group.endswith("img")


def newest_cycle(curves: pd.DataFrame) -> str:
    """Return the last match year of the curves that the cohort follows."""
    return str(max(years(cycle)[1] for cycle in _match_curves(curves)["cycle"]))


def margins(curves: pd.DataFrame) -> list[Margin]:
    """Read the margins of every specialty and group with a match curve of `DENOMINATOR`."""
    match = _match_curves(curves)
    interview = _known(curves, "interview")
    found = []
    for (specialty, group), rows in match.groupby(["specialty", "applicant_group"], sort=True):
        row = max(rows.to_dict("records"), key=lambda each: recency(str(each["cycle"])))
        first, last = years(str(row["cycle"]))
        found.append(
            Margin(
                specialty=str(specialty),
                applicant_group=str(group),
                size=float(row["n"]) / (last - first + 1),
                score_mean=(row["score_low"] + row["score_high"]) / 2,
                score_sd=(row["score_high"] - row["score_low"]) / (2 * PERCENTILE),
                match=Line(_rate(row), float(row["slope"]), _named(row)),
                interview=_interview(str(specialty), str(group), interview),
            )
        )
    return found


def _match_curves(curves: pd.DataFrame) -> pd.DataFrame:
    match = _known(curves, "match")
    match = match[(match["denominator"] == DENOMINATOR) & (match["needs_visa"] == "")]
    if match.empty:
        raise RecalibError(f"The edition has no match curve of {DENOMINATOR} to follow.")
    return match


def _known(curves: pd.DataFrame, outcome: str) -> pd.DataFrame:
    numbers = curves[["slope", "base_rate", "score_low", "score_high", "n"]]
    known = numbers.notna().all(axis=1) & (curves["n"].fillna(0) > 0)
    return curves[(curves["outcome"] == outcome) & known]


def _interview(specialty: str, group: str, curves: pd.DataFrame) -> Line:
    near = curves[curves["applicant_group"].map(is_img) == is_img(group)]
    own = near[near["specialty"] == specialty]
    rows = (near if own.empty else own).to_dict("records")
    if not rows:
        where = "abroad" if is_img(group) else "in the U.S."
        raise RecalibError(
            f"The edition has no interview curve of applicants who trained {where} to follow."
        )
    rate = expit(np.mean([logit(_rate(row)) for row in rows]))
    slope = np.mean([row["slope"] for row in rows])
    return Line(float(rate), float(slope), " | ".join(_named(row) for row in rows))


def _rate(row: Row) -> float:
    """Base rate of a curve; where all or none succeeded, half a person is added to either side."""
    rate, n = float(row["base_rate"]), float(row["n"])
    return rate if 0 < rate < 1 else (rate * n + 0.5) / (n + 1)


def _named(row: Row) -> str:
    return " ".join(str(row[name]) for name in KEY_COLUMNS if row[name])
