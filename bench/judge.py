"""Judging: a curve or a peer's answer and the truth in, one row of figures out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from peers import Answer
from printing import print_cell
from scipy.special import expit
from worlds import Applicants, People, Truth

from calib.line import Line, Z, chance
from recalib.bands.cut import LOWER, Fitted, cut
from recalib.curves.curve import Curve
from recalib.curves.fit import fit_curves
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import CENTRE, SCALE

GRID = np.arange(225, 266, 5)
#: Edges that a curve may claim.
EDGES = len(LOWER) - 1
Row = dict[str, Any]


def published(curve: Curve) -> Line:
    """Line of a curve as it is published, rounded."""
    return Line(*(round(each, 4) for each in curve.line))


def chance_covered(line: Line, truth: Truth) -> float:
    """Share of the scores of `GRID` at which the interval of the chance holds the truth."""
    inside = []
    for score, true in zip(GRID, truth.chance(GRID), strict=True):
        _, low, high = chance(line, float(score))
        inside.append(low <= true <= high)
    return float(np.mean(inside))


def claimed_edges(curve: Curve) -> Iterator[tuple[float, float, float]]:
    """Probability and interval of each edge that the band table of a curve claims."""
    if curve.status != "ok":
        return
    assert curve.scores is not None
    line = published(curve)
    low, high = (round(limit, 1) for limit in curve.score_limits)
    for band in cut(Fitted(line, line, (low, high), curve.cell.grid.x, curve.scores)):
        if np.isfinite(band.boundary):
            yield LOWER[band.label], band.boundary_low, band.boundary_high


def judge_printed(
    world: Sequence[tuple[Truth, People]],
    forms: Iterable[str],
    judge: Callable[[Truth, Curve], Row],
    random: np.random.Generator,
    beside: Sequence[Cell] = (),
) -> list[Row]:
    """Print a world in each form, fit what was printed, and judge each curve by its truth.

    `beside`: cells that are fitted along and not judged.
    """
    truths = {truth.key: truth for truth, _ in world}
    rows = []
    for form in forms:
        cells = [print_cell(truth, people, form, random) for truth, people in world]
        curves = fit_curves([*beside, *cells]).curves
        held = [curve for curve in curves if curve.cell.key in truths]
        rows += [{"table": form} | judge(truths[curve.cell.key], curve) for curve in held]
    return rows


def label(truth: Truth, people: People | Applicants | None, table: str, cell: int) -> Row:
    """What the row is about."""
    return {
        "cell": cell,
        "table": table,
        "size": truth.size,
        "shape": truth.shape,
        "odd": truth.odd,
        "smaller": people.smaller if people is not None else 0,
    }


def _error(truth: Truth, intercept: float, slope: float) -> Row:
    """Mean square error of the probability at 225-265, and the slope's own error."""
    found = expit(intercept + slope * (GRID - CENTRE) / SCALE)
    square = float(np.mean((found - truth.chance(GRID)) ** 2))
    return {"square_error": square, "slope_error": slope - truth.slope}


def _covered(truth: Truth, slope: float, error: float) -> float:
    return float(abs(slope - truth.slope) <= Z * error)


def judge_answer(method: str, truth: Truth, answer: Answer) -> Row:
    """Hold a peer's answer against the truth; nothing but its name where it has none."""
    if not np.isfinite(answer[:2]).all():
        return {"method": method}
    row = {"method": method} | _error(truth, answer.intercept, answer.slope)
    if np.isfinite(answer.error):
        row["slope_covered"] = _covered(truth, answer.slope, answer.error)
    return row


def judge_curve(truth: Truth, curve: Curve) -> list[Row]:
    """Hold a curve against the truth, as published (rounded), pooled and unpooled."""
    pooled: Row = {"method": "pooled", "no_fit": float(curve.status == "no_evidence")}
    if pooled["no_fit"]:
        return [pooled]
    line = published(curve)
    pooled |= _error(truth, line.intercept, line.slope)
    pooled["slope_covered"] = _covered(truth, line.slope, line.slope_se)
    pooled["probability_covered"] = chance_covered(line, truth)
    # A cell without a slope of its own is never asked for an edge.
    if curve.cell.has_slope:
        pooled |= _edges(truth, curve)
    rows = [pooled]
    if curve.raw:
        slope, error = round(curve.raw["slope_raw"], 4), round(curve.raw["slope_raw_se"], 4)
        unpooled = {"method": "unpooled"} | _error(truth, curve.raw["intercept_raw"], slope)
        rows.append(unpooled | {"slope_covered": _covered(truth, slope, error)})
    return rows


def _edges(truth: Truth, curve: Curve) -> Row:
    """Whether the intervals of the edges hold the truth; not claimed is unbounded, which does."""
    claimed = []
    for probability, low, high in claimed_edges(curve):
        level = float(np.log(probability / (1 - probability)))
        true = CENTRE + SCALE * (level - truth.intercept) / truth.slope
        claimed.append(low <= true <= high)
    unbounded = EDGES - len(claimed)
    row = {
        "edge_claimed": len(claimed) / EDGES,
        "edge_covered": (sum(claimed) + unbounded) / EDGES,
    }
    return row | ({"claimed_edge_covered": float(np.mean(claimed))} if claimed else {})
