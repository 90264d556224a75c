"""Compares the printed facts of two editions: which raw figures came, changed or went."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from recalib.contract.keys import KEY_COLUMNS

_FACT = [*KEY_COLUMNS, "kind", "result", "statistic", "score_min", "score_max", "source"]
_VALUES = ["value", "n"]


def changed_facts(old: Mapping[str, pd.DataFrame], new: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Find the printed facts that differ between two editions' evidence.

    Returns a row a fact: what it is of, `change` (new, changed, gone), the file and row that it
    stands in, of the new edition where it is there, and `was` and `now`, its figures as text. That
    a row moved within its file is no change.
    """
    merged = old["evidence"].merge(
        new["evidence"], on=_FACT, how="outer", suffixes=("_old", ""), indicator=True
    )
    differs = pd.Series(False, index=merged.index)
    for name in _VALUES:
        was, now = merged[f"{name}_old"].astype(float), merged[name].astype(float)
        differs |= ~((was == now) | (was.isna() & now.isna()))
    change = merged["_merge"].astype(str).map({"right_only": "new", "left_only": "gone"})
    merged["change"] = change.fillna("changed")
    for name in ("file", "row"):
        merged[name] = merged[name].where(merged["change"] != "gone", merged[f"{name}_old"])
    for name, suffix in (("was", "_old"), ("now", "")):
        value, n = (merged[f"{one}{suffix}"].map("{:g}".format) for one in _VALUES)
        merged[name] = value.where(value == n, value + " of " + n)
    found = merged.loc[differs | (merged["change"] != "changed")]
    return found[[*_FACT, "change", "file", "row", "was", "now"]]


def key_of(facts: pd.DataFrame) -> pd.Series[str]:
    """Name facts: the key of their curve, then what tells them apart in it."""
    parts = facts[[*_FACT]].astype(object).map(dashed)
    return parts.agg("/".join, axis="columns") if len(facts) else pd.Series(dtype="str")


def dashed(value: object) -> str:
    """Write a value of a key or a figure as text; `-` for a blank."""
    if value is None or value is pd.NA or value == "" or value != value:
        return "-"
    return f"{value:g}" if isinstance(value, float) else str(value)
