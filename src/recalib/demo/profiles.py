"""What is assumed about an applicant group: applications, covariates and their effects.

No table of an edition says these; they are chosen near what applicants report, and the truth file
repeats them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, nbinom

from recalib.demo.margins import is_img

COVARIATES = ("needs_visa", "step1_failures", "years_since_graduation", "us_clinical_months")
#: Mean and standard deviation (between specialties) of each covariate's effect on the logit: for a
#: visa need, any failure, a year, a month.
EFFECTS = {
    "match": ((-0.40, 0.10), (-0.60, 0.12), (-0.04, 0.010), (0.03, 0.008)),
    "interview": ((-0.60, 0.10), (-0.50, 0.12), (-0.05, 0.010), (0.03, 0.008)),
}
#: Shares of rows with a blank cell, whatever the row says otherwise.
BLANK = {"n_interviews": 0.03, "matched": 0.02, **dict.fromkeys(COVARIATES, 0.01)}
#: Applications follow 1 + a negative binomial of this size: SD about 0.5 of the mean.
APPLICATIONS_SIZE = 4.0


def terms(covariates: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what effects are multiplied with: the covariates, but that failures count once."""
    counted = covariates.copy()
    failures = COVARIATES.index("step1_failures")
    counted[:, failures] = np.minimum(counted[:, failures], 1)
    return counted


@dataclass(frozen=True)
class Profile:
    """What is assumed about the people of a group."""

    #: Mean number of applications in the specialty.
    applications: float
    #: Range from which a specialty's intraclass correlation of invitations is drawn.
    correlation: tuple[float, float]
    #: Every combination of the covariates (needs_visa as 0 and 1).
    combinations: NDArray[np.int64]
    #: Their shares; they sum to 1.
    weights: NDArray[np.float64]

    @property
    def varies(self) -> NDArray[np.bool_]:
        """Which covariates differ between the people of the group."""
        moves: NDArray[np.bool_] = np.ptp(self.combinations, axis=0) > 0
        return moves


def profile_of(applicant_group: str) -> Profile:
    """Return the profile of a group."""
    return _IMG if is_img(applicant_group) else _SENIOR


def _profile(
    applications: float, correlation: tuple[float, float], shares: Sequence[NDArray[np.float64]]
) -> Profile:
    shares = [share / share.sum() for share in shares]
    values = np.array(list(product(*(range(len(share)) for share in shares))))
    weights = np.array([float(np.prod(each)) for each in product(*shares)])
    return Profile(applications, correlation, values[weights > 0], weights[weights > 0])


_SENIOR = _profile(
    65.0,
    (0.05, 0.12),
    [
        np.array([0.97, 0.03]),
        np.array([0.965, 0.030, 0.005]),
        np.array([1.0]),
        binom.pmf(np.arange(13), 12, 0.8),
    ],
)
_IMG = _profile(
    140.0,
    (0.02, 0.06),
    [
        np.array([0.40, 0.60]),
        np.array([0.91, 0.06, 0.02, 0.01]),
        nbinom.pmf(np.arange(16), 1.5, 0.3),
        nbinom.pmf(np.arange(13), 1.2, 0.3),
    ],
)
