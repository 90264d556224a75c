"""What leaves of covariates: coarse, with honest errors, and no small cell follows from it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm

from covariate_samples import NAMES, cohort_of, draw_people
from recalib.privacy.adjusted import FEW, adjusted_fit
from recalib.privacy.effects import effects_of, release_effects
from recalib.privacy.score_fit import counts_of, leave, raw_fit


def _fit(rows, outcome="match", names=NAMES):
    counts = next(
        one
        for one in counts_of(cohort_of(rows, names=names), by_covariates=True)
        if one.key.outcome == outcome
    )
    return counts, *adjusted_fit(counts)


@pytest.mark.parametrize("people", [150, 1_000, 20_000])
@pytest.mark.parametrize("outcome", ["match", "interview"])
def test_errors_of_what_leaves_hold_those_of_the_fit_and_of_the_coarsening(people, outcome):
    counts, fit, left_out = _fit(draw_people(people, seed=people), outcome)
    out = release_effects(fit, counts.key, "cohort:dean", left_out, counts.draws)
    noise = 2.0**2 * fit.moved
    assert set(out.effects) == set(fit.names)
    assert out.people % 10 == 0
    for place, name in enumerate(fit.names, start=2):
        own = (fit.covariance + noise)[np.ix_([place, 1], [place, 1])]
        effect = out.effects[name]
        leaving = np.diag([effect.error**2, out.slope_error**2])
        moved = np.array([effect.value - fit.coefficients[place], out.slope - fit.coefficients[1]])
        assert np.linalg.eigvalsh(leaving - own).min() > 0
        # Rounded away by half of the error that leaves at most, and moved by the noise.
        most = 0.5001 * np.sqrt(np.diag(leaving)) + 4 * np.sqrt(np.diag(noise)[[place, 1]])
        assert (np.abs(moved) <= most).all()
        assert effect.error < 1.45 * np.sqrt(own[0, 0])
        power = np.log(effect.error**2) / np.log(1.25)
        assert power == pytest.approx(round(power), abs=1e-6)


def test_numbers_that_leave_cover_the_truth():
    inside, tried = 0, 0
    for seed in range(100):
        counts, fit, left_out = _fit(draw_people(200, seed=seed), names=("needs_visa",))
        leaving = release_effects(fit, counts.key, "", left_out, counts.draws)
        effect = leaving.effects["needs_visa"]
        tried += 1
        # The other covariates are independent of it, but the logit is not collapsible.
        inside += abs(effect.value + 0.48) < 1.96 * effect.error
    assert inside >= binom.ppf(0.005, tried, 0.93)


def test_a_curve_of_too_few_people_leaves_the_reasons_alone():
    (match, interview) = effects_of(cohort_of(draw_people(18, seed=3)))
    for one in (match, interview):
        assert one.people == 0
        assert np.isnan(one.slope)
        assert not one.effects
        assert one.left_out == dict.fromkeys(NAMES, FEW)


# What an outsider can do who knows everybody of a cohort but one thing about one of them.


def _changed(rows, place, outcome, what):
    rows = rows.copy()
    if what == "needs_visa":
        rows.loc[place, what] = {"yes": "no", "no": "yes", "": "no"}[rows.loc[place, what]]
    elif outcome == "match":
        rows.loc[place, "matched"] = 1 - rows.loc[place, "matched"]
    else:
        # As many invitations more or fewer as two standard deviations.
        often, number = rows.loc[place, ["n_applications", "n_interviews"]]
        step = 2 * int(np.ceil(np.sqrt(often * 0.2 * 0.8 * 1.5)))
        rows.loc[place, "n_interviews"] = number + step if number + step <= often else 0
    return rows


def _distance(told, fit):
    """How far what was told lies from a fit, and how well the noise explains that."""
    noise = 2.0**2 * fit.moved[1:, 1:]
    errors = np.array([told.slope_error, *(each.error for each in told.effects.values())])
    # Rounded to multiples of the error: as if that were normal.
    noise = noise + np.diag(errors**2 / 12)
    values = np.array([told.slope, *(each.value for each in told.effects.values())])
    gap = values - fit.coefficients[1:]
    return gap @ np.linalg.solve(noise, gap) + np.log(np.linalg.det(noise))


@pytest.mark.parametrize("what", ["the result", "needs_visa"])
@pytest.mark.parametrize("outcome", ["match", "interview"])
def test_whoever_knows_all_but_one_thing_can_hardly_tell_it(outcome, what):
    people, right, tried = 150, 0, 0
    for seed in range(60):
        rows = draw_people(people, seed=seed)
        other = _changed(rows, int(np.random.default_rng(seed).integers(people)), outcome, what)
        fits = [_fit(each, outcome) for each in (rows, other)]
        counts, fit, left_out = fits[seed % 2]
        if fits[0][1] is None or fits[1][1] is None or fits[0][1].names != fits[1][1].names:
            continue
        told = release_effects(fit, counts.key, "", left_out, counts.draws)
        gaps = [_distance(told, each) for _, each, _ in fits]
        right += int(np.argmin(gaps)) == seed % 2
        tried += 1
    assert tried > 40
    assert right / tried < norm.cdf(0.5) + 2 * np.sqrt(0.25 / tried)


def test_people_of_a_regression_and_of_its_curve_are_blurred_apart():
    """Else their difference would tell of how many a covariate is blank."""
    gaps = set()
    for seed in range(12):
        rows = draw_people(400, seed=seed)
        rows.loc[:5, "needs_visa"] = ""
        cohort = cohort_of(rows)
        counts = next(counts_of(cohort))
        gaps.add(leave(counts, *raw_fit(counts)).people - next(effects_of(cohort)).people)
    assert len(gaps) > 1
