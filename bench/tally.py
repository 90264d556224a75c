"""Sums over judged cells: rows in, one table of shares with Monte Carlo errors out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd
from figures import clustered_ratio


class Figure(NamedTuple):
    """A share: what is summed over the cells, by what; the number of cells by default."""

    name: str
    over: str
    under: str = ""


def _places(rows: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """All rows, and those of each value of each column."""
    yield dict.fromkeys(by, "all"), rows
    for column in by:
        if len(rows[column].unique()) > 1:
            for value, part in rows.groupby(column, observed=True):
                yield dict.fromkeys(by, "all") | {column: str(value)}, part


def tally(
    rows: pd.DataFrame,
    figures: Sequence[Figure],
    keys: Sequence[str] = ("setting", "table"),
    by: Sequence[str] = ("people", "shape"),
) -> pd.DataFrame:
    """Sum up the judged cells.

    `rows`: one a cell, with `replicate`; a figure is of the cells that have it. Returns the columns
    of `keys` and `by` (`all`, or one value of one of them), figure, value, monte_carlo_error
    (clustered by replicate), cells, replicates.
    """
    found = []
    for key, held in rows.groupby(list(keys), observed=True, sort=False):
        for place, part in _places(held, by):
            for figure in figures:
                own = part.dropna(subset=figure.over)
                under = own[figure.under] if figure.under else pd.Series(1.0, own.index)
                if not under.sum():
                    continue
                value, error = clustered_ratio(own[figure.over], under, own["replicate"])
                sizes = {"cells": int((under > 0).sum()), "replicates": own["replicate"].nunique()}
                about = dict(zip(keys, key, strict=True)) | place | {"figure": figure.name}
                shown = {"value": round(value, 4), "monte_carlo_error": round(error, 4)}
                found.append(about | shown | sizes)
    return pd.DataFrame(found)
