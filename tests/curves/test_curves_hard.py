"""Tables that no usual cell looks like: a finite curve with honest errors, or a named reason."""

import numpy as np
import pandas as pd
import pytest

from recalib.contract.keys import KEY_COLUMNS
from recalib.curves.fit import fit_curves
from recalib.likelihood.cells import build_cells

KEY = {
    "cycle": "2026",
    "specialty": "general_surgery",
    "applicant_group": "non_us_img",
    "needs_visa": "",
    "outcome": "match",
    "denominator": "ranked_first",
}


def bins(rows, **changes):
    facts = []
    for low, high, success, everyone, *applicants in rows:
        place = KEY | changes | {"kind": "bins", "result": "", "score_min": low, "score_max": high}
        names = {"n_success": success, "n_total": everyone}
        if applicants:
            names["n_applicants"] = applicants[0]
        facts += [place | {"statistic": name, "value": value} for name, value in names.items()]
    return facts


def quantiles(result, n, **printed):
    key = {name: printed.pop(name) for name in KEY if name in printed}
    place = KEY | key | {"kind": "quantiles", "result": result}
    place |= {"score_min": np.nan, "score_max": np.nan}
    return [place | {"statistic": k, "value": v} for k, v in (printed | {"n": n}).items()]


def totals(success, everyone, **changes):
    place = KEY | changes | {"kind": "totals", "result": ""}
    place |= {"score_min": np.nan, "score_max": np.nan}
    return [
        place | {"statistic": "n_success", "value": success},
        place | {"statistic": "n_total", "value": everyone},
    ]


def fit(facts):
    frame = pd.DataFrame(facts).assign(source="simulated", n=100)
    fitted = fit_curves(build_cells(frame, set())).curves
    for curve in fitted:
        if curve.status == "no_evidence":
            assert curve.note
            continue
        numbers = [curve.intercept, curve.slope, curve.intercept_se, curve.slope_se]
        assert np.isfinite([*numbers, curve.correlation, *curve.score_limits]).all()
        assert 0 < curve.slope_se < 5
        assert 0 < curve.intercept_se < 30
        assert abs(curve.correlation) <= 1
        assert all(abs(value) < 30 for value in curve.raw.values())
    return fitted


OPEN = [(np.nan, 229), (230, 239), (240, 249), (250, np.nan)]


def test_separated_bins_do_not_claim_a_steep_slope():
    counts = [(0, 20), (0, 50), (50, 50), (50, 50)]
    (curve,) = fit(bins([(*b, *c) for b, c in zip(OPEN, counts, strict=True)]))
    assert not curve.raw
    assert curve.slope_se > 0.2
    assert curve.slope < 3


@pytest.mark.parametrize("success", [0, 1])
def test_all_or_none_succeeded(success):
    rows = [(*bound, success * n, n) for bound, n in zip(OPEN, (20, 50, 50, 20), strict=True)]
    (curve,) = fit(bins(rows))
    assert abs(curve.intercept) < 10
    assert curve.status != "ok"


def test_identical_quartiles_with_hardly_any_spread():
    facts = quantiles("matched", 50, q1=250, median=250, q3=250, sd=0.1)
    facts += quantiles("not_matched", 50, q1=249, median=249, q3=249, sd=0.1)
    fit(facts)


def test_means_far_apart_are_not_called_indistinct():
    facts = quantiles("matched", 400, median=258)
    facts += quantiles("not_matched", 400, median=230)
    (curve,) = fit(facts)
    # Medians alone leave the slope to the spread that is assumed: most of it is lent.
    assert curve.status == "borrowed"
    assert curve.p_slope_positive > 0.999
    assert curve.slope > 0.5


def test_one_person_and_a_million():
    tiny = quantiles("matched", 1, median=250) + quantiles("not_matched", 1, median=240)
    (curve,) = fit(tiny)
    assert curve.status == "borrowed"
    huge = quantiles("matched", 1_000_000, q1=240, median=250, q3=259, mean=249, sd=14)
    huge += quantiles("not_matched", 900_000, q1=233, median=243, q3=252, mean=242, sd=14)
    (curve,) = fit(huge)
    assert curve.slope == pytest.approx(0.36, abs=0.05)


def test_people_of_two_denominators_and_of_strata_count_once():
    table = quantiles("matched", 100, q1=244, median=256, q3=264, mean=253, sd=13)
    table += quantiles("not_matched", 230, q1=238, median=247, q3=256, mean=246, sd=14)
    (alone,) = fit(table)
    again = [fact | {"denominator": "ranked_any_pgy1"} for fact in table]
    both = fit(table + again)
    assert all(curve.slope_se == pytest.approx(alone.slope_se, rel=1e-6) for curve in both)
    assert len({curve.pool for curve in both}) == 2


def test_interviews_keep_their_dispersion_where_totals_are_printed_too():
    place = {"outcome": "interview", "denominator": "applications"}
    rows = [
        (*b, s, n, a)
        for b, s, n, a in zip(
            OPEN, (27, 40, 67, 102), (1599, 2348, 2598, 1788), (11, 15, 16, 15), strict=True
        )
    ]
    facts = bins(rows, **place)
    key = KEY | place | {"kind": "bins", "result": ""}
    for low, high in OPEN:
        facts.append(
            key | {"score_min": low, "score_max": high, "statistic": "dispersion", "value": 3.9}
        )
    (alone,) = fit(facts)
    (both,) = fit(facts + totals(236, 8333, **place))
    assert both.slope_se == pytest.approx(alone.slope_se, rel=1e-6)
    assert both.cell.aside
    assert both.cell.people == 57


def test_one_specialtys_minimum_is_not_the_floor_of_the_cycle():
    facts = quantiles("matched", 700, min=236, q1=248, median=252, q3=260, specialty="dermatology")
    facts += quantiles(
        "not_matched", 500, min=236, q1=244, median=250, q3=257, specialty="dermatology"
    )
    facts += quantiles("matched", 450, q1=222, median=230, q3=239, specialty="family_medicine")
    facts += quantiles("not_matched", 390, q1=223, median=231, q3=241, specialty="family_medicine")
    for curve in fit(facts):
        assert curve.cell.grid.low == 185


def test_every_curve_keeps_its_key():
    facts = totals(0, 0) + totals(3, 3, specialty="a") + totals(0, 9, specialty="b")
    facts += quantiles("matched", 12, median=250, specialty="c")
    fitted = fit(facts)
    assert [curve.cell.key.specialty for curve in fitted] == ["a", "b", "c", "general_surgery"]
    assert [curve.status for curve in fitted] == [
        "borrowed",
        "borrowed",
        "no_evidence",
        "no_evidence",
    ]
    assert set(fitted[0].cell.key._fields) == set(KEY_COLUMNS)
