"""The evidence: every printed number of the raw tables, corrections applied, one a row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.store import empty_table
from recalib.contract.tables import LAYOUTS, PUBLISHED, TABLES
from recalib.raw import RawData
from recalib.sources.provenance import trust_level

_PLACE = ["source", "file", "row"]


def _facts(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Turn one kind of raw table from one row a result to one row a fact; blanks are no facts."""
    layout = LAYOUTS[kind]
    carried = list(dict.fromkeys([*KEY_COLUMNS, *layout.key, *_PLACE]))
    statistics = [name for name in layout.numbers if name not in layout.key]
    people = next((name for name in ("n", "n_total") if name in statistics), None)
    # "n" is both a fact and the people behind every other one.
    wide = frame[carried].assign(kind=kind, n=frame[people] if people else float("nan"))
    facts = frame[statistics].astype(float).add_prefix("fact:")
    long = wide.join(facts).melt(id_vars=[*carried, "kind", "n"], var_name="statistic")
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
    tables = {kind: getattr(raw, kind) for kind in PUBLISHED}
    parts = [_facts(frame, kind) for kind, frame in tables.items() if not frame.empty]
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
