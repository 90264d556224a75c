"""What a unit says about its slope: against statsmodels, a general optimiser and simulation."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.special import expit

from recalib.contract.keys import CurveKey
from recalib.curves import profile
from recalib.curves.objective import Objective
from recalib.curves.pool import SLOPES
from recalib.curves.priors import DEFAULT
from recalib.curves.profile import tabulate
from recalib.curves.sites import Site
from recalib.curves.unit import fit_unit
from recalib.curves.units import fit_units
from recalib.likelihood.bins import BinTable
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import SLOPE, Grid, state
from recalib.likelihood.quantiles import QuantileTable

KEY = CurveKey("2026", "general_surgery", "non_us_img", "", "match", "ranked_first")
GRID = Grid(185, 247.0, 14.0)


def bins(low, high, people, chance, random):
    success = random.binomial(people, chance).astype(float)
    everyone = np.asarray(people, dtype=float)
    return BinTable(np.asarray(low, float), np.asarray(high, float), everyone, success, everyone)


def table_of(cell, **changes):
    fit = fit_unit([cell])
    assert fit.converged
    error = fit.site()[1]
    settings = {"error": error, "widening": 1.0, "limits": SLOPES} | changes
    return fit, *tabulate([cell], fit, **settings)


def test_profile_of_counts_is_that_of_logistic_regression():
    random = np.random.default_rng(1)
    scores = np.arange(225.0, 275.0, 5)
    people = random.integers(3, 12, len(scores))
    counts = bins(scores, scores, people, expit(0.5 * (scores - 245) / 10), random)
    fit, slopes, levels = table_of(Cell(KEY, GRID, bins=counts))
    u = (scores - 245) / 10
    outcome = np.column_stack([counts.n_success, counts.n_total - counts.n_success])
    wanted = [
        sm.GLM(outcome, np.ones_like(u), family=sm.families.Binomial(), offset=slope * u).fit().llf
        for slope in slopes
    ]
    best = sm.GLM(outcome, sm.add_constant(u), family=sm.families.Binomial()).fit()
    assert fit.slope == pytest.approx(best.params[1], abs=1e-6)
    # The score is integrated through a cubic spline; the table falls by 12.
    middle = levels[np.abs(slopes - fit.slope).argmin()]
    np.testing.assert_allclose(levels - middle, np.array(wanted) - best.llf, atol=0.02)
    assert levels[0] < -10
    assert levels[-1] < -10


def test_profile_of_bins_is_the_largest_likelihood_at_each_slope():
    random = np.random.default_rng(2)
    low, high = [-np.inf, 235, 245, 255], [234, 244, 254, np.inf]
    cell = Cell(KEY, GRID, bins=bins(low, high, [12, 25, 24, 13], [0.2, 0.4, 0.6, 0.7], random))
    fit, slopes, levels = table_of(cell)
    objective = Objective(cell)
    free = [index for index in range(7) if index != SLOPE]

    def largest(slope):
        place = fit.parameters[0].copy()
        place[SLOPE] = slope

        def miss(own):
            place[free] = own
            return -objective.value(place)

        return -minimize(miss, place[free], method="BFGS").fun

    middle = np.abs(slopes - fit.slope).argmin()
    for index in (middle - 3, middle - 1, middle + 2, middle + 4):
        wanted = largest(slopes[index]) - fit.value
        assert levels[index] - levels[middle] == pytest.approx(wanted, abs=0.02)


FULL = {"q1": 239.0, "median": 249.0, "q3": 258.0, "mean": 248.0, "sd": 14.0}
LOWER = {"q1": 231.0, "median": 241.0, "q3": 251.0, "mean": 241.0, "sd": 14.0}


def printed(n_matched, n_other):
    return Cell(KEY, GRID, (QuantileTable(1, n_matched, FULL), QuantileTable(0, n_other, LOWER)))


def test_profile_of_printed_statistics_peaks_at_the_fit_and_is_normal_in_a_large_cell():
    fit, slopes, levels = table_of(printed(4000, 5000))
    slope, error = fit.site()
    site = Site("general_surgery", "2026", slope, error, (slopes, levels))
    dense = np.linspace(slope - 2 * error, slope + 2 * error, 401)
    likelihood = site.likelihood(dense)
    assert dense[likelihood.argmax()] == pytest.approx(slope, abs=0.02 * error)
    normal = np.exp(-0.5 * ((dense - slope) / error) ** 2)
    np.testing.assert_allclose(likelihood, normal, atol=0.05)


def test_a_small_cell_leans_to_steep_slopes():
    fit, slopes, levels = table_of(printed(9, 12))
    site = Site("general_surgery", "2026", *fit.site(), (slopes, levels))
    steep, flat = site.likelihood(fit.slope + np.array([0.0, 0.8, -0.8]))[1:]
    assert steep > 1.5 * flat


def test_widening_divides_the_log_likelihood():
    _, slopes, levels = table_of(printed(40, 50))
    error = fit_unit([printed(40, 50)]).site()[1]
    _, wide, low = table_of(printed(40, 50), widening=2.0, error=error)
    shared = np.isin(wide.round(9), slopes.round(9))
    # The wider table is longer, and its spline another one at the ends.
    np.testing.assert_allclose(4 * low[shared], levels, atol=2e-3)


def test_beyond_its_table_a_likelihood_goes_on_straight():
    places = np.array([0.0, 0.2, 0.4, 0.6])
    levels = np.array([-3.0, -0.5, 0.0, -0.4])
    site = Site("general_surgery", "2026", 0.4, 0.2, (places, levels))
    near, far, farther = np.log(site.likelihood(np.array([0.4, 0.8, 1.0]))[0:])
    assert near == 0
    assert far < -0.4
    assert farther < far
    moved = site.moved(0.3)
    assert moved.slope == pytest.approx(0.7)
    np.testing.assert_allclose(moved.likelihood(places + 0.3), site.likelihood(places), rtol=1e-9)


def test_a_table_with_two_equal_quartiles_of_five_people_is_solved():
    matched = {"q1": 230.0, "median": 252.0, "q3": 252.0, "mean": 242.0, "sd": 16.0}
    other = {"q1": 232.0, "median": 245.0, "q3": 251.0, "mean": 244.0, "sd": 15.0}
    cell = Cell(KEY, GRID, (QuantileTable(1, 5, matched), QuantileTable(0, 15, other)))
    failed: dict[CurveKey, str] = {}
    (unit,) = fit_units([[cell]], failed)
    assert not failed
    assert unit.site.table is not None
    assert abs(unit.site.slope) < 0.5


def test_central_intervals_of_the_profile_hold_the_truth_in_small_cells():
    """A hundred and twenty cells of 60 people: at most the 95 % limits that 120 draws allow."""
    random = np.random.default_rng(4)
    truth = np.array([-0.4, 0.4, 0.1, -0.45, 0.03, -0.01, 0.0])
    at = state(GRID, truth)
    grid = np.linspace(*SLOPES, 1801)
    outside = 0
    for _ in range(120):
        scores = random.choice(GRID.x, 60, p=at.f)
        matched = random.random(60) < np.interp(scores, GRID.x, at.p)
        tables = []
        for result in (0, 1):
            own = scores[matched == result]
            quartiles = np.quantile(own, [0.25, 0.5, 0.75], method="averaged_inverted_cdf")
            found = dict(zip(("q1", "median", "q3"), np.rint(quartiles), strict=True))
            found |= {"mean": np.rint(own.mean()), "sd": np.rint(own.std(ddof=1))}
            tables.append(QuantileTable(result, len(own), found))
        (unit,) = fit_units([[Cell(KEY, GRID, tuple(tables))]], {})
        posterior = unit.site.likelihood(grid)
        share = posterior[grid <= truth[SLOPE]].sum() / posterior.sum()
        outside += not 0.025 < share < 0.975
    # Binomial(120, .05): 1 to 12 with 98.5 %.
    assert 1 <= outside <= 12


def moments(slopes, levels):
    """Mean and standard deviation of a slope with the likelihood of a table."""
    at = np.linspace(-1.0, 2.0, 3001)
    site = Site("s", "2026", 0.5, 0.1, table=(slopes, levels))
    share = site.likelihood(at) / site.likelihood(at).sum()
    mean = share @ at
    return mean, np.sqrt(share @ (at - mean) ** 2)


def test_a_profile_that_bends_is_read_closely_enough(monkeypatch):
    """Wide priors of the shape give one printed median a wall at flat slopes."""
    wide = replace(DEFAULT, shape_precision=(0.0, 0.0, 0.3**-2, 0.15**-2, 0.25))
    cell = Cell(
        KEY,
        Grid(185, 250.0, 13.0),
        quantiles=(
            QuantileTable(1, 4000, {"q1": 243, "median": 252, "q3": 260}),
            QuantileTable(0, 1000, {"median": 244}),
        ),
    )
    fit = fit_unit([cell], priors=wide)
    settings = {"error": fit.site()[1], "widening": 1.0, "limits": SLOPES, "priors": wide}
    found = tabulate([cell], fit, **settings)
    monkeypatch.setattr(profile, "HALVINGS", 0)
    coarse = tabulate([cell], fit, **settings)
    monkeypatch.setattr(profile, "STRIDE", 0.1)
    monkeypatch.setattr(profile, "POINTS", 400)
    mean, spread = moments(*tabulate([cell], fit, **settings))
    assert moments(*found)[0] == pytest.approx(mean, abs=0.03 * spread)
    assert moments(*found)[1] == pytest.approx(spread, rel=0.03)
    assert abs(moments(*coarse)[0] - mean) > 0.1 * spread
