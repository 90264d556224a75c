"""Regresses an own cohort's matches on covariates beside the score; exact, nothing left blurred."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm

from calib.line import Z
from recalib.cohorts.comparisons import COMPARISONS
from recalib.cohorts.counts import Cohort
from recalib.own.people import UNIT
from recalib.privacy.adjusted import separated_by

#: Fewest people, of each result, on each side of a covariate.
FEWEST = 5
_COLUMNS = ["covariate", "level", "people", "odds_ratio", "low", "high", "reading"]


def covariate_counts(cohort: Cohort, cycle: str = "") -> pd.DataFrame:
    """Counts of known match results by score and covariates, each covariate in steps.

    Columns of covariates that the cohort has not, or that are blank throughout, are left out.
    """
    if cohort.covariates is None:
        return pd.DataFrame(columns=["cycle", *UNIT, "score", "people", "matched"])
    counts = cohort.covariates[cohort.covariates["results"] > 0]
    if cycle:
        counts = counts[counts["cycle"] == cycle]
    found = counts[["cycle", *UNIT]].assign(
        score=counts["step2_ck"].astype(float),
        people=counts["results"].astype(float),
        matched=counts["matched"].astype(float),
    )
    for name, comparison in COMPARISONS.items():
        if name in counts:
            values = comparison.values(counts[name])
            if np.isfinite(values).any():
                found[name] = values
    return found.reset_index(drop=True)


def adjusted(counts: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Odds ratios of the covariates, and statsmodels' summary of the regression.

    One regression of all: a level for each specialty, group and cycle, a common slope of the
    score, and the covariates that enough people differ in.
    """
    names = [name for name in COMPARISONS if name in counts]
    rows = [_row(name, int(counts["people"].sum())) for name in names]
    known = _with_both_results(counts.dropna(subset=names)) if names else counts.iloc[:0]
    used = _usable(known, names)
    few = set(names) - set(used)
    for row in rows:
        if row["covariate"] in few:
            row["reading"] = "The data cannot tell: too few alike people differ in it."
    if not used:
        return pd.DataFrame(rows, columns=_COLUMNS), "No covariate that enough people differ in."
    design = _design(known, used)
    trials, hit = known["people"].to_numpy(), known["matched"].to_numpy()
    if separated_by(design.to_numpy().T, trials, hit):
        told = "The data cannot tell: a combination of covariates decides the result of somebody."
        rows = [row | {"reading": told} for row in rows]
        return pd.DataFrame(rows, columns=_COLUMNS), told
    found = sm.GLM(
        np.column_stack([hit, trials - hit]), design, family=sm.families.Binomial()
    ).fit()
    for row in rows:
        if row["covariate"] in used:
            row |= _told(float(found.params[row["covariate"]]), float(found.bse[row["covariate"]]))
            row["people"] = int(trials.sum())
    return pd.DataFrame(rows, columns=_COLUMNS), str(found.summary())


def _with_both_results(known: pd.DataFrame) -> pd.DataFrame:
    """Rows of specialties, groups and cycles with both results: the others compare nobody."""
    sums = known.groupby(["cycle", *UNIT])[["people", "matched"]].transform("sum")
    return known[(sums["matched"] > 0) & (sums["matched"] < sums["people"])]


def _usable(known: pd.DataFrame, names: list[str]) -> list[str]:
    """Covariates of which enough people tell the sides apart, given all that is regressed on."""
    used = list(names)
    while used and not known.empty:
        telling = {name: _telling(known, used, name) for name in used}
        if min(telling.values()) >= FEWEST:
            return used
        # Of two that say the same the later one goes, and the other is looked at again.
        used.remove(min(reversed(used), key=telling.__getitem__))
    return []


def _row(name: str, people: int) -> dict[str, object]:
    return {"covariate": name, "level": COMPARISONS[name].level, "people": people, "reading": ""}


def _design(known: pd.DataFrame, used: list[str]) -> pd.DataFrame:
    cell = known["cycle"] + " " + known["specialty"] + " " + known["applicant_group"]
    levels = pd.get_dummies(cell, drop_first=True, dtype=float)
    first = pd.DataFrame(
        {"intercept": 1.0, "per_10_points": (known["score"] - 245) / 10}, index=known.index
    )
    return pd.concat([first, known[used], levels], axis="columns")


def _fewest(known: pd.DataFrame, name: str) -> float:
    """People of the rarer result on the smaller side of a covariate's middle."""
    if known.empty or known[name].nunique() < 2:
        return 0.0
    side = known[name] > known[name].median() if known[name].nunique() > 2 else known[name] > 0
    if side.nunique() < 2:
        side = known[name] >= known[name].max()
    missed = known["people"] - known["matched"]
    by = [known["matched"].groupby(side).sum(), missed.groupby(side).sum()]
    return float(min(each.min() for each in by))


def _telling(known: pd.DataFrame, used: list[str], name: str) -> float:
    """`_fewest`, without those of whom everything else says already on which side they are."""
    fewest = _fewest(known, name)
    if not fewest:
        return 0.0
    root = np.sqrt(known["people"].to_numpy(float))
    values = known[name].to_numpy(float)
    wanted = (values - np.average(values, weights=root**2)) * root
    others = _design(known, [other for other in used if other != name]).to_numpy() * root[:, None]
    left = wanted - others @ np.linalg.lstsq(others, wanted, rcond=None)[0]
    return float(fewest * (left @ left) / (wanted @ wanted))


def _told(effect: float, error: float) -> dict[str, object]:
    low, high = np.exp(effect - Z * error), np.exp(effect + Z * error)
    clear = "More" if low > 1 else "Fewer" if high < 1 else ""
    reading = f"{clear} match." if clear else "The data cannot tell."
    return {"odds_ratio": np.exp(effect), "low": low, "high": high, "reading": reading}
