"""Draws the truth of a synthetic cohort: all that its rows are drawn from.

The logit of an outcome is intercept + slope (x - 245) / 10 + the covariates times their effects.
Effects are drawn by the seed; intercept and slope are then solved for, so that the logistic curve
on the score alone, which is what an edition publishes, has the margin's slope and base rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq, root
from scipy.special import expit
from scipy.stats import norm

from recalib.demo.margins import CENTRE, DENOMINATOR, UNIT, Line, Margin
from recalib.demo.profiles import COVARIATES, EFFECTS, Profile, profile_of, terms
from recalib.problems import RecalibError

OUTCOMES = ("match", "interview")
SCORES = np.arange(1, 301)
#: Score mass below this is left out: less than a row in a billion.
_NEGLIGIBLE = 1e-9

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """The truth about one outcome of a population."""

    #: At a score of 245 with every covariate 0; change of the logit for ten points.
    intercept: float
    slope: float
    #: Change of the logit for a visa need, any failure, a year and a month, in the order of
    #: `COVARIATES`; 0 where all people are alike.
    effects: Array
    #: Intercept and slope of the logistic curve on the score alone, to which a fit without
    #: covariates tends.
    score_only: tuple[float, float]
    #: Expected share with the outcome.
    base_rate: float


@dataclass(frozen=True)
class Population:
    """The truth about one specialty and group."""

    margin: Margin
    #: Expected share of the cohort's rows.
    share: float
    #: Probability of each score from 1 to 300.
    scores: Array
    profile: Profile
    #: By outcome.
    curves: dict[str, Curve]
    #: Intraclass correlation of one person's invitations (beta-binomial).
    correlation: float
    #: Expected Pearson dispersion of the interview counts around the score-only curve, person by
    #: person.
    pearson: float


def make_truth(found: list[Margin], rng: np.random.Generator) -> list[Population]:
    """Draw the truth of a cohort."""
    people = sum(margin.size for margin in found)
    populations = []
    for margin in found:
        profile = profile_of(margin.applicant_group)
        scores = _score_shares(margin)
        lines = {"match": margin.match, "interview": margin.interview}
        curves = {}
        for outcome in OUTCOMES:
            effects = np.array([rng.normal(mean, sd) for mean, sd in EFFECTS[outcome]])
            effects = np.where(profile.varies, effects, 0.0)
            try:
                curves[outcome] = _solve(lines[outcome], scores, profile, effects)
            except ValueError as error:
                name = f"{margin.specialty}, {margin.applicant_group}, {outcome}"
                raise RecalibError(f"No truth follows the curve of {name}: {error}.") from error
        correlation = float(rng.uniform(*profile.correlation))
        populations.append(
            Population(
                margin=margin,
                share=margin.size / people,
                scores=scores,
                profile=profile,
                curves=curves,
                correlation=correlation,
                pearson=_pearson(curves["interview"], scores, profile, correlation),
            )
        )
    return populations


def truth_table(populations: list[Population], cycle: str, seed: int) -> pd.DataFrame:
    """Put the truth into a table for people and tests.

    An effect is NaN where the people of the group are alike.
    """
    rows = []
    for people in populations:
        margin, profile = people.margin, people.profile
        for outcome, curve in people.curves.items():
            interview = outcome == "interview"
            line = margin.interview if interview else margin.match
            effects = np.where(profile.varies, curve.effects, np.nan)
            rows.append(
                {
                    "synthetic": "true",
                    "seed": seed,
                    "cycle": cycle,
                    "specialty": margin.specialty,
                    "applicant_group": margin.applicant_group,
                    "outcome": outcome,
                    "denominator": "applications" if interview else DENOMINATOR,
                    "share_of_rows": people.share,
                    "score_mean": margin.score_mean,
                    "score_sd": margin.score_sd,
                    "base_rate": curve.base_rate,
                    "score_only_intercept": curve.score_only[0],
                    "score_only_slope": curve.score_only[1],
                    "intercept": curve.intercept,
                    "slope": curve.slope,
                    **dict(zip(COVARIATES, effects, strict=True)),
                    "applications_mean": profile.applications if interview else np.nan,
                    "intraclass_correlation": people.correlation if interview else np.nan,
                    "pearson_dispersion": people.pearson if interview else np.nan,
                    "follows": line.follows,
                }
            )
    return pd.DataFrame(rows)


def _score_shares(margin: Margin) -> Array:
    """Probabilities of the whole scores 1-300 under the margin's normal."""
    edges = np.arange(SCORES[0], SCORES[-1] + 2) - 0.5
    mass: Array = np.diff(norm.cdf(edges, margin.score_mean, margin.score_sd))
    mass[mass < _NEGLIGIBLE] = 0.0
    return np.asarray(mass / mass.sum(), dtype=np.float64)


def _grid(scores: Array) -> tuple[Array, Array]:
    """Scores that occur, in units of the slope, and their shares."""
    there = scores > 0
    return np.asarray((SCORES[there] - CENTRE) / UNIT, dtype=np.float64), scores[there]


def _solve(line: Line, scores: Array, profile: Profile, effects: Array) -> Curve:
    """Find intercept and slope at which the score-only curve is the margin's.

    The score-only curve q is the one with the equations of the logistic fit in expectation,
    E[p - q] = 0 and E[u (p - q)] = 0 with u = (x - 245) / 10, where p is the truth. (White 1982,
    Econometrica 50, 1-25: the limit of a fit to a model that is not the true one.)
    """
    unit, share = _grid(scores)

    def missing(level: float) -> float:
        return float(share @ expit(level + line.slope * unit)) - line.base_rate

    level = float(brentq(missing, -40, 40, xtol=1e-12))
    wanted = expit(level + line.slope * unit)
    offset = terms(profile.combinations) @ effects

    def equations(parameters: Array) -> tuple[Array, Array]:
        chance = expit(parameters[0] + parameters[1] * unit[:, None] + offset)
        gap = share * (chance @ profile.weights - wanted)
        weight = share * ((chance * (1 - chance)) @ profile.weights)
        slopes = [[weight.sum(), weight @ unit], [weight @ unit, weight @ unit**2]]
        return np.array([gap.sum(), gap @ unit]), np.array(slopes)

    start = np.array([level - float(offset @ profile.weights), line.slope])
    result = root(equations, start, jac=True, tol=1e-12)
    if not result.success:
        raise ValueError(" ".join(str(result.message).split()).rstrip("."))
    intercept, slope = (float(value) for value in result.x)
    return Curve(intercept, slope, effects, (level, line.slope), line.base_rate)


def _pearson(curve: Curve, scores: Array, profile: Profile, correlation: float) -> float:
    """Mean of (y - n q)^2 / (n q (1 - q)) with q from the score-only curve and y beta-binomial.

    Given n and p the variance of y is n p (1 - p) (1 + (n - 1) correlation), to which the distance
    of p from q adds (n p - n q)^2; both over n are linear in n, so its mean suffices.
    """
    unit, share = _grid(scores)
    people = profile.applications
    chance = expit(
        curve.intercept + curve.slope * unit[:, None] + terms(profile.combinations) @ curve.effects
    )
    fitted = expit(curve.score_only[0] + curve.score_only[1] * unit)[:, None]
    within = chance * (1 - chance) * (1 + (people - 1) * correlation)
    ratio = (within + people * (chance - fitted) ** 2) / (fitted * (1 - fitted))
    return float(share @ (ratio @ profile.weights))
