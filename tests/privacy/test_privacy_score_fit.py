"""A cohort beside printed tables: the slope is shared, the level its own, nobody counts twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cohort_fit_samples import cohort, draw_counts
from recalib.curves.fit import fit_curves
from recalib.curves.grade import grade
from recalib.privacy.score_fit import build_cohort_cells, counts_of, raw_fit


def _cells(people, *, name="dean", synthetic=False, **options):
    """The match cell of a cohort with one curve."""
    cells = build_cohort_cells(
        [cohort(draw_counts(people, **options), name=name, synthetic=synthetic)]
    )
    return [cell for cell in cells if cell.key.outcome == "match"]


def _printed(people, **options):
    """The same counts as if a table had printed them."""
    return [replace(cell, cohort="", sources=("table",)) for cell in _cells(people, **options)]


def _curves(cells):
    fitted = fit_curves(cells)
    return {
        (curve.cell.key.specialty, curve.cell.key.cycle): curve for curve in fitted.curves
    }, fitted


BACKGROUND = [
    cell
    for seed, specialty in enumerate(("neurology", "pediatrics", "psychiatry"))
    for cell in _printed(600, specialty=specialty, seed=seed)
]


def test_a_printed_key_keeps_the_printed_curve_and_its_own_level():
    printed = _printed(200, line=(-0.5, 0.6), seed=7)
    other_year = _cells(3000, line=(1.5, 0.6), cycle="2023", seed=8)
    alone, _ = _curves([*BACKGROUND, *printed])
    both, fitted = _curves([*BACKGROUND, *printed, *other_year])
    before, after = (run[("general_surgery", "2026")] for run in (alone, both))
    assert after.cell.sources == ("table",)
    assert after.slope_se < before.slope_se
    assert after.slope != before.slope
    # The cohort's matches are far more frequent; the printed level does not follow.
    assert after.intercept == pytest.approx(-0.5, abs=0.4)
    assert both[("general_surgery", "2023")].intercept == pytest.approx(1.5, abs=0.2)
    assert fitted.pools["match, non_us_img, 2026 + cohort:dean"].cycle_spread > 0


def test_a_cohort_of_the_same_year_that_knows_less_is_left_aside():
    printed = _printed(3000, seed=7)
    cells = _cells(120, seed=8)
    alone, _ = _curves([*BACKGROUND, *printed])
    both, fitted = _curves([*BACKGROUND, *printed, *cells])
    assert set(both) == set(alone)
    for key, curve in alone.items():
        assert both[key].slope == curve.slope
        assert both[key].cell.sources == ("table",)
    assert "match, non_us_img, 2026" in fitted.pools


def test_a_cohort_of_the_same_year_that_knows_far_more_stands_in_for_the_slope():
    printed = _printed(60, seed=7)
    cells = _cells(20_000, line=(1, 0.6), seed=8)
    alone, _ = _curves([*BACKGROUND, *printed])
    both, fitted = _curves([*BACKGROUND, *printed, *cells])
    curve = both[("general_surgery", "2026")]
    assert curve.cell.sources == ("table",)
    assert curve.slope_se < alone[("general_surgery", "2026")].slope_se
    assert "nobody counts twice" in curve.note
    pool = fitted.pools["match, non_us_img, 2026 + cohort:dean"]
    assert [s.cycle for s in pool.sites if s.specialty == "general_surgery"] == [
        "cohort:dean, 2026"
    ]


def test_no_pool_holds_two_sources_of_one_specialty_and_year():
    cells = [*BACKGROUND, *_printed(300, seed=1), *_printed(300, cycle="2020-2024", seed=2)]
    for name, seed in (("dean", 3), ("registry", 4)):
        for cycle in ("2022", "2024", "2026"):
            cells += _cells(400, cycle=cycle, name=name, seed=seed)
    _, fitted = _curves(cells)
    assert len(fitted.pools) > 2
    for pool in fitted.pools.values():
        for one in pool.sites:
            for other in pool.sites:
                if one is not other and one.specialty == other.specialty == "general_surgery":
                    (a, first), (b, second) = (_parts(site.cycle) for site in (one, other))
                    shared = first[0] <= second[1] and second[0] <= first[1]
                    assert a == b or not shared


def _parts(cycle):
    source, _, span = cycle.rpartition(", ")
    first, _, last = span.partition("-")
    return source, (int(first), int(last or first))


def test_a_key_that_only_the_cohort_has_gets_its_curve():
    found, _ = _curves([*BACKGROUND, *_cells(500, seed=3)])
    curve = found[("general_surgery", "2026")]
    assert curve.cell.sources == ("cohort:dean",)
    assert curve.status == "ok"
    assert grade(curve.cell) == "C"
    assert curve.slope == pytest.approx(0.6, abs=0.3)
    assert "cohort" in curve.note
    assert curve.cell.people == 500


def test_synthetic_people_touch_no_other_curve():
    cells = [*BACKGROUND, *_printed(60, seed=7)]
    alone, _ = _curves(cells)
    both, _ = _curves([*cells, *_cells(5000, line=(0, 2), synthetic=True, cycle="2023")])
    for key, curve in alone.items():
        assert (both[key].slope, both[key].slope_se) == (curve.slope, curve.slope_se)
    curve = both[("general_surgery", "2023")]
    assert curve.cell.sources == ("cohort:dean (SYNTHETIC)",)
    assert curve.note.startswith("SYNTHETIC")


def test_separated_results_get_a_finite_fit_and_are_withheld():
    """Whoever stands nearest to the edge decides such a slope."""
    counts = draw_counts(200, line=(0, 0))
    above = counts["step2_ck"] >= 246
    counts["matched"] = np.where(above, counts["results"], 0)
    cells = [cell for cell in build_cohort_cells([cohort(counts)]) if cell.key.outcome == "match"]
    fit, _ = raw_fit(next(counts_of(cohort(counts))))
    assert fit.penalised
    assert fit.slope > 0
    assert np.isfinite([fit.intercept, fit.slope, *fit.covariance.flat]).all()
    (cell,) = cells
    assert cell.bins is None
    assert "Firth" in cell.aside
    assert "One person would move the curve" in cell.aside


def test_of_two_cohorts_with_one_key_the_larger_is_published():
    cells = [*_cells(200, name="small", seed=1), *_cells(900, name="large", seed=2)]
    found, _ = _curves(cells)
    assert [curve.cell.cohort for curve in found.values()] == ["cohort:large"]
