"""Regresses one curve's counts on score and covariates; the fit is private.

A match is regressed on the score and the covariates, invitations are too, per application. Neither
is ever conditioned on the other: given the number of interviews, the score's sign flips.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.special import expit
from scipy.stats import chi2
from scipy.stats import t as student

from calib.line import Z
from recalib.cohorts.comparisons import COMPARISONS
from recalib.cohorts.dispersion import clustering
from recalib.cohorts.fit import maximum
from recalib.likelihood.model import CENTRE, SCALE, Array
from recalib.likelihood.straight import scatter
from recalib.privacy.release import reach, residual
from recalib.privacy.score_fit import Counts

#: Why a covariate is not in the regression: too few people tell its sides apart, or it is blank too
#: often.
FEW, BLANK = "few", "blank"
#: Share of the people that a covariate must be known of: rows with a blank are left out.
KNOWN = 0.5
#: Probability below which matches by score are said to scatter around the line.
SCATTERS = 0.05
#: Standard normal deviate beyond which a covariate's line is said to bend (1 % of straight ones).
BENDS = 2.5758


@dataclass(frozen=True)
class Adjusted:
    """A regression of one outcome on the score and covariates; private."""

    #: People in it: all of its covariates are known of them.
    people: float
    #: Covariates in it.
    names: tuple[str, ...]
    #: Intercept at a score of 245, slope per 10 points, effects per step; (2 + covariates,).
    coefficients: Array
    #: With everything that widens it; (2 + covariates, 2 + covariates).
    covariance: Array
    #: Covariance of what one person moves them: see `recalib.privacy.release.reach`.
    moved: Array
    #: Whether the results were separated and Firth's penalty was used.
    penalised: bool
    #: Covariates whose effect is not the same at every step.
    bent: tuple[str, ...]
    #: Whether these are interviews and each row one application.
    single: bool


def adjusted_fit(counts: Counts) -> tuple[Adjusted | None, dict[str, str]]:
    """Regress an outcome on the score and the covariates that hold enough people.

    None where no covariate is left.
    """
    rows, names, left_out = choose(counts)
    if not names:
        return None, left_out
    design = _design(rows, names)
    penalised = separated_by(design, rows.trials, rows.success)
    place, covariance = maximum(design, rows.trials, rows.success, penalised=penalised)
    chance = np.clip(expit(place @ design), 1e-9, 1 - 1e-9)
    spread = _spread(rows, design, chance)
    interviews = counts.key.outcome == "interview"
    far = 1.0
    if interviews:
        wider = float(spread.sum()) / float(rows.trials @ (chance * (1 - chance)))
        far = residual(rows.people, rows.trials, chance, wider)
    moved = reach(design, rows.people, covariance, far)
    covariance = covariance @ ((design * spread) @ design.T) @ covariance
    people = float(rows.people.sum())
    single = interviews and float(rows.trials.sum()) <= people
    if interviews:
        freedom = max(people - len(design), 1.0)
        covariance = covariance * (float(student.ppf(0.975, freedom)) / Z) ** 2
    bent = tuple(
        name for name in names if COMPARISONS[name].straight and _bends(rows, design, name, chance)
    )
    fit = Adjusted(people, tuple(names), place, covariance, moved, penalised, bent, single)
    return fit, left_out


def choose(counts: Counts) -> tuple[Counts, list[str], dict[str, str]]:
    """Choose the covariates of a regression and the people of whom all of them are known."""
    left_out: dict[str, str] = {}
    everyone = float(counts.people.sum())
    for name, values in counts.covariates.items():
        known = counts.where(np.isfinite(values))
        # Too few first: whether the cells of a few people are blank is told of nobody.
        if _telling(known, [name], name) < counts.threshold:
            left_out[name] = FEW
        elif known.people.sum() < KNOWN * everyone:
            left_out[name] = BLANK
    while True:
        names = [name for name in counts.covariates if name not in left_out]
        known_all = np.ones(len(counts.score), dtype=bool)
        for name in names:
            known_all &= np.isfinite(counts.covariates[name])
        rows = counts.where(known_all)
        telling = {name: _telling(rows, names, name) for name in names}
        if not names or min(telling.values()) >= counts.threshold:
            return rows, names, left_out
        # Of two that say the same the later one goes, and the other is looked at again.
        left_out[min(reversed(names), key=telling.__getitem__)] = FEW


def _telling(counts: Counts, names: list[str], name: str) -> float:
    """People who tell the sides of a covariate apart, in the result and on the side with fewest.

    Of a number the sides are those of the value that leaves most on the smaller one. People of
    whom score and other covariates say already on which side they are do not count: the share of
    the covariate's variance that these leave is taken of the number.
    """
    if not counts.enough:
        return 0.0
    values = counts.covariates[name]
    places, index = np.unique(values, return_inverse=True)
    if len(places) < 2:
        return 0.0
    fewest = np.full(len(places) - 1, np.inf)
    for people in counts.results:
        below = np.cumsum(np.bincount(index, weights=people, minlength=len(places)))
        fewest = np.minimum(fewest, np.minimum(below[:-1], below[-1] - below[:-1]))
    root = np.sqrt(counts.people)
    others = _design(counts, [other for other in names if other != name]) * root
    wanted = (values - np.average(values, weights=counts.people)) * root
    left = wanted - np.linalg.lstsq(others.T, wanted, rcond=None)[0] @ others
    return float(fewest.max() * (left @ left) / (wanted @ wanted))


def _design(counts: Counts, names: list[str]) -> Array:
    rows = [np.ones_like(counts.score), (counts.score - CENTRE) / SCALE]
    return np.stack([*rows, *(counts.covariates[name] for name in names)])


def separated_by(design: Array, trials: Array, success: Array) -> bool:
    """Tell whether some line has all successes on one side, so that no maximum is finite.

    A direction along which no cell's likelihood falls and some cell's rises for ever is looked for
    by linear programming.

    K. Konis (2007). Linear programming algorithms for detecting separated data in binary logistic
    regression models. DPhil thesis, University of Oxford.
    """
    mixed = (success > 0) & (success < trials)
    # Directions that leave every mixed cell where it is; in most data there is none.
    inside = design[:, mixed]
    if inside.size and np.linalg.matrix_rank(inside @ inside.T) == len(design):
        return False
    pure = np.where(success > 0, 1.0, -1.0)[~mixed] * design[:, ~mixed]
    found = linprog(
        -pure.sum(axis=1),
        A_ub=-pure.T,
        b_ub=np.zeros(pure.shape[1]),
        A_eq=inside.T if inside.size else None,
        b_eq=np.zeros(inside.shape[1]) if inside.size else None,
        bounds=(-1, 1),
    )
    # Where the programme itself fails, the penalised maximum is the safe one.
    return found.status != 0 or bool(-found.fun > 1e-7)


def _spread(counts: Counts, design: Array, chance: Array) -> Array:
    """Variance of the successes by cell: clustered, or scattered, more than the binomial's."""
    bend = chance * (1 - chance)
    if counts.interview_square is not None and counts.application_square is not None:
        rho = clustering(
            design,
            chance,
            counts.people,
            counts.trials,
            counts.success,
            counts.interview_square,
            counts.application_square,
        )
        return bend * (counts.trials + rho * (counts.application_square - counts.trials))
    _, place = np.unique(counts.score, return_inverse=True)
    variance = counts.trials * bend
    gaps, expected = (
        np.asarray(np.bincount(place, weights=each), dtype=float)
        for each in (counts.success - counts.trials * chance, variance)
    )
    chi_square, freedom = scatter(gaps, expected)
    # Most straight lines scatter a little more or less than expected; to widen for the former and
    # not narrow for the latter would make every interval too long.
    bent = freedom >= 1 and chi2.sf(chi_square, freedom) < SCATTERS
    return variance * (chi_square / freedom if bent else 1.0)


def _bends(counts: Counts, design: Array, name: str, chance: Array) -> bool:
    """Whether a quadratic term of a covariate passes the 1 % level (score test)."""
    weight = counts.trials * chance * (1 - chance)
    square = counts.covariates[name] ** 2
    bread = np.linalg.inv((design * weight) @ design.T)
    left = square - (bread @ (design @ (weight * square))) @ design
    score = float(left @ (counts.success - counts.trials * chance))
    variance = float(left**2 @ _spread(counts, design, chance))
    return variance > 1e-9 * float(square**2 @ weight) and abs(score) > BENDS * np.sqrt(variance)
