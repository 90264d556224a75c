"""U.S. IMGs who ranked a specialty first, from totals of both groups and what tells them apart.

For the non-U.S. group both denominators are known: everyone who ranked a PGY-1 track, and those who
ranked the specialty first. The shift between the two is lent to the U.S. group. Where the scores of
its matched lie is told by matched means of both groups in older editions: a gap that belongs to the
specialty. The slope is that of the non-U.S. pool, with its spread. All of it is carried through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit, logit
from scipy.stats import beta, norm, qmc
from statsmodels.stats.meta_analysis import combine_effects

from calib.line import Line
from recalib.contract.keys import recency
from recalib.curves.alone import Alone
from recalib.curves.borrow import LOG_SPREAD, positive, stand_in
from recalib.curves.curve import Curve
from recalib.curves.lend import Lender
from recalib.curves.pools import Pools
from recalib.curves.priors import Normal, Priors
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import CENTRE, SCALE, Array
from recalib.likelihood.quantiles import PRINTING
from recalib.likelihood.totals import Total

GROUP, OTHER = "us_img", "non_us_img"
#: Power of two of the points that carry five uncertain quantities through.
DRAWS = 10
FIRST, EVERYONE = "ranked_first", "ranked_any_pgy1"
#: Matched means of U.S. less non-U.S. IMGs before any datum: mean and SD over specialties, and what
#: one edition differs from the specialty's own gap beyond its sampling, in points.
GAP, GAP_SD, EDITION_SD = -5.0, 6.0, 2.0
#: SD of one person's score about a printed mean, for its sampling error.
PERSON_SD = 13.0
#: People behind a printed mean whose number was not printed.
FEW = 30.0
#: What the shift between the denominators may differ by between the groups, on the logit. No table
#: tests it.
GROUP_SHIFT_SD = 0.3


def means_of(evidence: pd.DataFrame) -> pd.DataFrame:
    """Printed means that tell where a group's scores lie, from the evidence.

    Returns cycle, specialty, applicant_group, result, n (NaN where not printed), mean, source.
    """
    rows = evidence[(evidence["kind"] == "means") & (evidence["statistic"] == "mean")]
    columns = ["cycle", "specialty", "applicant_group", "result", "n", "value", "source"]
    return rows[columns].rename(columns={"value": "mean"}).astype({"n": float, "mean": float})


def gaps(means: pd.DataFrame) -> dict[str, Normal]:
    """Gap of the matched means (U.S. less non-U.S. IMGs) by specialty, in points; "" for any other.

    `means`: rows with cycle, specialty, applicant_group, result, n (blank where not printed), mean.
    """
    matched = means[means["result"] == "matched"]
    ours, theirs = (matched[matched["applicant_group"] == group] for group in (GROUP, OTHER))
    both = ours.merge(theirs, on=["specialty", "cycle"], suffixes=("", "_other"))
    both["gap"] = both["mean"] - both["mean_other"]
    people = both[["n", "n_other"]].astype(float).fillna(FEW)
    both["variance"] = (PERSON_SD**2 / people + PRINTING).sum(axis=1) + EDITION_SD**2
    found = {"": Normal(GAP, GAP_SD)}
    for specialty, rows in both.groupby("specialty"):
        precision = GAP_SD**-2 + float((1 / rows["variance"]).sum())
        weighed = GAP * GAP_SD**-2 + float((rows["gap"] / rows["variance"]).sum())
        found[str(specialty)] = Normal(weighed / precision, precision**-0.5)
    return found


def shifts(rates: pd.DataFrame) -> dict[str, Normal]:
    """Shift of the logit from everyone who ranked a track to those who ranked it first.

    `rates`: specialty, first_success, first_total, any_success, any_total of the non-U.S. group.
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
            mean + share * (each - mean),
            float(np.hypot(np.sqrt(share * v), (1 - share) * error)),
        )
        for name, share, each, v in zip(rates["specialty"], own, shift, variance, strict=True)
    }
    return found | {"": Normal(mean, float(np.sqrt(spread + error**2)))}


def solve(target: Array, spread: Array, slope: Array, rate: Array) -> tuple[Array, Array]:
    """Intercept, and mean score, at which normal scores give a base rate and a mean of the matched.

    All of shape (k,). By Stein's identity the mean of those who succeed lies spread^2 E[P'] / E[P]
    above everyone's.
    """
    nodes, weights = hermegauss(15)
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
) -> tuple[Line, float]:
    """Carry base rate, shift, gap, spread and slope through to a curve.

    `success`, `total`: of everyone who ranked a track; `shift`: to those who ranked it first, the
    group's own doubt included; `matched_mean`: mean score of the matched. Returns the moments of
    intercept and slope, and the mean score; by a fixed low-discrepancy sample.
    """
    # Points of the cube's corner, at 0, would lie at infinity: half a step inwards.
    cloud = qmc.Sobol(5, scramble=False).random_base2(DRAWS) + 2.0 ** -(DRAWS + 1)
    z = norm.ppf(cloud[:, 1:])
    rate = beta.ppf(cloud[:, 0], success + 0.5, total - success + 0.5)
    first = expit(logit(np.clip(rate, 1e-6, 1 - 1e-6)) + shift.mean + shift.sd * z[:, 0])
    slopes = slope.mean + slope.sd * z[:, 1]
    spreads = np.exp(LOG_SPREAD[0] + LOG_SPREAD[1] * z[:, 2])
    target = matched_mean.mean + matched_mean.sd * z[:, 3]
    intercepts, means = solve(target, spreads, slopes, first)
    a, b = float(intercepts.mean()), float(slopes.mean())
    (va, cov), (_, vb) = np.cov(intercepts, slopes)
    found = Line(a, b, float(np.sqrt(va)), float(np.sqrt(vb)), float(cov / np.sqrt(va * vb)))
    return found, float(means.mean())


def known(values: Mapping[str, Normal], specialty: str) -> Normal:
    """What is known of a specialty, or of any other."""
    return values.get(specialty, values[""])


def _totals(others: Sequence[Cell], group: str) -> dict[str, Cell]:
    """Newest totals of everyone who ranked a track, by specialty."""
    found: dict[str, Cell] = {}
    for cell in sorted(others, key=lambda one: recency(one.key.cycle)):
        key = cell.key
        place = (key.applicant_group, key.denominator, key.outcome) == (group, EVERYONE, "match")
        if place and cell.total is not None and cell.total.n_total > 0 and not cell.cohort:
            found[key.specialty] = cell
    return found


def _references(curves: Sequence[Curve]) -> dict[str, dict[str, Curve]]:
    """Curves of the other group's people who ranked a specialty first, with scores, by cycle."""
    found: dict[str, dict[str, Curve]] = defaultdict(dict)
    for curve in sorted(curves, key=lambda one: recency(one.cell.key.cycle)):
        key = curve.cell.key
        place = (key.applicant_group, key.denominator, key.outcome, key.needs_visa)
        told = curve.scores is not None and curve.cell.base is not None and not curve.cell.cohort
        if place == (OTHER, FIRST, "match", "") and told:
            found[key.cycle][key.specialty] = curve
    return found


def matched_mean(curve: Curve) -> Normal:
    """Mean score of the matched of a curve, with its sampling error."""
    assert curve.scores is not None
    assert curve.cell.base is not None
    x = curve.cell.grid.x
    matched = curve.scores * expit(curve.intercept + curve.slope * (x - CENTRE) / SCALE)
    people = max(float(curve.cell.base.n_success), 1.0)
    return Normal(float(matched @ x / matched.sum()), PERSON_SD / people**0.5)


def translated_curves(
    alone: Alone,
    curves: Sequence[Curve],
    pools: Pools,
    means: pd.DataFrame,
    priors: Priors | None = None,
    *,
    shift: str = "own",
    gap: str = "own",
) -> list[Curve]:
    """Curves of U.S. IMGs who ranked a specialty first, from totals of both groups.

    One curve a specialty with totals of the U.S. group and a curve of the other, for each cycle of
    these; nothing stands in for the rest.

    Parameters
    ----------
    alone : Alone
    curves : sequence of Curve
        From `pooled_curves` and `borrowed_curves`: the non-U.S. group's are leant on.
    pools : Pools
    means : DataFrame
        Matched means of both groups: cycle, specialty, applicant_group, result, n, mean, source.
    priors : Priors, optional
        By default those of `alone`.
    shift, gap : str
        `own` of the specialty, or `mean` of all, to see what the choice moves.

    Raises
    ------
    ValueError
        If `shift` or `gap` is another word.
    """
    for choice, word in (("shift", shift), ("gap", gap)):
        if word not in ("own", "mean"):
            raise ValueError(f'{choice} is "{word}"; it may be "own" or "mean".')
    lending = [curve for curve in curves if curve.status != "borrowed"]
    lender = Lender(lending, pools.pools, priors or alone.priors)
    ours, theirs = _totals(alone.others, GROUP), _totals(alone.others, OTHER)
    apart = gaps(means)
    found = []
    for first in _references(curves).values():
        shifted = shifts(_rates(first, theirs))
        for name in sorted(set(ours) & set(first)):
            total, reference = ours[name].total, first[name]
            assert total is not None
            moved = known(shifted, name if shift == "own" else "")
            moved = Normal(moved.mean, float(np.hypot(moved.sd, GROUP_SHIFT_SD)))
            away = known(apart, name if gap == "own" else "")
            level = matched_mean(reference)
            target = Normal(level.mean + away.mean, float(np.hypot(level.sd, away.sd)))
            key = reference.cell.key._replace(applicant_group=GROUP)
            slope, pool = lender.slope(key, transported=True)
            line, mean = joint(total.n_success, total.n_total, moved, target, slope)
            printed = set(means.loc[means["specialty"] == name, "source"])
            counted = [ours[name], theirs.get(name, ours[name]), reference.cell]
            sources = printed.union(*(cell.sources for cell in counted))
            found.append(
                Curve(
                    Cell(key, reference.cell.grid, total=total, sources=tuple(sorted(sources))),
                    "borrowed",
                    _note(total, ours[name].key.cycle, moved, away, named=name in apart),
                    *line,
                    p_slope_positive=positive(line),
                    scores=stand_in(reference.cell.grid, mean),
                    pool=pool,
                    translated=True,
                )
            )
    return found


def _rates(first: Mapping[str, Curve], theirs: Mapping[str, Cell]) -> pd.DataFrame:
    """Counts by either denominator of one cycle of the other group, as `shifts` takes them."""
    return pd.DataFrame(
        [
            (name, *vars(curve.cell.base).values(), *vars(theirs[name].total).values())
            for name, curve in first.items()
            if name in theirs
        ],
        columns=["specialty", "first_success", "first_total", "any_success", "any_total"],
    )


def _note(total: Total, cycle: str, moved: Normal, away: Normal, *, named: bool) -> str:
    scores = (
        "is told by printed means of the matched of both groups in older editions"
        if named
        else "is told by no table and assumed"
    )
    return (
        f"Translated: {total.n_success:,.0f} of {total.n_total:,.0f} U.S. IMGs who ranked a track "
        f"of it anywhere matched in {cycle}. What ranking it first adds is taken from non-U.S. "
        f"IMGs ({moved.mean:+.2f} on the logit, give or take {moved.sd:.2f}). How far the scores "
        f"of their matched lie from those of non-U.S. IMGs {scores} ({away.mean:+.1f} points, give "
        f"or take {away.sd:.1f}). The slope is borrowed: no edge is claimed. Score statistics of "
        "U.S. IMGs would change it."
    )
