"""Recognises files by how they begin, whatever their names say."""

from __future__ import annotations

from typing import NamedTuple


class Disguise(NamedTuple):
    """What a file is, the ending of its right name, and how a table is made of it."""

    what: str
    ending: str
    fix: str


_SAVE = "Open it where it was made and save it again as UTF-8 CSV."
_UNPACK = "Unpack it, and put the CSV file that is in it here."
_EXCEL = Disguise("an Excel workbook", ".xlsx", _SAVE)
_ODS = Disguise("an OpenDocument spreadsheet", ".ods", _SAVE)
GZIP = b"\x1f\x8b"
#: How workbooks begin: a zip archive, and what Excel wrote before 2007.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: By their first bytes.
_KINDS = {
    GZIP: Disguise("a gzip file", ".gz", _UNPACK),
    b"PAR1": Disguise("a Parquet file", ".parquet", "Write its rows as UTF-8 CSV."),
    b"PK\x03\x04": Disguise("an Excel or zip file", ".zip", _UNPACK),
    b"PK\x05\x06": Disguise("an empty zip file", ".zip", "Pack it again, or take it out."),
    b"\xd0\xcf\x11\xe0": Disguise("an Excel or zip file", ".xls", _SAVE),
    b"ARROW1": Disguise("an Arrow or Feather file", ".arrow", "Write its rows as UTF-8 CSV."),
    b"BZh": Disguise("a bzip2 file", ".bz2", _UNPACK),
    b"\xfd7zXZ": Disguise("an xz file", ".xz", _UNPACK),
    b"\x28\xb5\x2f\xfd": Disguise("a zstd file", ".zst", _UNPACK),
    b"7z\xbc\xaf\x27\x1c": Disguise("a 7z file", ".7z", _UNPACK),
    b"SQLite format 3": Disguise("an SQLite database", ".sqlite", "Write its rows as UTF-8 CSV."),
    b"%PDF-": Disguise("a PDF file", ".pdf", "Type the table that it prints as UTF-8 CSV."),
}


#: Of which the packed file's name goes on.
_PACKED = (".gz", ".bz2", ".xz", ".zst")
#: Cohorts may be files of these, too.
_OF_COHORTS = (".gz", ".parquet", ".csv")


def recognise(content: bytes) -> Disguise | None:
    """What bytes, which may be the first of a file, are; None for text and what is not known."""
    for start, kind in _KINDS.items():
        if content.startswith(start):
            return _of_zip(content, kind) if start == b"PK\x03\x04" else kind
    return None


def looks_like_csv(content: bytes) -> bool:
    """Whether the first bytes of a file are lines of text with commas."""
    first, _, more = content.partition(b"\n")
    return b"," in first and bool(more) and b"\0" not in content and first.strip().isascii()


def unmask(content: bytes, name: str) -> tuple[str, str | None]:
    """Say what a file is whose name says otherwise, and what to do; blank where nobody knows."""
    kind = recognise(content)
    if kind is None and looks_like_csv(content) and not name.endswith((".csv", ".yml")):
        kind = Disguise("plain CSV text", ".csv", "")
    if kind is None:
        return "", None
    stem = name if kind.ending in _PACKED else name.removesuffix(".gz").rpartition(".")[0]
    right = f"{stem}{kind.ending}"
    fix = kind.fix
    if name.startswith("cohorts/") and kind.ending in _OF_COHORTS:
        fix = f"Name it {right}."
    known = "" if "Excel or zip" in kind.what else f"; as such it is called {right}"
    return f"This is {kind.what}, whatever its name{known}.", fix


def _of_zip(content: bytes, kind: Disguise) -> Disguise:
    """What a zip file is by the names in it: spreadsheets are zip files."""
    if b"application/vnd.oasis.opendocument.spreadsheet" in content[:200]:
        return _ODS
    if b"[Content_Types].xml" in content or b"xl/workbook" in content:
        return _EXCEL
    length = int.from_bytes(content[26:28], "little")
    name = content[30 : 30 + length].decode("utf-8", "replace")
    return kind._replace(what="a zip file") if length and name.isprintable() else kind
