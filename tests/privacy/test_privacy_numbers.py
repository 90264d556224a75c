"""The numbers that guard people and intervals, each typed: whoever changes one changes this too."""

from __future__ import annotations

import math

import numpy as np
import pytest

from covariate_samples import cohort_of, draw_people
from recalib.adjust.points import MOST
from recalib.adjust.pooling import SIDES, STEPS
from recalib.contract.keys import CurveKey
from recalib.privacy import adjusted
from recalib.privacy.effects import release_effects
from recalib.privacy.release import (
    blurred,
    one_tells,
    people_told,
    reach,
    release,
    residual,
    rule,
    widened,
)
from recalib.privacy.score_fit import counts_of

KEY = CurveKey("2026", "general_surgery", "non_us_img", "", "match", "ranked_first")
#: Ones, and a step to either side of the mean: one person on each.
DESIGN = np.array([[1.0, 1.0], [-1.0, 1.0]])


class Drawn:
    """Draws of which every normal deviate is the same."""

    def __init__(self, deviate):
        self.deviate = deviate

    def normal(self, size):
        return np.full(size, float(self.deviate))


def test_the_rule():
    assert vars(rule()) | {"authority": ""} == {
        "authority": "",
        "threshold": 11,
        "extra": 5,
        "noise": 2.0,
        "people": 10,
        "score": 5,
        "spread": 2.5,
        "step": 0.5,
        "information": 1.1,
        "effect_variance": 1.25,
        "effect_step": 1.0,
    }


def test_one_person_is_taken_to_stand_two_standard_deviations_out():
    found = reach(DESIGN, np.ones(2), np.eye(2))
    np.testing.assert_allclose(found, [[1, 0], [0, 4]], atol=1e-12)
    # Away from the middle: the mean person's place, and four times the variance around it.
    found = reach(DESIGN + np.array([[0], [3]]), np.ones(2), np.diag([1.0, 0.5]), residual=3.0)
    np.testing.assert_allclose(found, 9 * np.array([[1, 1.5], [1.5, 13 / 4]]), atol=1e-12)


@pytest.mark.parametrize(
    ("people", "trials", "widening", "expected"),
    [(4, 4, 1, 1.0), (4, 16, 1, 2.0), (4, 64, 1, 4.0), (4, 64, 4, 8.0), (4, 1, 1, 1.0)],
)
def test_an_applicants_interviews_lie_two_standard_deviations_out(
    people, trials, widening, expected
):
    found = residual(np.array([people]), np.array([trials]), np.array([0.5]), widening)
    assert found == pytest.approx(expected)


def test_one_person_may_move_a_curve_by_its_error_and_no_more():
    errors = np.diag([0.3, 0.02])
    assert not one_tells(0.999 * errors, errors)
    assert one_tells(np.diag([0.1, 0.0201]), errors)


def test_noise_is_twice_what_one_person_moves():
    found = blurred(np.array([1.0, 2.0]), np.diag([4.0, 9.0]), Drawn(1))
    np.testing.assert_allclose(found, [5.0, 8.0])


def test_people_are_blurred_by_two_and_told_in_tens():
    told = [people_told(24, Drawn(deviate)) for deviate in (0, 0.49, 0.5, 6)]
    assert told == [20, 20, 30, 40]
    assert people_told(1, Drawn(-3)) == 10


def test_a_variance_is_widened_by_what_one_person_moves_it():
    found = [widened(100, Drawn(deviate)) for deviate in (-3, -2, 0, 1)]
    assert found == pytest.approx([1, 1, math.exp(0.06), math.exp(0.09)])


def _release(people, deviate):
    score, moved = np.array([225.0, 265.0]), np.diag([1e-4, 4e-4])
    line = (0.3, 0.62, np.diag([0.02, 0.01]))
    found = release(score, np.full(2, float(people)), line, moved, Drawn(deviate))
    return list(vars(found).values())


@pytest.mark.parametrize(
    ("people", "deviate", "expected"),
    [
        # 0.02 and 0.01 have errors of 0.14 and 0.1: steps of 0.05.
        (200, 0, [400, 245, 20, 0.3, 0.6, 1.1**-10]),
        (200, 1, [400, 245, 20, 0.3, 0.65, 1.1**-9]),
        # Of four people one moves the mean by 15 points and the standard deviation by 10.
        (2, 1, [10, 260, 30, 1.4, 0.7, 1.1**6]),
    ],
)
def test_what_leaves_of_a_curve(people, deviate, expected):
    assert _release(people, deviate) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("deviate", "step"), [(0, -2), (1, -1)])
def test_what_leaves_of_covariates(deviate, step):
    covariance = np.array([[0.04, 0.001, 0], [0.001, 0.01, 0.002], [0, 0.002, 0.05]])
    fit = adjusted.Adjusted(
        *(200, ("needs_visa",), np.array([0.1, 0.5, -0.5]), covariance),
        *(np.diag([1e-3, 1e-3, 2e-3]), False, (), False),
    )
    out = release_effects(fit, KEY, "", {}, Drawn(deviate))
    # Squares of errors are powers of 1.25, numbers whole multiples of the errors.
    slope_error, error = 1.25**-9, 1.25**-5.5
    assert (out.people, out.slope_error, out.slope) == pytest.approx(
        (200, slope_error, 4 * slope_error)
    )
    assert out.effects["needs_visa"].error == pytest.approx(error)
    assert out.effects["needs_visa"].value == pytest.approx(step * error)


def test_errors_of_interviews_are_clustered_and_of_students_t():
    people = draw_people(60, seed=1)
    counts = list(counts_of(cohort_of(people, names=("needs_visa",)), by_covariates=True))[1]
    assert counts.key.outcome == "interview"
    fit, _ = adjusted.adjusted_fit(counts)
    errors, moved = (np.sqrt(np.diag(each)) for each in (fit.covariance, fit.moved))
    np.testing.assert_allclose(errors, [0.184683, 0.131369, 0.276209], rtol=1e-5)
    np.testing.assert_allclose(moved, [0.093799, 0.065512, 0.150451], rtol=1e-5)


def test_limits_of_the_regression_and_the_pools():
    assert (adjusted.KNOWN, adjusted.SCATTERS, adjusted.BENDS) == (0.5, 0.05, 2.5758)
    assert (SIDES.mean, SIDES.specialty_scale, SIDES.cycle_scale) == ((0.0, 1.0), 0.3, 0.1)
    assert (STEPS.mean, STEPS.specialty_scale, STEPS.cycle_scale) == ((0.0, 1.0), 0.1, 0.05)
    assert (SIDES.limits, STEPS.limits, MOST) == ((-3.0, 3.0), (-2.0, 2.0), 115.0)
