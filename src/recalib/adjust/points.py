"""Turns an effect and a slope into an odds ratio and the points that move the chance as much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calib.line import Line, Z, fieller
from recalib.curves import grade
from recalib.likelihood.model import CENTRE, SCORE_MAX, SCORE_MIN

NAN = float("nan")
#: More points than the scale of scores holds are none.
MOST = float(SCORE_MAX - SCORE_MIN)


@dataclass(frozen=True)
class Estimate:
    """What a covariate changes at the same score."""

    #: Change of the logit, and its standard error.
    effect: float
    effect_se: float
    #: Change of the logit for ten more points, at the same covariates.
    slope: float
    slope_se: float
    #: Of the errors of the two.
    correlation: float
    #: Share of the slope's information that is the population's own.
    own_share: float = 1.0

    @property
    def status(self) -> str:
        """Whether the slope may give points: the status of a curve with this slope."""
        return grade.status(round(self.slope, 4), round(self.slope_se, 4), self.own_share)

    @property
    def odds_ratio(self) -> tuple[float, float, float]:
        """Odds ratio with its 95 % limits, formed on the logit."""
        reach = Z * self.effect_se
        low, middle, high = np.exp([self.effect - reach, self.effect, self.effect + reach]).tolist()
        return middle, low, high

    @property
    def points(self) -> tuple[float, float, float]:
        """Points that move the chance as much, with Fieller's 95 % limits.

        Positive where the covariate asks for more points for the same chance: the score x at which
        effect + slope x / 10 is 0.

        NaN where the slope is not `ok`, or the points are more than the scale of scores holds; a
        limit is NaN where it lies beyond the scale.
        """
        if self.status != "ok":
            return NAN, NAN, NAN
        line = Line(self.effect, self.slope, self.effect_se, self.slope_se, self.correlation)
        points, low, high = (score - CENTRE for score in fieller(line, 0.5))
        if abs(points) > MOST:
            return NAN, NAN, NAN
        return points, low if low >= -MOST else NAN, high if high <= MOST else NAN
