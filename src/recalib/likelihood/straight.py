"""Test whether the logit is straight, and widen the errors of a cell where it is not."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Array, state

#: Level at which the scatter of bins counts beside other statistics.
BEYOND_CHANCE = 0.01
#: Neighbouring bins are joined until the expected variance of their successes is at least this:
#: the chi-square distribution asks for counts that are not tiny.
JOIN_BELOW = 1.0


def bend(cell: Cell, parameters: Array) -> tuple[float, int]:
    """Pearson chi-square of the successes by bin around a straight logit.

    `cell`: with match bins; `parameters` (shape (7,)): the unpooled fit. Returns `chi_square`;
    `freedom`: bins after joining, less the two parameters of the line; 0 or less says nothing.
    """
    table = cell.binned
    assert table is not None
    at = state(cell.grid, parameters)
    members = table.members(at.grid)
    chance = members @ (at.f * at.p) / np.maximum(members @ at.f, 1e-300)
    expected = table.n_total * chance
    variance = expected * (1 - chance) * table.design_effect
    return scatter(table.n_success - expected, variance)


def scatter(gaps: Array, variance: Array) -> tuple[float, int]:
    """Pearson chi-square of counts around a line, neighbours joined where they expect too little.

    `gaps` (shape (k,)): counted less expected, by rising score; `variance` (shape (k,)): expected
    variance of each. Returns `chi_square`; `freedom`: counts after joining, less the two parameters
    of the line.
    """
    joined: list[list[float]] = []
    excess = spread = 0.0
    for gap, each in zip(gaps, variance, strict=True):
        excess, spread = excess + gap, spread + each
        if spread >= JOIN_BELOW:
            joined.append([excess, spread])
            excess = spread = 0.0
    if joined:
        joined[-1][0] += excess
        joined[-1][1] += spread
    chi_square = sum(gap**2 / each for gap, each in joined)
    return float(chi_square), len(joined) - 2


def inflation(cell: Cell, parameters: Array) -> float:
    """Return sqrt(chi-square / freedom) where it exceeds 1: how much wider the errors must be.

    Tables that carry a dispersion of their own are left alone: theirs already holds it. Bins beside
    other statistics of the same people widen only beyond what chance does in one cell of a hundred:
    more evidence must not make an answer worse by its own scatter.
    """
    table = cell.binned
    if table is None or table.dispersion > 1 or len(table.low) < 4:
        return 1.0
    chi_square, freedom = bend(cell, parameters)
    if freedom < 1 or (cell.bins is None and chi2.sf(chi_square, freedom) > BEYOND_CHANCE):
        return 1.0
    return max(1.0, float(np.sqrt(chi_square / freedom)))
