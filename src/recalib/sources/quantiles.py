"""Finds rows of quantiles tables whose statistics contradict one another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pandas as pd

from recalib.contract.tables import LAYOUTS
from recalib.sources.catalogue import Findings
from recalib.sources.values import show

STATISTICS = [name for name in LAYOUTS["quantiles"].numbers if name != "n"]
ORDERED = ("min", "q1", "median", "q3", "max")
PRINTED = 0.5  # a statistic printed as a whole number may be off by this


def check_quantiles(frame: pd.DataFrame, findings: Findings) -> None:
    """Check each row's statistics; NaN where one is blank or was found impossible."""
    for row in frame.to_dict("records"):
        for rule, column, found in _contradictions(row):
            findings.add(rule, row["file"], found, row=row["row"], column=column)


def _contradictions(row: dict[Any, Any]) -> Iterator[tuple[str, str, str]]:
    """Rule, column and what was found, for one row."""
    given = [name for name in STATISTICS if not math.isnan(row[name])]
    for low, high in pairwise(name for name in given if name in ORDERED):
        if row[low] > row[high]:
            found = f"{low} is {show(row[low])} and {high} is {show(row[high])}."
            yield "quantiles-ordered", low, found
    if row["n"] == 0 and given:
        found = f"n is 0 and {', '.join(given)} {'is' if len(given) == 1 else 'are'} given."
        yield "statistics-need-people", given[0], found
    if row["n"] == 1 and len({row[name] for name in given if name != "sd"}) > 1:
        found = "n is 1 and the statistics differ from one another."
        yield "statistics-need-people", given[0], found
    span = row["max"] - row["min"]
    # The bound is half the people at each end; a negative span is out of order and told already.
    if row["n"] >= 2 and span >= 0:
        most = span / 2 * math.sqrt(row["n"] / (row["n"] - 1))
        if row["sd"] - PRINTED > most:
            found = f"sd is {show(row['sd'])} and the scores span {show(span)} points."
            yield "sd-range", "sd", found
