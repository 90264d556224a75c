"""Lists what each covariate compares, and turns its counts into a column of the regression.

An effect is the change of the logit between people of the same score who are one step apart. The
steps are chosen so that one means about as much as another, which lets them share a prior.
"""

from __future__ import annotations

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
    #: Years or months of a step; 0 where any is compared with none: few failed twice, and a second
    #: failure need not count like the first.
    step: float = 0.0

    @property
    def straight(self) -> bool:
        """Whether more than two values lie on one line."""
        return self.step > 0

    def values(self, column: pd.Series) -> Array:
        """Turn the column of a `Cohort`'s counts into numbers in steps; NaN where unknown.

        What is capped stays at its cap.
        """
        if self.covariate == "needs_visa":
            return np.asarray(column.map({"yes": 1.0, "no": 0.0}), dtype=float)
        steps = column / self.step if self.straight else column > 0
        return np.where(column >= 0, steps, np.nan).astype(float)


COMPARISONS = {
    comparison.covariate: comparison
    for comparison in (
        Comparison("needs_visa", "visa need", "yes", "no"),
        Comparison("step1_failures", "Step 1 failures", "any", "none"),
        Comparison("years_since_graduation", "years since graduation", "per_5_years", "", 5.0),
        Comparison(
            "us_clinical_months", "months of U.S. clinical experience", "per_3_months", "", 3.0
        ),
    )
}
