"""Finds cells of a spreadsheet that a reader shows as blank though something stands in them.

A formula that was never calculated has no value, an error has none either: blank would mean "not
published". Rows and columns that are hidden are found too: nobody sees what is read there.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape

Odd = dict[tuple[int, int], str]
NEVER = "a formula that was never calculated"
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_ROW = re.compile(r"<row\b([^>]*)>")
_COLUMN = re.compile(r"<col\b([^>]*)/?>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_LINK = re.compile(r"<Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_ODS_EMPTY = re.compile(
    r"<table:table-cell\b(?=[^>]*table:formula=)(?![^>]*office:(?:\w+-)?value=)[^>]*/>"
)


def marked(content: bytes) -> dict[str, tuple[Odd, list[str]]]:
    """Cells that cannot be used, and what is hidden, by sheet; a ValueError for a whole file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            parts = _parts(archive) if "xl/workbook.xml" in names else {}
            ods = archive.read("content.xml").decode("utf-8", "replace") if not parts else ""
            texts = {
                sheet: archive.read(part).decode("utf-8", "replace")
                for sheet, part in parts.items()
                if part in names
            }
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError):
        return {}  # old Excel files are no archives; what is broken was told by the reader
    if _ODS_EMPTY.search(ods):
        raise ValueError("it has formulas that were never calculated")
    return {sheet: (dict(_of_sheet(text)), [*_hidden_in(text)]) for sheet, text in texts.items()}


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name to its part of the archive."""
    links = {}
    for found in _LINK.finditer(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8")):
        one = dict(_ATTRIBUTE.findall(found[1]))
        target = one.get("Target", "")
        links[one.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    sheets = {}
    for found in _SHEET.finditer(archive.read("xl/workbook.xml").decode("utf-8")):
        one = dict(_ATTRIBUTE.findall(found[1]))
        sheets[unescape(one.get("name", ""))] = links.get(one.get("r:id", ""), "")
    return sheets


def _of_sheet(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    for found in _CELL.finditer(text):
        about, inside = dict(_ATTRIBUTE.findall(found[1])), found[2] or ""
        place = _position(about.get("r", ""))
        if place is None:
            continue
        if about.get("t") == "e":
            yield place, "an error value of the spreadsheet"
        elif "<f" in inside and not re.search(r"<v>[^<]", inside):
            yield place, NEVER


def _hidden_in(text: str) -> Iterator[str]:
    for found in _ROW.finditer(text):
        one = dict(_ATTRIBUTE.findall(found[1]))
        if one.get("hidden") in ("1", "true"):
            yield f"row {one.get('r', '?')}"
    for found in _COLUMN.finditer(text):
        one = dict(_ATTRIBUTE.findall(found[1]))
        if one.get("hidden") in ("1", "true"):
            yield f"columns {one.get('min', '?')} to {one.get('max', '?')}"


def _position(name: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"([A-Z]+)([0-9]+)", name)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]) - 1, column - 1
