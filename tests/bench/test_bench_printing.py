"""Simulated people are printed as the sources print, and read as the project reads them."""

import numpy as np
import printing
import pytest
from worlds import SCORES, SETTINGS, Applicants, People, draw_world, intercept_at, populate, shape

from recalib.contract.keys import overlap
from recalib.likelihood.cells import build_cells


def world(name, seed=3):
    random = np.random.default_rng(seed)
    truths = draw_world(SETTINGS[name], seed, random)
    return [(truth, populate(truth, random)) for truth in truths], random


def crowd(matched, others):
    counts = [np.bincount(np.array(each) - SCORES[0], minlength=len(SCORES))
              for each in (matched, others)]  # fmt: skip
    return People(*counts)


@pytest.mark.parametrize("name", list(SETTINGS))
def test_cells_are_those_that_the_reading_makes(name):
    setting = SETTINGS[name]
    people, random = world(name)
    for plan in range(len(setting.prints)):
        for index, (truth, each) in enumerate(people[:12]):
            form = setting.form(plan, index)
            made = printing.print_cell(truth, each, form, random)
            frame = printing.evidence(truth.key, made.quantiles, made.bins, made.total)
            (read,) = build_cells(frame, set())
            assert (read.grid.low, read.grid.centre) == (made.grid.low, made.grid.centre)
            assert read.grid.spread == made.grid.spread
            assert read.total == made.total
            assert [(t.result, t.n, dict(t.printed)) for t in read.quantiles] == [
                (t.result, t.n, dict(t.printed)) for t in made.quantiles
            ]
            assert (read.bins is None) == (made.bins is None)
            if made.bins is not None:
                for column in ("low", "high", "people", "n_success", "n_total"):
                    np.testing.assert_array_equal(
                        getattr(read.bins, column), getattr(made.bins, column)
                    )
                assert read.bins.dispersion == made.bins.dispersion


def test_statistics_are_whole_numbers_of_results_with_five_people():
    people = crowd([240, 241, 243, 250], [220, 221, 224, 230, 241])
    matched, others = printing.print_quantiles(people, "quartiles")
    assert (matched.n, matched.printed) == (4, {})
    assert others.printed == {
        "q1": 221, "median": 224, "q3": 230, "min": 220, "max": 241, "mean": 227, "sd": 9,
    }  # fmt: skip


def test_one_median_prints_quartiles_of_the_matched_and_a_median_of_the_others():
    people = crowd(range(240, 260), range(220, 240))
    matched, others = printing.print_quantiles(people, "one_median")
    assert set(others.printed) == {"median"}
    assert set(matched.printed) == {"q1", "median", "q3"}


def test_consent_thins_the_sample_and_keeps_the_totals():
    people, random = world("consent")
    truth, each = people[5]
    cell = printing.print_cell(truth, each, "consent", random)
    assert cell.total.n_total == truth.size == 5000
    assert cell.total.n_success == each.matched.sum()
    everyone = (each.not_matched.sum(), each.matched.sum())
    shares = {table.result: table.n / everyone[table.result] for table in cell.quantiles}
    np.testing.assert_allclose([shares[0], shares[1]], printing.CONSENT, atol=0.05)


def test_bins_of_applications_hold_eleven_applicants_and_a_dispersion():
    for index, (_, applicants) in enumerate(world("interviews")[0]):
        bins = printing.print_applications(applicants)
        assert bins.people.min() >= 11, index
        assert bins.people.sum() == len(applicants.score)
        assert bins.n_total.sum() == applicants.applications.sum()
        assert bins.dispersion > 1


def test_dispersion_is_pearsons_chi_square_by_its_degrees_of_freedom():
    score = np.repeat([230, 262], 12)
    invitations = np.tile([1, 3], 12)
    bins = printing.print_applications(Applicants(score, np.full(24, 10), invitations))
    # Every rate is .1 off .2: chi-square 24 x 10 x .01 / .16 = 15, of 24 - 2 bins.
    assert len(bins.low) == 2
    assert bins.dispersion == 1.0
    invitations = np.tile([0, 8], 12)
    bins = printing.print_applications(Applicants(score, np.full(24, 10), invitations))
    # .4 off .4: 24 x 10 x .16 / .24 = 160, divided by 22.
    assert bins.dispersion == 7.3


def test_dispersion_of_the_simulated_applicants_is_that_of_the_sources():
    found = [printing.print_applications(each).dispersion for _, each in world("interviews")[0]]
    assert 2.8 < np.mean(found) < 8.7


@pytest.mark.parametrize("name", ["normal", "left", "right", "two_peaked"])
def test_intercept_gives_the_base_rate(name):
    f = shape(name, 245.0, 13.0)
    assert f.sum() == pytest.approx(1)
    intercept = intercept_at(0.3, 0.35, SCORES, f)
    chance = 1 / (1 + np.exp(-(intercept + 0.35 * (SCORES - 245) / 10)))
    assert f @ chance == pytest.approx(0.3, abs=1e-8)


def test_layouts():
    strata = draw_world(SETTINGS["visa strata"], 0, np.random.default_rng(1))
    cycles = draw_world(SETTINGS["two cycles"], 0, np.random.default_rng(1))
    fixed = draw_world(SETTINGS["fixed"], 0, np.random.default_rng(1))
    lone = draw_world(SETTINGS["lone outlier"], 0, np.random.default_rng(1))
    for one, other in zip(strata[::2], strata[1::2], strict=True):
        assert one.slope == other.slope
        assert one.key == other.key._replace(needs_visa="yes")
    for one, other in zip(cycles[::2], cycles[1::2], strict=True):
        assert one.slope != other.slope
        assert not overlap(one.key.cycle, other.key.cycle)
    assert len({(truth.shape, truth.size) for truth in fixed}) == 24
    assert {truth.slope for truth in fixed} == {0.35}
    assert [truth.odd for truth in lone] == [False] * 24 + [True]
