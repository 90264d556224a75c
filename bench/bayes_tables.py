"""Printed tables as arrays: cells in, one set of padded arrays for all of them out.

Scores lie on one grid from 185 to 300; what a cell does not have is masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax
import numpy as np
from jax import numpy as jnp

from recalib.curves.objective import Objective
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import SCORE_MAX, SCORE_MIN, SIZE
from recalib.likelihood.quantiles import EXTREMES

SCORES = np.arange(SCORE_MIN, SCORE_MAX + 1, dtype=float)


class Statistics(NamedTuple):
    """Printed statistics of T results; K quantiles and shares, then the mean and the SD."""

    cell: np.ndarray  #: (T,)
    result: np.ndarray  #: (T,)
    n: jax.Array  #: (T,)
    rows: jax.Array  #: (T, K, X) indicators below a quantile or within a bin
    density_at: jax.Array  #: (T, K, X) weights that read the density at a quantile; 0 for a share
    is_quantile: jax.Array  #: (T, K)
    target: jax.Array  #: (T, K + 2) level, share, mean and SD as printed
    printing: jax.Array  #: (T, K + 2) variance of printing but for quantiles
    used: jax.Array  #: (T, K + 2)
    at_least: jax.Array  #: (T, 2, X) scores from the minimum up; from the maximum down
    beyond: jax.Array  #: (T, 2, X) the same without the extreme itself
    extreme: jax.Array  #: (T, 2)


class Bins(NamedTuple):
    """Bins of B cells, J bins."""

    cell: np.ndarray  #: (B,)
    members: jax.Array  #: (B, J, X)
    used: jax.Array  #: (B, J)
    people: jax.Array  #: (B, J)
    success: jax.Array  #: (B, J)
    failure: jax.Array  #: (B, J)
    dispersion: jax.Array  #: (B,)
    given_result: jax.Array  #: (B,)


class Tables(NamedTuple):
    """Everything printed about C cells, on X scores."""

    basis: jax.Array  #: (C, 5, X)
    possible: jax.Array  #: (C, X), whether the cell can hold the score
    spread: jax.Array  #: (C, 2): mean and precision of log SD, precision 0 where not needed
    success: jax.Array  #: (C,) of the binomial for the base rate; 0 of 0 where there is none
    failure: jax.Array  #: (C,)
    statistics: Statistics
    bins: Bins


def gather(cells: Sequence[Cell]) -> Tables:
    """Lay the tables of cells into arrays."""
    objectives = [Objective(cell) for cell in cells]
    basis = np.zeros((len(cells), SIZE - 2, len(SCORES)))
    possible = np.zeros((len(cells), len(SCORES)), dtype=bool)
    for place, cell in enumerate(cells):
        basis[place, :, -len(cell.grid.x) :] = cell.grid.basis
        possible[place, -len(cell.grid.x) :] = True
    bases = [each.base for each in objectives]
    success = np.array([0.0 if base is None else base.successes for base in bases])
    people = np.array([0.0 if base is None else base.people for base in bases])
    spread = [(c.spread[0], c.spread[1] ** -2 if c.needs_spread else 0.0) for c in cells]
    return Tables(
        jnp.array(basis),
        jnp.array(possible),
        jnp.array(spread),
        jnp.array(success),
        jnp.array(people - success),
        _statistics(objectives),
        _bins(objectives),
    )


def _statistics(objectives: Sequence[Objective]) -> Statistics:
    readings = [
        (place, reading)
        for place, each in enumerate(objectives)
        for reading in each.readings
        if reading.names
    ]
    total = len(readings)
    count = max([1, *(len(set(reading.names) - {"mean", "sd"}) for _, reading in readings)])
    rows = np.zeros((total, count, len(SCORES)))
    density_at, is_quantile = np.zeros_like(rows), np.zeros((total, count), dtype=bool)
    target, printing = np.zeros((total, count + 2)), np.ones((total, count + 2))
    used, extreme = np.zeros((total, count + 2), dtype=bool), np.zeros((total, 2), dtype=bool)
    at_least, beyond = np.zeros((2, total, 2, len(SCORES)))
    for index, (_, reading) in enumerate(readings):
        width, held = len(reading.grid.x), reading.count
        free = iter(range(count))
        for own, name in enumerate(reading.names):
            slot = count + ("mean", "sd").index(name) if name in ("mean", "sd") else next(free)
            target[index, slot], printing[index, slot] = reading.target[own], reading.printing[own]
            used[index, slot] = True
            if slot < count:
                rows[index, slot, -width:] = reading.rows[own]
        density_at[index, :held, -width:] = reading.density_at
        is_quantile[index, :held] = True
        for slot, name in enumerate(EXTREMES):
            if name in reading.table.extremes:
                place = np.clip(np.rint(reading.table.printed[name]), reading.grid.x[0], SCORE_MAX)
                beyond[index, slot] = np.sign(SCORES - place) == (1 if name == "min" else -1)
                at_least[index, slot] = np.maximum(beyond[index, slot], place == SCORES)
                extreme[index, slot] = True
    return Statistics(
        np.array([place for place, _ in readings], dtype=int),
        np.array([reading.table.result for _, reading in readings], dtype=int),
        jnp.array([float(reading.table.n) for _, reading in readings]),
        *map(jnp.array, (rows, density_at, is_quantile, target, printing, used)),
        *map(jnp.array, (at_least, beyond, extreme)),
    )


def _bins(objectives: Sequence[Objective]) -> Bins:
    held = [(place, each) for place, each in enumerate(objectives) if each.bins is not None]
    count = max([1, *(len(each.bins.low) for _, each in held)])
    members = np.zeros((len(held), count, len(SCORES)))
    counts, used = np.zeros((3, len(held), count)), np.zeros((len(held), count), dtype=bool)
    for index, (_, each) in enumerate(held):
        table, grid = each.bins, each.cell.grid
        own = slice(0, len(table.low))
        members[index, own, -len(grid.x) :] = table.members(grid)
        counts[:, index, own] = table.people, table.n_success, table.n_total - table.n_success
        used[index, own] = True
    return Bins(
        np.array([place for place, _ in held], dtype=int),
        *map(jnp.array, (members, used, *counts)),
        jnp.array([each.bins.design_effect for _, each in held], dtype=float),
        jnp.array([each.base is not None for _, each in held], dtype=bool),
    )
