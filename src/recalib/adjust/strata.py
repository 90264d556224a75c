"""Compares the visa strata of printed tables: what a visa need changes.

The strata of one population have levels of their own and one slope, so that they differ by the same
odds ratio at every score. Given the slope their levels rest on different people and are
independent; what they share is the error of the slope, and all of it stands in `curves.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from recalib.adjust.points import Estimate
from recalib.cohorts.labels import is_cohort
from recalib.contract.keys import KEY_COLUMNS

#: Grades of curves with scores of their own. Levels can be compared where the slope is lent, but
#: not where the level is.
_SCORED = {"A", "B", "C"}


def strata(curves: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series, Estimate]]:
    """Compare those who need a visa with those who do not, at the same score."""
    whole = [name for name in KEY_COLUMNS if name != "needs_visa"]
    own = curves[
        (curves["status"] != "no_evidence")
        & curves["grade"].isin(_SCORED)
        & ~curves["sources"].map(is_cohort).astype(bool)
    ]
    for _, rows in own.groupby(whole, sort=True):
        by_visa = {str(row["needs_visa"]): row for _, row in rows.iterrows()}
        if {"yes", "no"} <= by_visa.keys():
            yes, no = by_visa["yes"], by_visa["no"]
            yield yes, no, difference(yes, no)


def difference(yes: pd.Series, no: pd.Series) -> Estimate:
    """Return the difference of two levels at their common slope."""
    slope_se = float(yes["slope_se"])
    error, correlation, level, bend = (
        np.array([yes[name], no[name]], dtype=float)
        for name in ("intercept_se", "correlation", "intercept", "bend_sd")
    )
    # A level's covariance with the slope, and its variance at a fixed slope. A bend of the logit is
    # that of both strata and moves no difference.
    with_slope = correlation * error * slope_se
    alone = error**2 - bend**2 - (with_slope / slope_se) ** 2
    tilt = with_slope[0] - with_slope[1]
    effect_se = float(np.sqrt(alone.sum() + (tilt / slope_se) ** 2))
    return Estimate(
        effect=float(level[0] - level[1]),
        effect_se=effect_se,
        slope=float(yes["slope"]),
        slope_se=slope_se,
        correlation=float(tilt / (effect_se * slope_se)),
        own_share=float(yes["own_share"]),
    )
