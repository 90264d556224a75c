"""The evidence: every printed number of the raw tables, one a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.store import empty_table
from recalib.contract.tables import TABLES
from recalib.raw import RawData
from recalib.sources.provenance import trust_level

QUANTILE_FACTS = ("n", "min", "q1", "median", "q3", "max", "mean", "sd")
BIN_FACTS = ("n_applicants", "n_success", "n_total", "dispersion")
TOTAL_FACTS = ("n_success", "n_total")
_PLACE = ["source", "file", "row"]


def _facts(
    frame: pd.DataFrame, kind: str, statistics: Sequence[str], people: str, keep: Sequence[str]
) -> pd.DataFrame:
    """Turn one kind of raw table from one row a result to one row a fact; blanks are no facts."""
    carried = [*KEY_COLUMNS, *keep, *_PLACE]
    wide = frame[carried].assign(kind=kind, n=frame[people])
    for name in statistics:
        wide[f"fact:{name}"] = frame[name].astype(float)
    long = wide.melt(
        id_vars=[*carried, "kind", "n"],
        value_vars=[f"fact:{name}" for name in statistics],
        var_name="statistic",
    )
    long["statistic"] = long["statistic"].str.removeprefix("fact:")
    return long.dropna(subset="value")


def gather(raw: RawData) -> pd.DataFrame:
    """Collect every printed number of the raw tables.

    Parameters
    ----------
    raw : RawData
        As from `recalib.raw.read_raw`.

    Returns
    -------
    DataFrame
        Columns of `evidence.csv`; those that hold a curve against the fact are blank.
    """
    kinds = [
        (raw.quantiles, "quantiles", QUANTILE_FACTS, "n", ["result"]),
        (raw.bins, "bins", BIN_FACTS, "n_total", ["score_min", "score_max"]),
        (raw.totals, "totals", TOTAL_FACTS, "n_total", []),
    ]
    parts = [_facts(*kind) for kind in kinds if not kind[0].empty]
    if not parts:
        return empty_table("evidence")
    evidence = pd.concat(parts, ignore_index=True).assign(edition=raw.edition)
    # A dispersion of 1 is the rule, not a fact that anyone printed.
    evidence = evidence[(evidence["statistic"] != "dispersion") | (evidence["value"] != 1)]
    table = TABLES["evidence"]
    evidence = evidence.reindex(columns=table.column_names)
    text = [column.name for column in table.columns if column.kind == "text"]
    evidence[text] = evidence[text].astype(object).fillna("")
    return evidence.sort_values([*table.key], ignore_index=True)


def self_reported(provenance: dict[str, dict[str, Any]]) -> set[str]:
    """Sources whose figures people reported about themselves: good for the shape only."""
    found = set()
    for name, record in provenance.items():
        trust = str(record.get("trust", ""))
        if trust_level(trust) == "shape_only" or "self-report" in trust.casefold():
            found.add(name)
    return found
