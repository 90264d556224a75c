"""Repeated keys: in goes a frame of one kind, out come the rows whose key an earlier row has."""

from __future__ import annotations

import pandas as pd

from recalib.contract.vocabulary import LAYOUTS
from recalib.sources.catalogue import Findings


def check_keys(frame: pd.DataFrame, kind: str, unsure: pd.Series, findings: Findings) -> None:
    """Check that a key occurs once over all files of a kind.

    Parameters
    ----------
    frame : DataFrame
        Rows of one kind, with canonical names: two labels of one specialty are one key.
    kind : str
        Which kind.
    unsure : Series of bool
        Rows with a number in their key that could not be read; they are passed over, as are rows
        with an unusable word.
    findings : Findings
        Where problems go.
    """
    key = list(LAYOUTS[kind].key)
    words = [name for name in key if name not in LAYOUTS[kind].numbers]
    usable = frame[~unsure & frame[words].notna().all(axis="columns")]
    repeated = usable[usable.duplicated(key, keep=False)]
    for values, group in repeated.groupby(key, dropna=False):
        first, *others = group.to_dict("records")
        named = ", ".join(str(value) for value in values if value == value and value != "")
        for other in others:
            found = f"The key ({named}) is already in {first['file']}, row {first['row']}."
            findings.add("repeated-key", other["file"], found, row=other["row"])


def unsure_rows(frame: pd.DataFrame, columns: tuple[str, ...], findings: Findings) -> pd.Series:
    """Mark the rows in which a number was unusable, so that its NaN does not stand for a blank.

    Parameters
    ----------
    frame : DataFrame
        Rows with file and row.
    columns : tuple of str
        The columns of these numbers.
    findings : Findings
        What the earlier checks have noted.

    Returns
    -------
    Series of bool
        True where one of the columns has a problem, or where its whole column is missing.
    """
    noted = {(p.file, p.row) for p in findings.problems if p.column in columns}
    lacking = {
        p.file for p in findings.problems if p.rule == "missing-column" and p.column in columns
    }
    places = zip(frame["file"], frame["row"], strict=True)
    marks = [(file, row) in noted or file in lacking for file, row in places]
    return pd.Series(marks, index=frame.index, dtype="bool")
