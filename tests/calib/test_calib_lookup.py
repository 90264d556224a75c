"""The look-ups on a synthetic edition: choice of the curve, numbers, statuses, errors."""

from __future__ import annotations

import copy
import math
import pickle
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import calib
from calib import line as mathematics
from calib.line import Line

pytestmark = pytest.mark.usefixtures("edition")
KEY = ("surgery", "non_us_img")


def expit(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_probability_and_its_interval_are_those_of_the_logit() -> None:
    found = calib.probability(255, *KEY)
    se = math.sqrt(0.1**2 + 2 * 0.2 * 0.1 * 0.08 + 0.08**2)
    assert found.value == pytest.approx(expit(-0.5))
    assert found.low == pytest.approx(expit(-0.5 - 1.959964 * se), abs=1e-7)
    assert found.high == pytest.approx(expit(-0.5 + 1.959964 * se), abs=1e-7)
    assert (found.grade, found.status, found.n, found.extrapolated) == ("A", "ok", 300, False)
    assert found.sources == ("made_up_a", "made_up_b")
    assert (found.edition, found.outcome, found.needs_visa) == ("synthetic.1", "match", None)
    # The next cycle's level has moved by 0.3 on the logit, typed in the edition.
    later = math.sqrt(se**2 + 0.3**2)
    assert found.next_low == pytest.approx(expit(-0.5 - 1.959964 * later), abs=1e-7)
    assert found.next_high == pytest.approx(expit(-0.5 + 1.959964 * later), abs=1e-7)
    assert found.available == ()


@pytest.mark.parametrize(
    ("score", "outside"), [(214, True), (215, False), (275, False), (276, True)]
)
def test_scores_beyond_the_fitted_ones_are_marked(score: int, outside: bool) -> None:
    assert calib.probability(score, *KEY).extrapolated is outside


def test_the_usual_denominator_comes_before_a_newer_cycle() -> None:
    found = calib.probability(250, *KEY)
    assert (found.denominator, found.cycle) == ("ranked_first", "2026")


def test_a_shorter_span_counts_as_newer(edition: Any) -> None:
    curves = edition._curves["surgery", "non_us_img"]
    cycles = [curve.cycle for curve in curves if curve.denominator == "ranked_first"]
    assert cycles == ["2026", "2024", "2020-2024"]


@pytest.mark.parametrize(
    ("keywords", "cycle", "denominator"),
    [
        ({"cycle": "2024"}, "2024", "ranked_first"),
        ({"cycle": 2024}, "2024", "ranked_first"),
        ({"cycle": 2024.0}, "2024", "ranked_first"),
        ({"cycle": np.float32(2024)}, "2024", "ranked_first"),
        ({"needs_visa": np.str_("")}, "2026", "ranked_first"),
        ({"cycle": " 2020–2024"}, "2020-2024", "ranked_first"),
        ({"denominator": "Ranked any PGY1"}, "2027", "ranked_any_pgy1"),
        ({"cycle": "2027"}, "2027", "ranked_any_pgy1"),
        ({"outcome": "interview"}, "2025", "applications"),
    ],
)
def test_keywords_choose_the_curve(keywords: dict[str, Any], cycle: str, denominator: str) -> None:
    found = calib.probability(250, *KEY, **keywords)
    assert (found.cycle, found.denominator) == (cycle, denominator)
    assert found.value is not None


def test_names_may_be_written_with_capitals_spaces_and_hyphens() -> None:
    assert calib.probability(250, " Surgery", "Non-US IMG") == calib.probability(250, *KEY)
    assert calib.probability(250, *KEY, cycle=np.int64(2024)).cycle == "2024"  # type: ignore[arg-type]
    assert calib.probability(250, np.str_("imaging"), "non_us_img").status == "weak"
    assert calib.bands(*KEY, scheme=" Guide") == calib.bands(*KEY)
    assert calib.bands(*KEY, scheme="GUIDE") == calib.bands(*KEY)


@pytest.mark.parametrize(
    ("visa", "stratum"),
    [
        ("yes", "yes"),
        (True, "yes"),
        (np.True_, "yes"),
        ("No", "no"),
        (False, "no"),
        (np.False_, "no"),
    ],
)
def test_visa_strata(visa: Any, stratum: str) -> None:
    found = calib.probability(250, "medicine", "img", outcome="interview", needs_visa=visa)
    assert (found.needs_visa, found.status) == (stratum, "ok")


@pytest.mark.parametrize("visa", [None, ""])
def test_everyone_is_not_a_stratum(visa: Any) -> None:
    found = calib.probability(250, "medicine", "img", outcome="interview", needs_visa=visa)
    assert (found.value, found.status) == (None, "no_evidence")
    assert {key.needs_visa for key in found.available} == {"no", "yes"}


def test_without_a_curve_the_answer_names_the_groups_that_have_one() -> None:
    found = calib.probability(250, "surgery", "us_do", denominator="ranked_first")
    assert (found.value, found.low, found.high, found.extrapolated) == (None,) * 4
    assert (found.status, found.grade, found.n, found.cycle) == ("no_evidence", None, None, None)
    assert found.denominator == "ranked_first"
    assert set(found.available_groups) == {"us_md_senior", "non_us_img"}
    assert found.available[-1].outcome == "interview"


def test_a_curve_without_evidence_keeps_what_is_known_of_it() -> None:
    found = calib.probability(250, "nuclear", "non_us_img")
    assert (found.value, found.status, found.n, found.cycle) == (None, "no_evidence", 0, "2026")
    assert found.available == ()
    assert [band.label for band in calib.bands("nuclear", "non_us_img")] == [
        "highly_competitive",
        "competitive",
        "borderline",
        "low",
    ]


@pytest.mark.parametrize(
    ("specialty", "group", "status"),
    [
        ("family_practice", "non_us_img", "flat"),
        ("imaging", "non_us_img", "weak"),
        ("plastics", "us_img", "borrowed"),
        ("surgery", "us_img", "no_evidence"),
    ],
)
def test_no_edge_is_claimed_unless_the_curve_is_ok(specialty: str, group: str, status: str) -> None:
    edge = calib.score_for(0.5, specialty, group)
    assert (edge.score, edge.low, edge.high, edge.status) == (None, None, None, status)
    band = calib.band(250, specialty, group)
    assert (band.label, band.score_min, band.status) == (None, None, status)
    bands = calib.bands(specialty, group, scheme="chance")
    assert [b.score_min for b in bands] == [None] * 4
    assert {b.status for b in bands} == {status}
    chance = calib.probability(250, specialty, group)
    assert (chance.value is None) == (status == "no_evidence")


def test_an_edge_is_where_the_curve_crosses_and_its_interval_where_the_limits_do() -> None:
    edge = calib.score_for(0.4, *KEY)
    assert edge.status == "ok"
    assert edge.score is not None
    assert edge.low is not None
    assert edge.high is not None
    assert calib.probability(edge.score, *KEY).value == pytest.approx(0.4)
    # Fieller's interval inverts the pointwise interval: its ends are where a limit crosses.
    assert calib.probability(edge.low, *KEY).high == pytest.approx(0.4)
    assert calib.probability(edge.high, *KEY).low == pytest.approx(0.4)


def test_an_edge_beyond_the_fitted_scores_is_unreachable() -> None:
    edge = calib.score_for(0.99, *KEY)
    assert (edge.score, edge.low, edge.high, edge.status) == (None, None, None, "unreachable")


@pytest.mark.parametrize(
    ("p", "slope_se", "status"),
    [
        (0.4, "0.18", "ok"),  # 38.1 points
        (0.4, "0.185", "wide"),  # 41.2 points
        (0.4, "0.24", "wide"),  # open at one end
        (0.4, "0.3", "wide"),  # open at both
        (0.76, "0.18", "unreachable"),
    ],
)
def test_an_edge_is_claimed_where_its_interval_is_closed_and_narrow(
    synthetic: Any, monkeypatch: pytest.MonkeyPatch, p: float, slope_se: str, status: str
) -> None:
    synthetic.replace("curves.csv", "-1,0.5,0.1,0.08,0.2", f"-1,0.5,0.1,{slope_se},0.2")
    synthetic.sign()
    synthetic.serve(monkeypatch)
    edge = calib.score_for(p, *KEY)
    assert edge.status == status
    told = (edge.score, edge.low, edge.high)
    assert (None not in told) == (status == "ok")
    assert (told == (None, None, None)) == (status != "ok")
    if edge.low is not None and edge.high is not None:
        assert edge.high - edge.low == pytest.approx(38.1128, abs=1e-4)


def test_the_next_cycle_has_its_own_interval_of_an_edge() -> None:
    edge = calib.score_for(0.4, *KEY)
    assert None not in (edge.low, edge.high, edge.next_low, edge.next_high)
    assert edge.next_low < edge.low < edge.score < edge.high < edge.next_high  # type: ignore[operator]
    # Fieller's interval inverts the pointwise one, here of the next cycle.
    assert calib.probability(edge.next_low, *KEY).next_high == pytest.approx(0.4)  # type: ignore[arg-type]
    assert calib.probability(edge.next_high, *KEY).next_low == pytest.approx(0.4)  # type: ignore[arg-type]


@pytest.mark.parametrize("drift_sd", [0.0, 0.3])
def test_drift_widens_the_level_alone(drift_sd: float) -> None:
    line = Line(-1, 0.5, 0.1, 0.08, 0.2)
    later = mathematics.after_drift(line, drift_sd)
    assert later[:2] == line[:2]
    (va, cov), (_, vb) = later.covariance
    assert va == pytest.approx(0.01 + drift_sd**2)
    assert [cov, vb] == pytest.approx([0.2 * 0.1 * 0.08, 0.08**2])
    assert mathematics.after_drift(Line(0, 1, 0, 0, 0), 0).correlation == 0


def test_without_a_drift_nothing_is_said_of_the_next_cycle(
    synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic.replace("curves.csv", ",0.3000,", ",,")
    synthetic.sign()
    synthetic.serve(monkeypatch)
    chance, edge = calib.probability(255, *KEY), calib.score_for(0.4, *KEY)
    assert chance.low is not None
    assert edge.low is not None
    assert (chance.next_low, chance.next_high, edge.next_low, edge.next_high) == (None,) * 4
    text = calib.explain(255, *KEY)
    assert "next cycle" not in text
    assert "That is the band 'borderline'" in text


@pytest.mark.parametrize(
    ("slope", "p", "bounded"),
    [
        (0.5, 0.4, (True, True)),
        (0.1, 0.3, (False, True)),
        (0.1, 0.7, (True, False)),
        (0.1, 0.505, (False, False)),
        (0.0, 0.505, (False, False)),
    ],
)
def test_an_interval_of_an_edge_may_be_open(
    slope: float, p: float, bounded: tuple[bool, bool]
) -> None:
    curve = Line(0.05, slope, 0.05, 0.1, 0.0)
    score, *ends = mathematics.fieller(curve, p)
    assert math.isnan(score) == (slope == 0)
    assert tuple(map(math.isfinite, ends)) == bounded
    for end in filter(math.isfinite, ends):
        # By its definition the curve lies 1.96 standard errors of its height from the logit there.
        u = (end - 245) / 10
        height = math.sqrt(0.05**2 + (0.1 * u) ** 2)
        distance = abs(0.05 + slope * u - math.log(p / (1 - p)))
        assert distance == pytest.approx(1.959963984540054 * height)


def test_both_schemes_name_the_same_bands() -> None:
    guide, chance = calib.bands(*KEY), calib.bands(*KEY, scheme="chance")
    words = ["highly_competitive", "competitive", "borderline", "low"]
    assert [band.label for band in guide] == [band.guide_label for band in chance] == words
    words = ["very_likely", "likely", "possible", "unlikely"]
    assert [band.label for band in chance] == [band.chance_label for band in guide] == words
    assert [b.score_min for b in guide] == [b.score_min for b in chance] == [None, 265, 244, 1]
    assert (guide[1].next_low, guide[1].next_high, guide[1].standing_matched) == (0.3, 0.7, 0.25)
    assert (guide[1].boundary_next_low, guide[1].boundary_next_high) == (256, None)


def test_the_guides_have_no_words_for_interviews() -> None:
    band = calib.band(250, *KEY, outcome="interview")
    assert (band.label, band.guide_label, band.chance_label) == (None, None, "unlikely")
    assert (band.status, band.score_min, band.score_max) == ("ok", 1, 300)
    assert calib.band(250, *KEY, outcome="interview", scheme="chance").label == "unlikely"
    nobody = calib.bands("nuclear", "non_us_img", outcome="interview")
    assert [b.label for b in nobody] == [b.guide_label for b in nobody] == [None] * 4
    assert [b.rank for b in nobody if b.chance_label in ("very_likely", "unlikely")] == [1, 4]


def test_rows_end_above_an_edge_that_is_wide() -> None:
    key = ("children", "non_us_img")
    bands = calib.bands(*key)
    assert [b.score_min for b in bands] == [259, None, None, None]
    assert [b.status for b in bands] == ["ok", "wide", "wide", "wide"]
    assert calib.band(259, *key).label == "highly_competitive"
    for score in (258.9, 240, 100):
        band = calib.band(score, *key)
        assert (band.label, band.chance_label, band.status) == (None, None, "wide")
    assert calib.score_for(0.5, *key).status == "wide"


def test_a_known_level_has_its_label_at_every_score() -> None:
    for score in (1, 240, 300):
        band = calib.band(score, "villages", "non_us_img")
        assert (band.label, band.status) == ("competitive", "flat")
    assert calib.score_for(0.5, "villages", "non_us_img").status == "flat"
    text = calib.explain(240, "villages", "non_us_img")
    assert (
        "At every fitted score that is the band 'competitive', by next cycle's (2028) interval"
        in text
    )
    assert "No edge is claimed: the score hardly separates applicants here." in text


def test_a_standing_is_linear_between_rows() -> None:
    found = calib.standing(235, *KEY)
    assert (found.matched, found.matched_low, found.matched_high) == pytest.approx(
        (0.215, 0.185, 0.245)
    )
    shares = (found.not_matched, found.not_matched_low, found.not_matched_high)
    assert shares == pytest.approx((0.4, 0.38, 0.4025 + 0.0025))
    assert (found.status, found.score, found.cycle) == ("ok", 235, "2026")
    assert calib.standing(220, *KEY).matched == pytest.approx(0.02)
    assert calib.standing(250, *KEY).matched == pytest.approx(0.41)
    assert calib.standing(270, *KEY).not_matched == pytest.approx(0.99)
    assert calib.standing(240, "family_practice", "non_us_img").status == "flat"


@pytest.mark.parametrize(
    ("score", "specialty", "group", "status"),
    [
        (219.9, *KEY, "unreachable"),
        (270.1, *KEY, "unreachable"),
        (250, "plastics", "us_img", "borrowed"),
        (250, "medicine", "img", "no_evidence"),
        (250, "surgery", "us_img", "no_evidence"),
    ],
)
def test_no_standing_is_told(score: float, specialty: str, group: str, status: str) -> None:
    found = calib.standing(score, specialty, group)
    assert (found.matched, found.not_matched_high, found.status) == (None, None, status)
    assert ("In 2026 that score" in calib.explain(score, specialty, group)) is False


def test_chances_are_of_one_denominator_the_highest_first() -> None:
    found = calib.chances(243, "Non-US IMG")
    assert [one.specialty for one in found] == [
        *("villages", "children", "family_practice", "imaging", "surgery")
    ]
    assert found[-1] == calib.probability(243, *KEY)
    assert {one.denominator for one in found} == {"ranked_first"}
    (other,) = calib.chances(243, "us_img")
    assert (other.specialty, other.denominator) == ("plastics", "ranked_any_pgy1")
    (asked,) = calib.chances(243, "non_us_img", denominator="ranked_any_pgy1")
    assert (asked.cycle, asked.denominator) == ("2027", "ranked_any_pgy1")
    (early,) = calib.chances(243, "non_us_img", cycle=2024)
    assert early.cycle == "2024"
    (visa,) = calib.chances(243, "img", outcome="interview", needs_visa=True)
    assert (visa.specialty, visa.needs_visa) == ("medicine", "yes")
    assert calib.chances(243, "us_do") == ()
    with pytest.raises(calib.UnknownNameError, match="denominator"):
        calib.chances(243, "img", denominator="ranked")


def test_band_holds_the_score() -> None:
    bands = calib.bands(*KEY)
    for score in range(1, 301):
        band = calib.band(score, *KEY)
        assert (band in bands) == (not band.extrapolated)
        assert band.extrapolated is calib.probability(score, *KEY).extrapolated
        row = bands[(band.rank or 0) - 1]
        assert band.as_dict() == row.as_dict() | {"extrapolated": band.extrapolated}
        assert band.score_min is not None
        assert band.score_max is not None
        assert band.score_min <= score <= band.score_max
    low = bands[1].score_min
    assert low is not None
    assert calib.band(low - 0.5, *KEY) == bands[2]
    assert calib.band(low, *KEY) == calib.band(low + 0.5, *KEY)


def test_only_the_answer_to_a_score_can_be_extrapolated() -> None:
    assert {band.extrapolated for band in calib.bands(*KEY)} == {False}
    for score, outside in ((214.9, True), (215, False), (275, False), (275.1, True)):
        band = calib.band(score, *KEY)
        assert band.extrapolated is outside
        assert f"extrapolated={outside}, status='ok'" in repr(band)
    assert calib.band(290, "plastics", "us_img").extrapolated is True
    assert calib.band(290, "nuclear", "non_us_img").extrapolated is False


def test_a_label_out_of_reach_has_no_bounds() -> None:
    top = calib.bands("surgery", "non_us_img", outcome="interview", scheme="chance")[0]
    assert (top.label, top.score_min, top.boundary, top.status) == (
        "very_likely",
        None,
        None,
        "unreachable",
    )


def test_the_interval_of_a_gain_agrees_with_simulation() -> None:
    rng = np.random.default_rng(7)
    cov = 0.2 * 0.1 * 0.08
    drawn = rng.multivariate_normal([-1, 0.5], [[0.01, cov], [cov, 0.0064]], size=200_000)
    gains = 1 / (1 + np.exp(-drawn @ [1, 1.5])) - 1 / (1 + np.exp(-drawn @ [1, -0.5]))
    found = calib.gain(240, 260, *KEY)
    assert found.value == pytest.approx(expit(-0.25) - expit(-1.25))
    assert [found.low, found.high] == pytest.approx(np.quantile(gains, [0.025, 0.975]), abs=0.003)
    assert found.odds_ratio == pytest.approx(math.exp(1))
    assert found.odds_ratio_low == pytest.approx(math.exp(2 * (0.5 - 1.959964 * 0.08)), rel=1e-5)
    assert found.extrapolated is False
    assert found.status == "ok"


@pytest.mark.parametrize(
    ("start", "end"), [(215, 216), (200, 290), (290, 200), (1, 300), (255, 245)]
)
@pytest.mark.parametrize(
    "line",
    [
        (-1, 0.5, 0.01, 0.0016, 0.0064),
        (2, 0.7, 0.003, 0.001, 0.0016),
        (-1, 0.1, 0.1, 0.03, 0.09),
        (-2, 0.3, 0.64, -0.05, 0.04),
        (0, 0.5, 0, 0, 0),
    ],
)
def test_the_limits_of_a_gain_are_its_range_on_the_ellipse(
    line: tuple[float, float, float, float, float], start: float, end: float
) -> None:
    a, b, va, cov, vb = line
    angle = np.linspace(0, 2 * np.pi, 200_001)
    root = np.linalg.cholesky([[va + 1e-18, cov], [cov, vb + 1e-18]])
    a_, b_ = np.array([[a], [b]]) + 1.959963984540054 * root @ [np.cos(angle), np.sin(angle)]
    u, v = (start - 245) / 10, (end - 245) / 10
    gains = 1 / (1 + np.exp(-(a_ + b_ * v))) - 1 / (1 + np.exp(-(a_ + b_ * u)))
    se_a, se_b = math.sqrt(va), math.sqrt(vb)
    curve = Line(a, b, se_a, se_b, cov / (se_a * se_b) if cov else 0.0)
    _, low, high = mathematics.difference(curve, start, end)
    assert [low, high] == pytest.approx([gains.min(), gains.max()], abs=1e-6)


def test_a_gain_backwards_is_the_loss() -> None:
    up, down = calib.gain(240, 260, *KEY), calib.gain(260, 240, *KEY)
    assert up.value is not None
    assert up.low is not None
    assert [down.value, down.high] == pytest.approx([-up.value, -up.low])
    assert calib.gain(240, 260, *KEY) == up
    none = calib.gain(250, 250, *KEY)
    assert (none.value, none.low, none.high, none.odds_ratio) == (0, 0, 0, 1)


def test_a_gain_without_a_curve_and_one_beyond_the_fitted_scores() -> None:
    assert calib.gain(240, 250, "surgery", "us_img").value is None
    assert calib.gain(240, 290, *KEY).extrapolated is True


def test_explain_says_the_chance_the_band_the_standing_and_the_caveat() -> None:
    assert calib.explain(250, *KEY) == (
        "Of non-U.S. citizen IMGs with a Step 2 CK score of 250 who had interviews enough to rank"
        " surgery first, about 32 % matched in it: next cycle (2028) likely 20-47 %; for 2026"
        " alone, 95 % interval 27-37 %; of 300 people in all, grade A, status ok; edition"
        " synthetic.1, made_up_a, made_up_b. That is the band 'borderline' (244-264), as a chance"
        " 'possible'; next cycle it may be 'low' or 'borderline'. In 2026, 41 % of those who"
        " matched and 70 % of those who did not had that score or a lower one. This describes past"
        " applicants: it is not a promise to a person and not causal, so a higher score alone need"
        " not change the chance."
    )
    text = calib.explain(250, *KEY, scheme="chance")
    assert "'possible' (244-264), in the guides' words 'borderline'; next cycle it may be" in text
    assert "it may be 'unlikely' or 'possible'. In" in text


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (222, "'low' (1-243), as a chance 'unlikely'. In"),
        (262, "'borderline' (244-264), as a chance 'possible'; next cycle it may be 'borderline'"
            " or 'competitive'. In"),
    ],
)  # fmt: skip
def test_explain_says_which_labels_the_next_cycle_leaves_open(score: float, words: str) -> None:
    assert f"That is the band {words}" in calib.explain(score, *KEY)


def test_explain_says_when_more_than_two_labels_are_open(
    synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic.replace("curves.csv", ",0.3000,", ",0.9000,")
    synthetic.sign()
    synthetic.serve(monkeypatch)
    text = calib.explain(250, *KEY)
    assert "next cycle it may be 'low' or 'competitive' or between. In" in text


def test_explain_where_nothing_is_claimed() -> None:
    assert "the score hardly separates" in calib.explain(250, "family_practice", "non_us_img")
    text = calib.explain(290, "plastics", "us_img")
    assert (
        "who had interviews enough to rank plastics first or as a backup, by the curve drawn beyond"
        " the fitted scores (205-270) about 34 % would have matched in it: next" in text
    )
    assert "outside those that the curve was fitted on" in text
    text = calib.explain(250, "medicine", "img", outcome="interview", needs_visa="yes")
    assert "Of applications to medicine by IMGs who need a visa" in text
    assert "had interviews enough" not in text
    text = calib.explain(250, "surgery", "us_img")
    there = "groups that have one in this specialty: us_md_senior, non_us_img (outcome match)"
    assert f"the curve of outcome match for U.S. citizen IMGs in surgery; {there}" in text
    assert "in this specialty: none" in calib.explain(250, "nuclear", "non_us_img")
    text = calib.explain(240, "children", "non_us_img")
    assert "No band is claimed: the interval of the edge, or of one above it, is open or" in text


SHORT_LIST = """\
Of non-U.S. citizen IMGs with a Step 2 CK score of 243 who had interviews enough to rank a\
 specialty first, this share matched in it; next cycle's (2028) is likely to lie in the range\
 beside it. Edition synthetic.1.

specialty        chance  next (2028)  band         grade  cycle  marks
villages         64 %    50-77 %      competitive  A      2026   flat
children         57 %    37-76 %      -            A      2026   wide
family_practice  53 %    37-67 %      -            A      2026   flat
imaging          42 %    26-59 %      -            B      2026   weak
surgery          25 %    15-38 %      low          A      2026   -

flat: the score hardly separates applicants here.
weak: the data cannot tell whether the score matters here.
wide: the interval of the edge, or of one above it, is open or wider than 40 points.
A: scores of both results, at least 100 people and 30 in the smaller result.
B: scores of both results, fewer people.
Without an answer: medicine, nuclear, plastics (no table).
This describes past applicants: it is not a promise to a person and not causal, so a higher score\
 alone need not change the chance."""


def test_explain_without_a_specialty_is_a_short_list() -> None:
    assert calib.explain(243, applicant_group="non_us_img") == SHORT_LIST
    assert calib.explain(243, None, "non_us_img") == SHORT_LIST
    text = calib.explain(243, None, "non_us_img", scheme="chance")
    words = text.replace("is likely", "").split()
    assert ("likely" in words, "unlikely" in words, "competitive" in words) == (True, True, False)
    text = calib.explain(271, None, "non_us_img", denominator="ranked_any_pgy1")
    assert "to rank a specialty first or as a backup, this share matched in it" in text
    assert "2027   borrowed, extrapolated\n" in text
    assert "imaging, villages (only ranked_first: other people)" in text
    text = calib.explain(243, None, "img", outcome="interview", needs_visa="no")
    assert text.startswith("Of applications to a specialty by IMGs who need no visa with a Step")
    assert "Self-reported by applicants" in text
    text = calib.explain(243, None, "us_do")
    nobody = "No specialty has a curve of outcome match for U.S. DO graduates and seniors, nor of"
    assert text.startswith(f"{nobody} another outcome.\n\nThis describes")
    with pytest.raises(calib.UnknownNameError, match="applicant group must be a name, not None"):
        calib.explain(243)


def test_a_short_list_says_what_the_group_has_instead() -> None:
    strata = (
        "--outcome interview --cycle 2024 --denominator applications --needs-visa yes; --outcome"
        " interview --cycle 2024 --denominator applications --needs-visa no"
    )
    text = calib.explain(243, None, "img", outcome="interview")
    only = "For IMGs outcome interview is told by visa stratum, not for everyone. Ask for one: "
    assert text.startswith(f"{only}{strata} (in Python the keywords of these names).\n\n")
    asked = "No specialty has a curve of outcome match for IMGs as asked. Ask for what there is: "
    assert calib.explain(243, None, "img").startswith(f"{asked}{strata} (in Python")
    # Of the asked outcome alone, where the group has it.
    text = calib.explain(243, None, "us_md_senior", cycle=2024)
    there = "--outcome match --cycle 2026 --denominator ranked_first (in Python"
    assert "for U.S. MD seniors as asked. Ask for what there is: " + there in text
    text = calib.explain(243, None, "non_us_img", cycle=2024)
    missing = "(only of another cycle, denominator or visa stratum)"
    assert f"children, family_practice, imaging, villages {missing}; medicine," in text


def test_chances_of_few_people_come_last(synthetic: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for old, new in ((",900,A,flat", ",10,A,flat"), (",120,A,ok", ",11,A,ok")):
        synthetic.replace("curves.csv", old, new)
    synthetic.sign()
    synthetic.serve(monkeypatch)
    text = calib.explain(243, None, "non_us_img")
    lines = [line.split() for line in text.split("\n\n")[1].splitlines()[1:]]
    assert [line[0] for line in lines] == [
        *("children", "family_practice", "imaging", "surgery", "villages")
    ]
    assert [line[-1] for line in lines] == ["wide", "flat", "weak", "-", "few"]
    assert "\nfew: fewer than 11 people, listed last.\n" in text
    assert "few:" not in SHORT_LIST
    assert calib.chances(243, "non_us_img")[0].specialty == "villages"


def test_chances_of_people_whom_nobody_counted_say_so(
    synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic.replace("curves.csv", ",900,A,flat", ",,A,flat")
    synthetic.sign()
    synthetic.serve(monkeypatch)
    text = calib.explain(243, None, "non_us_img")
    lines = [line for line in text.splitlines() if line.rstrip().endswith("uncounted")]
    assert [line.split()[0] for line in lines] == ["villages"]
    assert "\nuncounted: nobody counted these people; they may be few.\n" in text


@pytest.mark.parametrize(("score", "share"), [(214.9, "7.6"), (280, "68")])
def test_explain_claims_no_band_outside_the_fitted_scores(score: float, share: str) -> None:
    text = calib.explain(score, *KEY)
    assert "That is the band" not in text
    outside = "No band is claimed outside the scores 215-275 that the curve was fitted on, and the"
    assert f"{outside} chance there is extrapolated." in text
    drawn = "first, by the curve drawn beyond the fitted scores (215-275) about"
    assert f"{drawn} {share} % would have matched in it: next cycle" in text
    text = calib.explain(score, *KEY, outcome="interview")
    assert "% would have led to an interview invitation: next cycle" in text
    text = calib.explain(200, "surgery", "us_md_senior", scheme="chance")
    assert "No band is claimed outside the scores 220-278 that" in text
    assert "every fitted score" not in text


def test_explain_names_the_outcome_that_has_a_curve() -> None:
    text = calib.explain(250, "medicine", "img")
    asked = "gives the curve of outcome match for IMGs in medicine. Ask for what this group has"
    words = "--outcome interview --cycle 2024 --denominator applications --needs-visa"
    there = f"{asked} there: {words} yes; {words} no (in Python the keywords of these names)."
    assert there in text
    text = calib.explain(250, "medicine", "non_us_img")
    there = "groups that have one in this specialty: none (outcome match); img (outcome interview)."
    assert there in text
    text = calib.explain(250, "plastics", "us_img", cycle=2026, denominator="ranked_first")
    assert "of outcome match, cycle 2026, ranked_first for U.S. citizen IMGs in plastics." in text
    assert "has there: --outcome match --cycle 2025 --denominator ranked_any_pgy1 (in" in text


def test_explain_says_that_only_visa_strata_have_a_curve() -> None:
    text = calib.explain(250, "medicine", "img", outcome="interview")
    assert (
        "of outcome interview for IMGs in medicine, whether or not they need a visa. Ask for what"
        in text
    )
    for request in ({"needs_visa": "yes", "cycle": 2026}, {"outcome": "match"}):
        text = calib.explain(250, "medicine", "img", **{"outcome": "interview"} | request)  # type: ignore[arg-type]
        assert "has there: --outcome interview --cycle 2024" in text
        assert "whether or not" not in text


def test_explain_rounds_a_few_per_cent_to_a_decimal() -> None:
    text = calib.explain(235, "surgery", "non_us_img", outcome="interview")
    share = 100 * expit(-3.3)
    assert (
        f"about {share:.1f} % led to an interview invitation: next cycle (2028) likely 1." in text
    )
    assert "38 %" in calib.explain(255, *KEY)


def test_explain_says_on_which_side_of_a_label_every_fitted_score_lies() -> None:
    text = calib.explain(250, *KEY, outcome="interview", scheme="chance")
    assert "'unlikely' (1-300). The chance is below 25 % at every" in text
    text = calib.explain(220, "surgery", "us_md_senior", scheme="chance")
    assert "The chance is above 25 % at every fitted score." in text
    text = calib.explain(275, *KEY, cycle="2020-2024")
    assert "The chance is below 75 % at every fitted" in text
    assert "at every fitted" not in calib.explain(230, *KEY, cycle="2020-2024")


@pytest.mark.parametrize("key", [KEY, ("surgery", "us_img")])
def test_explain_knows_its_schemes(key: tuple[str, str]) -> None:
    with pytest.raises(calib.UnknownNameError, match="Did you mean guide"):
        calib.explain(250, *key, scheme="guides")


@pytest.mark.parametrize(
    "score",
    [250, 250.0, Fraction(250), Decimal(250), np.int64(250), np.float32(250), np.uint8(250)],
)
def test_any_real_number_is_a_score(score: Any) -> None:
    assert calib.probability(score, *KEY).value == calib.probability(250, *KEY).value


@pytest.mark.parametrize(
    "score",
    [
        0,
        301,
        -1,
        0.99,
        math.nan,
        math.inf,
        True,
        np.True_,
        "250",
        b"250",
        np.str_("250"),
        None,
        250 + 0j,
        [250],
        np.array([250]),
        np.array(250),
        np.timedelta64(250, "D"),
        Fraction(10**400),
        10**400,
        SimpleNamespace(dtype=None),
        Decimal("sNaN"),
    ],
)
def test_anything_else_is_a_value_error(score: Any) -> None:
    for look_up in (calib.probability, calib.band, calib.explain, calib.standing):
        with pytest.raises(ValueError, match="score must"):
            look_up(score, *KEY)
    with pytest.raises(ValueError, match="score must"):
        calib.gain(250, score, *KEY)


@pytest.mark.parametrize("p", [0, 1, -0.1, 1.5, math.nan, "0.5", None, True, [0.5]])
def test_a_chance_lies_between_0_and_1(p: Any) -> None:
    with pytest.raises(ValueError, match="p must"):
        calib.score_for(p, *KEY)


def test_a_chance_may_be_a_fraction() -> None:
    assert calib.score_for(Fraction(2, 5), *KEY) == calib.score_for(0.4, *KEY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "keywords", "kind", "nearest"),
    [
        (("surgry", "non_us_img"), {}, "specialty", "surgery"),
        (("surgery", "non_us_imgz"), {}, "applicant group", "non_us_img"),
        (KEY, {"outcome": "matched"}, "outcome", "match"),
        (KEY, {"cycle": "2020-2023"}, "cycle", "2020-2024"),
        (KEY, {"denominator": "ranked"}, "denominator", "ranked_first"),
        (KEY, {"needs_visa": "yess"}, "needs_visa", "yes"),
        (KEY, {"scheme": "guides"}, "scheme", "guide"),
    ],
)
def test_an_unknown_name_is_a_key_error_with_the_nearest(
    arguments: tuple[str, str], keywords: dict[str, Any], kind: str, nearest: str
) -> None:
    with pytest.raises(KeyError) as caught:
        calib.bands(*arguments, **keywords)
    assert isinstance(caught.value, calib.UnknownNameError)
    assert caught.value.kind == kind
    assert nearest in caught.value.nearest
    assert f"Unknown {kind}" in str(caught.value)
    assert "Did you mean" in str(caught.value)
    assert not str(caught.value).startswith("'")


@pytest.mark.parametrize(
    "cycle",
    [
        *(2026, 2026.0, "2026.0", "2026.00", Decimal("2026.0")),
        *(np.int16(2026), np.float32(2026), np.str_("2026.0")),
        *(pd.Series([2026.0, None])[0], pd.array([2026], dtype="Int64")[0]),
    ],
)
def test_a_cycle_is_a_year_however_a_program_keeps_it(cycle: Any) -> None:
    assert calib.bands(*KEY, cycle=cycle) == calib.bands(*KEY, cycle="2026")


@pytest.mark.parametrize("cycle", ["2026.5", "2026.0.0", ".0", "2026.O", "2020-2024.5"])
def test_other_texts_are_no_cycle(cycle: str) -> None:
    with pytest.raises(calib.UnknownNameError, match="Unknown cycle"):
        calib.bands(*KEY, cycle=cycle)


@pytest.mark.parametrize("needs_visa", [True, np.bool_(True), pd.array([True])[0], np.str_("yes")])
def test_a_visa_is_a_boolean_of_any_library(needs_visa: Any) -> None:
    found = calib.bands(*KEY, needs_visa=needs_visa)
    assert found == calib.bands(*KEY, needs_visa="yes")
    assert found[0].needs_visa == "yes"


def test_a_name_like_no_other_lists_all() -> None:
    with pytest.raises(calib.UnknownNameError, match="Known: children, family_practice, imaging"):
        calib.bands("zzz", "img")
    with pytest.raises(calib.UnknownNameError, match="must be a name, not 5"):
        calib.bands(5, "img")  # type: ignore[arg-type]
    with pytest.raises(calib.UnknownNameError, match="must be a name"):
        calib.bands(["surgery"], "img")  # type: ignore[arg-type]
    with pytest.raises(calib.UnknownNameError, match="must be a name"):
        calib.bands(*KEY, scheme=[])  # type: ignore[arg-type]
    for cycle in (True, 10**5000, 2024.5, 24, math.nan):
        with pytest.raises(calib.UnknownNameError):
            calib.bands(*KEY, cycle=cycle)  # type: ignore[arg-type]
    with pytest.raises(calib.UnknownNameError):
        calib.bands(*KEY, needs_visa=1)


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ("genral_surgery", ("general_surgery",)),
        ("Dermatolgy", ("dermatology",)),
        ("radiology", ("diagnostic_radiology", "interventional_radiology")),
        ("psych", ("psychiatry", "child_psychiatry", "family_psychiatry")),
        ("ob", ()),
    ],
)
def test_the_nearest_names_are_what_was_meant(given: str, nearest: tuple[str, ...]) -> None:
    known = ("general_surgery", "plastic_surgery", "dermatology", "pathology", "neurology")
    known += ("radiation_oncology", "interventional_radiology", "diagnostic_radiology")
    known += ("family_psychiatry", "child_psychiatry", "psychiatry")
    found = calib.UnknownNameError("specialty", given, known).nearest
    assert found[: len(nearest)] == nearest
    assert found if nearest else not found


def test_an_error_survives_pickling_and_hostile_objects() -> None:
    class Hostile:
        def __repr__(self) -> str:
            raise RuntimeError

    with pytest.raises(calib.UnknownNameError, match="an object of type Hostile") as caught:
        calib.bands(Hostile(), "img")  # type: ignore[arg-type]
    with pytest.raises(calib.UnknownNameError, match=r"aaa\.\.\.") as caught:
        calib.bands("a" * 10_000_000, "img")
    assert len(str(caught.value)) < 400
    with pytest.raises(calib.UnknownNameError) as caught:
        calib.bands("surg", "img")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert "surgery" in caught.value.nearest


def test_answers_are_small_frozen_values() -> None:
    answers = [
        calib.probability(250, *KEY),
        calib.bands(*KEY)[0],
        calib.score_for(0.4, *KEY),
        calib.gain(240, 250, *KEY),
        calib.standing(240, *KEY),
        calib.probability(250, "surgery", "us_img"),
        calib.guide_audit("surgery_guide")[0],
    ]
    for answer in answers:
        assert copy.deepcopy(answer) == answer
        assert pickle.loads(pickle.dumps(answer)) == answer
        assert hash(copy.copy(answer)) == hash(answer)
        assert answer != "something else"
        assert not hasattr(answer, "__dict__")
        with pytest.raises(AttributeError, match="cannot"):
            answer.grade = "A"
        with pytest.raises(AttributeError, match="cannot"):
            del answer.status
        assert answer.as_dict()["edition"] == "synthetic.1"
    assert len(set(answers)) == len(answers)
    assert answers[0] != calib.probability(251, *KEY)
    assert repr(answers[0]).startswith("Probability(score=250, value=0.320821, low=0.2")
    assert "specialty='surgery'" in repr(answers[1])
    assert answers[5].as_dict()["available"][0]["outcome"] == "match"  # type: ignore[index]


calm = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@calm
@given(
    start=st.floats(1, 300),
    end=st.floats(1, 300),
    key=st.sampled_from([KEY, ("plastics", "us_img"), ("imaging", "non_us_img")]),
)
def test_intervals_hold_their_value(start: float, end: float, key: tuple[str, str]) -> None:
    chance = calib.probability(start, *key)
    assert chance.value is not None
    assert chance.low is not None
    assert chance.high is not None
    assert 0 <= chance.low <= chance.value <= chance.high <= 1
    gain = calib.gain(start, end, *key)
    assert gain.value is not None
    assert gain.low is not None
    assert gain.high is not None
    assert -1 <= gain.low <= gain.value + 1e-9
    assert gain.value - 1e-9 <= gain.high <= 1
