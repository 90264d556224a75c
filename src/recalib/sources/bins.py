"""Rows of bins tables: in goes their frame, out come bins that overlap, leave holes or miscount."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pandas as pd

from recalib.contract.vocabulary import CELL
from recalib.sources.catalogue import Findings
from recalib.sources.schemas import show
from recalib.sources.totals import check_success

_BOUNDS = ("score_min", "score_max")


def check_bins(frame: pd.DataFrame, unsure: pd.Series, findings: Findings) -> None:
    """Check each bin, and the bins of each key in order of their scores.

    Parameters
    ----------
    frame : DataFrame
        Bins rows, in any order; NaN bounds are open.
    unsure : Series of bool
        Rows whose bounds could not be read: they and the other bins of their key are not held
        against one another, since NaN does not mean open there.
    findings : Findings
        Where problems go.
    """
    check_success(frame, findings)
    for row in frame.to_dict("records"):
        _check_people(row, findings)
        if row["score_min"] > row["score_max"]:
            found = f"score_min is {show(row['score_min'])}, score_max {show(row['score_max'])}."
            _add("bin-bounds-order", row, "score_min", found, findings)
    bad = unsure | (frame["score_min"] > frame["score_max"])
    for _, cell in frame.assign(bad=bad).dropna(subset=list(CELL)).groupby(list(CELL)):
        if not cell["bad"].any():
            _check_sequence(cell.drop_duplicates(list(_BOUNDS)), findings)


def _add(rule: str, row: dict[Any, Any], column: str, found: str, findings: Findings) -> None:
    findings.add(rule, row["file"], found, row=row["row"], column=column)


def _span(row: dict[Any, Any]) -> str:
    low, high = row["score_min"], row["score_max"]
    if math.isnan(low) and math.isnan(high):
        return "all scores"
    if math.isnan(low):
        return f"up to {show(high)}"
    return f"{show(low)} and above" if math.isnan(high) else f"{show(low)}-{show(high)}"


def _check_people(row: dict[Any, Any], findings: Findings) -> None:
    people, total = row["n_applicants"], row["n_total"]
    if math.isnan(people) or math.isnan(total):
        return
    wrong = people > total or (people == 0 and total > 0)
    if row["outcome"] == "match":
        wrong = people != total
    if wrong:
        found = f"The outcome is {row['outcome']}, n_applicants {show(people)}, n_total"
        _add("people-in-bin", row, "n_applicants", f"{found} {show(total)}.", findings)


def _check_sequence(cell: pd.DataFrame, findings: Findings) -> None:
    """Walk up the bins of one key; each pair of neighbours has to meet without overlap or hole."""
    order = pd.DataFrame(
        {
            "low": cell["score_min"].fillna(-math.inf),
            "high": cell["score_max"].fillna(math.inf),
        }
    ).sort_values(["low", "high"])
    rows = cell.loc[order.index].to_dict("records")
    for below, above in pairwise(rows):
        found = f"This bin is {_span(above)}; the one below it"
        found += f" ({_place(below, above)}) is {_span(below)}."
        if math.isnan(above["score_min"]):
            _add("bins-open-inside", above, "score_min", found, findings)
        elif math.isnan(below["score_max"]):
            found = f"This bin is {_span(below)}; the one above it ({_place(above, below)}) is"
            _add("bins-open-inside", below, "score_max", f"{found} {_span(above)}.", findings)
        elif above["score_min"] <= below["score_max"]:
            _add("bins-overlap", above, "score_min", found, findings)
        elif above["score_min"] > below["score_max"] + 1:
            _add("bins-hole", above, "score_min", found, findings)


def _place(row: dict[Any, Any], seen_from: dict[Any, Any]) -> str:
    file = "" if row["file"] == seen_from["file"] else f"{row['file']}, "
    return f"{file}row {row['row']}"
