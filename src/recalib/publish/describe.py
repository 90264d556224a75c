"""Tables and provenance come in; edition.json and datapackage.json of an edition go out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from recalib.contract.schema import CURVE_STATUSES, GRADES, VERDICTS, Column, Table
from recalib.contract.tables import TABLES
from recalib.problems import RecalibError
from recalib.publish.band_json import DESCRIPTION, JSON_FILE, SCHEMA_FILE, SOURCE_KEYS

EDITION_FILE = "edition.json"
PACKAGE_FILE = "datapackage.json"

RIGHTS = (
    "The printed statistics in evidence.csv and the printed edges in guide_audit.csv and "
    "guide_anchors.csv are facts from the sources named here, whose reports remain their "
    "publishers' property; cite them. This project is not affiliated with NRMP, AAMC or ECFMG."
)
_TYPES = {"text": "string", "int": "integer"}


def edition_record(
    edition: str,
    package_version: str,
    inputs: Mapping[str, str],
    frames: Mapping[str, pd.DataFrame],
    folder: Path,
) -> dict[str, Any]:
    """Describe an edition: what it was made from, what it holds.

    Parameters
    ----------
    edition : str
        Edition as in `edition.yml`, such as "2026.1".
    package_version : str
        Version of the code.
    inputs : mapping of str to str
        SHA-256 of each raw file by its path relative to the raw folder.
    frames : mapping of str to DataFrame
        The tables by name.
    folder : Path
        Where the tables and the JSON form were written.

    Returns
    -------
    dict
        Content of edition.json: edition, package_version, inputs, tables (sha256 and rows by file
        name), files (sha256 of the other forms of the band table by file name), counts.
    """
    return {
        "edition": edition,
        "package_version": package_version,
        "inputs": dict(sorted(inputs.items())),
        "tables": {
            TABLES[name].file: {
                "sha256": sha256(folder / TABLES[name].file),
                "rows": len(frames[name]),
            }
            for name in sorted(frames)
        },
        "files": {name: {"sha256": sha256(folder / name)} for name in (JSON_FILE, SCHEMA_FILE)},
        "counts": counts(frames),
    }


def counts(frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Count curves by status and grade, claimed edges, and verdicts.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        The tables by name; `curves`, `band_table` and `guide_audit` are counted where present.

    Returns
    -------
    dict
        Whole numbers; every status, grade and verdict is there, 0 included.
    """
    record: dict[str, Any] = {}
    if "curves" in frames:
        curves = frames["curves"]
        record["curves"] = len(curves)
        record["curves_by_status"] = _by(curves["status"], CURVE_STATUSES)
        record["curves_by_grade"] = _by(curves["grade"], GRADES)
    if "band_table" in frames:
        record["edges_claimed"] = int(pd.to_numeric(frames["band_table"]["boundary"]).notna().sum())
    if "guide_audit" in frames:
        record["audit_by_verdict"] = _by(frames["guide_audit"]["verdict"], VERDICTS)
    return record


def named_sources(
    provenance: Mapping[str, Mapping[str, Any]], guides: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, str]]:
    """List what an edition was made from, to be cited.

    Parameters
    ----------
    provenance : mapping
        Provenance record of each source by its name (title, publisher, citation, rights, ...).
    guides : mapping
        Title, publisher and citation of each guide by its name.

    Returns
    -------
    list of dict
        Name and title of each, and what else is known, sources first.
    """
    return [
        _source(name, records[name]) for records in (provenance, guides) for name in sorted(records)
    ]


def data_package(
    edition: str, sources: Sequence[Mapping[str, str]], record: Mapping[str, Any]
) -> dict[str, Any]:
    """Describe an edition for other programs, as Data Package v2.

    Parameters
    ----------
    edition : str
        Edition as in `edition.yml`.
    sources : sequence of mapping
        As from `named_sources`.
    record : mapping
        Content of edition.json.

    Returns
    -------
    dict
        Content of datapackage.json; nothing in it depends on the clock.
    """
    by_file = {table.file: table for table in TABLES.values()}
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "calib-bands",
        "title": "Step 2 CK score bands for IMG residency applicants",
        "description": (
            "Probabilities of a match by Step 2 CK score, specialty and applicant group, fitted "
            "to published tables, with the score bands that follow. Nothing here is causal and "
            "nothing is a promise to a person."
        ),
        "version": edition,
        "licenses": [
            {
                "name": "MIT",
                "title": "MIT License, for the code and for the numbers that it computed",
            }
        ],
        "rights": RIGHTS,
        "resources": [
            *(_resource(by_file[file], record["tables"][file]) for file in record["tables"]),
            _json_resource(record["files"][JSON_FILE]),
        ],
    }
    if sources:
        package["sources"] = [dict(source) for source in sources]
    return package


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON the one way this project does.

    Parameters
    ----------
    path : Path
        Where to.
    content : mapping
        What; keys keep their order.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_bytes((text + "\n").encode("utf-8"))


def read_edition(folder: Path) -> dict[str, Any]:
    """Read edition.json of an edition folder.

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
        If the folder holds no edition.
    """
    path = folder / EDITION_FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecalibError(
            f"{folder} is no edition folder: {EDITION_FILE} is missing or cannot be read."
        ) from error
    if not isinstance(record, dict) or not {"edition", "tables"} <= record.keys():
        raise RecalibError(f"{folder} is no edition folder: {EDITION_FILE} names no tables.")
    return record


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _by(values: pd.Series, names: tuple[str, ...]) -> dict[str, int]:
    found = values.value_counts()
    return {name: int(found.get(name, 0)) for name in names}


def _source(name: str, record: Mapping[str, Any]) -> dict[str, str]:
    known = {key: str(record[key]) for key in SOURCE_KEYS if record.get(key)}
    return {"name": name, "title": name} | known


def _resource(table: Table, written: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": table.name,
        "type": "table",
        "path": table.file,
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": f"sha256:{written['sha256']}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "header": True},
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "missingValues": [""],
            "uniqueKeys": [list(table.key)],
        },
    }


def _json_resource(written: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": "band_table_json",
        "path": JSON_FILE,
        "title": f"{TABLES['band_table'].title}, as JSON",
        "description": DESCRIPTION,
        "format": "json",
        "mediatype": "application/json",
        "encoding": "utf-8",
        "hash": f"sha256:{written['sha256']}",
        "jsonSchema": SCHEMA_FILE,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.kind, "number"),
        "description": column.description,
    }
    constraints: dict[str, Any] = {}
    if not column.blank:
        constraints["required"] = True
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    if column.kind == "probability":
        constraints |= {"minimum": 0, "maximum": 1}
    if constraints:
        field["constraints"] = constraints
    return field
