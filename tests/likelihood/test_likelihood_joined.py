"""Quartiles and bins of the same people: one sample, counted once."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from recalib.curves.check import check_cell
from recalib.curves.fit import fit_curves
from recalib.curves.unit import fit_unit
from recalib.likelihood.cells import build_cells
from recalib.likelihood.model import SIZE, Grid, state
from recalib.likelihood.quantiles import QuantileTable, Reading, jacobian, residuals

KEY = {
    "cycle": "2026",
    "specialty": "general_surgery",
    "applicant_group": "non_us_img",
    "needs_visa": "",
    "outcome": "match",
    "denominator": "ranked_first",
}
GRID = Grid(185, 247.0, 14.0)
PLACE = np.array([-0.4, 0.45, 0.1, -0.45, 0.03, -0.01, 0.0])
EDGES = [-np.inf, 235, 245, 255, np.inf]


def sample(random, people=400):
    at = state(GRID, PLACE)
    scores = random.choice(GRID.x, people, p=at.f)
    return scores, random.random(people) < np.interp(scores, GRID.x, at.p)


def facts(scores, matched, *, forms=("quantiles", "bins"), extra=0):
    rows = []
    for result, held in (("matched", matched), ("not_matched", ~matched)):
        own = scores[held]
        quartiles = np.quantile(own, [0.25, 0.5, 0.75], method="averaged_inverted_cdf")
        printed = dict(zip(("q1", "median", "q3"), np.rint(quartiles), strict=True))
        printed |= {"mean": np.rint(own.mean()), "sd": np.rint(own.std(ddof=1)), "n": len(own)}
        for name, value in printed.items():
            rows.append(
                {"kind": "quantiles", "result": result, "statistic": name, "value": float(value)}
            )
    for low, high in pairwise(EDGES):
        inside = (scores >= low) & (scores < high)
        bounds = {
            "score_min": low if np.isfinite(low) else np.nan,
            "score_max": high - 1 if np.isfinite(high) else np.nan,
        }
        for name, value in (
            ("n_success", (inside & matched).sum() + extra),
            ("n_total", inside.sum() + extra),
        ):
            rows.append(bounds | {"kind": "bins", "statistic": name, "value": float(value)})
    frame = pd.DataFrame(rows).assign(**KEY, source="simulated", n=len(scores))
    frame["result"] = frame["result"].fillna("")
    return frame[frame["kind"].isin(forms)]


def slope_and_error(*arguments, **keywords):
    (cell,) = build_cells(facts(*arguments, **keywords), set())
    fit = fit_unit([cell])
    assert fit.converged
    return fit.site()


def test_both_together_say_more_than_either_but_not_as_if_of_two_samples():
    scores, matched = sample(np.random.default_rng(1))
    errors = {
        forms: slope_and_error(scores, matched, forms=forms)[1]
        for forms in (("quantiles",), ("bins",), ("quantiles", "bins"))
    }
    both, quantiles, bins = errors["quantiles", "bins"], errors["quantiles",], errors["bins",]
    assert both < min(quantiles, bins)
    twice = (quantiles**-2 + bins**-2) ** -0.5
    assert both > 1.15 * twice


def test_joint_error_is_the_spread_over_samples():
    random = np.random.default_rng(2)
    found = np.array([slope_and_error(*sample(random)) for _ in range(400)])
    z = (found[:, 0] - PLACE[1]) / found[:, 1]
    # Three Monte Carlo errors of a mean and of a standard deviation of 400.
    assert abs(z.mean()) < 0.15
    assert z.std() == pytest.approx(1, abs=0.106)


def test_jacobian_of_the_shares_is_the_derivative():
    table = QuantileTable(
        1, 90, {"median": 250}, ((-np.inf, 239, 20), (240, 249, 30), (250, np.inf, 40))
    )
    reading = Reading(table, GRID)
    found = jacobian(reading, residuals(reading, state(GRID, PLACE)), state(GRID, PLACE))
    assert len(reading.names) == 3
    step = 1e-5
    for index in range(SIZE):
        move = np.zeros(SIZE)
        move[index] = step
        plus = residuals(reading, state(GRID, PLACE + move)).value
        minus = residuals(reading, state(GRID, PLACE - move)).value
        np.testing.assert_allclose(found[:, index], -(plus - minus) / (2 * step), atol=1e-6)


def test_of_two_tables_of_other_people_the_one_that_knows_the_slope_better_stays():
    scores, matched = sample(np.random.default_rng(3))
    quartiles = facts(scores, matched, forms=("quantiles",))
    few = np.arange(len(scores)) < 200
    fewer = facts(scores[few], matched[few], forms=("bins",))
    (cell,) = build_cells(pd.concat([quartiles, fewer]), set())
    assert cell.bins is None
    assert not cell.quantiles[0].shares
    assert "The bins count other people" in cell.aside
    means = quartiles[quartiles["statistic"].isin(["n", "mean"])]
    (cell,) = build_cells(pd.concat([means, fewer]), set())
    assert cell.bins is not None
    assert not cell.quantiles
    assert "The other statistics count other people" in cell.aside


def test_nearly_the_same_people_are_one_sample():
    """Figures worked back from percentages miss a person or two."""
    scores, matched = sample(np.random.default_rng(1), people=843)
    frame = facts(scores, matched)
    keep = (frame["kind"] == "bins") | frame["statistic"].isin(["n", "mean"])
    bins, both = frame[frame["kind"] == "bins"], frame[keep].copy()
    counts = both["statistic"].eq("n") & both["kind"].eq("quantiles")
    both.loc[counts, "value"] += 1
    (alone,), (joined,) = build_cells(bins, set()), build_cells(both, set())
    assert all(table.shares for table in joined.quantiles)
    assert not joined.aside
    assert not joined.is_thin
    errors = [fit_unit([cell]).site()[1] for cell in (alone, joined)]
    assert errors[1] <= 1.02 * errors[0]


def test_statistics_of_one_result_that_counts_others_are_left_aside_and_said():
    scores, matched = sample(np.random.default_rng(3))
    (cell,) = build_cells(facts(scores, matched, extra=5), set())
    assert cell.aside.startswith("The statistics of the matched count other people")
    assert not cell.quantiles[1].printed
    assert cell.quantiles[0].printed
    assert cell.quantiles[1].n == matched.sum() + 20
    only_bins = build_cells(facts(scores, matched, extra=5, forms=("bins",)), set())
    assert fit_unit([cell]).site()[1] < fit_unit(only_bins).site()[1]


def _rows(bins, quantiles):
    """Evidence of one cell: bins (low, high, successes, people), statistics by result."""
    rows = []
    for low, high, success, people in bins:
        bounds = {"kind": "bins", "result": "", "score_min": low, "score_max": high}
        rows.append(bounds | {"statistic": "n_success", "value": float(success)})
        rows.append(bounds | {"statistic": "n_total", "value": float(people)})
    for result, printed in quantiles.items():
        told = {"kind": "quantiles", "result": result}
        rows += [told | {"statistic": name, "value": float(each)} for name, each in printed.items()]
    return pd.DataFrame(rows).assign(**KEY, source="simulated", n=100)


NAN = float("nan")


@pytest.mark.parametrize(
    ("bins", "quantiles"),
    [
        # All succeeded: nobody of the other result is in any bin.
        ([(NAN, 239, 40, 40), (240, NAN, 60, 60)], {"matched": {"n": 100, "median": 250}}),
        # One bin, or bins of nobody, hold no slope.
        (
            [(NAN, NAN, 50, 120)],
            {"matched": {"n": 100, "median": 250}, "not_matched": {"n": 80, "median": 240}},
        ),
        (
            [(NAN, 239, 0, 0), (240, NAN, 0, 0)],
            {"matched": {"n": 100, "median": 250}, "not_matched": {"n": 80, "median": 240}},
        ),
    ],
)
def test_bins_that_tell_little_beside_other_statistics_are_no_error(bins, quantiles):
    (cell,) = build_cells(_rows(bins, quantiles), set())
    assert (cell.bins is None) == (len(quantiles) == 2)
    (curve,) = fit_curves([cell]).curves
    assert np.isfinite([curve.slope, curve.line.intercept_se]).all()


def test_numbers_of_people_beside_bins_leave_nothing_aside():
    bins = [(NAN, 234, 10, 40), (235, 244, 30, 60), (245, 254, 40, 50), (255, NAN, 20, 30)]
    quantiles = {"matched": {"n": 100}, "not_matched": {"n": 80}}
    (cell,) = build_cells(_rows(bins, quantiles), set())
    assert cell.bins is not None
    assert not cell.aside


def test_an_empty_bin_below_every_score_does_no_harm():
    scores, matched = sample(np.random.default_rng(6))
    frame = facts(scores, matched)
    lowest = frame["score_max"] == 234
    frame.loc[lowest, "score_min"] = 151
    empty = frame[lowest].assign(score_min=np.nan, score_max=150.0, value=0.0)
    (cell,) = build_cells(pd.concat([frame, empty]), set())
    assert len(cell.quantiles[0].shares) == 5
    assert fit_unit([cell]).converged


def test_counts_of_joined_bins_are_checked():
    scores, matched = sample(np.random.default_rng(4))
    (cell,) = build_cells(facts(scores, matched), set())
    fit = fit_unit([cell])
    checks = [check for check in check_cell(cell, fit.parameters[0]) if check.kind == "bins"]
    assert len(checks) == 4
    assert sum(check.fitted for check in checks) == pytest.approx(matched.sum())
    assert max(abs(check.z) for check in checks) < 3


@pytest.mark.parametrize("name", ["q1", "median", "q3", "mean", "sd"])
def test_z_is_above_0_where_more_is_printed_than_fitted(name):
    (cell,) = build_cells(facts(*sample(np.random.default_rng(3)), forms=("quantiles",)), set())
    parameters = fit_unit([cell]).parameters[0]

    def z(by):
        tables = tuple(
            replace(table, printed=table.printed | {name: table.printed[name] + by})
            for table in cell.quantiles
        )
        found = check_cell(replace(cell, quantiles=tables), parameters)
        return [check.z for check in found if check.statistic == name]

    assert min(z(6)) > 2
    assert max(z(-6)) < -2
