"""Where a score stands among those who matched and those who did not, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from calib.line import Z
from recalib.contract.keys import KEY_COLUMNS
from recalib.curves.curve import Curve
from recalib.likelihood.model import Array, state

COLUMNS = ["matched_below", "matched_low", "matched_high"]
COLUMNS += [f"not_{name}" for name in COLUMNS]
#: Shares nearer to 0 or 1 have no logit that a number could hold.
SMALLEST = 1e-9


def shares_below(curve: Curve, scores: Array) -> Array:
    """Shares of each result up to some scores, these included: f P and f (1 - P) summed up.

    `scores` (shape (k,)): whole scores. Returns (shape (k, 6)): the columns of `COLUMNS`. A
    limit is the delta method's on the logit, from the covariance of the curve's parameters.
    """
    assert curve.parameters is not None
    assert curve.covariance is not None
    at = state(curve.cell.grid, curve.parameters)
    below = (curve.cell.grid.x[None, :] <= scores[:, None]).astype(float)
    found = []
    for f, tilt in reversed(list(zip(at.by_result, at.tilt, strict=True))):
        share = np.clip(below @ f, SMALLEST, 1 - SMALLEST)
        centred = tilt - (tilt @ f)[:, None]
        gradient = (below * f) @ centred.T / (share * (1 - share))[:, None]
        half = Z * np.sqrt(np.einsum("ki,ij,kj->k", gradient, curve.covariance, gradient))
        found += [share, expit(logit(share) - half), expit(logit(share) + half)]
    return np.array(found).T


def standing_table(curves: Iterable[Curve]) -> pd.DataFrame:
    """Standing at every whole score of the fitted range.

    Of match curves of printed tables with scores of both results; a borrowed curve has none, nor
    has a cohort's, of which only counts leave.

    Returns: curve key, score and `COLUMNS`.
    """
    parts = []
    for curve in curves:
        key = curve.cell.key
        told = curve.covariance is not None and curve.status not in ("borrowed", "no_evidence")
        if not told or key.outcome != "match" or curve.cell.cohort:
            continue
        low, high = curve.score_limits
        scores = np.arange(np.ceil(low), np.floor(high) + 1)
        part = pd.DataFrame(shares_below(curve, scores), columns=COLUMNS)
        parts.append(part.assign(score=scores.astype(int), **key._asdict()))
    columns = [*KEY_COLUMNS, "score", *COLUMNS]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)
