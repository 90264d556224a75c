"""Checks that bins follow one another without overlap or hole, and ranges without overlap."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pandas as pd

from recalib.contract.keys import KEY_COLUMNS
from recalib.sources.catalogue import Findings
from recalib.sources.values import show


def check_bins(frame: pd.DataFrame, unsure: pd.Series, kind: str, findings: Findings) -> None:
    """Check the bins or ranges of each key in order of their scores; NaN bounds are open.

    Ranges may leave scores out between them. Where a bound is `unsure` its NaN does not mean open:
    these rows and the others of their key are not held against one another.
    """
    turned = frame["score_min"] > frame["score_max"]
    cells = frame.assign(bad=unsure | turned).dropna(subset=KEY_COLUMNS).groupby(KEY_COLUMNS)
    for _, cell in cells:
        if not cell["bad"].any():
            _check_sequence(cell.drop_duplicates(["score_min", "score_max"]), kind, findings)


def _check_sequence(cell: pd.DataFrame, kind: str, findings: Findings) -> None:
    """Walk up the rows of one key, neighbour by neighbour."""
    own = {"bins": "bin"}.get(kind, "range")
    low, high = cell["score_min"].fillna(-math.inf), cell["score_max"].fillna(math.inf)
    order = cell.assign(low=low, high=high).sort_values(["low", "high"])
    for below, above in pairwise(order.to_dict("records")):
        rule, blamed, column = "", above, "score_min"
        if math.isnan(above["score_min"]):
            rule = "bins-open-inside"
        elif math.isnan(below["score_max"]):
            rule, blamed, column = "bins-open-inside", below, "score_max"
        elif above["score_min"] <= below["score_max"]:
            rule = "bins-overlap"
        elif kind == "bins" and above["score_min"] > below["score_max"] + 1:
            rule = "bins-hole"
        if rule:
            other, side = (below, "below") if blamed is above else (above, "above")
            file = "" if other["file"] == blamed["file"] else f"{other['file']}, "
            found = (
                f"This {own} is {_span(blamed)}; the one {side} it ({file}row {other['row']})"
                f" is {_span(other)}."
            )
            findings.add(rule, blamed["file"], found, row=blamed["row"], column=column)


def _span(row: dict[Any, Any]) -> str:
    low, high = row["score_min"], row["score_max"]
    if math.isnan(low) and math.isnan(high):
        return "all scores"
    if math.isnan(low):
        return f"up to {show(high)}"
    return f"{show(low)} and above" if math.isnan(high) else f"{show(low)}-{show(high)}"
