"""Cutting one curve into labels: reachable, unreachable, empty labels."""

import numpy as np
import pytest
from scipy.special import expit

from calib.line import Line
from recalib.bands.schemes import blank_bands, chance_scheme, guide_scheme, make_bands

SCORES = np.arange(200.0, 291.0)
DENSITY = np.exp(-0.5 * ((SCORES - 245) / 13) ** 2)
LIMITS = (215.0, 275.0)


def bands(intercept, slope):
    line = Line(intercept, slope, 0.1, 0.05, 0.0)
    return make_bands(line, chance_scheme(), SCORES, DENSITY, LIMITS)


def test_all_labels_reached():
    found = bands(0.0, 0.6)
    assert [band.label for band in found] == ["very_likely", "likely", "possible", "unlikely"]
    assert [band.status for band in found] == ["ok"] * 4
    assert found[1].boundary == 245.0
    assert found[1].score_min == 245
    assert np.isnan(found[3].boundary)


def test_unreachable_above_leaves_the_top_label_blank():
    found = bands(-1.5, 0.3)
    assert [band.status for band in found] == ["unreachable", "unreachable", "ok", "ok"]
    assert found[2].score_max == 300
    assert np.isnan(found[0].score_min)


def test_unreachable_below_leaves_the_low_label_blank_not_the_reached_one():
    found = bands(2.5, 0.3)
    assert [band.status for band in found] == ["ok", "unreachable", "unreachable", "unreachable"]
    assert (found[0].score_min, found[0].score_max) == (1, 300)
    assert np.isnan(found[0].boundary)


def test_probability_of_a_band_is_the_mean_over_the_people_in_it():
    found = bands(0.0, 0.6)[1]
    inside = (found.score_min <= SCORES) & (found.score_max >= SCORES)
    chance = expit(0.6 * (SCORES - 245) / 10)
    wanted = np.average(chance[inside], weights=DENSITY[inside])
    assert found.probability == pytest.approx(wanted, abs=1e-12)
    assert found.probability_low < wanted < found.probability_high


def test_a_label_too_narrow_for_a_whole_score_is_blank():
    found = bands(0.05, 40.0)
    held = [band for band in found if band.status == "ok"]
    assert held[0].score_max == 300
    assert held[-1].score_min == 1
    assert any(band.status == "unreachable" for band in found)


def test_guide_scheme_without_anchors_claims_nothing():
    scheme = guide_scheme({})
    found = make_bands(Line(0, 0.5, 0.1, 0.05, 0), scheme, SCORES, DENSITY, LIMITS)
    assert found == blank_bands(scheme, "no_evidence") or all(
        band.status == "no_evidence" for band in found
    )
