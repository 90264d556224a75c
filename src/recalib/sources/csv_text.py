"""CSV text: in goes the text of a table, out come its columns of strings, with line numbers."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from recalib.contract.vocabulary import Layout, suggestion
from recalib.sources.catalogue import Findings


@dataclass(frozen=True)
class Sheet:
    """A table as text.

    Parameters
    ----------
    file : str
        Path relative to the raw folder.
    lines : list of int
        Line of each row as an editor counts it (the header is line 1).
    columns : dict of str to list of str
        The cells of each column, outer blanks removed; a column that the file lacks is absent.
    """

    file: str
    lines: list[int]
    columns: dict[str, list[str]]


def read_sheet(text: str, file: str, layout: Layout, findings: Findings) -> Sheet:
    """Split CSV text into the columns of a layout.

    Every cell stays text: `NA`, `None` and `nan` are words like any other, never missing values.

    Parameters
    ----------
    text : str
        The whole file.
    file : str
        Its name, for problems.
    layout : Layout
        The columns that it should have.
    findings : Findings
        Where problems go; rows of the wrong length are noted and left out of further checks.

    Returns
    -------
    Sheet
        Known columns only; no row where the text cannot be split.
    """
    records = _records(text, file, findings)
    if not records:
        return Sheet(file, [], {})
    _, header = records[0]
    if not _check_header(header, file, layout, findings):
        return Sheet(file, [], {})
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, cells in records[1:]:
        if len(cells) != len(header):
            found = f"The row has {len(cells)} cells and the header {len(header)}."
            findings.add("ragged-row", file, found, row=line)
        elif not any(cells):
            findings.add("empty-row", file, "All cells are blank.", row=line)
        else:
            lines.append(line)
            rows.append(cells)
    if len(records) == 1:
        findings.add("no-rows", file, "There is only a header.")
    known = {name: at for at, name in enumerate(header) if name in layout.columns}
    return Sheet(file, lines, {name: [row[at] for row in rows] for name, at in known.items()})


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


def _check_header(header: list[str], file: str, layout: Layout, findings: Findings) -> bool:
    """Note what is wrong with a header; say whether the rows can be read by it."""
    if len(header) == 1:
        for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if mark in header[0]:
                found = f"The header seems to be separated by {name}."
                findings.add("delimiter", file, found, row=1)
                return False
    repeated = sorted({name for name in header if header.count(name) > 1 and name})
    for name in repeated:
        findings.add("repeated-column", file, f'"{name}" occurs twice.', row=1, column=name)
    if not set(header) & set(layout.columns):
        found = f"The first row names none of {', '.join(layout.required)}."
        findings.add("missing-column", file, found, row=1)
        return False
    missing = [name for name in layout.required if name not in header]
    for name in sorted(set(header) - set(layout.columns)):
        absent = [column for column in layout.columns if column not in header]
        what = f'"{name}" is not a column of this table.' if name else "A column has no name."
        found = f"{what} {suggestion(name, absent, enumerate_all=False)}".strip()
        findings.add("unknown-column", file, found, row=1, column=name or None)
    for name in missing:
        findings.add("missing-column", file, f'"{name}" is missing.', row=1, column=name)
    return not repeated
