"""Writing a whole edition into a folder, and telling whether a folder holds one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from recalib.contract.store import read_table, table_bytes, write_tables
from recalib.contract.tables import BESIDE_TABLES, EDITION_TABLES, TABLES
from recalib.problems import RecalibError
from recalib.publish.atomic import HARMLESS, check_foreign
from recalib.publish.band_json import JSON_FILE, SCHEMA_FILE, band_json, band_schema
from recalib.publish.describe import (
    EDITION_FILE,
    OTHER_FILES,
    PACKAGE,
    PACKAGE_FILE,
    data_package,
    edition_record,
    named_sources,
    read_edition,
    sha256,
    write_json,
)

EDITION_FILES = frozenset(
    {EDITION_FILE, *OTHER_FILES, *(table.file for table in EDITION_TABLES.values())}
)


def make_edition(
    frames: Mapping[str, pd.DataFrame],
    inputs: Mapping[str, Any],
    package_version: str,
    folder: Path,
) -> dict[str, Any]:
    """Write an edition into a folder and check what was written.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Every published table by name; those of cohorts only where there are any.
    inputs : mapping
        `edition`, `hashes` (SHA-256 by relative path), `provenance` (record by source name) and
        optionally `guides` (title, publisher, citation by guide name).
    package_version : str
        Version of the code.
    folder : Path
        Where to; it must exist.

    Returns
    -------
    dict
        Content of edition.json.

    Raises
    ------
    RecalibError
        If a table is missing, a frame does not fit its table, the JSON form does not fit its
        schema, or what was written does not read back the same.
    """
    missing = [name for name in TABLES if name not in frames]
    if missing:
        raise RecalibError(f"The edition lacks the tables {', '.join(missing)}.")
    edition = str(inputs["edition"])
    for name, frame in frames.items():
        others = sorted({str(value) for value in frame["edition"]} - {edition})
        if others:
            raise RecalibError(
                f"{name}.csv: column edition holds {', '.join(others)}; "
                f"the raw tables are edition {edition}."
            )
    write_tables(frames, folder)
    sources = named_sources(inputs["provenance"], inputs.get("guides", {}))
    # From the file, so that both forms hold the same rounded values.
    bands = read_table(folder / TABLES["band_table"].file, "band_table")
    text, schema = band_json(edition, PACKAGE["rights"], sources, bands), band_schema()
    wrong = best_match(Draft202012Validator(schema).iter_errors(json.loads(text)))
    if wrong is not None:
        raise RecalibError(f"{JSON_FILE}: {wrong.json_path}: {wrong.message}.")
    (folder / JSON_FILE).write_bytes(text)
    write_json(folder / SCHEMA_FILE, schema)
    write_json(folder / PACKAGE_FILE, data_package(edition, sources, frames, folder))
    record = edition_record(edition, package_version, inputs["hashes"], frames, folder)
    write_json(folder / EDITION_FILE, record)
    verify_edition(folder)
    return record


def verify_edition(folder: Path) -> dict[str, Any]:
    """Check that a folder holds a whole edition: hashes, columns, formats, unique keys, order.

    Parameters
    ----------
    folder : Path
        An edition folder.

    Returns
    -------
    dict
        Content of edition.json.

    Raises
    ------
    RecalibError
        If anything is missing or not as edition.json says.
    """
    record = verify_hashes(folder)
    for name, table in EDITION_TABLES.items():
        written = record["tables"].get(table.file)
        path = folder / table.file
        if written is None and name in BESIDE_TABLES:
            continue
        if written is None:
            raise RecalibError(f"{folder}: {table.file} is missing from the edition.")
        frame = read_table(path, name)
        if len(frame) != written["rows"] or table_bytes(name, frame) != path.read_bytes():
            raise RecalibError(f"{path} does not read back as it was written.")
    for file in OTHER_FILES:
        if file not in record.get("files", {}):
            raise RecalibError(f"{folder}: {file} is missing from the edition.")
    return record


def verify_hashes(folder: Path) -> dict[str, Any]:
    """Check that a folder holds the files that its edition.json describes; give its content.

    An edition of an older version of the code may have fewer files and columns than today's.
    """
    record = read_edition(folder)
    for file, written in (record["tables"] | record.get("files", {})).items():
        path = folder / file
        if not path.is_file():
            raise RecalibError(f"{folder}: {file} is missing from the edition.")
        if sha256(path) != written["sha256"]:
            raise RecalibError(
                f"{path} is not the file that {EDITION_FILE} describes; restore the edition "
                "before it is compared with a new one."
            )
    return record


def is_edition(folder: Path) -> bool:
    """Whether a folder holds an edition, whole or not: its edition.json can be read."""
    try:
        read_edition(folder)
    except RecalibError:
        return False
    return True


def ours(entry: Path) -> bool:
    """Whether an entry of an edition folder is one that this project writes."""
    return entry.name in EDITION_FILES


def check_goal(folder: Path) -> None:
    """Refuse a folder that is somebody else's: a file, or not empty and no edition."""
    if folder.exists() and not folder.is_dir():
        raise RecalibError(f"{folder} is a file; an edition needs a folder.")
    if folder.is_dir() and not is_edition(folder):
        check_foreign(folder, HARMLESS | {"__init__.py"}, "edition", "an edition's")
