"""Tables by their contract: checked, rounded, sorted and written to CSV, and read again."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from recalib.contract.schema import Column, Table
from recalib.contract.tables import EDITION_TABLES, RUN_TABLES
from recalib.problems import RecalibError

_CONTROL = re.compile(r"[\x00-\x1f]")


def write_tables(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write tables as CSV files: fixed decimals, sorted by key, blank for missing.

    `frames`: frames by table name; the columns of the table in any order, and no other; `folder`:
    where the files go; it must exist. Returns: the files written, one a table, in the order of the
    table names. Raises `RecalibError` if a frame does not fit its table: a column too many or too
    few, a value of the wrong kind, a missing value where none may be, a repeated key.
    """
    written = []
    for name in sorted(frames):
        path = folder / _table(name).file
        path.write_bytes(table_bytes(name, frames[name]))
        written.append(path)
    return written


def table_bytes(name: str, frame: pd.DataFrame) -> bytes:
    """What the file of a table holds: UTF-8 CSV with a line feed after each row."""
    table = _table(name)
    _same_columns(table, list(frame.columns))
    texts = pd.DataFrame({c.name: _texts(table, c, frame[c.name]) for c in table.columns})
    key = list(table.key)
    repeated = texts[texts.duplicated(key)]
    if not repeated.empty:
        named = ", ".join(f"{column}={repeated[column].iloc[0]}" for column in key)
        raise RecalibError(f"{table.file}: two rows have the key {named}.")
    text = {column.name for column in table.columns if column.kind == "text"}
    rows = texts.sort_values(
        key,
        key=lambda values: values if values.name in text else _numbers(values),
        na_position="first",
    )
    return rows.to_csv(index=False, lineterminator="\n").encode("utf-8")


def digest(name: str, frame: pd.DataFrame) -> str:
    """SHA-256 of what the file of a table holds."""
    return hashlib.sha256(table_bytes(name, frame)).hexdigest()


def read_table(path: Path | BinaryIO, name: str, *, older: bool = False) -> pd.DataFrame:
    """Read one table as it was written.

    `path`: a CSV file; `name`: table name; `older`: whether columns outside the key may be missing,
    as in an edition from before they were added; they come out blank. Returns: the table's columns
    in its order: text as str with "" for blank, whole numbers as Int64, the rest as float64 with
    NaN. Raises `RecalibError` if the file is missing, cannot be read, or lacks a column.
    """
    table = _table(name)
    told = path if isinstance(path, Path) else table.file
    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except FileNotFoundError as error:
        raise RecalibError(f"{told} is missing.") from error
    except (ValueError, pd.errors.EmptyDataError) as error:
        raise RecalibError(f"{told} cannot be read as CSV: {error}") from error
    needed = table.key if older else table.column_names
    missing = [column for column in needed if column not in raw.columns]
    if missing:
        raise RecalibError(f"{told} lacks the columns {', '.join(missing)}.")
    frame = raw.reindex(columns=table.column_names, fill_value="")
    for column in table.columns:
        if column.kind == "text":
            continue
        try:
            numbers = _numbers(frame[column.name])
            if np.isinf(numbers).any():
                raise ValueError("one is infinite")
            with np.errstate(invalid="ignore"):  # what fits no whole number is refused by astype
                frame[column.name] = numbers.astype("Int64") if column.kind == "int" else numbers
        except (ValueError, TypeError) as error:
            raise RecalibError(f"{told}: column {column.name} holds no number: {error}") from error
    return frame


def empty_table(name: str) -> pd.DataFrame:
    """A table without rows."""
    return pd.DataFrame(columns=_table(name).column_names, dtype=object)


def _table(name: str) -> Table:
    table = (EDITION_TABLES | RUN_TABLES).get(name)
    if table is None:
        raise RecalibError(
            f"{name!r} is no published table; there are {', '.join(EDITION_TABLES)}."
        )
    return table


def _numbers(texts: pd.Series) -> pd.Series:
    return pd.to_numeric(texts.where(texts != "", None)).astype("float64")


def _same_columns(table: Table, columns: list[str]) -> None:
    missing = [name for name in table.column_names if name not in columns]
    extra = [str(name) for name in columns if name not in table.column_names]
    if missing or extra or len(columns) != len(set(columns)):
        raise RecalibError(
            f"{table.file}: the frame's columns are not those of the table: "
            f"missing {', '.join(missing) or 'none'}; not known {', '.join(extra) or 'none'}."
        )


def _texts(table: Table, column: Column, given: pd.Series) -> list[str]:
    """A column as its file holds it."""
    where = f"{table.file}: column {column.name}"
    write = _word if column.kind == "text" else _number
    texts = [
        "" if missing else write(where, column, value)
        for value, missing in zip(given, given.isna(), strict=True)
    ]
    if "" in texts and not column.blank:
        raise RecalibError(f"{where} has a missing value.")
    for text in texts if column.allowed else []:
        if text and text not in column.allowed:
            raise RecalibError(f"{where} holds {text!r}; it may hold {', '.join(column.allowed)}.")
    return texts


def _word(where: str, _: Column, value: object) -> str:
    text = str(value)
    if _CONTROL.search(text):
        raise RecalibError(f"{where} holds a control character: {text!r}.")
    return text


def _number(where: str, column: Column, value: Any) -> str:
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise RecalibError(f"{where} holds {value!r}, which is no number.") from error
    if math.isinf(number):
        raise RecalibError(f"{where} holds an infinite number.")
    if column.digits is None and number != int(number):
        raise RecalibError(f"{where} holds {value!r}, which is no whole number.")
    text = f"{number:.{column.digits or 0}f}"
    # A rounded negative zero would be a second spelling of zero.
    return text if text.strip("-0.") else text.lstrip("-")
