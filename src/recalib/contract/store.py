"""Frames come in, published CSV files go out, and frames again: one format, to the byte."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from recalib.contract.schema import Column, Table
from recalib.contract.tables import TABLES
from recalib.problems import RecalibError


def write_tables(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write frames in the published format: fixed decimals, sorted by key, blank for missing.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Frames by table name; the columns of the table in any order, and no other.
    folder : Path
        Where the files go; it must exist.

    Returns
    -------
    list of Path
        The files written, one a table, in the order of the table names.

    Raises
    ------
    RecalibError
        If a frame does not fit its table: a column too many or too few, a value of the wrong
        kind, a missing value where none may be, a repeated key.
    """
    written = []
    for name in sorted(frames):
        path = folder / _table(name).file
        path.write_bytes(table_bytes(name, frames[name]))
        written.append(path)
    return written


def table_bytes(name: str, frame: pd.DataFrame) -> bytes:
    """Return what the file of a table holds.

    Parameters
    ----------
    name : str
        Table name.
    frame : DataFrame
        Rows in any order.

    Returns
    -------
    bytes
        UTF-8, `,` between values, a line feed after each row, the header first.

    Raises
    ------
    RecalibError
        As in `write_tables`.
    """
    table = _table(name)
    _same_columns(table, list(frame.columns))
    columns = [_format(table, column, list(frame[column.name])) for column in table.columns]
    rows = list(zip(*columns, strict=True))
    rows.sort(key=lambda row: _sort_key(table, row))
    keys = [table.column_names.index(key) for key in table.key]
    for before, after in itertools.pairwise(rows):
        if all(before[i] == after[i] for i in keys):
            key = ", ".join(f"{table.column_names[i]}={after[i]}" for i in keys)
            raise RecalibError(f"{table.file}: two rows have the key {key}.")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(table.column_names)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def read_table(path: Path | BinaryIO, name: str, *, older: bool = False) -> pd.DataFrame:
    """Read one table as it was written, or a work file that holds its columns.

    Parameters
    ----------
    path : Path or binary file
        A CSV file.
    name : str
        Table name.
    older : bool
        Whether columns outside the key may be missing, as in an edition from before they were
        added; they come out blank.

    Returns
    -------
    DataFrame
        The table's columns in its order: text as str with "" for blank, whole numbers as Int64,
        the rest as float64 with NaN.

    Raises
    ------
    RecalibError
        If the file is missing, cannot be read, or lacks a column.
    """
    table = _table(name)
    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except FileNotFoundError as error:
        raise RecalibError(f"{path} is missing.") from error
    except (ValueError, pd.errors.EmptyDataError) as error:
        raise RecalibError(f"{path} cannot be read as CSV: {error}") from error
    needed = table.key if older else table.column_names
    missing = [column for column in needed if column not in raw.columns]
    if missing:
        raise RecalibError(f"{path} lacks the columns {', '.join(missing)}.")
    frame = {}
    for column in table.columns:
        if column.name not in raw.columns:
            raw[column.name] = ""
        values = raw[column.name]
        if column.kind == "text":
            frame[column.name] = values
            continue
        try:
            numbers = pd.to_numeric(values.where(values != "", None)).astype("float64")
            frame[column.name] = numbers.astype("Int64") if column.kind == "int" else numbers
        except (ValueError, TypeError) as error:
            raise RecalibError(f"{path}: column {column.name} holds no number: {error}") from error
    return pd.DataFrame(frame, columns=table.column_names)


def empty_table(name: str) -> pd.DataFrame:
    """Return a table without rows.

    Parameters
    ----------
    name : str
        Table name.

    Returns
    -------
    DataFrame
        The columns of the table, no rows.
    """
    return pd.DataFrame({column: pd.Series(dtype=object) for column in _table(name).column_names})


def _table(name: str) -> Table:
    if name not in TABLES:
        raise RecalibError(f"{name!r} is no published table; there are {', '.join(TABLES)}.")
    return TABLES[name]


def _same_columns(table: Table, columns: list[str]) -> None:
    missing = [name for name in table.column_names if name not in columns]
    extra = [str(name) for name in columns if name not in table.column_names]
    if missing or extra or len(columns) != len(set(columns)):
        raise RecalibError(
            f"{table.file}: the frame's columns are not those of the table: "
            f"missing {', '.join(missing) or 'none'}; not known {', '.join(extra) or 'none'}."
        )


def _format(table: Table, column: Column, values: list[object]) -> list[str]:
    formatted = []
    for value in values:
        text = "" if _missing(value) else _format_one(table, column, value)
        if text == "" and not column.blank:
            raise RecalibError(f"{table.file}: column {column.name} has a missing value.")
        if column.allowed and text and text not in column.allowed:
            raise RecalibError(
                f"{table.file}: column {column.name} holds {text!r}; "
                f"it may hold {', '.join(column.allowed)}."
            )
        formatted.append(text)
    return formatted


def _format_one(table: Table, column: Column, value: object) -> str:
    if column.kind == "text":
        text = str(value)
        if any(ord(character) < 32 for character in text):
            raise RecalibError(
                f"{table.file}: column {column.name} holds a control character: {text!r}."
            )
        return text
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise RecalibError(
            f"{table.file}: column {column.name} holds {value!r}, which is no number."
        ) from error
    if math.isinf(number):
        raise RecalibError(f"{table.file}: column {column.name} holds an infinite number.")
    if column.digits is None:
        if number != int(number):
            raise RecalibError(
                f"{table.file}: column {column.name} holds {value!r}, which is no whole number."
            )
        return str(int(number))
    text = f"{number:.{column.digits}f}"
    # A rounded negative zero would be a second spelling of zero.
    return text.lstrip("-") if not text.strip("-0.") else text


def _missing(value: object) -> bool:
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, float) and math.isnan(value))
    )


def _sort_key(table: Table, row: tuple[str, ...]) -> tuple[tuple[float, str], ...]:
    key: list[tuple[float, str]] = []
    for name in table.key:
        position = table.column_names.index(name)
        if table.columns[position].kind == "text":
            key.append((0.0, row[position]))
        else:
            key.append((float(row[position]) if row[position] else -math.inf, ""))
    return tuple(key)
