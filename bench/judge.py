"""Judging: a curve or a peer's answer and the truth in, one row of figures out."""

from __future__ import annotations

from typing import Any

import numpy as np
from peers import Answer
from scipy.special import expit
from worlds import Applicants, People, Truth

from calib.line import Line, Z, chance, claim, edge
from recalib.curves.curve import Curve
from recalib.likelihood.model import CENTRE, SCALE

GRID = np.arange(225, 266, 5)
#: Probabilities of the published edges.
EDGES = (0.25, 0.5, 0.75)
Row = dict[str, Any]


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
    line = Line(
        round(curve.intercept, 4),
        round(curve.slope, 4),
        round(curve.intercept_se, 4),
        round(curve.slope_se, 4),
        round(curve.correlation, 4),
    )
    pooled |= _error(truth, line.intercept, line.slope)
    pooled["slope_covered"] = _covered(truth, line.slope, line.slope_se)
    inside = []
    for score, true in zip(GRID, truth.chance(GRID), strict=True):
        _, low, high = chance(line, float(score))
        inside.append(low <= true <= high)
    pooled["probability_covered"] = float(np.mean(inside))
    if curve.status != "borrowed":
        limits = tuple(round(limit, 1) for limit in curve.score_limits)
        pooled |= _edges(truth, line, limits if curve.status == "ok" else None)
    rows = [pooled]
    if curve.raw:
        slope, error = round(curve.raw["slope_raw"], 4), round(curve.raw["slope_raw_se"], 4)
        unpooled = {"method": "unpooled"} | _error(truth, curve.raw["intercept_raw"], slope)
        rows.append(unpooled | {"slope_covered": _covered(truth, slope, error)})
    return rows


def _edges(truth: Truth, line: Line, limits: tuple[float, float] | None) -> Row:
    """Whether the intervals of the edges hold the truth; not claimed is unbounded, which does.

    `limits`: fitted scores of a curve that may claim edges; None for another.
    """
    claimed = []
    for probability in EDGES:
        if limits is None or claim(line, probability, *limits) != "ok":
            continue
        level = float(np.log(probability / (1 - probability)))
        true = CENTRE + SCALE * (level - truth.intercept) / truth.slope
        _, low, high = edge(line, probability)
        claimed.append(low <= true <= high)
    unbounded = len(EDGES) - len(claimed)
    row = {
        "edge_claimed": len(claimed) / len(EDGES),
        "edge_covered": (sum(claimed) + unbounded) / len(EDGES),
    }
    return row | ({"claimed_edge_covered": float(np.mean(claimed))} if claimed else {})
