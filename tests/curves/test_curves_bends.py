"""Bends of the logit: seen in printed tables, learned, and put into every interval."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import expit

from recalib.contract.keys import CurveKey
from recalib.curves import grade
from recalib.curves.alone import fit_alone
from recalib.curves.bends import SIZES, Bend, bend_of, spread_of_bends, with_bends
from recalib.curves.curve import Curve
from recalib.curves.fit import one_a_key
from recalib.curves.statuses import judge
from recalib.curves.unit import fit_unit
from recalib.likelihood.bins import BinTable
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid
from recalib.likelihood.quantiles import QuantileTable
from recalib.likelihood.totals import Total

KEY = CurveKey("2026", "simulated", "non_us_img", "", "match", "ranked_first")
MEAN, SD = 245.0, 14.0


def people(n, random, shape):
    """Simulated: scores, and who succeeded with the chance that `shape` gives to z."""
    scores = np.clip(np.rint(random.normal(MEAN, SD, n)), 190, 300)
    return scores, random.random(n) < shape((scores - MEAN) / SD)


def straight(z):
    return expit(0.5 * z)


def bent(z):
    return expit(0.5 * z + 0.3 * (z**2 - 1))


def step(z):
    return np.where(z >= 0, 0.65, 0.25)


def plateau(z):
    return np.where(z < -0.3, np.maximum(0.05, 0.6 - 0.4 * (-0.3 - z)), 0.6)


def printed(scores, success):
    """A cell with quartiles, mean and SD of both results in whole numbers."""
    tables = []
    for result in (1, 0):
        own = scores[success == result]
        quartiles = np.quantile(own, [0.25, 0.5, 0.75], method="averaged_inverted_cdf")
        told = dict(zip(("q1", "median", "q3"), np.rint(quartiles).tolist(), strict=True))
        told |= {"mean": float(np.rint(own.mean())), "sd": float(np.rint(own.std(ddof=1)))}
        tables.append(QuantileTable(result, len(own), told))
    total = Total(float(success.sum()), float(len(scores)))
    return Cell(KEY, Grid(185, MEAN, SD), quantiles=tuple(tables), total=total)


def in_bins(scores, success, edges):
    low, high = np.array([-np.inf, *edges]), np.array([*(np.array(edges) - 1.0), np.inf])
    place = np.digitize(scores, edges)
    n = np.bincount(place, minlength=len(low)).astype(float)
    y = np.bincount(place, success, minlength=len(low))
    return Cell(KEY, Grid(185, MEAN, SD), bins=BinTable(low, high, n, y, n))


def judged(cell) -> Bend:
    fit = fit_unit([cell])
    assert fit.converged
    bend = bend_of(cell, fit.parameters[0])
    assert bend is not None
    return bend


FINE = [225, 232, 239, 246, 253, 260, 267]


@pytest.mark.parametrize("form", ["statistics", "bins"])
def test_a_bend_is_found_at_its_size(form):
    random = np.random.default_rng(3)
    scores, success = people(200_000, random, bent)
    cell = printed(scores, success) if form == "statistics" else in_bins(scores, success, FINE)
    bend = judged(cell)
    assert bend.size == pytest.approx(0.3, abs=0.06)
    assert bend.p < 1e-6
    assert judged(printed(*people(200_000, random, straight))).size == pytest.approx(0, abs=0.05)


def test_the_error_is_the_scatter_over_samples_and_chance_is_not_called_a_bend():
    random = np.random.default_rng(5)
    found = [judged(printed(*people(400, random, straight))) for _ in range(150)]
    sizes = np.array([bend.size for bend in found])
    assert np.mean([bend.error for bend in found]) == pytest.approx(sizes.std(), rel=0.2)
    # 150 draws: 5 % give 7.5 +- 2.7.
    assert 1 <= sum(bend.p < 0.05 for bend in found) <= 16
    assert sum(bend.contradicts for bend in found) <= 6


@pytest.mark.parametrize("shape", [step, plateau])
def test_a_step_and_a_plateau_contradict_a_straight_logit(shape):
    random = np.random.default_rng(7)
    found = [judged(printed(*people(2_000, random, shape))) for _ in range(10)]
    assert sum(bend.contradicts for bend in found) >= 7
    assert all(bend.inflation > 2 for bend in found if bend.contradicts)


def test_a_bend_that_is_certain_and_small_is_left_to_the_widened_errors():
    scores, success = people(
        40_000, np.random.default_rng(9), lambda z: expit(z + 0.1 * (z**2 - 1))
    )
    small = judged(in_bins(scores, success, FINE))
    assert small.p < 0.01
    assert small.farthest < 0.05
    assert not small.contradicts
    jump = judged(in_bins(*people(40_000, np.random.default_rng(9), step), FINE))
    assert jump.farthest > 0.05
    assert jump.contradicts


def test_what_cannot_tell_says_nothing():
    scores, success = people(400, np.random.default_rng(1), straight)
    cell = printed(scores, success)
    medians = tuple(
        QuantileTable(table.result, table.n, {"median": table.printed["median"]})
        for table in cell.quantiles
    )
    thin = Cell(KEY, cell.grid, quantiles=medians, total=cell.total)
    assert thin.is_thin
    assert not cell.is_thin
    place = fit_unit([cell]).parameters[0]
    assert bend_of(thin, place) is None
    assert bend_of(Cell(KEY, cell.grid, cell.quantiles, cohort="a cohort"), place) is None


def test_the_size_of_bends_is_learned_by_restricted_maximum_likelihood_as_well():
    random = np.random.default_rng(11)
    errors = random.uniform(0.03, 0.2, 300)
    sizes = random.normal(0, 0.15, 300) + random.normal(0, errors)
    cells = {
        KEY._replace(specialty=f"s{index}"): Bend(size, error, 0.0)
        for index, (size, error) in enumerate(zip(sizes, errors, strict=True))
    }
    # The moment estimate about 0, weights by the variance at the truth.
    weights = (0.15**2 + errors**2) ** -2
    moment = np.sqrt(np.average(sizes**2 - errors**2, weights=weights))
    assert spread_of_bends(cells).size() == pytest.approx(moment, rel=0.05)
    # With no cell the half-normal prior of scale .1 is all: its root mean square.
    assert spread_of_bends({}).size() == pytest.approx(0.1, abs=1e-3)


def test_a_cell_that_can_tell_leans_on_its_own_tables():
    cells = {KEY._replace(specialty=f"s{i}"): Bend(s, 0.01, 0.0) for i, s in enumerate((-0.1, 0.1))}
    bends = spread_of_bends(cells)
    own = Bend(0.3, 0.05, 0.0)
    random = np.random.default_rng(2)
    spreads = random.choice(SIZES, 400_000, p=bends.weights)
    drawn = random.normal(0, spreads)
    weight = np.exp(-0.5 * ((drawn - 0.3) / 0.05) ** 2)
    # Weighing draws asks each spread how well it foretold the cell, too: hence the wide margin.
    brute = np.sqrt(np.average(drawn**2, weights=weight))
    assert bends.size(own) == pytest.approx(brute, rel=0.15)
    assert bends.size(Bend(0.0, 10.0, 0.0)) == pytest.approx(bends.size(), rel=0.01)
    assert bends.size(Bend(0.0, 0.01, 0.0)) < 0.02


def test_a_bend_widens_the_level_and_leaves_the_slope():
    cell = Cell(KEY, Grid(185, MEAN, SD))
    curve = Curve(cell, "ok", "", 0.1, 0.4, 0.3, 0.05, 0.5, raw={"slope_raw": 0.4})
    none = Curve(cell, "no_evidence")
    cohort = Curve(Cell(KEY, cell.grid, cohort="a cohort"), "ok", raw={"slope_raw": 0.4})
    learned = spread_of_bends({KEY: Bend(0.4, 1e-6, 0.0)})
    with_bends([curve, none, cohort], learned)
    # Once more changes nothing.
    with_bends([curve, none, cohort], learned)
    # A cohort of one key with a printed table holds no bend of the table's.
    assert cohort.bend_sd == pytest.approx(learned.size()) != pytest.approx(0.4)
    assert curve.bend_sd == pytest.approx(0.4, abs=1e-3)
    assert curve.line.intercept_se == pytest.approx(0.5, abs=1e-3)
    assert curve.line.slope_se == 0.05
    # The covariance of level and slope stays.
    assert curve.line.correlation * 0.5 == pytest.approx(curve.straight.correlation * 0.3, abs=1e-3)
    assert curve.straight.intercept_se == 0.3


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ((0.4, 0.1, 1.0, False), "ok"),
        ((0.4, 0.1, 0.334, False), "ok"),
        ((0.4, 0.1, 0.333, False), "borrowed"),
        ((0.0, 0.05, 0.2, False), "borrowed"),
        ((0.0, 0.05, 0.9, False), "flat"),
        ((0.0, 0.08, 0.9, False), "weak"),
        ((0.4, 0.1, 0.2, True), "misfit"),
    ],
)
def test_what_a_status_follows(told, status):
    *numbers, contradicted = told
    assert grade.status(*numbers, contradicted=contradicted) == status


@pytest.mark.parametrize(("own", "status"), [(0.65, "ok"), (0.55, "misfit")])
def test_a_slope_three_errors_from_the_pooled_one_contradicts_it(own, status):
    """The error is that of the tables, widened as in the pool: .08 x 1.25."""
    cell = Cell(KEY, Grid(185, MEAN, SD))
    raw = SimpleNamespace(site=lambda: (own, 0.08))
    unit = SimpleNamespace(raw=raw, widening=1.25, bends={KEY: None})
    curve = Curve(cell, "ok", "", 0.1, 0.9, 0.2, 0.1, 0.0, raw={"slope_raw": own})
    judged_curve = judge(curve, unit, 0.1)
    assert judged_curve.status == status
    wider = 0.35 / 0.1 / 3 if status == "misfit" else 1.0
    assert judged_curve.slope_se == pytest.approx(0.1 * wider)
    assert judged_curve.intercept_se == pytest.approx(0.2 * wider)


def test_totals_of_their_own_stand_before_translated_ones():
    few, many = (
        Cell(KEY, Grid(185, MEAN, SD), total=Total(*count))
        for count in ((40.0, 120.0), (47.0, 177.0))
    )
    own, lent = Curve(few, "borrowed", slope=0.3), Curve(many, "borrowed", translated=True)
    alone = fit_alone([few])
    assert one_a_key(alone, [lent, own]) == [own]


def test_huge_bins_do_not_overflow():
    scores, success = people(400_000, np.random.default_rng(9), step)
    bend = judged(in_bins(scores, success, FINE))
    assert np.isfinite(bend.chi_square)
    assert np.isfinite(bend.inflation)
