"""Rows of quantiles tables: in goes their frame, out come contradictions within a row."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pandas as pd

from recalib.contract.vocabulary import STATISTICS
from recalib.sources.catalogue import Findings
from recalib.sources.schemas import show

ORDERED = ("min", "q1", "median", "q3", "max")
PRINTED = 0.5  # a statistic printed as a whole number may be off by this


def check_quantiles(frame: pd.DataFrame, findings: Findings) -> None:
    """Check each row's statistics against one another.

    Parameters
    ----------
    frame : DataFrame
        Quantiles rows; NaN where a statistic is blank or was found impossible.
    findings : Findings
        Where problems go.
    """
    for row in frame.to_dict("records"):
        _check_order(row, findings)
        _check_mean(row, findings)
        _check_people(row, findings)
        _check_spread(row, findings)


def _given(row: dict[Any, Any], names: tuple[str, ...]) -> list[str]:
    return [name for name in names if not math.isnan(row[name])]


def _add(rule: str, row: dict[Any, Any], column: str, found: str, findings: Findings) -> None:
    findings.add(rule, row["file"], found, row=row["row"], column=column)


def _check_order(row: dict[Any, Any], findings: Findings) -> None:
    for low, high in pairwise(_given(row, ORDERED)):
        if row[low] > row[high]:
            found = f"{low} is {show(row[low])} and {high} is {show(row[high])}."
            _add("quantiles-ordered", row, low, found, findings)


def _check_mean(row: dict[Any, Any], findings: Findings) -> None:
    mean = row["mean"]
    if mean < row["min"] or mean > row["max"]:
        found = f"The mean is {show(mean)}, min is {show(row['min'])}, max is {show(row['max'])}."
        _add("mean-range", row, "mean", found, findings)


def _check_people(row: dict[Any, Any], findings: Findings) -> None:
    given = _given(row, STATISTICS)
    if row["n"] == 0 and given:
        found = f"n is 0 and {', '.join(given)} {'is' if len(given) == 1 else 'are'} given."
        _add("statistics-need-people", row, given[0], found, findings)
    if row["n"] == 1:
        values = {row[name] for name in given if name != "sd"}
        if "sd" in given:
            _add("statistics-need-people", row, "sd", "n is 1 and sd is given.", findings)
        if len(values) > 1:
            found = "n is 1 and the statistics differ from one another."
            _add("statistics-need-people", row, given[0], found, findings)


def _check_spread(row: dict[Any, Any], findings: Findings) -> None:
    """Hold sd against its bound: half the people at each end, as far as printing lets one tell."""
    if row["n"] < 2 or math.isnan(row["n"]):
        return
    span = row["max"] - row["min"]
    if span < 0:  # already noted as out of order
        return
    if row["sd"] - PRINTED > span / 2 * math.sqrt(row["n"] / (row["n"] - 1)):
        found = f"sd is {show(row['sd'])} and the scores span {show(span)} points."
        _add("sd-range", row, "sd", found, findings)
