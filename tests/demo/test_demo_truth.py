"""Plain regressions of the rows give the truth back, within their own errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import chi2
from statsmodels.api import GLM, families

COVARIATES = ["needs_visa", "step1_failures", "years_since_graduation", "us_clinical_months"]
LARGE = [
    ("internal_medicine", "non_us_img"),
    ("family_medicine", "non_us_img"),
    ("internal_medicine", "us_md_senior"),
    ("general_surgery", "us_md_senior"),
]


def design(rows: pd.DataFrame, key: tuple[str, str], needed: list[str]) -> pd.DataFrame:
    """Complete rows of a population, with the terms of the truth that vary in it."""
    part = rows[(rows["specialty"] == key[0]) & (rows["applicant_group"] == key[1])]
    part = part.dropna(subset=[*COVARIATES, *needed])
    return part.assign(
        intercept=1.0,
        slope=(part["step2_ck"] - 245) / 10,
        needs_visa=(part["needs_visa"] == "yes").astype(float),
        step1_failures=part["step1_failures"].clip(upper=1),
    )


def terms(truth: pd.Series) -> list[str]:
    varying = [name for name in COVARIATES if not np.isnan(truth[name])]
    return ["intercept", "slope", *varying]


def distance(fit: object, truth: pd.Series, names: list[str]) -> float:
    """Probability of an estimate farther from the truth, by the fit's own covariance."""
    off = (fit.params[names] - truth[names]).to_numpy(float)
    covariance = fit.cov_params().loc[names, names].to_numpy()
    return float(chi2.sf(off @ np.linalg.solve(covariance, off), len(names)))


@pytest.mark.parametrize("key", LARGE)
def test_logistic_regression_recovers_the_match(
    rows: pd.DataFrame, truth: pd.DataFrame, key: tuple[str, str]
) -> None:
    true = truth.loc[(*key, "match")]
    part, names = design(rows, key, ["matched"]), terms(true)
    fit = GLM(part["matched"], part[names], family=families.Binomial()).fit()
    assert distance(fit, true, names) > 1e-3
    # A fit that told nothing would pass the line above.
    assert fit.bse["slope"] < 0.08


@pytest.mark.parametrize("key", LARGE)
def test_quasi_binomial_regression_recovers_the_interviews(
    rows: pd.DataFrame, truth: pd.DataFrame, key: tuple[str, str]
) -> None:
    true = truth.loc[(*key, "interview")]
    part, names = design(rows, key, ["n_interviews"]), terms(true)
    counts = np.column_stack([part["n_interviews"], part["n_applications"] - part["n_interviews"]])
    model = GLM(counts, part[names], family=families.Binomial())
    # Applications of one person hang together: sandwich errors, a person being a row.
    fit = model.fit(cov_type="HC0")
    assert distance(fit, true, names) > 1e-3
    assert fit.bse["slope"] < 0.03
    # E[1 + (n - 1) rho], the dispersion around the true chances.
    expected = 1 + (true["applications_mean"] - 1) * true["intraclass_correlation"]
    fitted = fit.fittedvalues * part["n_applications"]
    pearson = (part["n_interviews"] - fitted) ** 2 / (fitted * (1 - fit.fittedvalues))
    error = pearson.std() / np.sqrt(len(pearson))
    assert abs(pearson.mean() - expected) < 4 * error
    assert error < expected / 10


@pytest.mark.parametrize("key", LARGE)
def test_score_only_curves_and_their_dispersion_are_the_limit_of_the_fit(
    rows: pd.DataFrame, truth: pd.DataFrame, key: tuple[str, str]
) -> None:
    true = truth.loc[(*key, "interview")]
    part = design(rows, key, ["n_interviews"])
    line = true["score_only_intercept"] + true["score_only_slope"] * part["slope"]
    chance, trials = expit(line), part["n_applications"]
    residual = part["n_interviews"] - trials * chance
    # The equations of the fit hold at the score-only curve.
    for weight in (part["intercept"], part["slope"]):
        score = weight * residual
        assert abs(score.sum()) < 4 * np.sqrt((score**2).sum())
    pearson = residual**2 / (trials * chance * (1 - chance))
    assert abs(pearson.mean() - true["pearson_dispersion"]) < 4 * pearson.std() / np.sqrt(len(part))
    assert true["pearson_dispersion"] > 2


def test_effects_differ_between_specialties_around_their_mean(truth: pd.DataFrame) -> None:
    effects = truth.xs("match", level="outcome")["needs_visa"]
    assert len(set(effects)) == len(effects)
    assert abs(effects.mean() + 0.4) < 4 * 0.1 / np.sqrt(len(effects))
    assert 0.06 < effects.std() < 0.15


def test_no_effect_is_named_where_all_people_are_alike(truth: pd.DataFrame) -> None:
    seniors = truth.xs("us_md_senior", level="applicant_group")
    assert seniors["years_since_graduation"].isna().all()
    assert truth.xs("non_us_img", level="applicant_group")[COVARIATES].notna().all(axis=None)


def test_shares_are_of_all_rows(truth: pd.DataFrame) -> None:
    for outcome in ("match", "interview"):
        shares = truth.xs(outcome, level="outcome")["share_of_rows"]
        assert shares.sum() == pytest.approx(1, abs=1e-4)
