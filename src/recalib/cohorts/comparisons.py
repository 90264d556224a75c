"""Lists what each covariate compares, and turns its counts into a column of the regression.

An effect is the change of the logit between people of the same score who are one step apart. The
steps are chosen so that one means about as much as another, which lets them share a prior.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recalib.likelihood.model import Array


@dataclass(frozen=True)
class Comparison:
    """A covariate as the regression has it."""

    #: Column of a cohort.
    covariate: str
    #: Its name within a sentence.
    title: str
    #: What is compared with what; the reference is blank for a step along a straight line.
    level: str
    reference: str
    #: From the column of a `Cohort`'s counts to numbers in steps; NaN where unknown.
    values: Callable[[pd.Series], Array]
    #: Whether more than two values lie on one line.
    straight: bool = False


def _visa(column: pd.Series) -> Array:
    return np.asarray(column.map({"yes": 1.0, "no": 0.0}), dtype=float)


def _any(column: pd.Series) -> Array:
    """Any against none: few failed twice, and a second failure need not count like the first."""
    known = column >= 0
    return np.where(known, (column > 0).astype(float), np.nan)


def _per(step: float) -> Callable[[pd.Series], Array]:
    """In steps of so many years or months; what is capped stays at its cap."""

    def values(column: pd.Series) -> Array:
        return np.where(column >= 0, column / step, np.nan).astype(float)

    return values


COMPARISONS = {
    comparison.covariate: comparison
    for comparison in (
        Comparison("needs_visa", "visa need", "yes", "no", _visa),
        Comparison("step1_failures", "Step 1 failures", "any", "none", _any),
        Comparison(
            "years_since_graduation",
            "years since graduation",
            "per_5_years",
            "",
            _per(5.0),
            straight=True,
        ),
        Comparison(
            "us_clinical_months",
            "months of U.S. clinical experience",
            "per_3_months",
            "",
            _per(3.0),
            straight=True,
        ),
    )
}
