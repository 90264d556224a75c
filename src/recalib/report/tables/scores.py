"""The table of one specialty's chances at round scores, and of what lies between them."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from recalib.report import words
from recalib.report.line import chance_at, gain
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, Cells, layout, two
from recalib.report.view import Specialty

SCORES = (230, 240, 250, 260)
_OUTSIDE = "*"


def ten_points(here: Specialty, outcome: str) -> Html | None:
    """Lay out the chance (`match` or `interview`) at round scores and ten points apart.

    The interval of a difference uses the covariance of the curve's coefficients.
    """
    rows = []
    for _, curve in here.of(outcome).iterrows():
        row = {
            GROUP: words.group(curve),
            ROW: f"{curve['cycle']}, {words.denominator(curve)}",
            "n": words.people(curve),
            "Grade": curve["grade"],
            "Status": words.plain(curve["status"]),
        }
        rows.append(row | _values(curve))
    said = words.OUTCOMES[outcome].capitalize()
    return layout(rows, f"points-{outcome}", "points", outcome=said)


def _values(curve: pd.Series) -> Cells:
    if pd.isna(curve["slope"]):
        return dict.fromkeys(map(str, SCORES), words.NOTHING)
    values: Cells = {}
    for score in SCORES:
        value, limits = words.percent_interval(*chance_at(curve, score))
        inside = curve["score_low"] <= score <= curve["score_high"]
        values[str(score)] = two(value if inside else f"{value}{_OUTSIDE}", limits)
    for low, high in pairwise(SCORES):
        change, *ends = (100 * part for part in gain(curve, low, high))
        values[f"{low} → {high}"] = two(words.signed(change), words.points_interval(*ends))
    return values
