"""Curves that a source printed itself: points, people, and the line that a refit gives back."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from statsmodels.api import GLM, add_constant, families

from recalib import build_cells, fit_curves, points_of, printed_curves
from recalib.contract.keys import KEY_COLUMNS, CurveKey
from recalib.curves.curve import Curve, Points
from recalib.curves.printed_curve import FEW, fit_line, middles, people_of, sampling
from recalib.curves.tables import curve_row
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid
from recalib.likelihood.totals import Total
from recalib.run.tables import Run

KEY = CurveKey("2024-2026", "orthopaedic_surgery", "us_img", "", "match", "ranked_first")
LOW = np.array([np.nan, 221, 231, 241, 251, 261, 271])
HIGH = np.array([220.0, 230, 240, 250, 260, 270, 280])
GRID = Grid(185, 245.0, 13.0)


def rows(probability, error=0.02, key=KEY):
    place = pd.DataFrame([key] * len(LOW), columns=KEY_COLUMNS)
    return place.assign(
        score_min=LOW, score_max=HIGH, source="a", probability=probability, reading_error=error
    )


def known(key, n=0.0, mean=245.0, status="borrowed"):
    """A curve of a population with normal scores."""
    density = np.exp(-0.5 * ((GRID.x - mean) / 13) ** 2)
    cell = Cell(key, GRID, total=Total(n / 4, n) if n else None)
    return Curve(cell, status, slope=0.3, scores=density / density.sum())


def test_points_all_alike_are_a_flat_line():
    score = np.array([220.0, 240, 260])
    line = fit_line(Points(score, np.full(3, 0.5), np.full(3, 0.02)))
    assert line is not None
    assert [line.intercept, line.slope] == pytest.approx([0, 0], abs=1e-9)


def test_a_point_is_the_middle_of_its_range_and_an_open_one_as_wide_as_its_neighbour():
    assert middles(LOW, HIGH).tolist() == [215.5, 225.5, 235.5, 245.5, 255.5, 265.5, 275.5]
    assert middles(np.array([200.0, 211]), np.array([210, np.nan])).tolist() == [205.0, 216.0]
    assert middles(np.array([np.nan, 231]), np.array([230, np.nan])).tolist() == [225.0, 236.0]


def test_points_of_a_line_give_the_line_back():
    score = middles(LOW, HIGH)
    exact = expit(-1.5 + 0.8 * (score - 245) / 10)
    found = fit_line(Points(score, exact, np.full(7, 0.02)))
    assert (found.intercept, found.slope) == pytest.approx((-1.5, 0.8), abs=1e-6)
    assert found.scatter == 1.0


def test_reading_errors_are_those_of_points_read_again():
    """Against plain Monte Carlo: the same curve read off 4,000 times."""
    random = np.random.default_rng(3)
    score = middles(LOW, HIGH)
    exact, error = expit(-1.0 + 0.6 * (score - 245) / 10), np.linspace(0.01, 0.03, 7)
    told = fit_line(Points(score, exact, error)).covariance
    again = [
        fit_line(Points(score, exact + error * random.standard_normal(7), error))
        for _ in range(4_000)
    ]
    scattered = np.cov([[one.intercept, one.slope] for one in again], rowvar=False)
    assert np.sqrt(np.diag(told)) == pytest.approx(np.sqrt(np.diag(scattered)), rel=0.05)
    assert told[0, 1] == pytest.approx(scattered[0, 1], abs=0.05 * np.sqrt(told[0, 0] * told[1, 1]))
    # Points that lie on the line as well as they are read widen nothing much on average.
    assert np.mean([one.scatter**2 for one in again]) == pytest.approx(1.21, abs=0.1)


def test_points_off_every_line_are_known_as_badly_as_they_lie():
    score = middles(LOW, HIGH)
    bent = expit(-1.0 + 0.6 * (score - 245) / 10) + 0.1 * (-1.0) ** np.arange(7)
    bent = np.clip(bent, 0.01, 0.99)
    near, far = (fit_line(Points(score, bent, np.full(7, e))) for e in (0.02, 0.2))
    assert far.scatter == 1.0
    assert near.scatter > 4
    # Ten times the error at a tenth of the scatter: the points' own scatter stands.
    assert near.covariance == pytest.approx(far.covariance * (near.scatter / 10) ** 2, rel=1e-3)


@pytest.mark.parametrize("chances", [[0.3], [0.001, 0.001, 0.999, 0.999]])
def test_points_without_a_line_give_none(chances):
    score = np.array([200.0, 244.0, 245.0, 290.0])[: len(chances)]
    assert fit_line(Points(score, np.array(chances), np.full(len(chances), 0.001))) is None
    points = rows(0.3).iloc[:1]
    (curve,) = printed_curves(points, [], [known(KEY._replace(cycle="2026"))])
    assert curve.status == "no_evidence"
    row = curve_row(curve, "2026.1")
    assert np.isnan([row["n"], row["slope"], row["base_rate"]]).all()


def test_a_simulated_printed_curve_covers_the_truth():
    """People are drawn, a logistic fit made of them, its curve printed and read off with errors."""
    random = np.random.default_rng(11)
    a, b, n = -1.2, 0.6, 300
    newest = known(KEY._replace(cycle="2026"), n / 3)
    weights = newest.scores
    score = middles(LOW, HIGH)
    found = []
    for _ in range(300):
        x = (random.choice(GRID.x, n, p=weights) - 245) / 10
        y = random.random(n) < expit(a + b * x)
        model = GLM(y.astype(float), add_constant(x), family=families.Binomial()).fit().params
        read = expit(model[0] + model[1] * (score - 245) / 10) + 0.02 * random.standard_normal(7)
        (curve,) = printed_curves(rows(np.clip(read, 0.001, 0.999)), [newest.cell], [newest])
        found.append((curve.intercept, curve.slope, curve.intercept_se, curve.slope_se))
    intercept, slope, intercept_se, slope_se = np.array(found).T
    # Thirty per cent of doubt about the people make errors 2 % larger.
    assert intercept_se.mean() == pytest.approx(1.02 * intercept.std(), rel=0.1)
    assert slope_se.mean() == pytest.approx(1.02 * slope.std(), rel=0.1)
    covered = np.abs(np.array([intercept - a, slope - b]) / [intercept_se, slope_se]) < 1.96
    assert covered.mean(axis=1) == pytest.approx([0.95, 0.95], abs=0.03)


def test_the_sampling_error_is_that_of_a_logistic_fit():
    """Against statsmodels on people spread as the density says."""
    people = 4_000 * known(KEY).scores
    design = add_constant((GRID.x - 245) / 10)
    fit = GLM(people > 0, design, family=families.Binomial(), freq_weights=people)
    information = -fit.hessian(np.array([-1.0, 0.5]), scale=1.0, observed=False)
    found = sampling(-1.0, 0.5, GRID.x, people, people.sum())
    # exp(.3^2 / 2), typed: the mean of 1 / n over thirty per cent of doubt.
    assert found == pytest.approx(1.046028 * np.linalg.inv(information), rel=1e-6)


def test_people_come_from_the_nearest_totals():
    def cell(cycle, n, denominator="ranked_first"):
        return known(KEY._replace(cycle=cycle, denominator=denominator), n).cell

    anywhere = cell("2025", 48, "ranked_any_pgy1")
    older, whole = cell("2020-2024", 500), cell("2024-2026", 77)
    elsewhere = replace(anywhere, key=anywhere.key._replace(specialty="neurology"))
    cohort = replace(cell("2024-2026", 9), cohort="mine")
    assert people_of(KEY, [elsewhere, cohort, cell("2023", 9)]) == (
        FEW, "about 30 people, a guess: no totals of these years were printed",
    )  # fmt: skip
    n, said = people_of(KEY, [elsewhere, anywhere])
    assert n == 144
    assert said.endswith("taken from the 48 of 2025 who ranked a track of it anywhere")
    n, said = people_of(KEY, [anywhere, cell("2026", 22), cell("2025", 20)])
    assert n == 63
    assert said.endswith("taken from the 42 of 2025 and 2026")
    # Years that overlap hold the same people: the newest stands.
    assert people_of(KEY, [older, cell("2024", 30)])[0] == 90
    assert people_of(KEY, [older])[0] == 300
    assert people_of(KEY, [older, whole, anywhere]) == (
        77,
        "77 people, by totals of the same years",
    )


def test_scores_are_those_of_the_same_people_else_a_stand_in():
    def curve(*others):
        (found,) = printed_curves(rows(expit(0.3 * (middles(LOW, HIGH) - 245) / 10)), [], others)
        return float(found.scores @ found.cell.grid.x)

    here = known(KEY._replace(cycle="2026"), mean=240.0)
    anywhere = known(KEY._replace(cycle="2027", denominator="ranked_any_pgy1"), mean=250.0)
    other = known(KEY._replace(applicant_group="non_us_img"), mean=252.0)
    assert curve(here, anywhere, other) == pytest.approx(240, abs=0.1)
    assert curve(anywhere, other) == pytest.approx(250, abs=0.1)
    # Six points below the other group.
    assert curve(other) == pytest.approx(246, abs=0.2)
    assert curve() == pytest.approx(238, abs=0.2)
    assert curve(replace(here, status="no_evidence")) == pytest.approx(238, abs=0.2)


@pytest.fixture(scope="module")
def frozen(work_dir):
    evidence = Run(work_dir).read("evidence")
    points = points_of(evidence)
    cells = [each for each in build_cells(evidence, set()) if "img" in each.key.applicant_group]
    return points, cells, fit_curves(cells, points=points)


def test_orthopaedics_as_nrmp_printed_it(frozen):
    points, _, fitted = frozen
    assert len(points) == 14
    assert points["score_min"].isna().sum() == 2
    found = {
        curve.cell.key.applicant_group: curve for curve in fitted.curves if curve.points is not None
    }
    assert set(found) == {"us_img", "non_us_img"}
    # Typed from the table: the chances of 241-250, and about how steep the logit is over 60 points.
    for group, at, slope in (("us_img", 0.18, 0.15), ("non_us_img", 0.126, 0.8)):
        curve = found[group]
        assert curve.cell.key.cycle == "2024-2026"
        assert expit(curve.intercept) == pytest.approx(at, abs=0.02)
        assert curve.slope == pytest.approx(slope, abs=0.03)
        row = curve_row(curve, "2026.1")
        assert (row["status"], row["grade"], row["own_share"]) == ("borrowed", "C", 0.0)
        assert np.isnan([row["n"], row["base_rate"], row["slope_raw"]]).all()
        assert curve.drift_sd > 0.2
    assert "the 22 of 2026" in found["non_us_img"].note
    # Of 66 people a curve is not known well, however well it was read.
    assert found["non_us_img"].slope_se > 0.3


def test_a_printed_curve_lends_nothing(frozen):
    _, cells, fitted = frozen
    bare = {c.cell.key: c for c in fit_curves(cells).curves}
    for curve in fitted.curves:
        if curve.points is None:
            same = bare.pop(curve.cell.key)
            assert (same.intercept, same.slope, same.intercept_se, same.slope_se) == pytest.approx(
                (curve.intercept, curve.slope, curve.intercept_se, curve.slope_se), nan_ok=True
            )
    assert not bare
    assert not any(site.cycle == "2024-2026" for p in fitted.pools.values() for site in p.sites)


def test_it_stands_before_totals_of_the_same_people_and_behind_their_scores(frozen):
    points, cells, _ = frozen
    twin = next(c for c in cells if c.key.specialty == "general_surgery" and c.has_slope)
    totals = Cell(twin.key._replace(specialty="vascular_surgery"), twin.grid, total=Total(30, 90))
    chances = points["probability"].to_numpy()[:7]
    asked = pd.concat([rows(chances, key=key) for key in (twin.key, totals.key)])
    found = {c.cell.key: c for c in fit_curves([*cells, totals], points=asked).curves}
    assert found[twin.key].points is None
    assert found[totals.key].points is not None
    assert "90 people, by totals of the same years" in found[totals.key].note
    assert curve_row(found[totals.key], "2026.1")["n"] == 90
