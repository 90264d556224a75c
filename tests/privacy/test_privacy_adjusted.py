"""The private regression on score and covariates: equal to GLM, and only where people suffice."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit
from scipy.stats import binom
from scipy.stats import t as student

from covariate_samples import EFFECTS, NAMES, cohort_of, count, draw_people
from recalib.cohorts.comparisons import COMPARISONS
from recalib.cohorts.dispersion import clustering, pearson
from recalib.cohorts.fit import maximum
from recalib.privacy.adjusted import BLANK, FEW, adjusted_fit, choose, separated_by
from recalib.privacy.score_fit import counts_of


def _counts(*rows, outcome="match", names=NAMES):
    found = counts_of(cohort_of(*rows, names=names), by_covariates=True)
    return next(one for one in found if one.key.outcome == outcome)


def _design(rows):
    columns = [np.ones(len(rows)), (rows["step2_ck"] - 245) / 10]
    return np.column_stack([*columns, *(COMPARISONS[name].values(rows[name]) for name in NAMES)])


@pytest.mark.parametrize("seed", range(4))
def test_coefficients_are_those_of_glm_on_the_rows(seed):
    rows = draw_people(500, seed=seed)
    fit, left_out = adjusted_fit(_counts(rows))
    assert not left_out
    glm = sm.GLM(rows["matched"], _design(rows), family=sm.families.Binomial()).fit(tol=1e-13)
    np.testing.assert_allclose(fit.coefficients, glm.params, atol=1e-6, rtol=0)
    # A straight line is not widened, but for one in twenty.
    wider = np.diag(fit.covariance) / np.diag(glm.cov_params())
    np.testing.assert_allclose(wider, wider[0], rtol=1e-6)
    assert wider[0] == pytest.approx(1) or wider[0] > 1.2
    assert fit.people == 500
    assert not fit.penalised


@pytest.mark.parametrize("seed", range(4))
def test_interviews_are_regressed_per_application(seed):
    rows = draw_people(400, seed=seed)
    fit, _ = adjusted_fit(_counts(rows, outcome="interview"))
    counts = np.column_stack([rows["n_interviews"], rows["n_applications"] - rows["n_interviews"]])
    model = sm.GLM(counts, _design(rows), family=sm.families.Binomial())
    np.testing.assert_allclose(fit.coefficients, model.fit(tol=1e-13).params, atol=1e-6, rtol=0)


# Grouped: age, oc, vic, vicl, vis, dia; cases and controls of 239 college women (Foxman et al.
# 1997), the data of Heinze and Schemper (2002): all who use a diaphragm are cases.
INFECTIONS = {
    "000010": (1, 1), "001000": (14, 2), "001010": (3, 1), "001100": (10, 8), "001110": (12, 18),
    "001111": (1, 0), "010000": (44, 42), "010001": (3, 0), "010010": (0, 1), "011000": (15, 1),
    "011001": (1, 0), "011010": (2, 0), "011100": (7, 5), "011110": (3, 6), "101000": (2, 0),
    "101010": (1, 0), "101011": (1, 0), "101100": (1, 2), "101110": (0, 4), "101111": (1, 0),
    "110000": (5, 14), "110010": (0, 1), "111000": (3, 1), "111110": (0, 2),
}  # fmt: skip


def test_firth_gives_the_published_estimates_of_separated_data():
    """Expected values: R package logistf 1.24, data sex2."""
    design = np.array([[1, *map(int, pattern)] for pattern in INFECTIONS], dtype=float).T
    cases, controls = np.array(list(INFECTIONS.values()), dtype=float).T
    assert (cases.sum(), controls.sum()) == (130, 109)
    assert separated_by(design, cases + controls, cases)
    place, _ = maximum(design, cases + controls, cases, penalised=True)
    expected = [0.12025405, -1.10598131, -0.06881673, 2.26887464, -2.11140817, -0.78831694]
    np.testing.assert_allclose(place, [*expected, 3.09601166], atol=1e-6)
    # Without the diaphragm nothing is separated.
    assert not separated_by(design[:-1], cases + controls, cases)


@pytest.mark.parametrize(
    ("success", "expected"),
    [
        ((0, 0, 5, 5), True),  # one line parts the results
        ((0, 2, 5, 5), True),  # with one mixed cell on it
        ((0, 5, 0, 5), True),
        ((1, 2, 3, 4), False),
        ((0, 5, 5, 0), False),  # no line parts a cross
        ((5, 5, 5, 5), True),
    ],
)
def test_separation_in_two_columns(success, expected):
    design = np.array([[1, 1, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1]], dtype=float)
    found = separated_by(design, np.full(4, 5.0), np.array(success, dtype=float))
    assert found is expected


def test_separated_covariates_are_finite_and_said():
    rows = draw_people(300, seed=3)
    rows["matched"] = (rows["step2_ck"] / 10 - 2 * (rows["needs_visa"] == "yes") > 23.5).astype(int)
    fit, _ = adjusted_fit(_counts(rows))
    assert fit.penalised
    assert np.isfinite(fit.coefficients).all()
    assert np.isfinite(fit.covariance).all()
    assert fit.coefficients[2] < 0


def test_a_covariate_of_too_few_people_is_left_out_and_the_others_are_not():
    rows = draw_people(400, seed=1)
    failed = rows.index[rows["matched"] == 1][:10]
    rows["step1_failures"] = np.where(rows.index.isin([*failed, *range(200, 260)]), 1, 0)
    hit = rows.loc[rows["step1_failures"] > 0, "matched"].sum()
    counts = _counts(rows)
    for spare in (hit - 10, 0):
        # Matched people are taken off the side until ten are left, then eleven.
        fewer = rows.copy()
        chosen = fewer.index[(fewer["step1_failures"] > 0) & (fewer["matched"] == 1)]
        fewer.loc[chosen[: max(spare, 0)], "step1_failures"] = 0
        _, names, left_out = choose(_counts(fewer))
        assert ("step1_failures" in names) == (spare == 0)
        assert left_out == ({} if spare == 0 else {"step1_failures": FEW})
        assert {"needs_visa", "years_since_graduation", "us_clinical_months"} <= set(names)
    assert choose(counts)[1] == list(NAMES)


def test_ten_people_on_a_side_are_too_few_and_a_few_more_are_not():
    rows = draw_people(600, seed=2)
    for matched, expected in ((10, False), (20, True)):
        side = [
            *rows.index[rows["matched"] == 1][:matched],
            *rows.index[rows["matched"] == 0][:60],
        ]
        rows["needs_visa"] = np.where(rows.index.isin(side), "yes", "no")
        assert ("needs_visa" in choose(_counts(rows))[1]) is expected


def test_people_whom_the_other_covariates_tell_apart_do_not_count():
    """Sixty failed; all but three of them, and nobody else, need a visa: one of the two goes."""
    rows = draw_people(400, seed=5)
    failed = rows.index[:60]
    rows["step1_failures"] = np.where(rows.index.isin(failed), 1, 0)
    rows["needs_visa"] = np.where(rows.index.isin(failed[3:]), "yes", "no")
    _, names, left_out = choose(_counts(rows))
    assert len({"needs_visa", "step1_failures"} & set(names)) == 1
    assert list(left_out.values()) == [FEW]
    rows["needs_visa"] = np.where(rows["step1_failures"] > 0, "yes", "no")
    assert choose(_counts(rows))[2] == {"step1_failures": FEW}


def test_a_covariate_that_is_blank_too_often_is_left_out_with_that_reason():
    rows = draw_people(400, seed=6)
    rows.loc[rows.index % 5 > 1, "us_clinical_months"] = -1
    fit, left_out = adjusted_fit(_counts(rows))
    assert left_out == {"us_clinical_months": BLANK}
    assert fit.people == 400
    rows.loc[rows.index % 50 > 0, "us_clinical_months"] = -1
    # Eight people are known: how many is told of nobody.
    assert adjusted_fit(_counts(rows))[1] == {"us_clinical_months": FEW}


def test_rows_with_a_blank_are_left_out():
    rows = draw_people(500, seed=7)
    rows.loc[:29, "needs_visa"] = ""
    rows.loc[470:, "years_since_graduation"] = -1
    fit, _ = adjusted_fit(_counts(rows))
    assert fit.people == 440
    whole, _ = adjusted_fit(_counts(rows.loc[30:469]))
    np.testing.assert_allclose(fit.coefficients, whole.coefficients, atol=1e-9)


def test_nobody_but_a_few_leaves_nothing():
    fit, left_out = adjusted_fit(_counts(draw_people(15, seed=1)))
    assert fit is None
    assert left_out == dict.fromkeys(NAMES, FEW)


def test_a_bent_effect_is_seen_and_a_straight_one_hardly_ever():
    flags = 0
    for seed in range(30):
        flags += len(adjusted_fit(_counts(draw_people(300, seed=seed)))[0].bent)
    # 60 straight lines at 1 %.
    assert flags <= binom.ppf(0.999, 60, 0.01)
    rows = draw_people(3000, seed=1, effects=(0, 0, 0, 0))
    years = rows["years_since_graduation"]
    rng = np.random.default_rng(1)
    chance = expit(-0.5 + 0.4 * (years - 4).clip(lower=0) - 0.2 * years)
    rows["matched"] = (rng.random(len(rows)) < chance).astype(int)
    assert adjusted_fit(_counts(rows))[0].bent == ("years_since_graduation",)


def _sums(rows):
    """The columns that `clustering` takes, a row a cell."""
    names = ["applied", "applications", "interviews", "interview_square", "application_square"]
    counts = count(rows, NAMES)
    return counts, [counts[name].to_numpy(float) for name in names]


def test_clustering_is_the_moment_estimate_of_the_applicants():
    """From sums by cell as from every applicant, expectation and all."""
    rows = draw_people(120, seed=4)
    counts, sums = _sums(rows)
    design = _design(counts).T
    chance = np.clip(expit(np.array([-0.5, 0.4, *EFFECTS]) @ design), 0.01, 0.99)
    person = _design(rows).T
    p = np.clip(expit(np.array([-0.5, 0.4, *EFFECTS]) @ person), 0.01, 0.99)
    m, y = rows["n_applications"].to_numpy(float), rows["n_interviews"].to_numpy(float)
    bend = p * (1 - p)
    bread = np.linalg.inv((person * (m * bend)) @ person.T)

    def expected(rho):
        variance = np.diag(m * bend * (1 + (m - 1) * rho))
        # Residuals of the fit, to first order: (1 - hat) (y - m p).
        left = np.eye(len(m)) - np.diag(m * bend) @ person.T @ bread @ person
        return float(np.sum(np.diag(left @ variance @ left.T) / (m * bend)))

    statistic = float(np.sum((y - m * p) ** 2 / (m * bend)))
    assert pearson(chance, *sums[1:4]) == pytest.approx(statistic)
    wanted = (statistic - expected(0)) / (expected(1) - expected(0))
    assert clustering(design, chance, *sums) == pytest.approx(wanted, rel=1e-9)
    assert 0 < wanted < 1


def test_nobody_who_applies_once_tells_how_applications_cluster():
    rows = draw_people(160, seed=4)
    rows["n_applications"], rows["n_interviews"] = 1, rows["matched"]
    counts, sums = _sums(rows)
    design = _design(counts).T
    assert clustering(design, np.full(design.shape[1], 0.3), *sums) == 0
    fit, _ = adjusted_fit(_counts(rows, outcome="interview"))
    assert fit.single


REPLICATES = 100


@pytest.mark.parametrize(
    ("people", "outcome"), [(80, "interview"), (250, "interview"), (150, "match")]
)
def test_intervals_of_effects_cover_93_to_97_percent(people, outcome):
    """Beta-binomial applicants; those who need a visa apply more than twice as often."""
    inside, tried = 0, 0
    limit = student.ppf(0.975, people) if outcome == "match" else 1.96
    for seed in range(REPLICATES):
        rows = draw_people(people, seed=seed, effects=(-0.5, -0.4, 0, 0))
        fit, left_out = adjusted_fit(
            _counts(rows, outcome=outcome, names=("needs_visa", "step1_failures"))
        )
        if "needs_visa" in left_out:
            continue
        tried += 1
        inside += abs(fit.coefficients[2] + 0.5) < limit * np.sqrt(fit.covariance[2, 2])
    assert tried > REPLICATES / 2
    assert binom.ppf(0.005, tried, 0.93) <= inside <= binom.ppf(0.995, tried, 0.97)
