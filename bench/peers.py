"""Other ways to a curve: people or a printed table in, intercept, slope and standard error out.

The intercept is the logit at 245, the slope is per 10 points; a standard error that a peer does not
give is nan, and so is all of an answer that a table does not allow.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import statsmodels.api as sm
from printing import EDGES
from scipy.optimize import brentq
from scipy.special import expit, logit
from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning
from worlds import SCORES, Applicants, People

from recalib.contract.keys import CurveKey
from recalib.curves.pool import Pool
from recalib.curves.sites import Site
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import CENTRE, SCALE, TYPICAL_SPREAD


class Answer(NamedTuple):
    """A straight logit."""

    intercept: float
    slope: float
    error: float = np.nan


NOTHING = Answer(np.nan, np.nan)


def _counts(people: People | Applicants) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, successes and failures, row by row."""
    if isinstance(people, Applicants):
        return people.score, people.invitations, people.applications - people.invitations
    kept = people.matched + people.not_matched > 0
    return SCORES[kept], people.matched[kept], people.not_matched[kept]


def _glm(strata: Sequence[tuple[np.ndarray, ...]], *, clustered: bool) -> list[Answer]:
    """Logistic regression of strata with own intercepts and one slope."""
    counts = np.concatenate([np.column_stack(stratum[1:]) for stratum in strata])
    if (counts.sum(axis=0) == 0).any():
        return [NOTHING] * len(strata)
    scores = np.concatenate([stratum[0] for stratum in strata])
    place = np.repeat(np.arange(len(strata)), [len(stratum[0]) for stratum in strata])
    own = (place[:, None] == np.arange(len(strata))).astype(float)
    design = np.column_stack([own, (scores - CENTRE) / SCALE])
    with warnings.catch_warnings():
        # Small populations can be separated: the curve then is a step, and is judged as one.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        fit = sm.GLM(counts, design, family=sm.families.Binomial()).fit()
        slope, error = float(fit.params[-1]), float(fit.bse[-1])
        if clustered:
            # Quasi-binomial by hand: statsmodels' scale of counts leaves out the trials.
            error *= float(np.sqrt((fit.resid_pearson**2).sum() / fit.df_resid))
    return [Answer(float(each), slope, error) for each in fit.params[:-1]]


def person_level(unit: Sequence[People | Applicants]) -> list[Answer]:
    """Logistic regression on the people themselves: what nobody outside has.

    Parameters
    ----------
    unit : sequence of People or Applicants
        Populations that share a slope.
    """
    clustered = isinstance(unit[0], Applicants)
    return _glm([_counts(people) for people in unit], clustered=clustered)


def pooled(
    units: Sequence[tuple[CurveKey, Sequence[People | Applicants]]],
    answers: Sequence[Sequence[Answer]],
) -> list[list[Answer]]:
    """The person-level fits through the project's pool: the limit of what a printed table allows.

    Slopes enter as normals. The intercept is the one that gives the base rate at the pooled slope.
    """
    sites = [
        Site(key.specialty, key.cycle, own[0].slope, own[0].error)
        for (key, _), own in zip(units, answers, strict=True)
        if np.isfinite(own[0]).all() and own[0].error < 1e3
    ]
    pool = Pool.fit(sorted(sites, key=lambda site: (site.specialty, site.cycle)))
    found = []
    for key, populations in units:
        slope = pool.slope(key.specialty, key.cycle)
        found.append(
            [Answer(_intercept(each, slope.mean), slope.mean, slope.sd) for each in populations]
        )
    return found


def _intercept(people: People | Applicants, slope: float) -> float:
    scores, success, failure = _counts(people)
    trials = success + failure
    wanted = float(np.clip(success.sum(), 0.5, trials.sum() - 0.5))
    steep = slope * (scores - CENTRE) / SCALE
    return float(brentq(lambda a: float(trials @ expit(a + steep)) - wanted, -60, 60))


def bin_midpoints(cell: Cell) -> Answer:
    """Logistic regression with everybody at the middle of a printed ten-point bin."""
    bins = cell.bins
    if bins is None or len(bins.low) < 2:
        return NOTHING
    width = EDGES[1] - EDGES[0]
    low = np.where(np.isfinite(bins.low), bins.low, bins.high - width + 1)
    high = np.where(np.isfinite(bins.high), bins.high, bins.low + width - 1)
    kept = bins.n_total > 0
    rows = ((low + high) / 2, bins.n_success, bins.n_total - bins.n_success)
    (found,) = _glm([tuple(row[kept] for row in rows)], clustered=False)
    return found._replace(error=found.error * bins.dispersion**0.5)


def _odds(cell: Cell) -> float:
    """Logit of the printed base rate; the totals' where they are printed."""
    base = cell.base
    assert base is not None
    return float(logit(base.successes / base.people))


def discriminant(cell: Cell) -> Answer:
    """Linear discriminant from printed means (else medians), SDs and counts.

    Where no SD is printed, that of the quartiles stands in, and `TYPICAL_SPREAD` without any.
    """
    if len([table for table in cell.quantiles if table.fitted]) != 2:
        return NOTHING
    middle, n, variance = {}, {}, {}
    for table in cell.quantiles:
        printed = table.printed
        n[table.result] = table.n
        middle[table.result] = printed.get("mean", printed.get("median"))
        if "sd" in printed:
            variance[table.result] = printed["sd"] ** 2
        elif "q1" in printed and "q3" in printed:
            variance[table.result] = max((printed["q3"] - printed["q1"]) / 1.349, 1.0) ** 2
    if variance:
        weight = np.array([n[result] - 1 for result in variance])
        within = float(np.average(list(variance.values()), weights=weight))
    else:
        within = TYPICAL_SPREAD**2
    slope = (middle[1] - middle[0]) / within
    return Answer(
        _odds(cell) + slope * (CENTRE - (middle[0] + middle[1]) / 2), float(SCALE * slope)
    )


def interpolated(cell: Cell) -> Answer:
    """Logistic regression on people re-created by interpolating the printed quartiles."""
    if any("min" not in table.printed for table in cell.quantiles) or not cell.quantiles:
        return NOTHING
    made = {}
    for table in cell.quantiles:
        knots = [table.printed[name] for name in ("min", "q1", "median", "q3", "max")]
        levels = (np.arange(table.n) + 0.5) / table.n
        scores = np.interp(levels, [0, 0.25, 0.5, 0.75, 1], knots)
        made[table.result] = np.bincount(
            np.rint(scores).astype(int) - SCORES[0], minlength=len(SCORES)
        )
    people = People(made[1], made[0])
    (found,) = person_level([people])
    # Where totals of everyone are printed, the sample's own odds give way to theirs.
    shift = _odds(cell) - float(logit(made[1].sum() / (made[1].sum() + made[0].sum())))
    return found._replace(intercept=found.intercept + shift)


PRINTED_PEERS = {
    "bin midpoints": bin_midpoints,
    "linear discriminant": discriminant,
    "interpolated people": interpolated,
}
