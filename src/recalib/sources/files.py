"""Sorts the files of a raw folder by what they are, and reads the text and hash of each."""

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
from recalib.sources import door
from recalib.sources.approvals import APPROVALS
from recalib.sources.catalogue import Findings
from recalib.sources.characters import holds, visible
from recalib.sources.csv_text import read_sheet
from recalib.sources.disguise import recognise, unmask
from recalib.sources.yml import Document, read_yml, read_yml_list

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
GUIDE_TABLES = ("guide_bands", "guide_rules")
#: Kinds of cohorts, by the ending of their names.
COHORT_KINDS = ("csv", "csv.gz", "parquet")
#: Further kinds of a cohort whose .yml holds the mapping of its columns.
EXPORT_KINDS = ("tsv", "txt", "xlsx")
_COHORTS = (*COHORT_KINDS, *EXPORT_KINDS)
_SINGLE = ("specialties.csv", "edition.yml")
#: By folder: names of files, with the list of the inventory to which they go.
_PLACES = {
    "": [("|".join(map(re.escape, _SINGLE)), "single"), (re.escape(APPROVALS), "aside")],
    "published": [
        (rf"(?P<name>[^.]*)(\..*)?\.(?P<kind>{'|'.join(PUBLISHED)})\.csv", "tables"),
        (r"(?P<name>[^.]*)\.yml", "provenance"),
    ],
    "corrections": [(r"(?P<name>[^.]*)\.yml", "corrections")],
    "guides": [
        (rf"(?P<kind>{'|'.join(GUIDE_TABLES)})\.csv", "guide_tables"),
        (r"readings\.yml", "readings"),
        (r"(?P<name>.*)\.yml", "guides"),
    ],
    "cohorts": [
        (rf"(?P<name>[^.]*)\.(?P<kind>{'|'.join(map(re.escape, _COHORTS))})", "cohorts"),
        (r"(?P<name>[^.]*)\.yml", "cohort_provenance"),
    ],
}
#: Short enough for the names that are made of it: a key's, a page's.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True)
class RawFile:
    """A file, or a cohort's folder of parts: its path in the raw folder with `/`, and where it is.

    `name` is that of its source, guide or cohort; `kind` that of its table or cohort.
    """

    file: str
    path: Path
    name: str = ""
    kind: str = ""


@dataclass
class Inventory:
    """Everything that a raw folder holds, by what it is."""

    files: dict[str, list[RawFile]] = field(default_factory=dict)

    def of(self, place: str) -> list[RawFile]:
        """Files of one sort."""
        return self.files.get(place, [])

    def path(self, place: str, kind: str = "") -> Path | None:
        """Path of the only file of a sort, or kind."""
        return next((one.path for one in self.of(place) if kind in (one.kind, one.file)), None)

    def by_name(self, place: str) -> dict[str, Path]:
        """Paths by the name of their source, guide or cohort."""
        return {one.name: one.path for one in self.of(place)}


class Folder:
    """A raw folder whose files are read once each and hashed as they were read."""

    def __init__(self, path: Path, findings: Findings) -> None:
        self.path = path
        self.findings = findings
        self.hashes: dict[str, str] = {}

    @property
    def own_name(self) -> str:
        """What a problem of the folder as a whole is filed under."""
        return visible(os.path.basename(os.path.realpath(self.path))) or visible(str(self.path))  # noqa: PTH119  # pathlib fails on links that lead to each other

    def name(self, path: Path) -> str:
        """Name a file relative to the raw folder, in characters that can be printed."""
        relative = path.relative_to(self.path).as_posix()
        return visible(os.fsencode(relative).decode("utf-8", "replace"))

    def unreadable(self, path: Path, error: OSError) -> None:
        """Note that a file or folder cannot be read, or is not opened at all."""
        if isinstance(error, door.RefusedError):
            self.findings.add(error.rule, self.name(path), error.found)
            return
        what = "folder" if path.is_dir() else "file"
        found = f"The {what} cannot be read: {error.strerror or type(error).__name__}."
        self.findings.add("file-unreadable", self.name(path), found)

    def is_text(self, content: bytes, name: str) -> bool:
        """Whether bytes, which may be the first of a file, can be text; noted where they cannot."""
        add = self.findings.add
        if recognise(content):
            told, fix = unmask(content, name)
            if fix and name.endswith(".gz"):  # of which this is the inside
                fix = f"Unpack it. {fix}"
            add("not-utf8", name, told, fix=fix)
        elif content.startswith(UTF_16):
            add("not-utf8", name, "Byte 1 of the file is not UTF-8 (it looks like UTF-16).", row=1)
        elif b"\0" in content:
            row = content.count(b"\n", 0, content.index(b"\0")) + 1
            add("nul-byte", name, "There is a NUL character here.", row=row)
        elif not content.removeprefix(codecs.BOM_UTF8).strip():
            add("file-empty", name, "The file is empty.")
        else:
            return True
        return False

    def text(self, path: Path) -> str | None:
        """Text of a file without byte order mark; None where it cannot be used, which is noted."""
        name = self.name(path)
        try:
            most = door.MOST_YML_BYTES if path.suffix == ".yml" else door.MOST_BYTES
            content = door.content(path, most)
            self.hashes[name] = hashlib.sha256(content).hexdigest()
            if not self.is_text(content, name):
                return None
            if path.suffix != ".yml":
                door.check_lines(content)
        except OSError as error:
            self.unreadable(path, error)
            return None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            found = f"Byte {error.start + 1} of the file is not UTF-8."
            row = content.count(b"\n", 0, error.start) + 1
            self.findings.add("not-utf8", name, found, row=row)
            return None

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

    def documents(self, path: Path) -> list[Document]:
        """Read the mappings of a .yml file that holds a list of them; none where it is no such."""
        text = self.text(path)
        return (text and read_yml_list(text, self.name(path), self.findings)) or []


def take_inventory(folder: Folder) -> Inventory:
    """Sort the files of a raw folder; those without a place in it are noted.

    Hidden files, `*.md` and README are nobody's data and are passed over.
    """
    inventory = Inventory()
    findings = folder.findings
    if not folder.path.is_dir():
        what = "is not a folder" if folder.path.exists() else "does not exist"
        findings.add("raw-folder", folder.own_name, f"{folder.path} {what}.")
        return inventory
    for directory in _PLACES:
        for path in _entries(folder, folder.path / directory):
            if path.is_dir() and not directory and path.name in _PLACES:
                continue
            _place(path, directory, folder, inventory)
    if not inventory.of("tables") and not inventory.of("cohorts"):
        findings.add("no-tables", folder.own_name, f"{folder.path} holds no table.")
    for single in _SINGLE:
        if not (folder.path / single).exists():
            findings.add("missing-file", single, "The file is missing.")
    return inventory


def _entries(folder: Folder, directory: Path) -> list[Path]:
    if not directory.is_dir():
        return []
    try:
        entries = sorted(directory.iterdir())
    except OSError as error:
        folder.unreadable(directory, error)
        return []
    return [
        path
        for path in entries
        if not path.name.startswith(".")
        and path.suffix.lower() != ".md"
        and path.name not in ("README", "README.txt")
    ]


def _place(path: Path, directory: str, folder: Folder, inventory: Inventory) -> None:
    file = folder.name(path)
    for pattern, place in _PLACES[directory]:
        match = re.fullmatch(pattern, path.name, re.DOTALL)
        found = match.groupdict() if match else {}
        if match is None or (path.is_dir() and found.get("kind") != "parquet"):
            continue
        if "name" in found and not _NAME.fullmatch(found["name"]):
            told = f'"{visible(found["name"])}" is not a usable name.{holds(found["name"])}'
            folder.findings.add("file-name", file, told)
        else:
            inventory.files.setdefault(place, []).append(RawFile(file, path, **found))
        return
    told = f"No {'folder' if path.is_dir() else 'file'} of this name is known here."
    expected = _expected(path, directory)
    told += "" if expected is None else f" The nearest known name is {expected}."
    folder.findings.add("file-kind", file, told)


def _expected(path: Path, directory: str) -> str | None:
    """Guess how a file or folder should be called; None where nothing is similar."""
    name, _, ending = path.name.partition(".")
    if not directory:
        if path.is_file() and path.name.endswith(tuple(f".{kind}.csv" for kind in PUBLISHED)):
            return f"published/{path.name}"
        return nearest(path.name, [*filter(None, _PLACES), *_SINGLE, APPROVALS])
    if directory == "cohorts":
        near = nearest(ending, ("yml", *COHORT_KINDS)) if path.is_file() else "parquet"
        return near and f"{name}.{near}"
    if path.is_dir():
        return None
    if directory == "guides":
        return nearest(path.name, [f"{table}.csv" for table in GUIDE_TABLES])
    words = ending.split(".")
    if directory == "corrections" or words[-1] in ("yml", "yaml"):
        return f"{name}.yml"
    near = next((kind for word in reversed(words) if (kind := nearest(word, PUBLISHED))), None)
    return near and f"{name}.{near}.csv"
