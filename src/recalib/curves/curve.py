"""The record of one fitted curve."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from calib.line import Line
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import CENTRE, SCALE, Array

NAN = float("nan")


@dataclass(frozen=True)
class Points:
    """Points read off a printed curve: scores, chances and reading errors, each of shape (k,)."""

    score: Array
    probability: Array
    error: Array

    @property
    def u(self) -> Array:
        """Scores in units of ten points from 245."""
        return (self.score - CENTRE) / SCALE


@dataclass
class Curve:
    """One fitted curve, unrounded; blank numbers are NaN.

    `intercept_se`, `slope_se`, `correlation`: of a straight logit; `bend_sd`: standard deviation on
    the logit of a bend that nobody can see; `own_share`: share of the
    slope's information that is the specialty's own; `covariance` (shape (7, 7)): of `parameters`,
    all errors but bend and drift; of pooled curves alone; `translated`: its people were counted by
    another denominator; `points`: what was read off, where a source printed the curve itself.
    """

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
    covariance: Array | None = None
    inflation: float = 1.0
    pool: str = ""
    own_share: float = 0.0
    bend_sd: float = 0.0
    drift_sd: float = NAN
    translated: bool = False
    points: Points | None = None

    @property
    def line(self) -> Line:
        """Line with the covariance that is published: an unseen bend moves its level."""
        level = float(np.hypot(self.intercept_se, self.bend_sd))
        correlation = self.correlation * (self.intercept_se / level if self.bend_sd else 1.0)
        return Line(self.intercept, self.slope, level, self.slope_se, correlation)

    @property
    def straight(self) -> Line:
        """The same, were the logit straight."""
        errors = (self.intercept_se, self.slope_se, self.correlation)
        return Line(self.intercept, self.slope, *errors)

    @property
    def score_limits(self) -> tuple[float, float]:
        """1st and 99th percentile of the fitted scores."""
        if self.scores is None:
            return NAN, NAN
        cumulative = np.cumsum(self.scores)
        edges = self.cell.grid.x + 0.5
        return float(np.interp(0.01, cumulative, edges)), float(np.interp(0.99, cumulative, edges))
