"""Curves that a source printed itself: a line through points read off its own model.

The points are observed on the scale of the chance, each with its reading error. What was printed is
itself a fit, on people whose number has to be taken from totals: the sampling covariance of a
logistic fit on so many is added. The sampling errors of the points lie along the line, so that
generalised least squares is the least squares of the reading errors, with that covariance on top.
Such a curve stands beside those of the tables: it is in no pool and lends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.special import expit

from calib.line import Line
from recalib.contract.keys import KEY_COLUMNS, CurveKey, overlap, recency, years
from recalib.curves import borrow
from recalib.curves.curve import Curve, Points
from recalib.curves.lend import mean_scores, newest_last
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import CENTRE, SCALE, SCORE_MIN, TYPICAL_SPREAD, Array, Grid

#: SD of the logarithm of the number of people, which totals of other years or denominators stand
#: in for.
PEOPLE_SD = 0.3
#: People behind a printed curve where no totals of its years were printed.
FEW = 30.0
#: Half the width of a range without a neighbour, in points.
HALF_WIDTH = 5.0
#: Lines beyond these say that the points hold no line.
STEEPEST, FARTHEST = 5.0, 15.0


@dataclass(frozen=True)
class PrintedLine:
    """A line through points: intercept, slope and their covariance, which no sampling is in yet.

    `scatter`: what reading errors were multiplied by, where the points lie farther off the line.
    """

    intercept: float
    slope: float
    covariance: Array
    scatter: float


def points_of(evidence: pd.DataFrame) -> pd.DataFrame:
    """Points of printed curves, from the evidence.

    Returns curve key, score_min, score_max (NaN where open), probability, reading_error, source.
    """
    rows = evidence[evidence["kind"] == "probabilities"]
    rows = rows.assign(needs_visa=rows["needs_visa"].fillna(""))
    place = [*KEY_COLUMNS, "score_min", "score_max", "source"]
    rows = rows.astype({"score_min": float, "score_max": float, "value": float})
    parts = [
        rows.loc[rows["statistic"] == name, [*place, "value"]].rename(columns={"value": name})
        for name in ("probability", "reading_error")
    ]
    # Open ends are alike to a merge, as NaN is to nothing else.
    return parts[0].merge(parts[1], on=place)


def middles(low: Array, high: Array) -> Array:
    """Middle of each range of scores, NaN for open ends; an open one is as wide as its neighbour.

    `low`, `high`: shape (k,), ascending.
    """
    half = (high - low) / 2
    closed = half[np.isfinite(half)]
    first, last = (closed[0], closed[-1]) if len(closed) else (HALF_WIDTH, HALF_WIDTH)
    middle = np.where(np.isnan(low), high - first, np.where(np.isnan(high), low + last, low + half))
    return np.asarray(middle, dtype=float)


def fit_line(points: Points) -> PrintedLine | None:
    """Fit a straight logit to points by least squares weighted by the reading errors.

    None where the points hold no line: fewer than two scores, or no finite solution. Where they lie
    farther off the line than they can be misread, the errors are as much larger.
    """
    if len(np.unique(points.score)) < 2:
        return None

    def misses(line: Array) -> Array:
        off = expit(line[0] + line[1] * points.u) - points.probability
        return np.asarray(off / points.error, dtype=float)

    def bends(line: Array) -> Array:
        p = expit(line[0] + line[1] * points.u)
        steep = p * (1 - p) / points.error
        return np.stack([steep, steep * points.u], axis=1)

    inside = np.clip(points.probability, 0.01, 0.99)
    begin = np.polyfit(points.u, np.log(inside / (1 - inside)), 1)[::-1]
    found = least_squares(misses, begin, bends, xtol=1e-12)
    intercept, slope = (float(x) for x in found.x)
    information = found.jac.T @ found.jac
    if not found.success or np.linalg.cond(information) > 1e12:
        return None
    if abs(slope) > STEEPEST or abs(intercept) > FARTHEST:
        return None
    free = len(points.score) - 2
    scatter = max(1.0, float(np.sqrt(2 * found.cost / free))) if free > 0 else 1.0
    return PrintedLine(intercept, slope, scatter**2 * np.linalg.inv(information), scatter)


def sampling(intercept: float, slope: float, x: Array, density: Array, people: float) -> Array:
    """Covariance of intercept and slope of a logistic fit on people with scores of a density.

    `x`, `density`: shape (k,); their number is known to `PEOPLE_SD`, of which the mean is taken.
    """
    u = (x - CENTRE) / SCALE
    p = expit(intercept + slope * u)
    weight = density * p * (1 - p)
    information = np.array(
        [[weight.sum(), weight @ u], [weight @ u, weight @ u**2]], dtype=float
    ) * (people / density.sum())
    # The mean of 1 / n, where log n is normal.
    return np.asarray(np.linalg.inv(information) * np.exp(PEOPLE_SD**2 / 2))


def _alike(one: CurveKey, other: CurveKey) -> bool:
    """Whether two keys are of the same people but for cycle and denominator."""
    return one._replace(cycle=other.cycle, denominator=other.denominator) == other


def people_of(key: CurveKey, cells: Sequence[Cell]) -> tuple[float, str]:
    """People behind a printed curve, about, and where that number is from, in words.

    Totals of the same people stand before those of years within the curve's, as many a year; of
    these the same denominator before another.
    """

    def counts(cell: Cell) -> bool:
        counted = cell.total is not None and cell.total.n_total > 0 and not cell.cohort
        return counted and _alike(cell.key, key) and overlap(cell.key.cycle, key.cycle)

    found = [cell for cell in cells if counts(cell)]
    for here in (
        [cell for cell in found if cell.key == key],
        [cell for cell in found if cell.key.denominator == key.denominator],
        found,
    ):
        if here:
            break
    else:
        return FEW, f"about {FEW:.0f} people, a guess: no totals of these years were printed"
    # Cycles that share years hold the same people: the newest stands.
    held: list[Cell] = []
    for cell in sorted(here, key=lambda one: recency(one.key.cycle), reverse=True):
        if not any(overlap(cell.key.cycle, other.key.cycle) for other in held):
            held.append(cell)
    total = sum(cell.total.n_total for cell in held if cell.total is not None)
    if held[0].key == key:
        return total, f"{total:,.0f} people, by totals of the same years"
    people = total * _length(key.cycle) / sum(_length(cell.key.cycle) for cell in held)
    anywhere = held[0].key.denominator == "ranked_any_pgy1" != key.denominator
    cycles = " and ".join(sorted(cell.key.cycle for cell in held))
    return people, (
        f"about {people:,.0f} people, give or take 30 %, taken from the {total:,.0f} of {cycles}"
        f"{' who ranked a track of it anywhere' if anywhere else ''}"
    )


def _length(cycle: str) -> int:
    first, last = years(cycle)
    return last - first + 1


def _scores(key: CurveKey, curves: Sequence[Curve]) -> tuple[Grid, Array]:
    """Where the scores of these people lie: as in the newest curve of them, else a stand-in."""
    known = [c for c in curves if c.scores is not None and c.status != "no_evidence"]
    here = [c for c in sorted(known, key=newest_last) if _alike(c.cell.key, key)]
    if here:
        newest = ([c for c in here if c.cell.key.denominator == key.denominator] or here)[-1]
        assert newest.scores is not None
        return newest.cell.grid, newest.scores
    means = mean_scores(known, key.outcome)
    level = borrow.score_level(key.specialty, key.applicant_group, means)
    grid = Grid(SCORE_MIN, level.mean, TYPICAL_SPREAD)
    return grid, borrow.stand_in(grid, level.mean)


def printed_curves(
    points: pd.DataFrame, cells: Sequence[Cell], curves: Sequence[Curve]
) -> list[Curve]:
    """Fit a curve to the points of each printed one.

    Parameters
    ----------
    points : DataFrame
        As from `points_of`.
    cells : sequence of Cell
        Whose totals say how many people there were.
    curves : sequence of Curve
        Which say where the scores of these people lie.

    Returns
    -------
    list of Curve
        One a key, status `borrowed`: what the source says of its own model, beside the tables.
    """
    found = []
    for values, rows in points.groupby(KEY_COLUMNS, sort=True):
        key = CurveKey(*(str(value) for value in values))
        found.append(_printed_curve(key, rows, cells, curves))
    return found


def _printed_curve(
    key: CurveKey, rows: pd.DataFrame, cells: Sequence[Cell], curves: Sequence[Curve]
) -> Curve:
    rows = rows.assign(first=rows["score_min"].fillna(-np.inf)).sort_values("first")
    columns = ("score_min", "score_max", "probability", "reading_error")
    low, high, probability, error = (rows[name].to_numpy(float) for name in columns)
    read = Points(middles(low, high), probability, error)
    grid, density = _scores(key, curves)
    total = next((cell.total for cell in cells if cell.key == key and not cell.cohort), None)
    cell = Cell(key, grid, total=total, sources=tuple(sorted(rows["source"].unique())))
    line = fit_line(read)
    if line is None:
        return Curve(cell, "no_evidence", "The points read off lie on no line.", points=read)
    people, whence = people_of(key, cells)
    covariance = line.covariance + sampling(line.intercept, line.slope, grid.x, density, people)
    intercept_se, slope_se = np.sqrt(np.diag(covariance)).tolist()
    correlation = float(covariance[0, 1]) / (intercept_se * slope_se)
    straight = Line(line.intercept, line.slope, intercept_se, slope_se, correlation)
    return Curve(
        cell,
        "borrowed",
        f"Printed by the source as a curve of its own model: {len(rows)} points were read off it, "
        f"to about {100 * float(np.median(error)):.2g} percentage points, and a line drawn through "
        f"them. Behind it stand {whence}. It is shown beside the tables, lends nothing and claims "
        "no edge. Score statistics of both results would change it.",
        *straight,
        p_slope_positive=borrow.positive(straight),
        scores=density,
        points=read,
    )
