"""Splits CSV text into a frame of strings, with the line of every row."""

from __future__ import annotations

import csv
import io

import pandas as pd

from recalib.contract.schema import Table
from recalib.contract.vocabulary import suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.characters import holds, plain, unseen, without_unseen
from recalib.sources.door import MOST_COLUMNS


def read_sheet(text: str, file: str, layout: Table, findings: Findings) -> pd.DataFrame:
    """Split CSV text into the columns of a layout.

    Every cell stays text: `NA`, `None` and `nan` are words like any other. A run of white space is
    one space, and what cannot be seen is noted and left out.
    Rows of the wrong length are noted and left out. `file` and `row`, the line as an editor counts
    it (the header is line 1), come first; a column that the file lacks is absent.
    """
    records = _records(text, file, findings)
    if records and len(records[0][1]) > MOST_COLUMNS:
        found = f"The header has {len(records[0][1]):,} columns."
        findings.add("too-many-columns", file, found, row=records[0][0])
        records = []
    header = _header(records[0][1], file, layout, findings) if records else None
    if header is None:
        return pd.DataFrame({"file": [], "row": []})
    if len(records) == 1:
        findings.add("no-rows", file, "There is only a header.")
    rows = []
    for line, cells in records[1:]:
        if len(cells) != len(header):
            found = f"The row has {len(cells)} cells and the header {len(header)}."
            findings.add("ragged-row", file, found, row=line)
        elif not any(cells):
            findings.add("empty-row", file, "All cells are blank.", row=line)
        else:
            named = zip(cells, header, strict=True)
            seen = [_seen(cell, file, line, column, findings) for cell, column in named]
            rows.append([file, line, *seen])
    frame = pd.DataFrame(rows, columns=["file", "row", *header], dtype=object)
    return frame[["file", "row", *(name for name in layout.column_names if name in header)]]


def _records(text: str, file: str, findings: Findings) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if cells:  # a line without any character, often the last one, is no row
                records.append((line, [cell.strip() for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        findings.add("csv-syntax", file, f"The CSV cannot be split: {error}.", row=line)
        return []
    return records


def _seen(cell: str, file: str, line: int, column: str, findings: Findings) -> str:
    """A cell without what cannot be seen in it, which is noted."""
    cell = plain(cell)
    if cell.isascii() and cell.isprintable():
        return cell
    left = without_unseen(cell)
    if names := unseen(cell):
        found = f'"{left}" holds {names}.' if left else f"The cell holds {names}."
        findings.add("unseen-character", file, found, row=line, column=without_unseen(column))
    return left


def _header(cells: list[str], file: str, layout: Table, findings: Findings) -> list[str] | None:
    """Names of the columns, noting what is wrong; None where rows cannot be read by them."""
    if len(cells) == 1:
        for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if mark in cells[0]:
                found = f"The header seems to be separated by {name}."
                findings.add("delimiter", file, found, row=1)
                return None
    header = [_seen(cell, file, 1, cell, findings) for cell in cells]
    repeated = sorted({name for name in header if header.count(name) > 1 and name})
    for name in repeated:
        findings.add("repeated-column", file, f'"{name}" occurs twice.', row=1, column=name)
    columns = layout.column_names
    if not set(header) & set(columns):
        found = f"The first row names none of {', '.join(layout.required)}."
        findings.add("missing-column", file, found, row=1)
        return None
    absent = [column for column in columns if column not in header]
    for name in sorted(set(header) - set(columns)):
        what = f'"{name}" is not a column of this table.' if name else "A column has no name."
        found = f"{what} {suggestion(name, absent, enumerate_all=False)}".strip() + holds(name)
        findings.add("unknown-column", file, found, row=1, column=name or None)
    for name in layout.required:
        if name in absent:
            findings.add("missing-column", file, f'"{name}" is missing.', row=1, column=name)
    return None if repeated else header
