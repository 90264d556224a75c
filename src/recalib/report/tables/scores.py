"""The curves of one specialty come in; chances at round scores, and ten points apart, go out."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from calib.line import chance, difference
from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, layout, two
from recalib.report.view import Specialty, line_of

SCORES = (230, 240, 250, 260)
_OUTSIDE = "*"


def ten_points(here: Specialty, outcome: str) -> Html | None:
    """Lay out the chance at round scores, and what lies between them.

    Parameters
    ----------
    here : Specialty
        Any.
    outcome : str
        `match` or `interview`.

    Returns
    -------
    Html or None
        One row a curve; None without a curve of the outcome. The interval of a difference uses the
        covariance of the curve's coefficients.
    """
    rows = []
    for _, curve in here.of(outcome).iterrows():
        denominator = words.DENOMINATORS[str(curve["denominator"])]
        row = {
            GROUP: words.group(curve),
            ROW: f"{curve['cycle']}, {denominator}",
            "n": words.people(curve),
            "Grade": str(curve["grade"]),
            "Status": words.STATUSES[str(curve["status"])],
        }
        rows.append(row | _values(curve))
    columns = [*(str(score) for score in SCORES), *_steps()]
    return layout(
        rows,
        f"points-{outcome}",
        first="Cycle, denominator",
        raw=columns,
        left=("Grade", "Status"),
        note=(
            f"{words.OUTCOMES[outcome].capitalize()}: chance with its 95 % interval, and its "
            "difference in percentage points between people ten score points apart. "
            f"{_OUTSIDE} outside the fitted scores: the curve is only extended there. "
            "A difference between people is not what one person gains by scoring higher."
        ),
    )


def _steps() -> list[str]:
    return [f"{low} → {high}" for low, high in pairwise(SCORES)]


def _values(curve: pd.Series) -> dict[str, str]:
    line = line_of(curve)
    if line is None:
        return {**dict.fromkeys((str(score) for score in SCORES), words.NOTHING)}
    values = {}
    for score in SCORES:
        value, limits = words.percent_interval(*chance(line, score))
        inside = curve["score_low"] <= score <= curve["score_high"]
        values[str(score)] = two(value if inside else f"{value}{_OUTSIDE}", limits)
    for name, (low, high) in zip(_steps(), pairwise(SCORES), strict=True):
        change, *ends = (100 * part for part in difference(line, low, high))
        limits = f"{words.signed(ends[0])} to {words.signed(ends[1])}"
        values[name] = two(words.signed(change), limits)
    return values
