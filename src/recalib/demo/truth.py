"""Draws the truth of a synthetic cohort: all that its rows are drawn from.

Sizes, scores, rates and slopes of each specialty and group follow an edition's curves. The logit of
an outcome is intercept + slope (x - 245) / 10 + the covariates times their effects. Effects are
drawn by the seed; intercept and slope are then solved for, so that the logistic curve on the score
alone, which is what an edition publishes, has the edition's slope and base rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import root
from scipy.special import expit, logit
from scipy.stats import binom, nbinom, norm

from recalib.contract.keys import KEY_COLUMNS, recency, years
from recalib.likelihood.model import CENTRE, SCALE, Array
from recalib.problems import RecalibError

#: Whose chance of a match the cohort holds: one denominator a cohort file.
DENOMINATOR = "ranked_first"
OUTCOMES = ("match", "interview")
SCORES = np.arange(1, 301)
UNITS = (SCORES - CENTRE) / SCALE
POPULATION = ["specialty", "applicant_group"]
#: Standard normal quantile of the printed percentiles score_low and score_high.
_PERCENTILE = float(norm.ppf(0.99))
#: Score mass below this is left out: less than a row in a billion.
_NEGLIGIBLE = 1e-9

# No table of an edition says what follows; it is chosen near what applicants report, and the truth
# file repeats it.
COVARIATES = ["needs_visa", "step1_failures", "years_since_graduation", "us_clinical_months"]
#: Mean and standard deviation (between specialties) of each covariate's effect on the logit: for a
#: visa need, any failure, a year, a month.
_EFFECTS = {
    "match": ((-0.40, -0.60, -0.04, 0.03), (0.10, 0.12, 0.010, 0.008)),
    "interview": ((-0.60, -0.50, -0.05, 0.03), (0.10, 0.12, 0.010, 0.008)),
}


@dataclass(frozen=True, eq=False)
class Profile:
    """What is assumed about the people of a group."""

    #: Mean number of applications in the specialty.
    applications: float
    #: Range from which a specialty's intraclass correlation of invitations is drawn.
    correlation: tuple[float, float]
    #: Every combination of the covariates (needs_visa as 0 and 1), (k, 4), and their shares, (k,).
    combinations: Array
    weights: Array


def _profile(applications: float, correlation: tuple[float, float], *shares: Any) -> Profile:
    """Cross the shares of each covariate's values 0, 1, ..."""
    combinations = np.indices([len(each) for each in shares]).reshape(len(shares), -1).T
    weights = reduce(np.multiply.outer, [np.array(each) / np.sum(each) for each in shares])
    return Profile(applications, correlation, combinations.astype(float), weights.ravel())


_SENIOR = _profile(
    65.0,
    (0.05, 0.12),
    [0.97, 0.03],
    [0.965, 0.030, 0.005],
    [1.0],
    binom.pmf(np.arange(13), 12, 0.8),
)
_IMG = _profile(
    140.0,
    (0.02, 0.06),
    [0.40, 0.60],
    [0.91, 0.06, 0.02, 0.01],
    nbinom.pmf(np.arange(16), 1.5, 0.3),
    nbinom.pmf(np.arange(13), 1.2, 0.3),
)


def _is_img(applicant_group: str) -> bool:
    return applicant_group.endswith("img")


def profile_of(applicant_group: str) -> Profile:
    """Return the profile of a group."""
    return _IMG if _is_img(applicant_group) else _SENIOR


def terms(covariates: NDArray[Any]) -> NDArray[Any]:
    """Return what effects are multiplied with: the covariates, but that failures count once."""
    return np.asarray(np.minimum(covariates, [1, 1, 99, 99]))


def newest_cycle(curves: pd.DataFrame) -> str:
    """Return the last match year of the curves that the cohort follows."""
    return str(max(years(cycle)[1] for cycle in _match_curves(curves)["cycle"]))


def margins(curves: pd.DataFrame) -> pd.DataFrame:
    """Read what the edition says of each specialty and group with a match curve of `DENOMINATOR`.

    Translated curves, of people whom nobody counted, and those that a source printed are left out.
    A row for each outcome: people a match year, scores (of the normal whose 1st and 99th percentile
    are the printed ones), rate, slope, and which curves they follow.
    """
    match = _match_curves(curves)
    newest = match.loc[match["cycle"].map(recency).sort_values().index]
    newest = newest.drop_duplicates(POPULATION, keep="last").sort_values(POPULATION)
    first, last = zip(*newest["cycle"].map(years), strict=True)
    low, high = newest["score_low"], newest["score_high"]
    match = newest[[*POPULATION, "outcome", "base_rate", "slope", "follows"]].assign(
        size=newest["n"] / (np.array(last) - first + 1),
        score_mean=(low + high) / 2,
        score_sd=(high - low) / (2 * _PERCENTILE),
    )
    interviews = _known(curves, "interview")
    interview = match.copy()
    interview[["outcome", "base_rate", "slope", "follows"]] = [
        _interview(specialty, group, interviews)
        for specialty, group in match[POPULATION].itertuples(index=False)
    ]
    both = pd.concat([match, interview.infer_objects()], ignore_index=True)
    return both.sort_values(POPULATION, kind="stable", ignore_index=True)


def _match_curves(curves: pd.DataFrame) -> pd.DataFrame:
    match = _known(curves, "match")
    match = match[(match["denominator"] == DENOMINATOR) & (match["needs_visa"] == "")]
    if match.empty:
        raise RecalibError(f"The edition has no match curve of {DENOMINATOR} to follow.")
    return match


def _known(curves: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Curves with a line; where all or none succeeded, half a person is added to either side."""
    numbers = curves[["slope", "base_rate", "score_low", "score_high", "n"]].astype(float)
    known = numbers.notna().all(axis=1) & (numbers["n"] > 0) & (curves["outcome"] == outcome)
    found, n, rate = curves[known], numbers.loc[known, "n"], numbers.loc[known, "base_rate"]
    names = [" ".join(filter(None, key)) for key in found[KEY_COLUMNS].itertuples(index=False)]
    inside = rate.where(rate.between(0, 1, inclusive="neither"), (rate * n + 0.5) / (n + 1))
    return found.assign(n=n, base_rate=inside, follows=names)


def _interview(specialty: str, group: str, curves: pd.DataFrame) -> tuple[str, float, float, str]:
    near = curves[curves["applicant_group"].map(_is_img) == _is_img(group)]
    own = near[near["specialty"] == specialty]
    rows = near if own.empty else own
    if rows.empty:
        where = "abroad" if _is_img(group) else "in the U.S."
        raise RecalibError(
            f"The edition has no interview curve of applicants who trained {where} to follow."
        )
    rate = expit(logit(rows["base_rate"]).mean())
    return "interview", float(rate), float(rows["slope"].mean()), " | ".join(rows["follows"])


def make_truth(found: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Draw the truth of a cohort from its margins: that of the seed, whatever the number of rows.

    Columns as in the truth file; an effect is NaN where the people of the group are alike.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    people = found["size"].sum() / len(OUTCOMES)
    rows = []
    for margin in found.to_dict("records"):
        profile, outcome = profile_of(margin["applicant_group"]), margin["outcome"]
        effects = rng.normal(*_EFFECTS[outcome])
        effects = np.where(np.ptp(profile.combinations, axis=0) > 0, effects, np.nan)
        truth = {
            **{name: margin[name] for name in (*POPULATION, "outcome")},
            "denominator": DENOMINATOR if outcome == "match" else "applications",
            "share_of_rows": margin["size"] / people,
            **{name: margin[name] for name in ("score_mean", "score_sd", "base_rate")},
            **_solve(margin, profile, np.nan_to_num(effects)),
            **dict(zip(COVARIATES, effects, strict=True)),
            **dict.fromkeys(["applications_mean", "intraclass_correlation", "pearson_dispersion"]),
        }
        if outcome == "interview":
            truth["applications_mean"] = profile.applications
            truth["intraclass_correlation"] = rng.uniform(*profile.correlation)
            truth["pearson_dispersion"] = _pearson(truth, profile)
        rows.append(truth | {"follows": margin["follows"]})
    return pd.DataFrame(rows)


def score_shares(population: Mapping[Any, Any]) -> Array:
    """Probabilities of the whole scores 1-300 under a population's normal."""
    edges = np.arange(SCORES[0], SCORES[-1] + 2) - 0.5
    mass = np.diff(norm.cdf(edges, population["score_mean"], population["score_sd"]))
    mass[mass < _NEGLIGIBLE] = 0.0
    return np.asarray(mass / mass.sum(), dtype=float)


def _solve(margin: Mapping[Any, Any], profile: Profile, effects: Array) -> dict[str, float]:
    """Find intercept and slope at which the score-only curve is the margin's.

    The score-only curve q is the one with the equations of the logistic fit in expectation,
    E[p - q] = 0 and E[u (p - q)] = 0 with u = (x - 245) / 10, where p is the truth. (White 1982,
    Econometrica 50, 1-25: the limit of a fit to a model that is not the true one.)
    """
    share, offset = score_shares(margin), terms(profile.combinations) @ effects

    def equations(unknown: Array) -> Array:
        level, intercept, slope = unknown
        fitted = expit(level + margin["slope"] * UNITS)
        chance = expit(intercept + slope * UNITS[:, None] + offset) @ profile.weights
        gap = share * (chance - fitted)
        return np.array([share @ fitted - margin["base_rate"], gap.sum(), gap @ UNITS])

    level = logit(margin["base_rate"]) - margin["slope"] * (share @ UNITS)
    start = [level, level - offset @ profile.weights, margin["slope"]]
    result = root(equations, start, tol=1e-12)
    if np.abs(equations(result.x)).max() > 1e-9:
        name = ", ".join(margin[name] for name in (*POPULATION, "outcome"))
        raise RecalibError(f"No truth follows the curve of {name}.")
    return {
        "score_only_intercept": result.x[0],
        "score_only_slope": margin["slope"],
        "intercept": result.x[1],
        "slope": result.x[2],
    }


def _pearson(truth: Mapping[str, Any], profile: Profile) -> float:
    """Mean of (y - n q)^2 / (n q (1 - q)) with q from the score-only curve and y beta-binomial.

    Given n and p the variance of y is n p (1 - p) (1 + (n - 1) correlation), to which the distance
    of p from q adds (n p - n q)^2; both over n are linear in n, so its mean suffices.
    """
    effects = np.nan_to_num([truth[name] for name in COVARIATES])
    line = truth["intercept"] + truth["slope"] * UNITS[:, None]
    chance = expit(line + terms(profile.combinations) @ effects)
    fitted = expit(truth["score_only_intercept"] + truth["score_only_slope"] * UNITS)[:, None]
    more = profile.applications - 1
    within = chance * (1 - chance) * (1 + more * truth["intraclass_correlation"])
    beyond = profile.applications * (chance - fitted) ** 2
    return float(
        score_shares(truth) @ ((within + beyond) / (fitted * (1 - fitted))) @ profile.weights
    )
