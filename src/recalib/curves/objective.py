"""The objective that the fit of a cell climbs: (quasi-)log-likelihood with priors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import numpy as np
from scipy.special import logit

from recalib.curves.priors import DEFAULT, Priors
from recalib.likelihood import bins, quantiles, totals
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import (
    CENTRE,
    INTERCEPT,
    NORMAL_SHAPE,
    SCALE,
    SHAPE,
    SIZE,
    SLOPE,
    Array,
    State,
    Term,
    state,
)

#: Beyond this no parameter means anything; a step that leads there is turned down.
WILD = 1e3


class Objective:
    """Everything printed about one cell, plus the priors of all but the slope.

    `priors`: only the shape's are used.
    """

    def __init__(self, cell: Cell, priors: Priors = DEFAULT) -> None:
        self.cell = cell
        self.readings = [quantiles.Reading(table, cell.grid) for table in cell.quantiles]
        self.bins = None if cell.bins is None else bins.all_or_none(cell.bins)
        # Bins hold the base rate themselves unless totals of everyone are printed beside them.
        self.base = cell.base if cell.bins is None or cell.total is not None else None
        self.precision = np.zeros(SIZE)
        self.precision[SHAPE] = priors.shape_precision

    def start(self, slope: float | None = None) -> Array:
        """Starting values: a normal distribution of scores and the discriminant's slope."""
        cell, grid = self.cell, self.cell.grid
        base = cell.base
        rate = 0.5 if base is None else base.successes / base.people
        rate = min(max(rate, 0.02), 0.98)
        places = {}
        for table in cell.quantiles:
            for name in ("mean", "median"):
                if name in table.printed:
                    places[table.result] = float(table.printed[name])
                    break
        if slope is None:
            gap = places[1] - places[0] if len(places) == 2 else 0.3 * grid.spread**2 / SCALE
            slope = float(np.clip(SCALE * gap / grid.spread**2, -1.5, 1.5))
        parameters = np.empty(SIZE)
        parameters[SLOPE] = slope
        parameters[INTERCEPT] = logit(rate) - slope * (grid.centre - CENTRE) / SCALE
        parameters[SHAPE] = NORMAL_SHAPE
        return parameters

    def value(self, parameters: Array, held: Sequence[Array] | None = None) -> float:
        """What the score climbs; minus infinity where the parameters mean nothing.

        `parameters` (shape (7,)); `held`: covariances as from `term`; by default they move along.
        """
        if not np.abs(parameters).max() < WILD:
            return -np.inf
        at = state(self.cell.grid, parameters)
        if not 0 < at.rate < 1 or min(f.sum() for f in at.by_result) < 0.5:
            return -np.inf
        total = -0.5 * float(self.precision @ parameters**2)
        if self.cell.needs_spread:
            total += self._spread(at).value
        try:
            total += sum(map(quantiles.value, self.readings, repeat(at), held or repeat(None)))
        except np.linalg.LinAlgError:
            return -np.inf
        if self.bins is not None:
            total += bins.value(self.bins, at, given_result=self.base is not None)
        if self.base is not None:
            total += totals.value(self.base, at)
        return total

    def term(self, parameters: Array) -> Term:
        """Objective with its (quasi-)score and the expected information."""
        at = state(self.cell.grid, parameters)
        terms = [quantiles.term(reading, at) for reading in self.readings]
        if self.cell.needs_spread:
            terms.append(self._spread(at))
        if self.bins is not None:
            terms.append(bins.term(self.bins, at, given_result=self.base is not None))
        if self.base is not None:
            terms.append(totals.term(self.base, at))
        return Term(
            sum(each.value for each in terms) - 0.5 * float(self.precision @ parameters**2),
            sum((each.score for each in terms), -self.precision * parameters),
            sum((each.information for each in terms), np.diag(self.precision)),
            sum((each.covariances for each in terms), ()),
        )

    def _spread(self, at: State) -> Term:
        """Prior on log SD, for cells about whose spread nothing is printed."""
        deviation = at.grid.x - at.f @ at.grid.x
        variance = float(at.f @ deviation**2)
        gradient = np.zeros(SIZE)
        centred = at.grid.basis - (at.grid.basis @ at.f)[:, None]
        gradient[SHAPE] = centred @ (at.f * deviation**2) / (2 * variance)
        middle, error = self.cell.spread
        residual = middle - 0.5 * np.log(variance)
        weight = error**-2
        return Term(
            -0.5 * weight * residual**2,
            weight * residual * gradient,
            weight * np.outer(gradient, gradient),
        )
