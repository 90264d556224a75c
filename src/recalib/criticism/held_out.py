"""How each specialty's own slope agrees with what the others predict of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from recalib.criticism.fitted_run import FittedRun
from recalib.likelihood.model import Array

#: Specialties below which a pool predicts little more than its prior.
FEWEST = 4
_COLUMNS = [
    "pool", "specialty", "cycle", "slope_raw", "slope_raw_se", "predicted", "low", "high", "z",
    "inside",
]  # fmt: skip


def slopes_left_out(run: FittedRun) -> pd.DataFrame:
    """Predict the slope of each specialty from its pool without it.

    The prediction of the raw slope is the pool's distribution of the slope of a specialty that it
    has not seen, in that cycle, blurred by the standard error of the raw slope.

    Returns columns pool, specialty, cycle, slope_raw, slope_raw_se, predicted (mean), low, high (95
    % limits of the raw slope), z (normal score of the raw slope in its prediction), inside (whether
    it lies within the limits). Pools of at least 4 specialties; units without a raw slope are left
    out.
    """
    raw = {id(unit.site) for unit in run.fitted.units if unit.raw is not None}
    rows = []
    for name, pool in sorted(run.fitted.pools.items()):
        if len({site.specialty for site in pool.sites}) < FEWEST:
            continue
        # Two cycles that the pool has not seen are alike to it.
        by_others = {site.specialty: pool.predictive(site.specialty) for site in pool.sites}
        for site in pool.sites:
            if id(site) not in raw:
                continue
            beta, density = by_others[site.specialty]
            low, high, z = _prediction(beta, density, site.slope, site.error)
            inside = low <= site.slope <= high
            rows.append(
                (
                    name, site.specialty, site.cycle, site.slope, site.error,
                    float(density @ beta), low, high, z, inside,
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)


def _prediction(
    beta: Array, density: Array, slope: float, error: float
) -> tuple[float, float, float]:
    """95 % limits of an estimate with this standard error, and the normal score of the estimate."""

    def below(values: Array) -> Array:
        return np.asarray(ndtr((values[:, None] - beta) / error) @ density)

    reach = 8 * error
    values = np.linspace(beta[0] - reach, beta[-1] + reach, 501)
    low, high = np.interp([0.025, 0.975], below(values), values)
    at = float(np.clip(below(np.array([slope]))[0], 1e-12, 1 - 1e-12))
    return float(low), float(high), float(ndtri(at))


def coverage(left_out: pd.DataFrame) -> pd.DataFrame:
    """Summarise the predictions by pool.

    `left_out`: from `slopes_left_out`. Returns columns pool, slopes, specialties, inside (share
    within the 95 % limits), z_mean, z_sd, largest (|z|), specialty and cycle of the largest.
    """
    rows = []
    for name, part in left_out.groupby("pool", sort=True):
        worst = part.iloc[int(part["z"].abs().to_numpy().argmax())]
        rows.append(
            {
                "pool": name,
                "slopes": len(part),
                "specialties": part["specialty"].nunique(),
                "inside": float(part["inside"].mean()),
                "z_mean": float(part["z"].mean()),
                "z_sd": float(part["z"].std()),
                "largest": abs(float(worst["z"])),
                "specialty": str(worst["specialty"]),
                "cycle": str(worst["cycle"]),
            }
        )
    return pd.DataFrame(rows)
