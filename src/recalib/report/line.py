"""What a row of `curves.csv` gives at a score: the one door of the report to `calib`'s mathematics.

Each returns a value with two 95 % intervals, of the curve's own cycle and of the next one; the row
must have a slope.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from calib.line import Line as Line
from calib.line import Z as Z
from calib.line import chance as chance
from calib.line import difference
from recalib.bands.published import lines_of as lines_of
from recalib.contract.vocabulary import GUIDE_LABELS
from recalib.report.view import View

#: Columns of a band's lower edge and of the chance in it, for `told`.
EDGE, CHANCE = ("boundary", "boundary", "boundary_next"), ("probability", "probability", "next")


class Told(NamedTuple):
    """A number with the interval of its own cycle and that of the next one; NaN for an open end."""

    value: float
    low: float
    high: float
    next_low: float
    next_high: float


#: What is known of a number that no table gives.
NOTHING = Told(*(float("nan"),) * 5)


def told(row: pd.Series, value: str, own: str, later: str) -> Told:
    """Read a number of a table: its column, and how the columns of both intervals begin."""
    names = (value, f"{own}_low", f"{own}_high", f"{later}_low", f"{later}_high")
    return Told(*(float(row[name]) for name in names))


def chance_at(curve: pd.Series, score: float) -> Told:
    """Return the chance at a score."""
    line, later = lines_of(curve)
    return Told(*chance(line, float(score)), *chance(later, float(score))[1:])


def side_of(curve: pd.Series, p: float = 0.5) -> str:
    """Return on which side of a chance the whole of a curve lies: `above` or `below`."""
    middle = (float(curve["score_low"]) + float(curve["score_high"])) / 2
    return "above" if chance_at(curve, middle).value > p else "below"


def gain(curve: pd.Series, low: float, high: float) -> Told:
    """Return the difference in chance between two scores."""
    line, later = lines_of(curve)
    return Told(*difference(line, low, high), *difference(later, low, high)[1:])


def judged(work: View, row: pd.Series) -> tuple[Told, bool]:
    """Return the chance that the verdict on a row of the audit is about.

    It is that at the printed edge (True), or of the lowest labels that in the band. At an edge it
    is read off the curve, as the reason was, so that no rounding sets the two apart.
    """
    at_edge = not pd.isna(row["score_min"]) and row["reading"] != GUIDE_LABELS[-1]
    if not at_edge:
        return told(row, "probability_in_band", "band", "next"), False
    curve = work.curve_of(row)
    if curve is None or pd.isna(row["probability_at_edge"]):
        return NOTHING, True
    return chance_at(curve, row["score_min"]), True
