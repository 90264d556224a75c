"""Standing: against simulated people, an unrelated refit, and a bootstrap of its intervals."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares
from scipy.special import expit, logit
from scipy.stats import norm

from recalib import build_cells, gather, read_raw
from recalib.curves.curve import Curve
from recalib.curves.fit import fit_curves
from recalib.curves.standing import COLUMNS, shares_below, standing_table
from recalib.curves.unit import fit_unit
from recalib.likelihood.model import state

RAW = Path(__file__).parents[1] / "frozen" / "raw"
SCORES = np.arange(230.0, 261.0, 5.0)
CELLS = ["general_surgery", "internal_medicine", "anesthesiology", "neurology", "pathology"]


@pytest.fixture(scope="module")
def curves():
    cells = build_cells(gather(read_raw(RAW)), set())
    held = [
        cell
        for cell in cells
        if cell.key.outcome == "match"
        and (cell.key.cycle, cell.key.applicant_group) == ("2026", "non_us_img")
    ]
    return {curve.cell.key.specialty: curve for curve in fit_curves(held).curves}


def draw(curve, people, random):
    """Scores of those who matched and of those who did not, drawn from f and P."""
    at = state(curve.cell.grid, curve.parameters)
    score = random.choice(at.grid.x, people, p=at.f)
    chance = expit(curve.intercept + curve.slope * (score - 245) / 10)
    matched = random.random(people) < chance
    return score[matched], score[~matched]


def test_shares_are_those_of_simulated_people(curves):
    curve = curves["general_surgery"]
    found = shares_below(curve, SCORES)
    for scores, place in zip(draw(curve, 1_000_000, np.random.default_rng(1)), (0, 3), strict=True):
        counted = (scores[None, :] <= SCORES[:, None]).mean(axis=1)
        error = 4 * np.sqrt(counted * (1 - counted) / len(scores)).max()
        np.testing.assert_allclose(found[:, place], counted, atol=error)


def refit(cell):
    """Shares at or below `SCORES`, of those who matched and of the others, by an unrelated fit.

    Scores are normals bent by sinh and arcsinh (Jones and Pewsey 2009); the printed statistics are
    matched by generalised least squares, their covariance by the sandwich of influence functions
    and held for a round; the slope has the mean and scale of the pool of METHOD's second opinion.
    """
    x = np.arange(cell.grid.low, 301.0)
    printed = {table.result: table for table in cell.quantiles}

    def split(place):
        a, b, middle, log_sd, bend, log_tail = place
        z = (x - middle) / np.exp(log_sd)
        s = np.sinh(np.exp(log_tail) * np.arcsinh(z) - bend)
        density = norm.pdf(s) * np.exp(log_tail) * np.sqrt((1 + s**2) / (1 + z**2))
        f = density / density.sum()
        p = expit(a + b * (x - 245) / 10)
        return f @ p, {1: f * p / (f @ p), 0: f * (1 - p) / (f @ (1 - p))}

    def statistics(f, table):
        """Printed less expected, and the covariance of what is printed."""
        mean = f @ x
        sd = np.sqrt(f @ (x - mean) ** 2)
        rows, gaps, print_error = [], [], []
        for name, level in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
            q = table.printed[name]
            # Half of those who have the printed score itself lie below it.
            below = (x < q) + 0.5 * (x == q)
            rows.append(below - f @ below)
            gaps.append(level - f @ below)
            print_error.append(f[x == q].sum() ** 2 / 12)
        rows += [x - mean, ((x - mean) ** 2 - sd**2) / (2 * sd)]
        gaps += [table.printed["mean"] - mean, table.printed["sd"] - sd]
        rows = np.array(rows)
        return np.array(gaps), (rows * f) @ rows.T / table.n + np.diag(
            [*print_error, 1 / 12, 1 / 12]
        )

    def gaps(place, roots):
        rate, by_result = split(place)
        found = [np.linalg.solve(roots[r], statistics(by_result[r], printed[r])[0]) for r in (0, 1)]
        total = cell.total
        share = total.n_success / total.n_total
        error = np.sqrt(share * (1 - share) / total.n_total)
        bent = [(place[1] - 0.308) / 0.1, place[4] / 0.5, place[5] / 0.3]
        return np.concatenate([*found, [(share - rate) / error], bent])

    place = np.array([logit(cell.total.n_success / cell.total.n_total), 0.3, 246.0, 2.6, 0.0, 0.0])
    for _ in range(6):
        by_result = split(place)[1]
        roots = [np.linalg.cholesky(statistics(by_result[r], printed[r])[1]) for r in (0, 1)]
        place = least_squares(gaps, place, args=(roots,), x_scale=[1, 0.3, 10, 0.2, 0.3, 0.3]).x
    by_result = split(place)[1]
    below = x[None, :] <= SCORES[:, None]
    return below @ by_result[1], below @ by_result[0]


@pytest.mark.parametrize("specialty", CELLS)
def test_an_unrelated_fit_stands_within_two_points(curves, specialty):
    curve = curves[specialty]
    found = shares_below(curve, SCORES)
    matched, others = refit(curve.cell)
    np.testing.assert_allclose(found[:, 0], matched, atol=0.02)
    np.testing.assert_allclose(found[:, 3], others, atol=0.02)


def reprint(cell, curve, random):
    """The cell with what would be printed of people drawn as many as were printed."""
    at = state(cell.grid, curve.parameters)
    tables = []
    for table in cell.quantiles:
        scores = random.choice(at.grid.x, table.n, p=at.by_result[table.result])
        quartiles = np.quantile(scores, [0.25, 0.5, 0.75], method="averaged_inverted_cdf")
        printed = dict(zip(("q1", "median", "q3"), np.rint(quartiles), strict=True))
        printed |= {"mean": np.rint(scores.mean()), "sd": np.rint(scores.std(ddof=1))}
        tables.append(replace(table, printed=printed))
    success = float(random.binomial(int(cell.total.n_total), at.rate))
    return replace(cell, quantiles=tuple(tables), total=replace(cell.total, n_success=success))


def test_intervals_are_as_wide_as_refits_of_redrawn_people_scatter(curves):
    """Unpooled: alone the cell's own tables speak, so that the refits can be compared."""
    cell = curves["general_surgery"].cell

    def alone(each, begin=None):
        fit = fit_unit([each], begin=begin)
        assert fit.converged
        errors = fit.with_slope_error(0, fit.site()[1], 1.0)
        return Curve(each, "ok", parameters=fit.parameters[0], covariance=errors)

    whole = alone(cell)
    random = np.random.default_rng(7)
    again = [
        shares_below(alone(reprint(cell, whole, random), [whole.parameters]), SCORES)
        for _ in range(400)
    ]
    shares = np.array(again)[:, :, [0, 3]]
    scatter = logit(shares).std(axis=0, ddof=1)
    claimed = shares_below(whole, SCORES)
    for place in (0, 3):
        share, low, high = claimed[:, place : place + 3].T
        error = (logit(high) - logit(low)) / 2 / 1.959964
        np.testing.assert_allclose(logit(share) - logit(low), logit(high) - logit(share))
        # A standard deviation of 400 has an error of 3.5 %.
        np.testing.assert_allclose(error, scatter[:, place // 3], rtol=0.12)


def test_the_table_holds_whole_scores_of_the_fitted_range(curves):
    table = standing_table(curves.values())
    one = table[table["specialty"] == "internal_medicine"]
    low, high = curves["internal_medicine"].score_limits
    assert one["score"].tolist() == list(range(int(np.ceil(low)), int(np.floor(high)) + 1))
    assert (np.diff(one[COLUMNS], axis=0) > 0).all()
    # The slope is positive: more of those who did not match lie below any score.
    assert (one["not_matched_below"] > one["matched_below"]).all()
    # The printed medians, 251 and 243: half of those who have that score lie below it.
    at = one.set_index("score")
    for column, median in (("matched_below", 251), ("not_matched_below", 243)):
        assert (at[column][median - 1] + at[column][median]) / 2 == pytest.approx(0.5, abs=0.03)


def test_what_is_borrowed_or_an_interview_or_a_cohort_has_no_standing(curves):
    curve = curves["internal_medicine"]
    assert curves["dermatology"].status == "borrowed"
    interview = replace(curve.cell, key=curve.cell.key._replace(outcome="interview"))
    cohort = replace(curve.cell, cohort="a cohort")
    others = [curves["dermatology"], replace(curve, cell=interview), replace(curve, cell=cohort)]
    assert not len(standing_table(others))
    assert len(standing_table([curve])) > 50
