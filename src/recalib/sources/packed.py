"""Looks through a spreadsheet file before its values are read, and packs what is fine of it anew.

What a reader of values shows as blank though something stands there is found on the way: a formula
that was never calculated, an error; and rows and columns that nobody sees.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat

from recalib.sources.door import MOST_UNPACKED, RefusedError, swollen

NEVER = "a formula that was never calculated"
#: Parts that values are read from; pictures, macros and the like are left behind.
_READ = (".xml", ".rels", "mimetype")
_BLOCK = 1 << 20
_MOST_PARTS = 5_000
_ROWS_OF_A_SHEET = 1 << 20
_PLACE = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")
_Attributes = dict[str, str]


@dataclass
class Looks:
    """What is known of a sheet before it is read; rows and columns from 0 on."""

    #: Cells from A1 to the last one that is filled: a reader keeps them all.
    rows: int = 0
    columns: int = 0
    #: Of all its cells together, however often a text is shared or repeated.
    characters: int = 0
    odd: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    uncalculated: bool = False

    def reach(self, row: int, column: int) -> None:
        """Note that a cell is filled."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)


def look_through(content: bytes, most_cells: int) -> tuple[io.BytesIO, dict[str, Looks]]:
    """The file with nothing but what was looked at, and its sheets by name.

    A RefusedError where it is unsafe to read on, a ValueError where it is no such file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _unpacked(archive, len(content), min(MOST_UNPACKED, 200 * most_cells))
        sheets = _sheets(parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise ValueError(
            "it is damaged, of an old kind of Excel, or locked by a password"
        ) from None
    except (expat.ExpatError, UnicodeDecodeError, LookupError, OverflowError):
        raise ValueError("what is in it is damaged") from None
    for sheet in sheets.values():
        if sheet.rows * sheet.columns > most_cells:
            found = f"A sheet reaches over {sheet.rows:,} rows and {sheet.columns:,} columns."
            raise RefusedError("too-many-cells", found)
    if sum(sheet.characters for sheet in sheets.values()) > MOST_UNPACKED // 2:
        raise RefusedError("packed-too-tight", "Its cells repeat long texts too often.")
    return _packed(parts), sheets


def _unpacked(archive: zipfile.ZipFile, packed: int, most: int) -> dict[str, bytes]:
    """Parts by name. The directory may lie of their sizes, so bytes are counted as they come."""
    entries = archive.infolist()
    total, parts = 0, {}
    if len(entries) > _MOST_PARTS:
        raise RefusedError("packed-too-tight", f"It has {len(entries):,} parts.")
    for entry in entries:
        if not entry.filename.endswith(_READ):
            continue
        blocks = []
        with archive.open(entry) as file:
            while block := file.read(_BLOCK):
                total += len(block)
                if total > most or swollen(packed, total):
                    found = f"Of its {packed:,} bytes come more than {total:,}."
                    raise RefusedError("packed-too-tight", found)
                blocks.append(block)
        parts[entry.filename] = b"".join(blocks)
    return parts


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    made.seek(0)
    return made


def _sheets(parts: dict[str, bytes]) -> dict[str, Looks]:
    if "content.xml" in parts:
        return _of_open_document(parts["content.xml"])
    if "xl/workbook.xml" not in parts:
        raise ValueError("it is no spreadsheet")
    shared = _lengths(parts.get("xl/sharedStrings.xml", b"<none/>"))
    links: dict[str, str] = {}
    sheets: dict[str, Looks] = {}

    def link(name: str, about: _Attributes) -> None:
        if name == "Relationship":
            target = about.get("Target", "")
            whole = target[1:] if target.startswith("/") else f"xl/{target}"
            links[about.get("Id", "")] = str(PurePosixPath(whole))

    def sheet(name: str, about: _Attributes) -> None:
        if name == "sheet":
            part = parts.get(links.get(about.get("id", ""), ""))
            sheets[about.get("name", "")] = Looks() if part is None else _of_part(part, shared)

    _parse(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"), link)
    _parse(parts["xl/workbook.xml"], sheet)
    return sheets


def _parse(
    content: bytes,
    start: Callable[[str, _Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read XML to its end; names come without their prefix, and nothing may be defined in it."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def started(name: str, about: _Attributes) -> None:
        bare = {key.rpartition(":")[2]: value for key, value in about.items()} if about else about
        start(name.rpartition(":")[2], bare)

    def defined(*_: Any) -> None:
        raise ValueError("its XML defines entities")

    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = defined
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    parser.Parse(content, True)


def _lengths(content: bytes) -> list[int]:
    """Lengths of the texts that cells share."""
    lengths: list[int] = []

    def start(name: str, _: _Attributes) -> None:
        if name == "si":
            lengths.append(0)

    def text(found: str) -> None:
        if lengths:
            lengths[-1] += len(found)

    _parse(content, start, text=text)
    return lengths


def _of_part(content: bytes, shared: list[int]) -> Looks:
    """A sheet of Excel."""
    sheet = Looks()
    cell: tuple[tuple[int, int], str] | None = None
    formula = filled = inside = False
    value: list[str] = []
    row = column = -1

    def start(name: str, about: _Attributes) -> None:
        nonlocal cell, formula, filled, inside, row, column
        if name == "c":
            row, column = _position(about["r"]) if "r" in about else (max(row, 0), column + 1)
            cell, formula, filled = ((row, column), about.get("t", "")), False, False
            value.clear()
        elif name == "row":
            row, column = int(about["r"]) - 1 if "r" in about else row + 1, -1
            if about.get("hidden") in ("1", "true"):
                sheet.hidden.append(f"row {about.get('r', '?')}")
        elif name == "col" and about.get("hidden") in ("1", "true"):
            sheet.hidden.append(f"columns {about.get('min', '?')} to {about.get('max', '?')}")
        elif cell is not None:
            formula, filled, inside = formula or name == "f", True, name == "v"

    def end(name: str) -> None:
        nonlocal cell, inside
        inside = False
        if name != "c" or cell is None:
            return
        (place, kind), cell = cell, None
        if filled or kind == "e":
            sheet.reach(*place)
        if kind == "s" and value:
            at = int("".join(value))
            sheet.characters += shared[at] if at < len(shared) else 0
        elif kind == "e":
            sheet.odd[place] = "an error value of the spreadsheet"
        elif formula and not value:
            sheet.odd[place] = NEVER

    def text(found: str) -> None:
        if inside:
            value.append(found)

    _parse(content, start, end, text)
    return sheet


def _position(name: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(name)
    if found is None:
        raise ValueError("a cell of it has no place")
    column = 0
    for letter in found[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _of_open_document(content: bytes) -> dict[str, Looks]:
    """Sheets of an OpenDocument file, where a cell or row says how often it is repeated."""
    sheets: dict[str, Looks] = {}
    sheet = Looks()
    row = column = wide = characters = 0
    times = across = 1
    empty_formula = False

    def start(name: str, about: _Attributes) -> None:
        nonlocal sheet, row, column, times, across, wide, characters, empty_formula
        empty_formula = False
        if name == "table":
            sheet = sheets.setdefault(about.get("name", ""), Looks())
            row = 0
        elif name == "table-row":
            times, column, wide, characters = _times(about, "number-rows-repeated"), 0, 0, 0
        elif name in ("table-cell", "covered-table-cell"):
            across = _times(about, "number-columns-repeated")
            column += across
            if "value-type" in about or "formula" in about:
                wide = column
            valued = any(key == "value" or key.endswith("-value") for key in about)
            empty_formula = "formula" in about and not valued
            characters += across * sum(map(len, about.values()))

    def end(name: str) -> None:
        nonlocal row
        if name == "table-cell":
            sheet.uncalculated |= empty_formula
        elif name == "table-row":
            row += times
            sheet.characters += times * characters
            if wide:
                sheet.reach(row - 1, wide - 1)

    def text(found: str) -> None:
        nonlocal characters
        characters += across * len(found)

    _parse(content, start, end, text)
    return sheets


def _times(about: _Attributes, name: str) -> int:
    times = int(about.get(name, "1"))
    if times > _ROWS_OF_A_SHEET:
        raise RefusedError("too-many-cells", f"Something is repeated {times:,} times in a sheet.")
    return times
