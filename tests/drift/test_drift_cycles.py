from __future__ import annotations

from math import log, sqrt

import pandas as pd
import pytest

from edition_samples import CURVE, STANDING
from recalib.drift.cycles import beside, lies_beyond

OLD = CURVE | {"cycle": "2024", "drift_sd": 0.3 * sqrt(3.0)}
NEW = CURVE | {"cycle": "2026", "drift_sd": 0.3}


def moved(*curves: dict[str, object]) -> pd.DataFrame:
    standing = pd.DataFrame([STANDING | {"cycle": cycle} for cycle in ("2024", "2026")])
    return beside(pd.DataFrame(curves), standing).set_index("what")


def logit(p: float) -> float:
    return log(p / (1 - p))


def test_the_older_curve_foretells_the_newer_cycle_not_the_one_after() -> None:
    found = moved(OLD, NEW | {"intercept": -0.2})
    assert set(found["older"]) == {"2024"}
    row = found.loc["chance at 240"]
    # u = -.5: logit -.5 - .3 = -.8; error of the curve sqrt(.01 + .02 * .5 * .1 * .2 * .5 ...).
    own = sqrt(0.1**2 + 2 * -0.5 * -0.2 * 0.1 * 0.1 + (0.5 * 0.1) ** 2)
    both = sqrt(own**2 + 2 * 0.3**2)  # two years between 2024 and 2026, .3 a year
    assert logit(row["was"]) == pytest.approx(-0.8)
    assert logit(row["was_high"]) == pytest.approx(-0.8 + 1.959964 * own, abs=1e-5)
    assert logit(row["foretold_low"]) == pytest.approx(-0.8 - 1.959964 * both, abs=1e-5)
    assert logit(row["foretold_high"]) == pytest.approx(-0.8 + 1.959964 * both, abs=1e-5)
    assert logit(row["now"]) == pytest.approx(-0.5)
    assert logit(row["next_high"]) == pytest.approx(
        -0.5 + 1.959964 * sqrt(own**2 + 0.3**2), abs=1e-5
    )


@pytest.mark.parametrize(
    ("intercept", "far"), [(-0.5 + 0.84, False), (-0.5 + 0.88, True), (-1.4, True)]
)
def test_what_lies_outside_what_was_foretold_is_beyond(intercept: float, far: bool) -> None:
    # At 245 the half width is 1.96 * sqrt(.01 + .18) = .854; at 240 .866.
    found = moved(OLD, NEW | {"intercept": intercept})
    assert lies_beyond(found.loc["chance at 240"]) is far


def test_edges_need_a_claim_and_standing_tells_of_its_own_cycle() -> None:
    found = moved(OLD, NEW | {"status": "weak"})
    edge = found.loc["likely from"]
    assert edge["was"] == pytest.approx(245 + 10 * 0.5 / 0.6)
    assert pd.isna(edge["now"])
    assert pd.isna(edge["beyond"])
    standing = found.loc["matched at or below 250"]
    assert (standing["was"], standing["now"]) == (0.39, 0.39)
    assert pd.isna(standing["foretold_low"])
    assert pd.isna(standing["beyond"])


def test_a_span_that_holds_the_same_people_is_no_cycle_before() -> None:
    span = OLD | {"cycle": "2024-2026"}
    assert moved(span, NEW).empty
    older = OLD | {"cycle": "2020-2024"}
    assert set(moved(older, span | {"cycle": "2024"}, NEW)["older"]) == {"2024"}
    assert set(moved(older, NEW)["older"]) == {"2020-2024"}


def test_two_denominators_are_never_put_beside_each_other() -> None:
    other = OLD | {"denominator": "ranked_any_pgy1"}
    assert moved(other, NEW).empty
