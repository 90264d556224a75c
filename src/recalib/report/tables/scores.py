"""Tables of one specialty at round scores: the chance, what lies between, and standing."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from calib.names import WHOSE
from recalib.report import words
from recalib.report.line import chance_at, gain
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, Cells, doubts, layout, two
from recalib.report.view import Specialty

SCORES = (230, 240, 250, 260)
_OUTSIDE = "*"
_NAMED = {
    "match": f"Chance of a match {WHOSE}",
    "interview": "Chance of an interview invitation for one application",
}


def ten_points(here: Specialty, outcome: str, denominator: str) -> Html | None:
    """Lay out the chance (`match` or `interview`) at round scores and ten points apart.

    The intervals of a difference use the covariance of the curve's coefficients.
    """
    rows = []
    curves = here.of(outcome)
    for _, curve in curves[curves["denominator"] == denominator].iterrows():
        row = {
            GROUP: words.group(curve),
            ROW: f"{curve['cycle']}, {words.DENOMINATORS[denominator]}",
            "n": words.people(curve),
            "Grade": curve["grade"],
            "Status": words.plain(curve["status"]),
        }
        rows.append(row | _values(curve))
    return layout(rows, f"points-{denominator}", "points", outcome=_NAMED[outcome])


def _values(curve: pd.Series) -> Cells:
    if pd.isna(curve["slope"]):
        return dict.fromkeys(map(str, SCORES), words.NOTHING)
    values: Cells = {}
    for score in SCORES:
        value, later, own = words.doubts(*chance_at(curve, score))
        inside = curve["score_low"] <= score <= curve["score_high"]
        shown = value if inside else f"{value}{_OUTSIDE}"
        values[str(score)] = doubts((shown, later, own), curve["cycle"])
    for low, high in pairwise(SCORES):
        change, *ends = (100 * part for part in gain(curve, low, high))
        own, later = words.points_interval(*ends[:2]), words.points_interval(*ends[2:])
        values[f"{low} → {high}"] = doubts((words.signed(change), later, own), curve["cycle"])
    return values


def standing(here: Specialty) -> Html | None:
    """Lay out where round scores stand among those who matched and did not, beside the chance.

    Of the newest match curves that have scores of both results.
    """
    rows = []
    for _, curve in here.newest.iterrows():
        own = here.standing(curve)
        for _, at in own[own["score"].isin(SCORES)].iterrows():
            shares = {
                heading: two(*words.percent_interval(*(at[f"{name}_{end}"] for end in _ENDS)))
                for heading, name in _RESULTS.items()
            }
            chance = words.doubts(*chance_at(curve, at["score"]))
            row = {GROUP: words.full(curve), ROW: f"{at['score']:.0f}"}
            rows.append(row | {"Chance": doubts(chance, curve["cycle"])} | shares)
    return layout(rows, "standing")


_ENDS = ("below", "low", "high")
_RESULTS = {
    "Of those who matched, at or below": "matched",
    "Of those who did not, at or below": "not_matched",
}
