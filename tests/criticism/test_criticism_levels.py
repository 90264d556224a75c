"""How far levels move: what the step hangs on, and whom it is lent to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from calib.names import WHOSE
from recalib.criticism.fitted_run import FittedRun
from recalib.criticism.levels import lent, without_each
from recalib.curves.levels import Drift, estimate_drift
from recalib.report import findings
from recalib.report.figures.levels import levels as draw
from recalib.report.tables import forecasts as tables
from recalib.report.view import View


@pytest.fixture(scope="module")
def drift(run: FittedRun) -> Drift:
    return estimate_drift(run.fitted.curves, run.priors)


@pytest.fixture(scope="module")
def without(run: FittedRun, drift: Drift) -> pd.DataFrame:
    return without_each(drift, run.fitted.curves, run.priors)


def test_the_step_is_learned_anew_without_each_specialty(
    drift: Drift, without: pd.DataFrame
) -> None:
    assert len(without) == len(drift.levels) == 21
    by_name = without.set_index("specialty")["step"]
    # The method's first look: .29 with all, .26 without emergency medicine, which moved farthest.
    assert by_name.idxmin() == "emergency_medicine"
    assert drift.step == pytest.approx(0.29, abs=0.02)
    assert by_name["emergency_medicine"] == pytest.approx(0.26, abs=0.02)
    assert (without["low"] < without["step"]).all()
    assert (without["step"] < without["high"]).all()


def test_shifts_of_totals_are_those_of_the_method(run: FittedRun) -> None:
    (found,) = lent(run.evidence)
    assert found.group == "non_us_img"
    assert (found.older, found.newer) == (("2025", "ranked_any_pgy1"), ("2026", "ranked_first"))
    shifts = found.shifts.set_index("specialty")["shift"]
    assert len(shifts) == 20
    # Typed from METHOD, "Two IMG groups, two denominators, one model".
    typed = {"anesthesiology": 0.03, "internal_medicine": 0.07}
    typed |= {"family_medicine": 0.66, "pediatrics": 0.77}
    for name, shift in typed.items():
        assert shifts[name] == pytest.approx(shift, abs=0.006)
    assert found.mean == pytest.approx(0.36, abs=0.01)


def test_the_spread_is_what_sampling_leaves() -> None:
    """Made up: so many people that all of the scatter is real, and so few that none is."""

    def totals(people: float, moves: list[float]) -> pd.DataFrame:
        rows = []
        for cycle, on in (("2030", 0.0), ("2031", 1.0)):
            for place, move in enumerate(moves):
                counts = {"n_total": people, "n_success": round(people * expit(on * move))}
                rows += [
                    {
                        "kind": "totals", "outcome": "match", "needs_visa": "", "cycle": cycle,
                        "applicant_group": "img", "denominator": "ranked_first",
                        "specialty": f"s{place}", "statistic": name, "value": float(value),
                    }
                    for name, value in counts.items()
                ]  # fmt: skip
        return pd.DataFrame(rows)

    moves = [-0.5, 0.1, 0.2, 0.6]
    (many,) = lent(totals(1e9, moves))
    assert many.spread == pytest.approx(np.std(moves, ddof=1), abs=1e-3)
    (few,) = lent(totals(20, moves))
    assert few.spread == 0
    assert lent(totals(1e9, moves[:2])) == []


def test_the_page_says_what_the_step_rests_on(
    run: FittedRun, view: View, drift: Drift, without: pd.DataFrame
) -> None:
    bounds = lent(run.evidence)
    said = findings.levels(view, drift, without, bounds)
    assert f"The step of a year is {drift.step:.2f} on the logit" in said[0]
    assert WHOSE in said[0]
    assert "**U.S. MD seniors**: of 40 pairs of cycles" in said[1]
    assert "(without Emergency Medicine)" in said[2]
    assert "an assumption that no table tests" in said[3]
    assert "an upper bound, unless the two went against each other" in said[4]
    assert "does not exceed that scatter" in said[4]
    (other,) = findings.levels(view, drift, without.iloc[:0], [])
    assert "what was assumed beforehand" in other


def test_a_step_beyond_its_bound_is_said_to_be(run: FittedRun, view: View) -> None:
    (bound,) = lent(run.evidence)
    held, beyond = (findings._bound(bound, step) for step in (bound.spread, bound.spread + 0.01))
    assert "does not exceed" in held
    assert "exceeds that scatter" in beyond


def test_moves_are_drawn_and_laid_out(
    run: FittedRun, view: View, drift: Drift, without: pd.DataFrame
) -> None:
    pairs = drift.pairs()
    figure = draw(view, drift, pairs, without)
    assert figure is not None
    assert f"with all it is {drift.step:.2f}" in str(figure.get_label())
    left, right = figure.axes
    first = pairs.iloc[0]
    marks = [line for line in left.lines if len(line.get_xdata()) == 1]
    assert len(marks) == len(pairs)
    assert float(marks[0].get_xdata()[0]) == pytest.approx(first["moved"])
    assert len([line for line in right.lines if len(line.get_xdata()) == 1]) == len(without)
    assert draw(view, drift, pairs.iloc[:0], without) is None
    table = tables.levels(view, pairs, without)
    assert table is not None
    assert "2020-2024 to 2024" in table.text
    assert "Step without it" in table.text
