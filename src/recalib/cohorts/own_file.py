"""Reads one own export outside a raw folder, by its mapping; proposes a mapping for one."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping as Items
from dataclasses import dataclass
from pathlib import Path

from recalib.cohorts.check import note_failure
from recalib.cohorts.columns import REQUIRED
from recalib.cohorts.counts import SECRET_FILE, Cohort
from recalib.cohorts.export_file import EXPORT_KINDS, Export, kind_of, open_export
from recalib.cohorts.fingerprint import take
from recalib.cohorts.guess import Proposal, named_columns, propose
from recalib.cohorts.key_file import KeyFileError, make_key, mark_of, own_key, read_key
from recalib.cohorts.mapping_text import mapping_text
from recalib.cohorts.open import Opened
from recalib.cohorts.query import Query, ScanError
from recalib.cohorts.read import read_cohort
from recalib.problems import RawDataError, RecalibError, UsageError
from recalib.sources.catalogue import Findings
from recalib.sources.files import Folder, RawFile
from recalib.sources.labels import Labels, check_specialties


@dataclass(frozen=True)
class Initialised:
    """A mapping that was proposed and written."""

    export: Export
    proposal: Proposal
    #: Name of the cohort, its .yml and its key.
    name: str
    mapping: Path
    key: Path
    #: Whether the key was made now.
    new_key: bool


def name_of(path: Path) -> str:
    """Name of a cohort by its file: letters, digits, _ and -."""
    stem = path.name[: -len(kind_of(path)) - 1] if kind_of(path) else path.stem
    return re.sub(r"[^A-Za-z0-9-]+", "_", stem).strip("_") or "cohort"


def initialise(path: Path, raw: Path, always: Items[str, str] | None = None) -> Initialised:
    """Propose a mapping of an export and write it beside it, with the cohort's key.

    A UsageError where that cannot work, a RawDataError where the export cannot be used.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}; cohort-init takes the file of an export.")
    if not kind_of(path):
        raise UsageError(f"{path.name} ends with none of {', '.join(EXPORT_KINDS)}.")
    name = name_of(path)
    goal = path.with_name(f"{name}.yml")
    if goal.exists():
        raise UsageError(f"{goal} is there already: edit it, or move it away for a new proposal.")
    findings = Findings()
    labels = labels_of(raw, findings)
    folder = Folder(path.parent, findings)
    file = RawFile(path.name, path, name, kind_of(path))
    export = proposal = None
    with Query() as query:
        try:
            export = open_export(file, folder, query)
            if export is not None and _has_header(export, findings):
                proposal = propose(export, query, labels, always or {})
        except ScanError as error:
            opened = Opened(file, [file.file], [export.print if export else take(path)])
            note_failure(error, opened, query, findings)
        except Exception as error:  # its text may quote a row
            found = f"A check stopped with {type(error).__name__}."
            findings.add("check-crashed", file.file, found)
    if export is None or proposal is None or findings.problems:
        raise RawDataError(findings.problems)
    key, text, new = _key(path.parent, name)
    goal.write_text(mapping_text(export, proposal, name, mark_of(text)), encoding="utf-8")
    return Initialised(export, proposal, name, goal, key, new)


def _has_header(export: Export, findings: Findings) -> bool:
    """Whether the first row names columns: otherwise it is a person's and nothing of it is told."""
    if named_columns(export) >= 2:
        return True
    found = "Its first row names fewer than two columns that resemble those of a cohort."
    fix = f"Give it a header; it needs {', '.join(REQUIRED)}, called in any usual way."
    findings.add("missing-column", export.file.file, found, row=1, fix=fix)
    return False


def _key(folder: Path, name: str) -> tuple[Path, str, bool]:
    path = own_key(folder, name)
    try:
        return path, make_key(path), True
    except FileExistsError:
        pass
    except OSError as error:
        raise RecalibError(f"The key {path} could not be written: {error.strerror}.") from None
    try:
        return path, read_key(path), False
    except (KeyFileError, OSError):
        raise RecalibError(
            f"{path} is there and holds no key. It draws the noise of this cohort: put back the "
            "file that was made with it, or move it away if nothing was ever published."
        ) from None


def labels_of(raw: Path, findings: Findings) -> Labels:
    """Names of specialties of a raw folder."""
    path = raw / "specialties.csv"
    if not path.is_file():
        raise UsageError(
            f"There is no {path}. Run calib in the repository, or name the folder of raw tables "
            "with --raw."
        )
    sheet = Folder(raw, findings).sheet(path, "specialties")
    return Labels({}) if sheet is None else check_specialties(sheet, findings)[1]


def read_own(path: Path | str, mapping: Path | str = "", raw: Path | str = "data/raw") -> Cohort:
    """Read an own cohort: an export by its mapping, or a file with the columns of a cohort.

    Parameters
    ----------
    path : Path or str
        The file.
    mapping : Path or str
        Its .yml; by default the one of its name beside it.
    raw : Path or str
        Folder of raw tables, whose `specialties.csv` names the specialties.

    Returns
    -------
    Cohort
        Exact counts, and how many rows were left out for which reason. Private.

    Raises
    ------
    RawDataError
        With every problem, where there is any.
    UsageError
        Where a file is missing.
    """
    path = Path(path).resolve()
    yml = Path(mapping).resolve() if mapping else path.with_name(f"{name_of(path)}.yml")
    for needed in (path, yml):
        if not needed.exists():
            hint = f" `calib cohort-init {path.name}` proposes one." if needed == yml else ""
            raise UsageError(f"There is no {needed}.{hint}")
    findings = Findings()
    folder = Folder(Path(os.path.commonpath([path.parent, yml.parent])), findings)
    labels = labels_of(Path(raw), findings)
    kind = kind_of(path) or "parquet"
    file = RawFile(folder.name(path), path, name_of(path), kind)
    cohort = read_cohort(file, yml, folder, labels)
    if cohort is None or findings.problems:
        raise RawDataError(findings.problems)
    return cohort


def key_beside(path: Path | str, mapping: Path | str = "", key: Path | str = "") -> str:
    """Read the key of an own cohort: `key`, else the one beside its mapping or its folder's.

    Raises
    ------
    UsageError
        Where there is none: what would be published cannot be drawn without it.
    """
    path = Path(path)
    folder = Path(mapping).parent if mapping else path.parent
    places = [Path(key)] if key else [own_key(folder, name_of(path)), folder / SECRET_FILE.name]
    for place in places:
        if place.is_file():
            try:
                return read_key(place)
            except KeyFileError as error:
                raise UsageError(f"{place} {error}.") from None
    raise UsageError(
        f"There is no key {' or '.join(map(str, places))}. `calib cohort-init` makes it with the "
        "mapping, or the first run of `calib recalibrate`."
    )
