"""The private fit: equal to GLM on real counts, and finite where the results are separated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.special import expit

from recalib.cohorts.fit import fit_counts, glm, separated

RAW = Path(__file__).parents[1] / "frozen" / "raw" / "published"


def _real_counts():
    """Matches by score bin of U.S. MD seniors, each bin read at its lower bound."""
    found = []
    for path in sorted(RAW.glob("*.step2ck.bins.csv")):
        table = pd.read_csv(path).dropna(subset="score_min")
        for specialty, rows in table.groupby("specialty"):
            columns = (rows[name].to_numpy(float) for name in ("score_min", "n_total", "n_success"))
            found.append(pytest.param(*columns, id=str(specialty)))
    return found


@pytest.mark.parametrize(("score", "trials", "success"), _real_counts())
def test_real_counts_give_the_coefficients_of_glm(score, trials, success):
    fit = fit_counts(score, trials, success)
    kept = trials > 0
    counts = np.column_stack([success, trials - success])[kept]
    design = sm.add_constant((score[kept] - 245) / 10)
    glm = sm.GLM(counts, design, family=sm.families.Binomial()).fit(tol=1e-13)
    assert not fit.penalised
    np.testing.assert_allclose([fit.intercept, fit.slope], glm.params, atol=1e-6, rtol=0)
    np.testing.assert_allclose(fit.covariance, glm.cov_params(), rtol=1e-6)


@pytest.mark.parametrize(
    ("trials", "success", "expected"),
    [
        # Scores of the unmatched all lie below those of the matched, touch them, or do not.
        ([5, 7, 8, 9], [0, 0, 8, 9], True),
        ([5, 7, 8, 9], [0, 3, 8, 9], True),
        ([5, 7, 8, 9], [5, 7, 0, 0], True),
        ([5, 7, 8, 9], [1, 0, 8, 9], False),
        ([5, 7, 8, 9], [0, 3, 7, 9], False),
        ([5, 7, 8, 9], [5, 7, 8, 9], True),
    ],
)
def test_separation_is_seen(trials, success, expected):
    score = np.array([230.0, 240.0, 250.0, 260.0])
    assert separated(score, np.array(trials), np.array(success)) is expected


def test_two_separated_scores_get_half_a_person_in_every_cell():
    """With two scores the model is saturated: Firth's penalty adds 1/2 to each of four counts."""
    fit = fit_counts(np.array([240.0, 250.0]), np.array([12.0, 15.0]), np.array([0.0, 15.0]))
    low, high = np.log(0.5 / 12.5), np.log(15.5 / 0.5)
    assert fit.penalised
    assert fit.slope == pytest.approx(high - low, abs=1e-8)
    assert fit.intercept == pytest.approx((low + high) / 2, abs=1e-8)


def test_the_penalised_fit_is_the_maximum_of_the_penalised_likelihood():
    score = np.array([228.0, 236.0, 241.0, 249.0, 255.0])
    trials, success = np.array([4.0, 6.0, 9.0, 7.0, 5.0]), np.array([0.0, 0.0, 4.0, 7.0, 5.0])
    design = np.stack([np.ones(5), (score - 245) / 10])

    def loss(place):
        chance = expit(place @ design)
        information = (design * (trials * chance * (1 - chance))) @ design.T
        level = success @ np.log(chance) + (trials - success) @ np.log1p(-chance)
        return -(level + 0.5 * np.linalg.slogdet(information)[1])

    best = minimize(loss, [0, 1], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13})
    fit = fit_counts(score, trials, success)
    assert fit.penalised
    np.testing.assert_allclose([fit.intercept, fit.slope], best.x, atol=1e-5)


def test_one_score_holds_no_slope():
    assert fit_counts(np.array([240.0, 250.0]), np.array([9.0, 0.0]), np.array([4.0, 0.0])) is None


def test_far_scores_and_many_people_converge():
    """A steep line far from 245: plain Newton steps from 0 would overshoot."""
    score = np.arange(1.0, 301.0)
    trials = np.full(300, 1e6)
    success = trials * expit(-9 + 2 * (score - 245) / 10)
    fit = fit_counts(score, trials, success)
    assert (fit.intercept, fit.slope) == pytest.approx((-9, 2), abs=1e-6)


def test_the_door_gives_what_statsmodels_tells_of_a_regression():
    score = np.array([235.0, 245.0, 255.0, 255.0])
    trials, success = np.array([40.0, 50.0, 30.0, 20.0]), np.array([10.0, 25.0, 21.0, 9.0])
    found = glm(score, trials, success, {"needs_visa": np.array([0.0, 0.0, 0.0, 1.0])})
    rows = np.repeat(np.arange(4), trials.astype(int))
    result = np.concatenate([np.arange(n) < k for n, k in zip(trials, success, strict=True)])
    design = np.column_stack([np.ones(140), (score[rows] - 245) / 10, rows == 3]).astype(float)
    logit = sm.Logit(result.astype(float), design).fit(disp=0, method="newton", tol=1e-12)
    np.testing.assert_allclose(found.params, logit.params, atol=1e-8)
    np.testing.assert_allclose(found.bse, logit.bse, rtol=1e-6)
    assert list(found.params.index) == ["intercept", "per_10_points", "needs_visa"]
    assert "needs_visa" in str(found.summary())
    two = fit_counts(score[:2], trials[:2], success[:2])
    assert (two.intercept, two.slope) == pytest.approx((0, np.log(3)), abs=1e-8)
