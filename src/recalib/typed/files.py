"""Reads spreadsheets and CSV as they were saved into grids of cells."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

from recalib.sources import door
from recalib.sources.catalogue import RULES
from recalib.sources.characters import visible
from recalib.sources.disguise import WORKBOOKS
from recalib.sources.workbook import DELIMITERS, read_workbook, shown
from recalib.typed.grid import BLANK, Cell, Grid, text_cell
from recalib.typed.headings import recognised
from recalib.typed.remarks import Remarks
from recalib.typed.words import one_line

_OTHER = {
    b"\x1f\x8b": "a gzip file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
    b"<": "a web page or XML",
    b"{": "JSON",
}
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read_file(path: Path, remarks: Remarks) -> list[Grid]:
    """Sheets of a file in which something stands; none where it cannot be read, which is noted."""
    try:
        content = door.content(path, door.MOST_TYPED_BYTES)
        if content.startswith(WORKBOOKS):
            grids = _workbook(path.name, content, remarks)
        elif len(content) > door.MOST_BYTES:
            raise ValueError(f"it has more than {door.MOST_BYTES:,} bytes")
        else:
            grids = [_text(path.name, content, remarks)]
        # A heading may reach over all columns to its right: time grows with their square.
        for grid in grids:
            door.check_columns(grid.width, door.MOST_WIDE_COLUMNS)
            if len(grid.rows) > door.MOST_TYPED_ROWS:
                found = f"It has more than {door.MOST_TYPED_ROWS:,} rows."
                raise door.RefusedError("too-many-lines", found)
        return grids
    except door.RefusedError as error:
        remarks.refuse(visible(str(path)), error.found, RULES[error.rule].fix)
    except OSError as error:
        found = f"The file cannot be read: {error.strerror or type(error).__name__}."
        remarks.refuse(visible(str(path)), found, "Check its name, and that you may read it.")
    except ValueError as error:
        found = f"The file cannot be read as a table: {_sentence(error)}."
        remarks.refuse(path.name, found, "Save it as .xlsx, .ods or CSV and try again.")
    return []


def _sentence(error: Exception) -> str:
    return one_line(str(error)).rstrip(".") or type(error).__name__


def _workbook(name: str, content: bytes, remarks: Remarks) -> list[Grid]:
    found, left_out = read_workbook(content, door.MOST_TYPED_CELLS)
    for sheet in left_out:
        remarks.told.append(f'{name}, sheet "{sheet}" is hidden and left out.')
    grids = []
    for one in found:
        rows = [[_cell(value) for value in row] for row in one.rows]
        if not any(cell for row in rows for cell in row):
            continue
        for (row, column), why in one.odd.items():
            _put(rows, row, column, why)
        grids.append(Grid(name, one.name, rows, one.merged))
        for what in one.hidden:
            remarks.told.append(f"{grids[-1].name}: {what} is hidden, and read all the same.")
    if len(grids) == 1:
        grids[0].sheet = ""
    return grids


def _put(rows: list[list[Cell]], row: int, column: int, why: str) -> None:
    while len(rows) <= row:
        rows.append([])
    rows[row].extend([BLANK] * (column + 1 - len(rows[row])))
    rows[row][column] = Cell(rows[row][column].text, odd=why)


def _cell(value: Any) -> Cell:
    """A cell of a spreadsheet."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Cell(shown(value), float(value))
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return Cell(str(value), odd=f"a date or time ({value})")
    return text_cell(shown(value))


def _text(name: str, content: bytes, remarks: Remarks) -> Grid:
    for beginning, what in _OTHER.items():
        if content.lstrip().startswith(beginning):
            raise ValueError(f"it is {what}, whatever its name")
    text = _decode(name, content, remarks)
    hint = re.match(r"sep=(.)\r?\n", text)
    text = text[hint.end() :] if hint else text
    marks = [hint[1]] if hint else list(DELIMITERS)
    split = {mark: _records(text, mark) for mark in marks}
    usable = {mark: rows for mark, rows in split.items() if rows is not None}
    if not usable:
        raise ValueError("a double quote is opened and never closed")
    best = max(usable, key=lambda mark: max(map(recognised, usable[mark]), default=0))
    if best != ",":
        word = DELIMITERS.get(best, f'"{best}"')
        remarks.told.append(f"{name}: columns are separated by {word}.")
    rows = [[text_cell(cell) for cell in row] for row in usable[best]]
    # The line with `sep=` is the first that a person sees.
    return Grid(name, "", [[], *rows] if hint else rows, typed_text=True)


def _records(text: str, mark: str) -> list[list[str]] | None:
    rows, cells = [], 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            cells += len(row)
            if cells > door.MOST_TYPED_CELLS:
                raise door.RefusedError("too-many-cells", f"It has more than {cells - 1:,} cells.")
            rows.append(row)
    except csv.Error:
        return None
    return rows


def _decode(name: str, content: bytes, remarks: Remarks) -> str:
    """Text of a file in whatever encoding it was saved; what is not plain UTF-8 is told."""
    if not content.strip(b"\0\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise ValueError("it is empty")
    encoding = next((word for mark, word in _UTF_16.items() if content.startswith(mark)), "")
    if not encoding and b"\0" in content:
        # Latin letters in UTF-16 have a zero in every other byte.
        encoding = "utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be"
    if content.startswith(codecs.BOM_UTF8):
        remarks.told.append(f"{name}: a byte order mark is left out.")
        return content.decode("utf-8-sig")
    if encoding:
        remarks.told.append(f"{name}: the text is UTF-16.")
        return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
        remarks.told.append(f"{name}: the text is not UTF-8; it is read as Windows-1252.")
        return text
