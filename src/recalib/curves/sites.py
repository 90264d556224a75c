"""What the tables of one unit say about its slope, as a pool takes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.interpolate import CubicSpline

from recalib.likelihood.model import Array


@dataclass(frozen=True)
class Site:
    """What the tables of one unit say about its slope, per 10 points.

    `slope`, `error`: maximum and standard error; `table`: slopes and profile log-likelihood, where
    it is not the normal of `slope` and `error`.
    """

    specialty: str
    cycle: str
    slope: float
    error: float
    table: tuple[Array, Array] | None = None

    @cached_property
    def _spline(self) -> CubicSpline | None:
        """Through the table: exact for a normal."""
        if self.table is None or len(self.table[0]) < 3:
            return None
        return CubicSpline(*self.table)

    def moved(self, by: float) -> Site:
        """The same likelihood, shifted along the slope by `by` per 10 points."""
        table = None if self.table is None else (self.table[0] + by, self.table[1])
        return replace(self, slope=self.slope + by, table=table)

    def likelihood(self, slopes: Array) -> Array:
        """Likelihood at slopes, 1 at its maximum on them."""
        spline = self._spline
        if spline is None:
            value = -0.5 * ((slopes - self.slope) / self.error) ** 2
        else:
            # Beyond the table the log likelihood goes on straight.
            first, last = spline.x[0], spline.x[-1]
            inside = np.clip(slopes, first, last)
            value = spline(inside)
            value += np.minimum(slopes - first, 0) * max(float(spline(first, 1)), 0.0)
            value += np.maximum(slopes - last, 0) * min(float(spline(last, 1)), 0.0)
        return np.asarray(np.exp(value - value.max()))
