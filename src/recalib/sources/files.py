"""The files of a raw folder: which there are, and the text and hash of each."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from recalib.contract.tables import LAYOUTS, PUBLISHED
from recalib.contract.vocabulary import nearest
from recalib.sources.catalogue import Findings
from recalib.sources.csv_text import read_sheet
from recalib.sources.yml import Document, read_yml

FOLDERS = ("published", "guides", "cohorts")
#: How zip archives, which .xlsx files are, and old Excel files begin.
EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Belongs here but is no data: `calib diff` and the drift notebook read it.
APPROVALS = "drift_approvals.yml"
GUIDE_TABLES = ("guide_bands", "guide_rules")
#: Kinds of cohorts, by the ending of their names.
COHORT_KINDS = ("csv", "csv.gz", "parquet")
NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class TableFile:
    """A published table: its path in the raw folder with `/`, its source and its kind."""

    name: str
    path: Path
    source: str
    kind: str


@dataclass(frozen=True)
class CohortFile:
    """A cohort, a file or a folder of parts: its path in the raw folder, its name and its kind."""

    file: str
    path: Path
    name: str
    kind: str


@dataclass
class Inventory:
    """Everything that a raw folder holds; `.yml` files by source, guide and cohort."""

    tables: list[TableFile] = field(default_factory=list)
    provenance: dict[str, Path] = field(default_factory=dict)
    guides: dict[str, Path] = field(default_factory=dict)
    guide_tables: dict[str, Path] = field(default_factory=dict)
    readings: Path | None = None
    specialties: Path | None = None
    edition: Path | None = None
    cohorts: list[CohortFile] = field(default_factory=list)
    cohort_provenance: dict[str, Path] = field(default_factory=dict)


class Folder:
    """A raw folder whose files are read once each and hashed as they were read."""

    def __init__(self, path: Path, findings: Findings) -> None:
        self.path = path
        self.findings = findings
        self.hashes: dict[str, str] = {}

    @property
    def own_name(self) -> str:
        """What a problem of the folder as a whole is filed under."""
        return self.path.resolve().name or str(self.path)

    def name(self, path: Path) -> str:
        """Name a file relative to the raw folder, in characters that can be printed."""
        relative = path.relative_to(self.path).as_posix()
        return os.fsencode(relative).decode("utf-8", "replace")

    def text(self, path: Path) -> str | None:
        """Text of a file without byte order mark; None where it cannot be used, which is noted."""
        name = self.name(path)
        try:
            content = path.read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.findings.add("file-unreadable", name, f"The file cannot be read: {reason}.")
            return None
        self.hashes[name] = hashlib.sha256(content).hexdigest()
        if content.startswith(EXCEL):
            self.findings.add("not-utf8", name, "This is an Excel or zip file, whatever its name.")
            return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.findings.add(
                "not-utf8",
                name,
                f"Byte {error.start + 1} of the file is not UTF-8"
                f"{' (it looks like UTF-16)' if content[:2] in UTF_16 else ''}.",
                row=content.count(b"\n", 0, error.start) + 1,
            )
            return None
        if "\0" in text:
            row = text.count("\n", 0, text.index("\0")) + 1
            self.findings.add("nul-byte", name, "There is a NUL character here.", row=row)
            return None
        if not text.strip():
            self.findings.add("file-empty", name, "The file is empty.")
            return None
        return text

    def sheet(self, path: Path | None, kind: str) -> pd.DataFrame | None:
        """Read a table of a kind; None where it is absent or has no text that can be used."""
        text = None if path is None else self.text(path)
        if path is None or text is None:
            return None
        return read_sheet(text, self.name(path), LAYOUTS[kind], self.findings)

    def document(self, path: Path | None) -> Document | None:
        """Read a .yml file; None where it is absent or no plain mapping."""
        text = None if path is None else self.text(path)
        if path is None or text is None:
            return None
        return read_yml(text, self.name(path), self.findings)


def take_inventory(folder: Folder) -> Inventory:
    """Sort the files of a raw folder by kind; those without a place in it are noted.

    Hidden files, `*.md` and README are nobody's data and are passed over.
    """
    inventory = Inventory()
    findings = folder.findings
    if not folder.path.is_dir():
        what = "is not a folder" if folder.path.exists() else "does not exist"
        findings.add("raw-folder", folder.own_name, f"{folder.path} {what}.")
        return inventory
    for path in _entries(folder, folder.path):
        _place_top(path, folder, inventory)
    for path in _entries(folder, folder.path / "published"):
        _place_published(path, folder, inventory)
    for path in _entries(folder, folder.path / "guides"):
        _place_guides(path, folder, inventory)
    for path in _entries(folder, folder.path / "cohorts"):
        _place_cohort(path, folder, inventory)
    if not inventory.tables and not inventory.cohorts:
        findings.add("no-tables", folder.own_name, f"{folder.path} holds no table.")
    for single in ("specialties.csv", "edition.yml"):
        if not (folder.path / single).exists():
            findings.add("missing-file", single, "The file is missing.")
    return inventory


def _entries(folder: Folder, directory: Path) -> list[Path]:
    if not directory.is_dir():
        return []
    try:
        entries = sorted(directory.iterdir())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        name = folder.name(directory)
        folder.findings.add("file-unreadable", name, f"The folder cannot be read: {reason}.")
        return []
    return [
        path
        for path in entries
        if not path.name.startswith(".")
        and path.suffix.lower() != ".md"
        and path.name not in ("README", "README.txt")
    ]


def _misplaced(path: Path, folder: Folder, expected: str | None) -> None:
    what = "folder" if path.is_dir() else "file"
    found = f"No {what} of this name is known here."
    if expected is not None:
        found += f" The nearest known name is {expected}."
    folder.findings.add("file-kind", folder.name(path), found)


def _place_top(path: Path, folder: Folder, inventory: Inventory) -> None:
    if path.name in FOLDERS and path.is_dir():
        return
    if path.name == "specialties.csv":
        inventory.specialties = path
    elif path.name == "edition.yml":
        inventory.edition = path
    elif path.name != APPROVALS:
        known = (*FOLDERS, "specialties.csv", "edition.yml", APPROVALS)
        table = path.is_file() and path.name.endswith(tuple(f".{kind}.csv" for kind in PUBLISHED))
        expected = f"published/{path.name}" if table else nearest(path.name, known)
        _misplaced(path, folder, expected)


def _place_published(path: Path, folder: Folder, inventory: Inventory) -> None:
    source, *rest = path.name.split(".")
    if path.is_dir() or not rest or rest[-1] not in ("csv", "yml"):
        _misplaced(path, folder, nearest_table_name(path.name) if path.is_file() else None)
        return
    if rest == ["yml"]:
        if _good_name(source, path, folder):
            inventory.provenance[source] = path
    elif rest[-1] == "csv" and len(rest) > 1 and rest[-2] in PUBLISHED:
        if _good_name(source, path, folder):
            inventory.tables.append(TableFile(folder.name(path), path, source, rest[-2]))
    elif rest[-1] == "yml":
        _misplaced(path, folder, f"{source}.yml")
    else:
        _misplaced(path, folder, nearest_table_name(path.name))


def nearest_table_name(name: str) -> str | None:
    """Guess how a file in published/ should be called; None where nothing is similar."""
    source, *rest = name.split(".")
    for word in reversed(rest):
        kind = nearest(word, PUBLISHED)
        if kind is not None:
            return f"{source}.{kind}.csv"
    return f"{source}.yml" if rest and rest[-1] == "yaml" else None


def _place_guides(path: Path, folder: Folder, inventory: Inventory) -> None:
    stem, suffix = path.stem, path.suffix
    if path.is_dir():
        _misplaced(path, folder, None)
    elif suffix == ".csv" and stem in GUIDE_TABLES:
        inventory.guide_tables[stem] = path
    elif path.name == "readings.yml":
        inventory.readings = path
    elif suffix == ".yml":
        if _good_name(stem, path, folder):
            inventory.guides[stem] = path
    else:
        known = [f"{table}.csv" for table in GUIDE_TABLES]
        _misplaced(path, folder, nearest(path.name, known))


def _place_cohort(path: Path, folder: Folder, inventory: Inventory) -> None:
    name, _, ending = path.name.partition(".")
    if ending == "yml" and path.is_file():
        if _good_name(name, path, folder):
            inventory.cohort_provenance[name] = path
    elif ending not in COHORT_KINDS or (path.is_dir() and ending != "parquet"):
        near = nearest(ending, ("yml", *COHORT_KINDS)) if path.is_file() else "parquet"
        _misplaced(path, folder, near and f"{name}.{near}")
    elif _good_name(name, path, folder):
        inventory.cohorts.append(CohortFile(folder.name(path), path, name, ending))


def _good_name(stem: str, path: Path, folder: Folder) -> bool:
    if NAME.fullmatch(stem):
        return True
    folder.findings.add("file-name", folder.name(path), f'"{stem}" is not a usable name.')
    return False
