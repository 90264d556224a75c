"""Rows of a raw table whose key an earlier row has."""

from __future__ import annotations

import pandas as pd

from recalib.contract.tables import LAYOUTS
from recalib.sources.catalogue import Findings


def check_keys(frame: pd.DataFrame, kind: str, findings: Findings) -> pd.Series:
    """Check that a key occurs once over all files of a kind; give the rows passed over.

    Names are canonical: two labels of one specialty are one key. Rows with an unusable word or
    number in their key are passed over.
    """
    layout = LAYOUTS[kind]
    words = [name for name in layout.key if name not in layout.numbers]
    unsure = unsure_rows(frame, set(layout.key) & set(layout.numbers), findings)
    usable = frame[~unsure & frame[words].notna().all(axis="columns")]
    repeated = usable[usable.duplicated(list(layout.key), keep=False)]
    for values, group in repeated.groupby(list(layout.key), dropna=False):
        first = group.iloc[0]
        named = ", ".join(str(value) for value in values if value == value and value != "")
        found = f"The key ({named}) is already in {first['file']}, row {first['row']}."
        findings.each("repeated-key", group.iloc[1:], None, found)
    return unsure


def unsure_rows(frame: pd.DataFrame, columns: set[str], findings: Findings) -> pd.Series:
    """Mark rows where one of these numbers has a problem, so that its NaN stands for no blank."""
    noted = {(p.file, p.row) for p in findings.problems if p.column in columns}
    lacking = {
        p.file for p in findings.problems if p.rule == "missing-column" and p.column in columns
    }
    places = zip(frame["file"], frame["row"], strict=True)
    marks = [(file, row) in noted or file in lacking for file, row in places]
    return pd.Series(marks, index=frame.index, dtype="bool")
