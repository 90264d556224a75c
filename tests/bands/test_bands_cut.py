"""Cutting one curve into labels: claimed, unreachable, wide and empty labels."""

import numpy as np
import pytest
from scipy.special import expit

from calib.line import Line, after_drift, chance, claim
from recalib.bands.cut import Fitted, blank_bands, cut, only_label

SCORES = np.arange(200.0, 291.0)
DENSITY = np.exp(-0.5 * ((SCORES - 245) / 13) ** 2)
LIMITS = (215.0, 275.0)


def fitted(intercept, slope, intercept_se=0.1, slope_se=0.05, drift=0.3):
    line = Line(intercept, slope, intercept_se, slope_se, 0.0)
    return Fitted(line, after_drift(line, drift), LIMITS, SCORES, DENSITY)


def test_all_labels_reached():
    found = cut(fitted(0.0, 0.6))
    assert [band.label for band in found] == ["very_likely", "likely", "possible", "unlikely"]
    assert [band.status for band in found] == ["ok"] * 4
    assert found[1].boundary == 245.0
    assert found[1].score_min == 245
    assert np.isnan(found[3].boundary)


def test_the_next_cycle_is_less_sure_than_its_own():
    found = cut(fitted(0.0, 0.6))[1]
    assert found.boundary_next_low < found.boundary_low < 245 < found.boundary_high
    assert found.boundary_high < found.boundary_next_high
    assert found.next_low < found.probability_low < found.probability < found.probability_high
    assert found.probability_high < found.next_high
    # logit .5 +- 1.96 * sqrt(.1^2 + .3^2) over a slope of .06 a point, where the intercept stands
    line = Line(0.0, 0.6, np.hypot(0.1, 0.3), 1e-9, 0.0)
    assert 245 - found.boundary_next_low == pytest.approx(1.96 * line.intercept_se / 0.06, rel=0.1)


def test_the_lowest_label_can_be_joined_too():
    found = cut(fitted(0.0, 0.6), joined={1, 4})
    assert [band.status for band in found] == ["ok"] * 4
    assert [(band.score_min, band.score_max) for band in found[1:3]] == [(245, 300), (1, 244)]
    assert all(np.isnan(found[place].score_min) for place in (0, 3))


def test_unreachable_above_leaves_the_top_label_blank():
    found = cut(fitted(-1.5, 0.3))
    assert [band.status for band in found] == ["unreachable", "unreachable", "ok", "ok"]
    assert found[2].score_max == 300
    assert np.isnan(found[0].score_min)


def test_unreachable_below_leaves_the_low_label_blank_not_the_reached_one():
    found = cut(fitted(2.5, 0.3))
    assert [band.status for band in found] == ["ok", "unreachable", "unreachable", "unreachable"]
    assert (found[0].score_min, found[0].score_max) == (1, 300)
    assert np.isnan(found[0].boundary)


@pytest.mark.parametrize(
    ("intercept_se", "slope_se", "status"),
    [
        (0.405, 1e-6, "ok"),  # 2 * 1.96 * .405 / .04 a point: 39.7 points
        (0.411, 1e-6, "wide"),  # 40.3 points
        (0.1, 0.21, "wide"),  # the slope's own interval holds 0: open
    ],
)
def test_an_edge_is_claimed_if_its_interval_is_closed_and_at_most_40_points(
    intercept_se, slope_se, status
):
    assert claim(Line(0.0, 0.4, intercept_se, slope_se, 0.0), 0.5, *LIMITS) == status
    assert claim(Line(0.0, 0.4, intercept_se, slope_se, 0.0), 0.5, 246, 280) == "unreachable"


def test_rows_stop_above_the_first_edge_that_is_not_claimed():
    # 75 % lies where the curve is known; towards 50 % the slope's error opens the interval, and
    # 25 % lies below all scores.
    line = Line(1.0, 0.25, 0.02, 0.07, 0.0)
    found = cut(Fitted(line, line, (185.0, 290.0), SCORES, DENSITY))
    claims = [claim(line, p, 185.0, 290.0) for p in (0.75, 0.5, 0.25)]
    assert claims == ["ok", "wide", "unreachable"]
    assert [band.status for band in found] == ["ok", "wide", "wide", "unreachable"]
    assert (found[0].score_min, found[0].score_max) == (249, 300)
    assert np.isnan([found[1].score_min, found[1].boundary, found[1].probability]).all()


def test_below_an_unclaimed_edge_there_are_no_scores_but_claimed_edges_stay():
    # The top edge lies far from what is known, the lowest near.
    line = Line(-0.6, 0.35, 0.05, 0.1, 0.0)
    found = cut(Fitted(line, line, (185.0, 300.0), SCORES, DENSITY))
    claims = [claim(line, p, 185.0, 300.0) for p in (0.75, 0.5, 0.25)]
    assert claims[0] == "wide"
    assert claims[2] == "ok"
    assert [band.status for band in found] == [*claims, "wide"]
    assert all(np.isnan([band.score_min, band.probability]).all() for band in found)
    assert [np.isfinite(band.boundary) for band in found] == [*(c == "ok" for c in claims), False]


def test_probability_of_a_band_is_the_mean_over_the_people_in_it():
    found = cut(fitted(0.0, 0.6))[1]
    inside = (found.score_min <= SCORES) & (found.score_max >= SCORES)
    chances = expit(0.6 * (SCORES - 245) / 10)
    wanted = np.average(chances[inside], weights=DENSITY[inside])
    assert found.probability == pytest.approx(wanted, abs=1e-12)
    assert found.probability_low < wanted < found.probability_high


def test_a_label_too_narrow_for_a_whole_score_is_blank():
    found = cut(fitted(0.05, 40.0))
    held = [band for band in found if band.status == "ok"]
    assert held[0].score_max == 300
    assert held[-1].score_min == 1
    assert any(band.status == "unreachable" for band in found)


@pytest.mark.parametrize(
    ("intercept", "drift", "label"),
    [
        (2.5, 0.3, "very_likely"),
        (0.55, 0.1, "likely"),
        (-2.5, 0.3, "unlikely"),
        (0.55, 0.4, None),  # the next cycle's interval passes 50 %
        (1.2, 0.3, None),
    ],
)
def test_a_level_that_is_known_gives_one_label_for_all_scores(intercept, drift, label):
    curve = fitted(intercept, 0.0, 0.1, 0.02, drift)
    found = only_label(curve, "flat")
    held = [band for band in found if np.isfinite(band.score_min)]
    assert [band.label for band in held] == ([label] if label else [])
    assert {band.status for band in found} == {"flat"}
    for band in held:
        assert (band.score_min, band.score_max) == (1, 300)
        assert np.isnan(band.boundary)
        ends = [chance(curve.later, x)[1:] for x in (LIMITS[0], 245, LIMITS[1])]
        assert min(low for low, _ in ends) <= band.next_low < band.next_high
        assert found.count(band) == 1


def test_without_a_curve_every_label_stands_without_bounds():
    found = blank_bands("no_evidence")
    assert [band.rank for band in found] == [1, 2, 3, 4]
    assert all(np.isnan(band.score_min) for band in found)
