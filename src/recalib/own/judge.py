"""Judges whether the national curve holds for an own cohort: its level, then its slope.

Level: logit P = alpha + the national logit, alpha 0 where the curve holds. Slope: logit P = alpha +
beta (the national logit), beta 1 where it holds (Cox 1958, Two further applications of a model for
binary regression, Biometrika 45). Both intervals hold what the national curve does not know itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import expit, logit

from calib.line import Z
from recalib.cohorts.fit import glm, separated
from recalib.own.people import UNIT

#: Fewest people of each result of whom anything is said; below, one person would decide it.
FEWEST = 10
#: Percentage points that count as the same level, and half an interval that can tell a slope.
CLOSE, CLEAR = 10.0, 0.5
#: Error of a national slope, as a share of it, from which nothing is compared with it.
UNKNOWN = 0.5
ALL, GROUPS = "all together", "all groups"
_COLUMNS = [
    *UNIT, "people", "matched", "expected", "level", "level_low", "level_high",
    "points", "points_low", "points_high", "slope", "slope_low", "slope_high", "verdict",
]  # fmt: skip


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, error: float) -> Estimate:
        """Return a normal interval."""
        return cls(value, value - Z * error, value + Z * error)


def verdicts(people: pd.DataFrame) -> pd.DataFrame:
    """Judge each specialty and group, and all together, in numbers and in words.

    people : DataFrame
        From `beside_national`. Those without a national curve are counted and not judged.

    Returns one row a unit: people, matched, matches that the national curve expects, `level`
    (logit) and `points` (of chance) above the national curve, `slope` (1: as the nation's).
    """
    rows = []
    judged = people[people["logit"].notna()]
    for specialty, whole in people.groupby("specialty"):
        rows += [_row(key, part) for key, part in whole.groupby(UNIT)]
        among = judged[judged["specialty"] == specialty]
        if len(set(among["applicant_group"])) > 1:
            rows.append(_row((specialty, GROUPS), among))
    if len(set(judged["specialty"])) > 1:
        differs = any("Does not hold" in str(row["verdict"]) for row in rows)
        row = _row((ALL, ""), judged)
        row["verdict"] = f"On average over all: {row['verdict']}"
        if differs:
            row["verdict"] += " In single specialties it does not hold: see there."
        rows.append(row)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _row(key: Any, part: pd.DataFrame) -> dict[str, Any]:
    total, hit = int(part["people"].sum()), int(part["matched"].sum())
    row: dict[str, Any] = dict(zip(UNIT, key, strict=True)) | {"people": total, "matched": hit}
    if part["logit"].isna().any():
        return row | {"verdict": "No national curve of these people: nothing to hold them against."}
    row["expected"] = float((part["people"] * part["chance"]).sum())
    fewer = min(hit, total - hit)
    if fewer < FEWEST:
        result = "matched" if hit < total - hit else "did not match"
        return row | {
            "verdict": f"The data cannot tell: {fewer} {result}, and {FEWEST} of each are needed."
        }
    level = _level(part)
    base = row["expected"] / total
    points = [100 * (float(expit(logit(base) + x)) - base) for x in vars(level).values()]
    row |= {"level": level.value, "level_low": level.low, "level_high": level.high}
    row |= dict(zip(("points", "points_low", "points_high"), points, strict=True))
    slope = _slope(part)
    if slope is not None:
        row |= {"slope": slope.value, "slope_low": slope.low, "slope_high": slope.high}
    return row | {"verdict": f"{_level_words(points)} {_slope_words(slope)}".strip()}


def _fit(part: pd.DataFrame, design: Any, offset: Any = None) -> Any:
    counts = np.column_stack([part["matched"], part["people"] - part["matched"]])
    return sm.GLM(counts, design, family=sm.families.Binomial(), offset=offset).fit()


def _level(part: pd.DataFrame) -> Estimate:
    found = _fit(part, np.ones((len(part), 1)), part["logit"].to_numpy())
    national = _national_error(part, "logit_se")
    return Estimate.of(float(found.params[0]), float(np.hypot(found.bse[0], national)))


def _national_error(part: pd.DataFrame, column: str) -> float:
    """How well the national curves are known where these people are; units apart."""
    weight = part["people"] * part["chance"] * (1 - part["chance"])
    shares = part.assign(weight=weight, error=weight * part[column]).groupby(UNIT)
    told = shares[["weight", "error"]].sum()
    return float(np.sqrt((told["error"] ** 2).sum()) / told["weight"].sum())


def _slope(part: pd.DataFrame) -> Estimate | None:
    """Slope on the national logit; None where the nation's own hardly differs between people."""
    centred = part["logit"] - np.average(part["logit"], weights=part["people"])
    spread = float(np.sqrt(np.average(centred**2, weights=part["people"])))
    national = _national_error(part, "slope_error")
    if spread < 0.1 or part["score"].nunique() < 2 or national > UNKNOWN:
        return None
    if separated(*(part[name].to_numpy(float) for name in ("logit", "people", "matched"))):
        return None
    found = _fit(part, np.column_stack([np.ones(len(part)), centred]))
    slope = float(found.params[1])
    return Estimate.of(slope, float(np.hypot(found.bse[1], slope * national)))


def _level_words(points: list[float]) -> str:
    value, low, high = points
    between = f"{low:+.0f} to {high:+.0f} points"
    if low > 0 or high < 0:
        often = "more" if value > 0 else "less"
        return f"Does not hold: ours matched {often} often, by {abs(value):.0f} points ({between})."
    if max(abs(low), abs(high)) <= CLOSE:
        return f"Holds, to within {max(abs(low), abs(high)):.0f} points ({between})."
    return f"The data cannot tell: anything from {between} is possible."


def _slope_words(slope: Estimate | None) -> str:
    if slope is None:
        return "The slope cannot be compared: the nation's own is hardly known."
    if slope.low > 1 or slope.high < 1:
        more = "more" if slope.value > 1 else "less"
        return f"The score separates ours {more} than the nation's."
    if slope.high - slope.low <= 2 * CLEAR:
        return "The slope is like the nation's."
    return "Whether the slope differs cannot be told."


def own_curves(people: pd.DataFrame) -> pd.DataFrame:
    """Slope of each specialty and group by itself: no pooling, nothing blurred."""
    rows = []
    for key, part in people.groupby(UNIT):
        row = dict(zip(UNIT, key, strict=True))
        trials, hit = (part[name].to_numpy(float) for name in ("people", "matched"))
        row |= {"people": int(trials.sum()), "matched": int(hit.sum())}
        fewer = int(min(hit.sum(), (trials - hit).sum()))
        score = part["score"].to_numpy(float)
        if fewer < FEWEST or separated(score, trials, hit):
            why = f"{fewer} in the smaller result" if fewer < FEWEST else "results are separated"
            rows.append(row | {"reading": f"The data cannot tell: {why}."})
            continue
        found = glm(score, trials, hit)
        slope = Estimate.of(float(found.params.iloc[1]), float(found.bse.iloc[1]))
        row |= {"intercept": found.params.iloc[0], "slope": slope.value}
        row |= {"slope_low": slope.low, "slope_high": slope.high}
        clear = "rises" if slope.low > 0 else "falls" if slope.high < 0 else ""
        told = f"The chance {clear} with the score." if clear else "The data cannot tell a slope."
        rows.append(row | {"reading": told})
    columns = [*UNIT, "people", "matched", "intercept", "slope", "slope_low", "slope_high"]
    return pd.DataFrame(rows, columns=[*columns, "reading"])
