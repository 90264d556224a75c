"""What leaves a cohort: coarse numbers with honest errors, from which no small cell follows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from disclosure import (
    count,
    draw,
    newcomer,
    other_result,
    publish,
    share_right,
    without_noise,
)
from scipy.special import expit
from scipy.stats import binom, norm

from cohort_fit_samples import SECRET, cohort, draw_counts
from recalib.cohorts.fit import fit_counts
from recalib.contract.keys import CurveKey
from recalib.curves.unit import fit_unit
from recalib.privacy.release import blurred, nearest, reach, step_below
from recalib.privacy.score_fit import Counts, build_cohort_cells, counts_of, leave, raw_fit
from recalib.problems import RecalibError

KEY = ["cycle", "specialty", "applicant_group", "step2_ck"]


def _counts(score, trials, success, secret=SECRET):
    key = CurveKey("2026", "general_surgery", "non_us_img", "", "match", "ranked_first")
    return Counts(key, score, trials, trials, success, cohort="dean", secret=secret)


def _line_covariance(fit, at):
    move = np.array([[1, (at - 245) / 10], [0, 1]])
    return move @ fit.covariance @ move.T


@pytest.mark.parametrize("people", [40, 300, 4_000, 200_000])
def test_errors_of_what_leaves_hold_those_of_the_fit_the_noise_and_the_coarsening(people):
    rng = np.random.default_rng(people)
    score = np.arange(205.0, 286.0)
    share = np.exp(-0.5 * ((score - 250) / 11) ** 2)
    trials = rng.multinomial(people, share / share.sum()).astype(float)
    success = rng.binomial(trials.astype(int), expit(0.3 + 0.4 * (score - 245) / 10)).astype(float)
    inside = fit_counts(score, trials, success)
    counts = _counts(score, trials, success)
    leaving = publish(counts)
    table = leaving.table()
    outside = fit_counts(table.low, table.n_total, table.n_success)
    assert outside.slope == pytest.approx(leaving.slope, abs=1e-6)
    design = np.stack([np.ones_like(score), (score - 245) / 10])
    noise = 2.0**2 * reach(design, trials, inside.covariance)
    move = np.array([[1, (leaving.mean - 245) / 10], [0, 1]])
    own = move @ (inside.covariance + noise) @ move.T
    gap = move @ outside.covariance @ move.T - own
    assert np.linalg.eigvalsh(gap).min() > 0
    assert outside.covariance[1, 1] < 1.8 * own[1, 1]
    assert abs(leaving.slope - inside.slope) <= 4 * np.sqrt(own[1, 1])
    assert table.people.sum() == pytest.approx(leaving.people)
    assert leaving.people % 10 == 0


@pytest.mark.parametrize("people", [50, 150])
def test_slopes_that_leave_cover_the_truth(people):
    inside, replicates = 0, 100
    for seed in range(replicates):
        counts = next(counts_of(cohort(draw_counts(people, seed=seed))))
        table = leave(counts, *raw_fit(counts)).table()
        outside = fit_counts(table.low, table.n_total, table.n_success)
        inside += abs(outside.slope - 0.6) < 1.96 * np.sqrt(outside.covariance[1, 1])
    assert inside >= binom.ppf(0.005, replicates, 0.94)


def test_the_unit_fit_of_the_stand_in_is_its_line():
    cell = build_cohort_cells([cohort(draw_counts(400))])[1]
    assert cell.key.outcome == "match"
    fit = fit_unit([cell])
    table = cell.bins
    plain = fit_counts(table.low, table.n_total, table.n_success)
    assert fit.slope == pytest.approx(plain.slope, abs=1e-5)
    assert fit.parameters[0][0] == pytest.approx(plain.intercept, abs=1e-5)


@pytest.mark.parametrize(
    ("value", "step"), [(0.99, 0.5), (0.05, 0.05), (0.049, 0.02), (2e-3, 2e-3), (13.0, 10.0)]
)
def test_steps_are_1_2_or_5(value, step):
    assert step_below(value) == pytest.approx(step)


def test_halves_are_rounded_up_whatever_the_neighbour():
    assert [nearest(value, 10) for value in (24, 25, 34, 35, 44.9)] == [20, 30, 30, 40, 40]


# What an outsider can do who knows everybody but one: see bench/disclosure.py.


@pytest.mark.parametrize("people", [60, 300, 3000])
@pytest.mark.parametrize("change", [other_result, newcomer])
def test_whoever_knows_everybody_else_can_hardly_tell_of_one(people, change):
    # Someone two standard deviations from the mean one moves the line by 1 / sqrt(2) of those of
    # the noise: of two equally likely worlds he is then right in this share.
    assert share_right(people, change, 100) < norm.cdf(0.5 / np.sqrt(2)) + 2 * 0.05


def test_without_the_noise_he_could():
    """The test above is able to fail."""
    with without_noise():
        assert share_right(60, other_result, 100) > 0.8


def test_the_same_counts_are_told_alike_and_any_others_anew():
    score, result = draw(60, 1)
    told = publish(count(score, result))
    assert publish(count(score[::-1], result[::-1])) == told
    assert publish(count(score, result, secret="00" * 32)) != told
    fit = fit_counts(score, np.ones(60), result.astype(float))
    design = np.stack([np.ones(60), (score - 245) / 10])
    moved = reach(design, np.ones(60), fit.covariance)
    slopes = [
        blurred(np.zeros(2), moved, count(score + (np.arange(60) == place), result).draws)[1]
        for place in range(60)
    ]
    # Of 60 people one has a point more: the draw is another one each time.
    assert len(set(slopes)) == len(set(zip(score, result, strict=True)))
    assert 0.8 < np.std(slopes) / (2.0 * np.sqrt(moved[1, 1])) < 1.25


def test_people_are_told_to_10_and_not_to_one():
    told = {}
    for people in (24, 25):
        counts = [publish(count(*draw(people + 40, seed))).people for seed in range(60)]
        told[people] = np.mean(np.array(counts) == 60)
    # 64 is rounded to 60 and 65 to 70; blurred, both are either.
    assert 0.45 < told[24] < 0.9
    assert 0.2 < told[25] < 0.7


def test_the_number_from_which_a_curve_is_shown_is_not_known():
    drawn = {
        _counts(*(np.ones(1),) * 3, secret=f"{number:064x}").threshold for number in range(100)
    }
    assert drawn == {11, 12, 13, 14, 15, 16}


def test_no_number_leaves_without_a_secret():
    with pytest.raises(RecalibError, match="stopped with RuntimeError"):
        build_cohort_cells([replace(cohort(draw_counts(200)), secret="")])


def test_a_curve_on_few_scores_is_withheld():
    """Six numbers about four counts would tell them."""
    counts = draw_counts(400)
    counts["step2_ck"] = np.where(counts["step2_ck"] < 245, 232, 251)
    for one in counts_of(cohort(counts.groupby(KEY, as_index=False).sum())):
        assert not one.enough


def test_a_total_printed_elsewhere_less_a_published_part_leaves_ten_answers():
    shown = publish(count(*draw(113, 5))).people
    total = 118
    assert len({total - n for n in range(1, 200) if nearest(n, 10) == shown}) == 10


def test_results_of_1_to_10_people_are_withheld_without_a_number():
    counts = draw_counts(60, line=(-3.2, 0.3), seed=2)
    assert 1 <= counts["matched"].sum() <= 10
    cell = build_cohort_cells([cohort(counts)])[1]
    assert cell.bins is None
    assert cell.base is None
    assert not any(character.isdigit() for character in cell.aside.replace("1-10", ""))


def test_few_applicants_with_many_interviews_are_withheld():
    """Ten people's 200 interviews are 200 trials, not 200 people."""
    counts = draw_counts(400, line=(-9, 0), seed=1)
    counts["interviews"] = 0
    counts.loc[:9, "interviews"] = 20
    interviews = [one for one in counts_of(cohort(counts)) if one.key.outcome == "interview"]
    assert not interviews[0].enough
