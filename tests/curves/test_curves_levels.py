"""Drift of levels: walks by brute force, restricted likelihood by hand, draws of the posterior."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from recalib import build_cells, gather, read_raw
from recalib.contract.keys import CurveKey
from recalib.curves.curve import Curve
from recalib.curves.fit import fit_curves, with_drift
from recalib.curves.levels import (
    STEPS,
    Level,
    estimate_drift,
    evidence_for_steps,
    levels_of,
    next_year,
    shared,
    walked,
    years_between,
)
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid
from recalib.likelihood.quantiles import QuantileTable

RAW = Path(__file__).parents[1] / "frozen" / "raw"
SPANS = {"2020-2024": range(2020, 2025), "2024": [2024], "2026": [2026], "2027": [2027]}


@pytest.fixture(scope="module")
def drift():
    """Drift of the frozen tables of U.S. MD seniors: three cycles, 2024 inside 2020-2024."""
    cells = build_cells(gather(read_raw(RAW)), set())
    held = [
        cell
        for cell in cells
        if cell.key.outcome == "match" and cell.key.applicant_group == "us_md_senior"
    ]
    return estimate_drift(fit_curves(held).curves)


@pytest.fixture(scope="module")
def walks():
    """Levels of cycles in 400,000 walks of steps N(0, 1) that begin in 2019."""
    steps = np.random.default_rng(3).normal(size=(400_000, 8))
    level = dict(zip(range(2020, 2028), np.cumsum(steps, axis=1).T, strict=True))
    return {cycle: np.mean([level[year] for year in held], axis=0) for cycle, held in SPANS.items()}


@pytest.mark.parametrize("one", SPANS)
@pytest.mark.parametrize("other", SPANS)
def test_covariances_are_those_of_simulated_walks(one, other, walks):
    found = walked(one, other) - walked("2019", "2019")
    assert found == pytest.approx(float(np.cov(walks[one], walks[other])[0, 1]), abs=0.05)


@pytest.mark.parametrize(
    ("cycle", "year", "variance"),
    [
        ("2026", "2027", 1.0),
        ("2024", "2026", 2.0),
        ("2024", "2027", 3.0),
        # The mean of five years: 2 + (4^2 + 3^2 + 2^2 + 1) / 25 to 2026, and a year more.
        ("2020-2024", "2026", 3.2),
        ("2020-2024", "2027", 4.2),
    ],
)
def test_variance_between_a_cycle_and_a_year(cycle, year, variance, walks):
    assert years_between(cycle, year) == pytest.approx(variance)
    assert float(np.var(walks[year] - walks[cycle])) == pytest.approx(variance, rel=0.02)


def test_people_that_two_cycles_share_correlate_their_errors():
    """Means of simulated people: 2024's 120 are among the 500 of 2020-2024; 2026 shares none."""
    people = np.random.default_rng(4).normal(size=(40_000, 500))
    whole, inside = people.mean(axis=1), people[:, :100].mean(axis=1)
    one, other = Level("2020-2024", 0, 0.1, 500), Level("2024", 0, 0.2, 100)
    correlation = float(np.corrcoef(whole, inside)[0, 1])
    assert shared(one, other) == shared(other, one) == pytest.approx(correlation, abs=0.015)
    assert shared(one, other) == pytest.approx(0.447, abs=5e-4)
    # More people than a fifth of the span: no more of them than the span's year holds are shared.
    assert shared(one, Level("2024", 0, 0.2, 400)) == pytest.approx(100 / np.sqrt(500 * 400))
    assert shared(one, Level("2026", 0, 0.2, 100)) == 0
    assert shared(other, other) == 1


def test_two_single_years_are_a_normal_of_their_difference():
    levels = [Level("2024", 1.0, 0.1, 100), Level("2026", 1.5, 0.2, 100)]
    found = evidence_for_steps(levels)
    expected = norm.logpdf(0.5, 0, np.sqrt(0.01 + 0.04 + 2 * STEPS**2))
    np.testing.assert_allclose(found - found[0], expected - expected[0], atol=1e-9)


def by_hand(levels):
    """Log restricted likelihood of a step, from years and people; nothing of the module is used."""
    parts = []
    for held in levels.values():
        steps, sampling = [], np.diag([level.error**2 for level in held])
        for row, level in enumerate(held):
            span = SPANS[level.cycle]
            steps.append(np.mean([[new <= year for new in range(2021, 2028)] for year in span], 0))
            for column, other in enumerate(held):
                if (level.cycle, other.cycle) == ("2020-2024", "2024"):
                    both = min(level.people / 5, other.people)
                    correlation = both / np.sqrt(level.people * other.people)
                    sampling[row, column] = correlation * level.error * other.error
                    sampling[column, row] = sampling[row, column]
        parts.append((np.array(steps), sampling, np.array([level.logit for level in held])))

    def likelihood(step):
        total = 0.0
        for steps, sampling, y in parts:
            # The specialty's own level is a fixed effect: its mean by generalised least squares.
            precision = np.linalg.inv(step**2 * steps @ steps.T + sampling)
            known = precision.sum()
            gap = y - (precision @ y).sum() / known
            total += 0.5 * (np.linalg.slogdet(precision)[1] - np.log(known))
            total -= 0.5 * gap @ precision @ gap
        return total

    return likelihood


def test_restricted_maximum_likelihood_agrees_within_a_tenth(drift):
    likelihood = by_hand(drift.levels)
    found = minimize_scalar(lambda step: -likelihood(step), bounds=(1e-3, 2), method="bounded").x
    assert drift.step == pytest.approx(found, rel=0.1)
    assert STEPS[np.argmax(drift.weights)] == pytest.approx(found, rel=0.1)
    assert found == pytest.approx(0.301, abs=0.005)


def test_draws_from_the_prior_weighed_by_likelihood_give_the_posterior(drift):
    likelihood = by_hand(drift.levels)
    draws = abs(np.random.default_rng(5).normal(0, 0.2, 1500))
    level = np.array([likelihood(step) for step in draws])
    weight = np.exp(level - level.max())
    weight /= weight.sum()
    assert 1 / (weight**2).sum() > 250, "draws that count"
    assert drift.step == pytest.approx(float(np.sqrt(weight @ draws**2)), rel=0.03)
    order = np.argsort(draws)
    ends = np.interp((0.025, 0.975), np.cumsum(weight[order]), draws[order])
    np.testing.assert_allclose(drift.interval(), ends, atol=0.015)


def test_drift_of_the_real_tables(drift):
    """METHOD's first look: .29 a year (.21-.41), by levels typed from the tables by hand."""
    assert drift.step == pytest.approx(0.29, abs=0.03)
    low, high = drift.interval()
    assert 0.17 < low < 0.23
    assert 0.35 < high < 0.42
    assert drift.sd("2026", 2027) == pytest.approx(drift.step)
    assert drift.sd("2020-2024", 2027) == pytest.approx(2.0494 * drift.step, rel=1e-4)
    # Child neurology and radiation oncology have no score of those who did not match in 2026.
    assert len(drift.levels) == 21
    assert sum(len(levels) for levels in drift.levels.values()) == 19 * 3 + 2 * 2
    assert drift.summary().loc[0, "specialties"] == 21


def test_pairs_are_neighbouring_cycles_with_their_sampling_error(drift):
    pairs = drift.pairs().set_index(["specialty", "older", "newer"])
    assert len(pairs) == 19 * 2 + 2
    span, inner, newest = drift.levels[next(key for key in drift.levels if key[1] == "psychiatry")]
    row = pairs.loc[("psychiatry", "2024", "2026")]
    assert row["moved"] == pytest.approx(newest.logit - inner.logit)
    assert row["error"] == pytest.approx(np.hypot(newest.error, inner.error))
    assert row["expected"] == pytest.approx(drift.step * np.sqrt(2))
    within = pairs.loc[("psychiatry", "2020-2024", "2024")]
    # Shared people: the difference is known better than by two samples.
    assert within["error"] < np.hypot(span.error, inner.error)
    # (4^2 + 3^2 + 2^2 + 1) / 25: from the mean of five years to their last.
    assert within["expected"] == pytest.approx(drift.step * np.sqrt(1.2))


def curve(cycle="2026", group="us_md_senior", specialty="x", level=0.0, **changes):
    """A curve with its level at its mean score, and what it is told of by."""
    key = CurveKey(cycle, specialty, group, "", "match", "ranked_first")
    told = {name: changes.pop(name) for name in ("cohort",) if name in changes}
    status, mean = changes.pop("status", "ok"), changes.pop("mean", 250)
    slope, known = changes.pop("slope", 0.5), changes.pop("covariance", np.eye(7))
    tables = (QuantileTable(0, 40, {"mean": 240.0}), QuantileTable(1, 60, {"mean": 250.0}))
    cell = Cell(key._replace(**changes), Grid(185, 250.0, 13.0), tables, **told)
    scores = (cell.grid.x == mean).astype(float)
    intercept = level - slope * (mean - 245) / 10
    return Curve(cell, status, "", intercept, slope, 0.2, 0.1, 0.0, scores=scores, covariance=known)


def test_levels_are_read_at_one_common_score():
    one = curve("2024", level=1.0, mean=240, slope=0.5)
    other = curve("2026", level=2.0, mean=260, slope=1.0)
    (levels,) = levels_of([other, one]).values()
    assert [level.cycle for level in levels] == ["2024", "2026"]
    # At 250, ten points from either mean: 1 + .5 and 2 - 1.
    assert [level.logit for level in levels] == pytest.approx([1.5, 1.0])
    assert [level.people for level in levels] == [100, 100]
    # Half a unit of ten points beyond 245: sqrt(.2^2 + .5^2 x .1^2), a fifth of it set aside: these
    # tables print one mean a result, and what odd shapes may do there is no sampling error.
    assert levels[0].error == pytest.approx(0.16492, abs=1e-5)
    quartiles = {"q1": 230.0, "median": 240.0, "q3": 250.0}
    full = tuple(QuantileTable(result, 50, quartiles) for result in (0, 1))
    shown = [replace(each, cell=replace(each.cell, quantiles=full)) for each in (one, other)]
    (levels,) = levels_of(shown).values()
    assert levels[0].error == pytest.approx(0.20616, abs=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        {"covariance": None},
        {"outcome": "interview"},
        {"needs_visa": "yes"},
        {"cohort": "a cohort"},
        {"denominator": "ranked_any_pgy1"},
        {"group": "non_us_img"},
        {"specialty": "y"},
    ],
)
def test_nothing_else_tells_of_drift(change):
    assert len(levels_of([curve("2024"), curve("2026")])) == 1
    assert not levels_of([curve("2024"), curve("2026", **change)])


def test_without_two_cycles_the_prior_is_all_that_is_known():
    drift = estimate_drift([curve()])
    # Half-normal of scale .2: root mean square .2; 97.5 % quantile .2 x 2.2414.
    assert drift.step == pytest.approx(0.2, abs=1e-3)
    low, high = drift.interval()
    assert low < 0.01
    assert high == pytest.approx(0.4483, abs=2e-3)
    assert drift.pairs().empty


def test_every_curve_is_carried_to_the_year_after_the_newest():
    curves = [curve("2020-2024"), curve("2024"), curve("2026"), curve(status="no_evidence")]
    assert next_year(curves) == 2027
    moved = with_drift(curves, estimate_drift([curve()]))
    found = [each.drift_sd for each in moved]
    assert found[:3] == pytest.approx([0.2 * np.sqrt(4.2), 0.2 * np.sqrt(3), 0.2], abs=3e-3)
    assert np.isnan(found[3])
    assert next_year([]) == 0


def test_made_up_years_count_where_there_are_no_others():
    made_up = curve("2030", cohort="cohort:x (SYNTHETIC)")
    assert next_year([curve("2024"), made_up]) == 2025
    assert next_year([made_up]) == 2031
