"""Odds ratios and points: what they mean, where they are open, and where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from calib.line import Line, chance
from recalib.adjust.points import MOST, Estimate


def test_points_move_the_chance_back_to_where_it_was():
    estimate = Estimate(-0.7, 0.2, 0.35, 0.05, 0.0)
    points = estimate.points[0]
    assert points == pytest.approx(20)
    line = Line(-0.4, 0.35, 0, 0, 0)
    with_need = Line(-0.4 - 0.7, 0.35, 0, 0, 0)
    assert chance(with_need, 245 + points)[0] == pytest.approx(chance(line, 245)[0])


def test_what_helps_is_worth_points():
    assert Estimate(0.35, 0.1, 0.35, 0.05, 0.0).points[0] == pytest.approx(-10)


def test_the_odds_ratio_has_its_interval_on_the_logit():
    ratio, low, high = Estimate(-0.7, 0.2, 0.35, 0.05, 0.0).odds_ratio
    assert ratio == pytest.approx(0.4966, abs=1e-4)
    assert low * high == pytest.approx(ratio**2)
    assert high / ratio == pytest.approx(np.exp(1.959964 * 0.2), rel=1e-6)


def test_fieller_equals_the_known_interval_of_a_ratio():
    """Independent: the limits q solve (e + q b)^2 = z^2 (v_e + 2 q c + q^2 v_b)."""
    e, b, se, sb, r = -0.6, 0.4, 0.2, 0.1, 0.3
    _, low, high = Estimate(e, se, b, sb, r).points
    z2, c = 1.959963984540054**2, r * se * sb
    roots = np.roots([b * b - z2 * sb**2, 2 * (e * b - z2 * c), e * e - z2 * se**2])
    assert (low, high) == pytest.approx(tuple(sorted(10 * roots)))


@pytest.mark.parametrize(("slope", "slope_se"), [(0.3, 0.2), (0.02, 0.05), (-0.4, 0.1)])
def test_no_points_where_the_chance_does_not_clearly_rise_with_the_score(slope, slope_se):
    estimate = Estimate(-0.6, 0.2, slope, slope_se, 0.0)
    assert estimate.status != "ok"
    assert np.isnan(estimate.points).all()
    assert np.isfinite(estimate.odds_ratio).all()


def test_a_limit_beyond_the_scale_is_open_and_so_many_points_are_none():
    points, low, high = Estimate(-2.0, 0.3, 0.3, 0.14, 0.0).points
    assert points == pytest.approx(200 / 3)
    assert 0 < low < points
    assert np.isnan(high)
    assert np.isnan(Estimate(-4.0, 0.3, 0.3, 0.14, 0.0).points).all()
    assert MOST == 115


def test_intervals_of_points_cover_93_to_97_percent():
    """Effect and slope drawn together around their truth, the slope three to five errors from 0."""
    rng = np.random.default_rng(5)
    tried, inside = 4000, 0
    for slope_se in (0.08, 0.12):
        spread = [[0.2**2, -0.5 * 0.2 * slope_se], [-0.5 * 0.2 * slope_se, slope_se**2]]
        for effect, slope in rng.multivariate_normal([-0.5, 0.4], spread, tried // 2):
            points, low, high = Estimate(effect, 0.2, slope, slope_se, -0.5).points
            # Where none are claimed nothing is missed.
            inside += np.isnan(points) or not (low > 12.5 or high < 12.5)
    assert binom.ppf(0.005, tried, 0.93) <= inside <= binom.ppf(0.995, tried, 0.97)
