"""The record of one fitted curve."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Array

NAN = float("nan")


@dataclass
class Curve:
    """One fitted curve, unrounded; blank numbers are NaN."""

    cell: Cell
    status: str
    note: str = ""
    intercept: float = NAN
    slope: float = NAN
    intercept_se: float = NAN
    slope_se: float = NAN
    correlation: float = NAN
    p_slope_positive: float = NAN
    raw: dict[str, float] = field(default_factory=dict)
    scores: Array | None = None
    parameters: Array | None = None
    inflation: float = 1.0
    pool: str = ""

    @property
    def score_limits(self) -> tuple[float, float]:
        """1st and 99th percentile of the fitted scores."""
        if self.scores is None:
            return NAN, NAN
        cumulative = np.cumsum(self.scores)
        edges = self.cell.grid.x + 0.5
        return float(np.interp(0.01, cumulative, edges)), float(np.interp(0.99, cumulative, edges))
