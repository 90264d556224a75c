"""Worlds whose levels walk, what is printed of them, and how next cycle and standing are judged."""

from dataclasses import replace

import next_cycle
import numpy as np
import pandas as pd
import pytest
import walks
from worlds import SCORES, Truth, shape

from recalib.contract.keys import CurveKey
from recalib.curves.curve import Curve
from recalib.curves.levels import STEPS
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid

SENIORS, IMGS = walks.GROUPS
POINT = (STEPS == 0.3).astype(float)


def drawn(name="general_surgery", step=0.3, seed=1, setting="walk", group=SENIORS):
    random = np.random.default_rng(seed)
    return walks.draw_specialty(group, name, walks.SETTINGS[setting], step, random)


def level(specialty, year, score=250.0):
    truth = specialty.truths[year]
    return truth.intercept + truth.slope * (score - 245) / 10


def test_levels_walk_and_slopes_stay():
    moves = []
    for seed in range(300):
        one = drawn(seed=seed)
        moves.append([level(one, year) - level(one, 2024) for year in (2020, 2026, 2027)])
        assert len({truth.slope for truth in one.truths.values()}) == 1
    # Four, two and three steps of .3; a standard deviation of 300 has an error of 4 %.
    np.testing.assert_allclose(np.std(moves, axis=0), [0.6, 0.4243, 0.5196], rtol=0.12)
    still = drawn(step=0.0)
    assert level(still, 2020) == pytest.approx(level(still, 2027))
    f, truth = still.scores[2024], still.truths[2024]
    # The share that matches is the place's in 2024, but for the year's scores.
    assert f @ truth.chance(SCORES) == pytest.approx(0.82, abs=0.01)


def test_slopes_move_around_the_middle_of_the_scores():
    one = drawn(step=0.0, setting="walk, slopes")
    slopes = [truth.slope for truth in one.truths.values()]
    assert len(set(slopes)) == 8
    assert 0.02 < np.std(slopes) < 0.15
    meet = [level(one, year, 300) for year in one.truths]
    middle = 245 + 10 * (one.truths[2020].intercept - one.truths[2027].intercept) / (
        one.truths[2027].slope - one.truths[2020].slope
    )
    assert 235 < middle < 265
    assert np.ptp([level(one, year, middle) for year in one.truths]) < 1e-6 < np.ptp(meet)


def test_people_of_2024_are_among_those_of_2020_to_2024():
    one = drawn()
    _, span = one.of("2020-2024")
    _, inside = one.of("2024")
    assert (inside.matched <= span.matched).all()
    assert (inside.not_matched <= span.not_matched).all()
    assert inside.matched.sum() + inside.not_matched.sum() == 1084
    assert span.matched.sum() + span.not_matched.sum() == 5 * 1084
    shares, _ = one.of("2026")
    np.testing.assert_allclose(shares.sum(axis=0), one.scores[2026])
    np.testing.assert_allclose(
        shares[1] / shares.sum(axis=0), one.truths[2026].chance(SCORES), rtol=1e-9
    )


def test_cycles_are_printed_as_the_tables_are():
    cells = list(walks.print_specialty(SENIORS, drawn(), np.random.default_rng(2)))
    span, inside, newest = cells
    assert [cell.key.cycle for cell in cells] == ["2020-2024", "2024", "2026"]
    assert span.bins.n_total.sum() == 5420
    assert [set(table.printed) for table in inside.quantiles] == [{"mean"}, {"mean"}]
    assert [set(table.printed) for table in newest.quantiles] == [
        {"q1", "median", "q3"},
        {"median"},
    ]
    (img,) = walks.print_specialty(IMGS, drawn(group=IMGS), np.random.default_rng(2))
    assert img.total.n_total == 433
    assert sum(table.n for table in img.quantiles) < 433
    assert len(SENIORS.places) == 22
    assert sum(place.cycles == walks.ALL for place in SENIORS.places.values()) == 19


def known(shift=0.0, drift_sd=0.05):
    """A curve that knows the truth of a made-up specialty, or misses its level by `shift`."""
    key = CurveKey("2026", "x", "non_us_img", "", "match", "ranked_first")
    truth = Truth(key, 500, "normal", 245.0, 13.0, 0.5, 0.2)
    place = walks.Place(500, 0.5, ("2026",))
    specialty = walks.Specialty("x", place)
    random = np.random.default_rng(1)
    for year in (2026, 2027):
        specialty.truths[year] = truth
        specialty.scores[year] = shape("normal", 245.0, 13.0)
        specialty.people[year] = walks.People(*random.multinomial(250, np.full(96, 1 / 96), 2))
    grid = Grid(185, 245.0, 13.0)
    parameters = np.array([0.2 + shift, 0.5, 0, -0.5, 0, 0, 0])
    f = np.exp(-0.5 * ((grid.x - 245) / 13) ** 2)
    curve = Curve(
        Cell(key, grid), "ok", intercept=0.2 + shift, slope=0.5, intercept_se=0.01, slope_se=0.001,
        correlation=0.0, scores=f / f.sum(), parameters=parameters, drift_sd=drift_sd,
        covariance=np.diag([0.01, 0.001, 0.01, 0.01, 0.01, 0.01, 0.01]) ** 2,
    )  # fmt: skip
    return curve, specialty


def test_a_curve_that_knows_the_truth_covers_it():
    row = walks.judge(*known())
    assert row["next_covered"] == row["own_covered"] == 1
    assert row["matched_standing_covered"] == row["not_matched_standing_covered"] == 1
    assert row["next_z"] == pytest.approx(0)
    assert (row["population"], row["people"]) == ("non_us_img, one cycle", 500)


def test_drift_widens_the_next_cycle_alone():
    row = walks.judge(*known(shift=0.08))
    assert (row["own_covered"], row["next_covered"]) == (0, 1)
    # .08 by sqrt(.01^2 + .05^2).
    assert row["next_z"] == pytest.approx(-1.569, abs=1e-3)
    assert walks.judge(*known(shift=0.3))["next_covered"] == 0


def test_standing_that_is_off_is_seen():
    curve, specialty = known()
    moved = replace(curve, parameters=np.array([0.2, 0.5, 0.3, -0.5, 0, 0, 0]))
    row = walks.judge(moved, specialty)
    assert row["matched_standing_covered"] == row["not_matched_standing_covered"] == 0
    # Of those alone who matched: with another slope they lie elsewhere, f staying.
    steep = replace(curve, parameters=np.array([0.2, 0.9, 0, -0.5, 0, 0, 0]))
    assert walks.judge(steep, specialty)["matched_standing_covered"] == 0


def test_what_is_not_told_is_not_judged():
    curve, specialty = known()
    assert "next_covered" not in walks.judge(replace(curve, status="no_evidence"), specialty)
    row = walks.judge(replace(curve, status="borrowed"), specialty)
    assert "next_covered" in row
    assert "matched_standing_covered" not in row


def test_a_replicate_depends_on_its_seed_alone():
    few = [
        replace(group, places={name: group.places[name] for name in list(group.places)[:3]})
        for group in walks.GROUPS
    ]
    one, again, other = (
        pd.DataFrame(walks.replicate(POINT, "walk", seed, few)) for seed in (0, 0, 1)
    )
    pd.testing.assert_frame_equal(one, again)
    assert not one["next_z"].equals(other["next_z"])
    assert one["true_step"].dropna().tolist() == [0.3]
    assert one.groupby("population").size().to_dict() == {
        "non_us_img, one cycle": 3, "step": 1, "us_md_senior": 8,
    }  # fmt: skip


def test_the_table_sums_up_by_population_cycle_and_people():
    rows = pd.DataFrame({
        "setting": "walk", "replicate": [0, 0, 1, 1, 0, 1], "population": ["a"] * 4 + ["step"] * 2,
        "cycle": ["2026"] * 4 + [""] * 2, "people": [100, 1500, 100, 1500, 20, 20],
        "shape": ["left", "right", "left", "right", np.nan, np.nan],
        "next_covered": [1.0, 1.0, 0.0, 1.0, np.nan, np.nan], "own_covered": np.nan,
        "matched_standing_covered": [1.0, 0.5, 0.0, 0.5, np.nan, np.nan],
        "not_matched_standing_covered": np.nan,
        "next_z": [1.0, -1.0, 3.0, -1.0, np.nan, np.nan], "true_step": [np.nan] * 4 + [0.2, 0.4],
        "step": [np.nan] * 4 + [0.4, 0.2], "step_covered": [np.nan] * 4 + [1.0, 0.0],
    })  # fmt: skip
    table = next_cycle.summary(rows)
    shapes = table.set_index(["shape", "figure"])["value"]
    assert shapes["left", "standing of the matched covered"] == 0.5
    assert ("left", "next cycle's P covered") not in shapes
    table = table[table["shape"] == "all"]
    found = table.set_index(["population", "people", "figure"])["value"]
    assert found["a", "all", "next cycle's P covered"] == 0.75
    assert found["a", "<200", "next cycle's P covered"] == 0.5
    assert found["a", ">=1000", "next cycle's P covered"] == 1.0
    assert found["step", "all", "step covered"] == 0.5
    assert found["step", "all", "step over the true one, geometric mean"] == 1.0
    # Root mean square of 1, -1, 3, -1.
    assert found["a", "all", "next cycle's logit, root mean square z"] == pytest.approx(1.7321)
    error = table.query("people == 'all' and figure == \"next cycle's P covered\"")
    # Two replicates of mean 1 and .5.
    assert error["monte_carlo_error"].tolist() == [0.25]
