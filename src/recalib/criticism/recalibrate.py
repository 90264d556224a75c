"""Recalibrate predicted lines (intercept and slope) to the cells of a newer table.

Where an older curve predicts the logit a0 + b0 u, the newer cell is fitted with

    logit P(x) = alpha + beta (a0 + b0 u)

alpha and beta common to all cells, the distribution of scores of each cell free. The score
equations of all cells are solved together under their own likelihood; a perfect forecast has alpha
0 and beta 1 (Cox 1958, Two further applications of a model for binary regression, Biometrika 45).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import root

from calib.line import Line
from recalib.curves.objective import Objective
from recalib.curves.unit import fit_unit
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import INTERCEPT, SHAPE, SIZE, SLOPE, Array

#: Largest score, in standard errors, that counts as solved.
SOLVED = 1e-4
_FREE = SIZE - SHAPE.start


@dataclass(frozen=True)
class Recalibration:
    """Intercept and slope of the newer logit on the predicted one, with standard errors.

    `intercept_se`, `slope_se`: from the expected information of the newer tables alone: the lines
    count as known.
    """

    intercept: float
    slope: float
    intercept_se: float
    slope_se: float


def recalibrate(cells: Sequence[Cell], lines: Sequence[Line]) -> Recalibration | None:
    """Fit the recalibration.

    Parameters
    ----------
    cells : sequence of Cell
        Of the newer tables, with scores of both results.
    lines : sequence of Line
        What the older curves predict for them.

    Returns
    -------
    Recalibration or None
        None without cells, or where the fit finds no maximum.
    """
    if not cells:
        return None
    objectives = [Objective(cell) for cell in cells]
    shapes = [
        fit_unit([cell], slope=line.slope).parameters[0][SHAPE]
        for cell, line in zip(cells, lines, strict=True)
    ]
    begin = np.concatenate([[0.0, 1.0], *shapes])
    information = _system(begin, objectives, lines)[1]
    # In units in which the information is about 1 in every direction the solver's steps fit all.
    unit = np.linalg.inv(np.linalg.cholesky(information + 1e-9 * np.diag(np.diag(information)))).T

    def scores(moved: Array) -> tuple[Array, Array]:
        score, curvature = _system(begin + unit @ moved, objectives, lines)
        return unit.T @ score, -unit.T @ curvature @ unit

    found = root(scores, np.zeros(len(begin)), jac=True, method="lm")
    if not np.abs(found.fun).max() < SOLVED:
        return None
    place = begin + unit @ found.x
    covariance = np.linalg.inv(_system(place, objectives, lines)[1])
    errors = np.sqrt(np.diag(covariance)[:2])
    return Recalibration(*map(float, (*place[:2], *errors)))


def _system(
    place: Array, objectives: Sequence[Objective], lines: Sequence[Line]
) -> tuple[Array, Array]:
    """Score and expected information of (alpha, beta, all shapes)."""
    score, information = np.zeros(len(place)), np.zeros((len(place),) * 2)
    for index, (objective, line) in enumerate(zip(objectives, lines, strict=True)):
        own = [0, 1, *range(2 + _FREE * index, 2 + _FREE * (index + 1))]
        chain = _chain(line)
        term = objective.term(_place(place[:2], place[own[2:]], line))
        score[own] += chain.T @ term.score
        information[np.ix_(own, own)] += chain.T @ term.information @ chain
    return score, information


def _place(common: Array, shape: Array, line: Line) -> Array:
    place = np.empty(SIZE)
    place[INTERCEPT] = common[0] + common[1] * line.intercept
    place[SLOPE] = common[1] * line.slope
    place[SHAPE] = shape
    return place


def _chain(line: Line) -> Array:
    """Derivative of a cell's parameters in (alpha, beta, its shape)."""
    chain = np.zeros((SIZE, 2 + _FREE))
    chain[INTERCEPT, :2] = 1.0, line.intercept
    chain[SLOPE, 1] = line.slope
    chain[SHAPE, 2:] = np.eye(_FREE)
    return chain
