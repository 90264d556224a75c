"""Fits logistic regressions to counts: statsmodels' GLM, or Firth's where results are separated."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import expit
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from recalib.cohorts.firth import firth
from recalib.likelihood.model import CENTRE, SCALE, Array


@dataclass(frozen=True)
class Logistic:
    """A fitted line on the logit."""

    #: At a score of 245, and per 10 points.
    intercept: float
    slope: float
    #: Of (intercept, slope), for binomial counts; (2, 2).
    covariance: Array
    #: Whether the results were separated and Firth's penalty was used.
    penalised: bool

    def chances(self, score: Array) -> Array:
        """Chance of success at scores."""
        return np.asarray(expit(self.intercept + self.slope * (score - CENTRE) / SCALE))


def glm(
    score: Array, trials: Array, success: Array, covariates: Mapping[str, Array] | None = None
) -> Any:
    """Regress a curve's counts on the score, and on covariates beside it.

    Parameters
    ----------
    score : ndarray of shape (k,)
        Step 2 CK score of each cell.
    trials, success : ndarray of shape (k,)
        Trials in the cell (people, or applications), above 0, and successes among them.
    covariates : mapping of str to ndarray of shape (k,), optional
        Further columns; see `recalib.cohorts.comparisons`.

    Returns
    -------
    statsmodels.genmod.generalized_linear_model.GLMResults
        Of a binomial GLM; `summary()` prints it. `intercept` is the logit at a score of 245,
        `per_10_points` its slope. Private: it is of counts, and nothing in it is blurred.

    Examples
    --------
    >>> score, trials, success = np.array([[235, 245, 255], [40, 50, 30], [10, 25, 21]])
    >>> glm(score, trials, success).params.round(2).to_dict()
    {'intercept': -0.02, 'per_10_points': 0.97}
    """
    columns = {"intercept": np.ones(len(score)), "per_10_points": (score - CENTRE) / SCALE}
    return _binomial(pd.DataFrame(columns | dict(covariates or {})), trials, success)


def _binomial(design: Any, trials: Array, success: Array) -> Any:
    counts = np.column_stack([success, trials - success])
    # Two scores are fitted exactly, with no residual left; separation is looked for beforehand.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return sm.GLM(counts, design, family=sm.families.Binomial()).fit(
            tol=1e-10, tol_criterion="params"
        )


def separated(score: Array, trials: Array, success: Array) -> bool:
    """Tell whether no score lies strictly between scores of the other result, on either side."""
    hit, missed = score[success > 0], score[trials > success]
    if not len(hit) or not len(missed):
        return True
    return bool(missed.max() <= hit.min() or hit.max() <= missed.min())


def fit_counts(score: Array, trials: Array, success: Array) -> Logistic | None:
    """Fit counts by score; None where fewer than two scores have trials."""
    kept = trials > 0
    score, trials, success = score[kept], trials[kept], success[kept]
    if len(np.unique(score)) < 2:
        return None
    design = np.stack([np.ones_like(score), (score - CENTRE) / SCALE])
    penalised = separated(score, trials, success)
    place, covariance = maximum(design, trials, success, penalised=penalised)
    return Logistic(float(place[0]), float(place[1]), covariance, penalised)


def maximum(
    design: Array, trials: Array, success: Array, *, penalised: bool
) -> tuple[Array, Array]:
    """Return the maximum of the likelihood, or of Firth's, and its covariance (p, p).

    design (p, k) has ones in its first row and independent rows; trials (k,) are above 0.
    """
    if penalised:
        return firth(design, trials, success)
    found = _binomial(design.T, trials, success)
    return np.asarray(found.params), np.asarray(found.cov_params())
