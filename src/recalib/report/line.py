"""What a row of `curves.csv` gives at a score: the one door of the report to `calib`'s mathematics.

Each returns a value and the ends of its 95 % interval; the row must have a slope.
"""

from __future__ import annotations

import pandas as pd

from calib.line import Line as Line
from calib.line import Z as Z
from calib.line import chance as chance
from calib.line import difference, edge
from recalib.report.view import line_of

Ends = tuple[float, float, float]


def _line(curve: pd.Series) -> Line:
    line = line_of(curve)
    assert line is not None, "a curve without evidence has no line"
    return line


def chance_at(curve: pd.Series, score: float) -> Ends:
    """Return the chance at a score."""
    return chance(_line(curve), float(score))


def gain(curve: pd.Series, low: float, high: float) -> Ends:
    """Return the difference in chance between two scores."""
    return difference(_line(curve), low, high)


def edge_at(curve: pd.Series, probability: float) -> tuple[float, float | None, float | None]:
    """Return the score where the chance reaches a probability; None for an open end."""
    return edge(_line(curve), float(probability))
