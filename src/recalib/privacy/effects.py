"""Blurs and coarsens the private regression on covariates: the few numbers that may leave.

Everything published of a cohort's covariates is computed from these, pools among it. The rule
stands where that of curves does: all are blurred, then squared errors go up to the next power,
numbers to multiples of their error, people to the nearest 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from recalib.cohorts.counts import Cohort
from recalib.cohorts.labels import source_name
from recalib.contract.keys import CurveKey
from recalib.privacy.adjusted import FEW, Adjusted, adjusted_fit
from recalib.privacy.noise import Draws
from recalib.privacy.release import blurred, nearest, one_tells, people_told, rule, widened
from recalib.privacy.score_fit import counts_of


@dataclass(frozen=True)
class Effect:
    """What leaves of one covariate."""

    #: Change of the logit per step of its comparison, and standard error; independent of that of
    #: the slope.
    value: float
    error: float


@dataclass(frozen=True)
class Effects:
    """All that leaves a cohort about the covariates of one curve."""

    key: CurveKey
    #: The cohort as a source.
    source: str
    #: In the regression, blurred, to the nearest 10; 0 where there is none.
    people: int = 0
    #: Change of the logit for ten more points at the same covariates; NaN where there is none.
    slope: float = float("nan")
    slope_error: float = float("nan")
    #: By covariate.
    effects: dict[str, Effect] = field(default_factory=dict)
    #: Why others are not in the regression; see `recalib.privacy.adjusted`.
    left_out: dict[str, str] = field(default_factory=dict)
    #: Covariates whose effect is not the same at every step.
    bent: tuple[str, ...] = ()
    #: Whether Firth's penalty was used.
    penalised: bool = False
    #: Whether each row holds one application, so that clustering cannot be told.
    single: bool = False


def effects_of(cohort: Cohort) -> Iterator[Effects]:
    """Fit the covariates of every curve of a cohort and coarsen them.

    One for each curve, those that tell nothing among them.
    """
    source = source_name(cohort.name, synthetic=cohort.synthetic)
    for counts in counts_of(cohort, by_covariates=True):
        fit, left_out = adjusted_fit(counts)
        if fit is None:
            yield Effects(counts.key, source, left_out=left_out)
        elif one_tells(fit.moved, fit.covariance):
            # Of some covariate so few people tell the sides apart that one of them decides it.
            yield Effects(counts.key, source, left_out=left_out | dict.fromkeys(fit.names, FEW))
        else:
            yield release_effects(fit, counts.key, source, left_out, counts.draws)


def release_effects(
    fit: Adjusted, key: CurveKey, source: str, left_out: dict[str, str], draws: Draws
) -> Effects:
    """Blur and coarsen a regression.

    The errors that leave hold those of the fit, of the noise and of the coarsening: for each
    covariate the covariance of (effect, slope) exceeds theirs in every direction. What the errors
    have in common does not leave; (1 + |r|) times the variances of two numbers of correlation r
    holds it.
    """
    by = rule()
    place = blurred(fit.coefficients, fit.moved, draws)
    covariance = fit.covariance + by.noise**2 * fit.moved
    variance = np.diag(covariance)
    # Of each effect with the slope, and of the slope with that effect with which it has most.
    common = np.abs(covariance[1]) / np.sqrt(variance * variance[1])
    common[1] = common[2:].max()
    # Rounding adds a step squared / 12, and the step is a share of the error that leaves.
    wide = variance * (1 + common) / (1 - by.effect_step**2 / 12)
    wide = wide * [widened(fit.people, draws) for _ in wide]
    power = np.ceil(np.log(wide) / np.log(by.effect_variance) - 1e-9)
    errors = np.sqrt(by.effect_variance**power).tolist()
    values = [
        nearest(value, by.effect_step * error)
        for value, error in zip(place.tolist(), errors, strict=True)
    ]
    effects = {
        name: Effect(values[number], errors[number]) for number, name in enumerate(fit.names, 2)
    }
    people = people_told(fit.people, draws)
    return Effects(
        key, source, people, values[1], errors[1], effects, left_out,
        fit.bent, fit.penalised, fit.single,
    )  # fmt: skip
