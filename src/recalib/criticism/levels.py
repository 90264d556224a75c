"""What the step of levels hangs on: single specialties, and whom it is lent to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit
from statsmodels.stats.meta_analysis import combine_effects

from recalib.contract.keys import recency
from recalib.curves.curve import Curve
from recalib.curves.levels import Drift, estimate_drift
from recalib.curves.pools import pool_name, population_of
from recalib.curves.priors import DEFAULT, Priors

#: Specialties whose shifts must be known before their scatter says anything.
FEWEST = 3


def without_each(drift: Drift, curves: Sequence[Curve], priors: Priors = DEFAULT) -> pd.DataFrame:
    """Learn the step anew without each specialty that it was learned from.

    Returns: population, specialty, step, low, high (its 95 % interval); one row a specialty.
    """
    rows = []
    for population, specialty in drift.levels:
        held = [
            curve
            for curve in curves
            if (population_of(curve.cell.key), curve.cell.key.specialty) != (population, specialty)
        ]
        other = estimate_drift(held, priors)
        low, high = other.interval()
        named = {"population": pool_name(population, []), "specialty": specialty}
        rows.append(named | {"step": other.step, "low": low, "high": high})
    return pd.DataFrame(rows, columns=["population", "specialty", "step", "low", "high"])


@dataclass(frozen=True)
class Lent:
    """Two totals of a group that has one cycle with scores: what bounds the step lent to it.

    `older`, `newer`: cycle and denominator; `shifts`: specialty, shift (of the logit of the share
    that matched), error; `mean`, `spread`: of the shifts, the second beyond their errors.
    """

    group: str
    older: tuple[str, str]
    newer: tuple[str, str]
    shifts: pd.DataFrame
    mean: float
    spread: float


def lent(evidence: pd.DataFrame) -> list[Lent]:
    """Compare the totals of matches of each group that has them in two cycles.

    Where the denominators differ, so do the people, and the spread holds what that differs by from
    specialty to specialty beside what levels moved: with either alone it would be smaller, unless
    the two went against each other. A move of all specialties is in the mean.
    """
    rows = evidence[(evidence["kind"] == "totals") & (evidence["outcome"] == "match")]
    rows = rows[rows["needs_visa"] == ""]
    found: list[Lent] = []
    for group, part in rows.groupby("applicant_group"):
        tables = {
            (str(cycle), str(denominator)): _logits(own)
            for (cycle, denominator), own in part.groupby(["cycle", "denominator"])
        }
        *_, older, newer = [None, None, *sorted(tables, key=lambda each: recency(each[0]))]
        if older is None or newer is None or older[0] == newer[0]:
            continue
        both = tables[older].merge(tables[newer], on="specialty", suffixes=("_old", "_new"))
        if len(both) < FEWEST:
            continue
        shift = both["logit_new"] - both["logit_old"]
        error = np.hypot(both["error_old"], both["error_new"])
        combined = combine_effects(
            shift.to_numpy(float), error.to_numpy(float) ** 2, method_re="iterated"
        )
        shifts = pd.DataFrame({"specialty": both["specialty"], "shift": shift, "error": error})
        spread = float(np.sqrt(max(combined.tau2, 0.0)))
        found.append(Lent(str(group), older, newer, shifts, float(combined.mean_effect_re), spread))
    return found


def _logits(rows: pd.DataFrame) -> pd.DataFrame:
    """Logit of the share that matched by specialty, and its standard error (half a person each)."""
    counts = rows.pivot_table("value", "specialty", "statistic")
    counts = counts[counts["n_total"] > 0]
    success = counts["n_success"] + 0.5
    failure = counts["n_total"] - counts["n_success"] + 0.5
    level = logit(success / (success + failure))
    error = np.sqrt(1 / success + 1 / failure)
    return pd.DataFrame({"logit": level, "error": error}).reset_index()
