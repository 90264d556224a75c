"""U.S. IMGs who ranked a specialty first, from totals of both groups and what tells them apart.

For the non-U.S. group both denominators are known: everyone who ranked a PGY-1 track, and those who
ranked the specialty first. The shift between the two is lent to the U.S. group. Where the scores of
its matched lie is told by matched means of both groups in older editions: a gap that belongs to the
specialty. The slope is that of the non-U.S. pool, with its spread. All of it is carried through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit, logit
from statsmodels.stats.meta_analysis import combine_effects

from recalib.curves.borrow import Borrowed
from recalib.likelihood.model import CENTRE, SCALE, Array

GROUP, OTHER = "us_img", "non_us_img"
#: Matched means of U.S. less non-U.S. IMGs before any datum: mean and SD over specialties, and what
#: one edition differs from the specialty's own gap beyond its sampling, in points.
GAP, GAP_SD, EDITION_SD = -5.0, 6.0, 2.0
#: SD of one person's score about a printed mean, for its sampling error; printing whole numbers.
PERSON_SD, ROUNDING = 13.0, 1 / 12
#: People behind a printed mean whose number was not printed.
FEW = 30.0
#: What the shift between the denominators may differ by between the groups, on the logit. No table
#: tests it.
GROUP_SHIFT_SD = 0.3
LOG_SPREAD = (float(np.log(13.5)), 0.1)


@dataclass(frozen=True)
class Normal:
    """A quantity known with a normal error."""

    mean: float
    sd: float


def gaps(means: pd.DataFrame) -> dict[str, Normal]:
    """Gap of the matched means (U.S. less non-U.S. IMGs) by specialty, in points; "" for any other.

    `means`: rows with cycle, specialty, applicant_group, result, n (blank where not printed), mean.
    """
    matched = means[means["result"] == "matched"]
    wide = matched.pivot_table(
        index=["specialty", "cycle"], columns="applicant_group", values=["mean", "n"], dropna=False
    )
    told: dict[str, list[tuple[float, float]]] = {}
    for (specialty, _), row in wide.iterrows():
        ours, theirs = (row.get(("mean", group), np.nan) for group in (GROUP, OTHER))
        if not np.isfinite(ours - theirs):
            continue
        sampling = sum(
            PERSON_SD**2 / (people if np.isfinite(people) else FEW) + ROUNDING
            for people in (row.get(("n", group), np.nan) for group in (GROUP, OTHER))
        )
        told.setdefault(str(specialty), []).append((ours - theirs, sampling + EDITION_SD**2))
    found = {"": Normal(GAP, GAP_SD)}
    for specialty, pairs in told.items():
        precision = GAP_SD**-2 + sum(1 / variance for _, variance in pairs)
        mean = (GAP * GAP_SD**-2 + sum(gap / variance for gap, variance in pairs)) / precision
        found[specialty] = Normal(mean, precision**-0.5)
    return found


def shifts(rates: pd.DataFrame) -> dict[str, Normal]:
    """Shift of the logit from everyone who ranked a track to those who ranked it first.

    `rates`: specialty, and of the non-U.S. group first_success, first_total, any_success, any_total.
    Each specialty's own shift leans on the mean of all, the more the less it is known; "" is the
    shift of a specialty without its own.
    """
    k1, n1, k0, n0 = (
        rates[name].to_numpy(float)
        for name in ("first_success", "first_total", "any_success", "any_total")
    )
    half = 0.5
    shift = np.log((k1 + half) / (n1 - k1 + half)) - np.log((k0 + half) / (n0 - k0 + half))
    variance = sum(1 / (k + half) + 1 / (n - k + half) for k, n in ((k1, n1), (k0, n0)))
    if len(shift) < 3:
        return {"": Normal(0.0, 1.0)}
    pooled = combine_effects(shift, variance, method_re="iterated")
    spread = max(float(pooled.tau2), 0.0)
    weights = 1 / (variance + spread)
    mean, error = float(weights @ shift / weights.sum()), float(weights.sum() ** -0.5)
    own = spread / (spread + variance)
    found = {
        str(name): Normal(
            mean + share * (each - mean), float(np.hypot(np.sqrt(share * v), (1 - share) * error))
        )
        for name, share, each, v in zip(rates["specialty"], own, shift, variance, strict=True)
    }
    return found | {"": Normal(mean, float(np.sqrt(spread + error**2)))}


def solve(target: Array, spread: Array, slope: Array, rate: Array) -> tuple[Array, Array]:
    """Intercept, and mean score, at which normal scores give a base rate and a mean of the matched.

    All of shape (k,). By Stein's identity the mean of those who succeed lies spread^2 E[P'] / E[P]
    above everyone's.
    """
    nodes, weights = hermegauss(9)
    weights = weights / weights.sum()
    mean, intercept = target.copy(), logit(rate)
    for _ in range(200):
        u = (mean[:, None] + spread[:, None] * nodes - CENTRE) / SCALE
        p = expit(intercept[:, None] + slope[:, None] * u)
        bend = (p * (1 - p)) @ weights
        step = np.clip((p @ weights - rate) / bend, -2, 2)
        moved = target - spread**2 * slope / SCALE * bend / (p @ weights) - mean
        intercept, mean = intercept - step, mean + np.clip(moved, -20, 20)
        if max(float(np.abs(step).max()), float(np.abs(moved).max()) / SCALE) < 1e-9:
            break
    return intercept, mean


def joint(
    success: float,
    total: float,
    shift: Normal,
    matched_mean: Normal,
    slope: Normal,
    draws: int = 4096,
) -> tuple[Borrowed, float]:
    """Carry base rate, shift, gap, spread and slope through to a curve.

    `success`, `total`: of everyone who ranked a track; `shift`: to those who ranked it first, the
    group's own doubt included; `matched_mean`: mean score of the matched. Returns the moments of
    intercept and slope, and the mean score; by a fixed low-discrepancy sample.
    """
    from scipy.stats import beta, norm, qmc

    cloud = qmc.Sobol(5, scramble=False).random(draws + 1)[1:]
    z = norm.ppf(np.clip(cloud[:, 1:], 1e-9, 1 - 1e-9))
    rate = beta.ppf(cloud[:, 0], success + 0.5, total - success + 0.5)
    first = expit(logit(np.clip(rate, 1e-6, 1 - 1e-6)) + shift.mean + shift.sd * z[:, 0])
    slopes = slope.mean + slope.sd * z[:, 1]
    spreads = np.exp(LOG_SPREAD[0] + LOG_SPREAD[1] * z[:, 2])
    target = matched_mean.mean + matched_mean.sd * z[:, 3]
    intercepts, means = solve(target, spreads, slopes, first)
    a, b = float(intercepts.mean()), float(slopes.mean())
    (va, cov), (_, vb) = np.cov(intercepts, slopes)
    found = Borrowed(a, b, float(np.sqrt(va)), float(np.sqrt(vb)), float(cov / np.sqrt(va * vb)))
    return found, float(means.mean())


def parts(values: Mapping[str, Normal], specialty: str) -> Normal:
    """What is known of a specialty, or of any other."""
    return values.get(specialty, values[""])
