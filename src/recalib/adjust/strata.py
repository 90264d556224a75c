"""What a visa need changes, from the visa strata of printed tables.

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

#: What strata are compared by, and a slope that they own.
_COMPARED = {"ok", "flat", "weak"}


def strata(curves: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series, Estimate]]:
    """Compare those who need a visa with those who do not, at the same score.

    `curves`: as published, that is rounded: who recomputes an odds ratio from the file gets this
    one. Yields `yes`, `no`: the two curves; `estimate`: yes against no.
    """
    whole = [name for name in KEY_COLUMNS if name != "needs_visa"]
    own = curves[curves["status"].isin(_COMPARED) & ~curves["sources"].map(is_cohort).astype(bool)]
    for _, rows in own.groupby(whole, sort=True):
        by_visa = {str(row["needs_visa"]): row for _, row in rows.iterrows()}
        if {"yes", "no"} <= by_visa.keys():
            yes, no = by_visa["yes"], by_visa["no"]
            yield yes, no, difference(yes, no)


def difference(yes: pd.Series, no: pd.Series) -> Estimate:
    """Return the difference of two levels at their common slope.

    `yes`, `no`: rows of the curves with the same slope.
    """
    slope_se = float(yes["slope_se"])
    # A level's covariance with the slope, and its variance at a fixed slope.
    with_slope = {}
    alone = {}
    for name, row in (("yes", yes), ("no", no)):
        error = float(row["intercept_se"])
        with_slope[name] = float(row["correlation"]) * error * slope_se
        alone[name] = error**2 - (with_slope[name] / slope_se) ** 2
    tilt = with_slope["yes"] - with_slope["no"]
    variance = alone["yes"] + alone["no"] + (tilt / slope_se) ** 2
    error = float(np.sqrt(variance))
    return Estimate(
        effect=float(yes["intercept"]) - float(no["intercept"]),
        effect_se=error,
        slope=float(yes["slope"]),
        slope_se=slope_se,
        correlation=tilt / (error * slope_se),
    )
