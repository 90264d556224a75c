"""U.S. IMGs from totals of both groups: gap, shift, and the curve that gives both back."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from calib.line import chance
from recalib import (
    borrowed_curves,
    build_cells,
    fit_alone,
    means_of,
    pool_slopes,
    pooled_curves,
    self_reported,
    translated_curves,
)
from recalib.curves.two_groups import GAP, GAP_SD, Normal, gaps, joint, shifts, solve
from recalib.run.tables import Run


def means(rows):
    columns = ["cycle", "specialty", "applicant_group", "result", "n", "mean"]
    return pd.DataFrame(rows, columns=columns)


def test_the_gap_of_a_specialty_weighs_its_editions_against_what_is_known_of_any():
    found = gaps(
        means(
            [
                ("2013", "anesthesiology", "us_img", "matched", 95, 239),
                ("2013", "anesthesiology", "non_us_img", "matched", 78, 234),
                ("2022", "anesthesiology", "us_img", "matched", np.nan, 243),
                ("2022", "anesthesiology", "non_us_img", "matched", np.nan, 240),
                ("2022", "pathology", "us_img", "matched", np.nan, 228),  # the other is missing
                ("2013", "neurology", "us_img", "not_matched", 10, 220),
                ("2013", "neurology", "non_us_img", "not_matched", 10, 230),
            ]
        )
    )
    assert set(found) == {"", "anesthesiology"}
    assert (found[""].mean, found[""].sd) == (GAP, GAP_SD) == (-5.0, 6.0)
    # Typed: 169 / 95 + 169 / 78 + 1/6 + 4 = 8.11 and 2 * 169 / 30 + 1/6 + 4 = 15.43.
    precision = 1 / 36 + 1 / 8.1122 + 1 / 15.4333
    assert found["anesthesiology"].sd == pytest.approx(precision**-0.5, rel=1e-4)
    mean = (-5 / 36 + 5 / 8.1122 + 3 / 15.4333) / precision
    assert found["anesthesiology"].mean == pytest.approx(mean, rel=1e-4)


def test_shifts_lean_on_their_mean_the_more_the_less_they_are_known():
    rates = pd.DataFrame(
        {
            "specialty": ["big", "small", "third", "fourth"],
            "first_success": [3000, 5, 400, 700],
            "first_total": [6000, 10, 1000, 1000],
            "any_success": [3000, 2, 300, 300],
            "any_total": [7500, 10, 1000, 1000],
        }
    )
    found = shifts(rates)
    raw = logit([0.5, 0.5, 0.4, 0.7]) - logit([0.4, 0.2, 0.3, 0.3])
    assert found["big"].mean == pytest.approx(raw[0], abs=0.01)
    assert abs(found["small"].mean - found[""].mean) < 0.5 * abs(raw[1] - found[""].mean)
    assert found["big"].sd < found["small"].sd < found[""].sd
    assert shifts(rates.iloc[:2]) == {"": Normal(0.0, 1.0)}


@pytest.mark.parametrize("slope", [-0.2, 0.0, 0.3, 1.2])
def test_the_curve_gives_base_rate_and_mean_of_the_matched_back(slope):
    rate, target, spread = 0.3, 250.0, 13.0
    (intercept,), (mean,) = solve(*(np.array([x]) for x in (target, spread, slope, rate)))
    x = np.linspace(mean - 9 * spread, mean + 9 * spread, 20001)
    f = np.exp(-0.5 * ((x - mean) / spread) ** 2)
    p = expit(intercept + slope * (x - 245) / 10)
    assert (f * p).sum() / f.sum() == pytest.approx(rate, abs=1e-4)
    assert (f * p * x).sum() / (f * p).sum() == pytest.approx(target, abs=0.01)


def test_what_is_uncertain_is_carried_through():
    """Against plain Monte Carlo."""
    random = np.random.default_rng(5)
    given = (Normal(0.4, 0.3), Normal(250.0, 3.0), Normal(0.3, 0.2))
    found, _ = joint(60, 200, *given)
    rate = random.beta(60.5, 140.5, 20_000)
    moved, target, slope = (random.normal(one.mean, one.sd, 20_000) for one in given)
    spread = np.exp(random.normal(np.log(13.5), 0.1, 20_000))
    intercept, _ = solve(target, spread, slope, expit(logit(rate) + moved))
    assert found.intercept == pytest.approx(intercept.mean(), abs=0.02)
    assert found.intercept_se == pytest.approx(intercept.std(), rel=0.03)
    assert found.correlation == pytest.approx(np.corrcoef(intercept, slope)[0, 1], abs=0.03)


@pytest.fixture(scope="module")
def fitted(work_dir):
    run = Run(work_dir)
    evidence = run.read("evidence")
    alone = fit_alone(build_cells(evidence, self_reported(run.note("inputs")["provenance"])))
    pools = pool_slopes(alone)
    curves = pooled_curves(alone, pools)
    curves += borrowed_curves(alone, curves, pools)
    return alone, curves, pools, means_of(evidence)


def test_us_imgs_who_ranked_a_specialty_first_in_2026(fitted):
    """First figures of another implementation: .23, .63, .87."""
    found = {curve.cell.key.specialty: curve for curve in translated_curves(*fitted)}
    for specialty, value in {
        "anesthesiology": 0.23, "internal_medicine": 0.63, "pediatrics": 0.87,
    }.items():  # fmt: skip
        p, low, high = chance(found[specialty].line, 245)
        assert p == pytest.approx(value, abs=0.03)
        assert low < value < high
        assert high - low > 0.2
    assert {curve.status for curve in found.values()} == {"borrowed"}
    assert {curve.cell.key.cycle for curve in found.values()} == {"2026"}
    # Nothing stands in where the other group has no curve of those who ranked it first.
    assert "preliminary_medicine" not in found
    assert "dermatology" not in found  # no totals of the U.S. group


def test_other_choices_move_the_curves_as_they_should(fitted):
    own = {c.cell.key.specialty: c for c in translated_curves(*fitted)}
    mean = {c.cell.key.specialty: c for c in translated_curves(*fitted, shift="mean")}
    gap = {c.cell.key.specialty: c for c in translated_curves(*fitted, gap="mean")}
    at = {name: chance(curve.line, 245)[0] for name, curve in own.items()}
    # Internal medicine's own shift is about 0, that of pediatrics twice the mean.
    assert chance(mean["internal_medicine"].line, 245)[0] > at["internal_medicine"] + 0.03
    assert chance(mean["pediatrics"].line, 245)[0] < at["pediatrics"] - 0.02
    # Matched U.S. IMGs in anesthesiology score higher: with the mean gap 245 would be worth more.
    assert chance(gap["anesthesiology"].line, 245)[0] > at["anesthesiology"] + 0.02
