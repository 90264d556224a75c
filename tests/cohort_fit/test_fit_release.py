"""What leaves a cohort: coarse numbers with honest errors, from which no small cell follows."""

from __future__ import annotations

import numpy as np
import pytest
from cohort_fit_samples import cohort, draw_counts
from scipy.special import expit
from scipy.stats import binom

from recalib.cohorts.cells import build_cohort_cells, counts_of, raw_fit
from recalib.cohorts.disclosure import nearest, release, rule, step_below
from recalib.cohorts.logistic import fit_counts
from recalib.curves.unit import fit_unit

SCORES = np.arange(200.0, 286.0)
KEY = ["cycle", "specialty", "applicant_group", "step2_ck"]
FEWEST = rule().threshold


def _leaving(score, trials, success):
    fit = fit_counts(score, trials, success)
    return release(score, trials, fit.intercept, fit.slope, fit.covariance)


def _line_covariance(fit, at):
    move = np.array([[1, (at - 245) / 10], [0, 1]])
    return move @ fit.covariance @ move.T


@pytest.mark.parametrize("people", [40, 300, 4_000, 200_000])
def test_errors_of_what_leaves_hold_those_of_the_fit_and_of_the_coarsening(people):
    rng = np.random.default_rng(people)
    score = np.arange(205.0, 286.0)
    share = np.exp(-0.5 * ((score - 250) / 11) ** 2)
    trials = rng.multinomial(people, share / share.sum()).astype(float)
    success = rng.binomial(trials.astype(int), expit(0.3 + 0.4 * (score - 245) / 10)).astype(float)
    inside = fit_counts(score, trials, success)
    leaving = _leaving(score, trials, success)
    table = leaving.table()
    outside = fit_counts(table.low, table.n_total, table.n_success)
    assert outside.slope == pytest.approx(leaving.slope, abs=1e-6)
    gap = _line_covariance(outside, leaving.mean) - _line_covariance(inside, leaving.mean)
    assert np.linalg.eigvalsh(gap).min() > 0
    ratio = np.sqrt(outside.covariance[1, 1] / inside.covariance[1, 1])
    assert ratio < 1.35
    assert abs(leaving.slope - inside.slope) <= 0.26 * np.sqrt(inside.covariance[1, 1])
    assert table.people.sum() == pytest.approx(leaving.people)
    assert leaving.people % rule().people == 0


def test_slopes_that_leave_cover_the_truth():
    inside, replicates = 0, 300
    for seed in range(replicates):
        counts = next(counts_of(cohort(draw_counts(150, seed=seed))))
        fit, wider = raw_fit(counts)
        leaving = release(
            counts.score, counts.people, fit.intercept, fit.slope, fit.covariance * wider
        )
        table = leaving.table()
        outside = fit_counts(table.low, table.n_total, table.n_success)
        inside += abs(outside.slope - 0.6) < 1.96 * np.sqrt(outside.covariance[1, 1])
    assert inside >= binom.ppf(0.005, replicates, 0.93)


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


# What an outsider can do. A view is everything that leaves: the release and, more than any band
# table shows, which of four ranges of scores have enough people.

RANGES = ((1, 235), (236, 245), (246, 255), (256, 300))


def _view(world):
    """World: people by (score, result), shape (scores, 2); not matched and matched."""
    kept = world.sum(axis=1) > 0
    score, counts = SCORES[kept], world[kept].astype(float)
    if min(*counts.sum(axis=0), kept.sum()) < FEWEST:
        return None
    people = counts.sum(axis=1)
    crowds = [people[(score >= low) & (score <= high)].sum() >= FEWEST for low, high in RANGES]
    return _leaving(score, people, counts[:, 1]), tuple(crowds)


def _world(people, seed):
    counts = draw_counts(people, seed=seed)
    world = np.zeros((len(SCORES), 2), int)
    at = counts["step2_ck"].to_numpy() - int(SCORES[0])
    world[at, 1] = counts["matched"]
    world[at, 0] = counts["results"] - counts["matched"]
    return world


def _alternatives(world, rng, cell, tries=400):
    """Worlds of the same view in which a cell holds another number: brute force, near by."""
    seen = _view(world)
    for _ in range(tries):
        other = world.copy()
        change = rng.choice((-1, 1))
        other[cell] += change
        if rng.random() < 0.5:
            other[cell[0] + rng.choice((-2, -1, 1, 2)), cell[1]] -= change
        # Anything that may hide it: others come, go, or have another score.
        for _ in range(rng.integers(0, 4)):
            other[rng.integers(10, len(SCORES) - 10), rng.integers(2)] += rng.choice((-1, 1))
        if other.min() >= 0 and other[cell] != world[cell] and _view(other) == seen:
            yield other


WORLDS = [(45, 1), (60, 2), (150, 3), (1500, 4)]


@pytest.mark.parametrize(("people", "seed"), WORLDS)
def test_no_small_cell_follows_from_what_is_published(people, seed):
    world, rng = _world(people, seed), np.random.default_rng(seed)
    assert _view(world) is not None
    small = np.argwhere((world >= 1) & (world <= 10))
    assert len(small) > 15
    for cell in rng.permutation(small)[:20]:
        assert next(_alternatives(world, rng, tuple(cell)), None) is not None, cell


@pytest.mark.parametrize(("people", "seed"), WORLDS)
def test_the_number_of_people_does_not_follow_either(people, seed):
    world, rng = _world(people, seed), np.random.default_rng(seed)
    totals = {world.sum()}
    for cell in rng.permutation(np.argwhere(world >= 1))[:6]:
        totals |= {other.sum() for other in _alternatives(world, rng, tuple(cell), tries=60)}
    assert len(totals) > 1


@pytest.mark.parametrize("added", [1, 3, 10])
@pytest.mark.parametrize(("people", "seed"), WORLDS[1:])
def test_two_editions_do_not_tell_who_came(people, seed, added):
    """The harder case: the outsider knows the whole first edition, and that nobody left."""
    before, rng = _world(people, seed), np.random.default_rng(seed)
    after = before.copy()
    places = rng.integers(20, 60, added)
    np.add.at(after, (places, rng.integers(0, 2, added)), 1)
    seen, numbers, cells = _view(after), {added}, set()
    for _ in range(1500):
        other = before.copy()
        count = int(rng.integers(0, 16))
        np.add.at(other, (rng.integers(10, 75, count), rng.integers(0, 2, count)), 1)
        if _view(other) == seen:
            numbers.add(count)
            cells |= {tuple(cell) for cell in np.argwhere((after - before) != (other - before))}
    assert len(numbers) > 1
    changed = {tuple(cell) for cell in np.argwhere(after != before)}
    assert changed <= cells


def test_a_curve_on_few_scores_is_withheld():
    """Six numbers about four counts would tell them."""
    counts = draw_counts(400)
    counts["step2_ck"] = np.where(counts["step2_ck"] < 245, 232, 251)
    for one in counts_of(cohort(counts.groupby(KEY, as_index=False).sum())):
        assert not one.enough


def test_a_total_printed_elsewhere_less_a_published_part_leaves_ten_answers():
    shown = _view(_world(113, 5))[0].people
    total = 118
    assert len({total - n for n in range(1, 200) if nearest(n, rule().people) == shown}) == 10


def test_results_of_1_to_10_people_are_withheld_without_a_number():
    counts = draw_counts(60, line=(-3.2, 0.3), seed=2)
    assert 1 <= counts["matched"].sum() <= 10
    cell = build_cohort_cells([cohort(counts)])[1]
    assert cell.bins is None
    assert cell.base is None
    assert not any(
        character.isdigit() for character in cell.aside.replace("11", "").replace("1-10", "")
    )


def test_few_applicants_with_many_interviews_are_withheld():
    """Ten people's 200 interviews are 200 trials, not 200 people."""
    counts = draw_counts(400, line=(-9, 0), seed=1)
    counts["interviews"] = 0
    counts.loc[:9, "interviews"] = 20
    interviews = [one for one in counts_of(cohort(counts)) if one.key.outcome == "interview"]
    assert not interviews[0].enough
