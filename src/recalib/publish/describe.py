"""What an edition says of itself: edition.json and datapackage.json."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from recalib.contract.schema import Column, Table, shipped
from recalib.contract.tables import EDITION_TABLES, TABLES
from recalib.contract.vocabulary import CURVE_STATUSES, GRADES, VERDICTS
from recalib.problems import RecalibError
from recalib.publish.band_json import DESCRIPTION, JSON_FILE, SCHEMA_FILE, SOURCE_KEYS
from recalib.sources.door import MOST_EDITION_BYTES, content

EDITION_FILE = "edition.json"
PACKAGE_FILE = "datapackage.json"
#: What an edition holds beside its tables and edition.json itself.
OTHER_FILES = (JSON_FILE, SCHEMA_FILE, PACKAGE_FILE)

PACKAGE: dict[str, Any] = shipped(str(__package__), "package.yml")


def edition_record(
    edition: str,
    package_version: str,
    inputs: Mapping[str, str],
    frames: Mapping[str, pd.DataFrame],
    folder: Path,
) -> dict[str, Any]:
    """Content of edition.json, for the files that were written into `folder`.

    `inputs` is the SHA-256 of each raw file by its path in the raw folder; hashes and rows of the
    tables, hashes of all other files and counts are found here.
    """
    return {
        "edition": edition,
        "package_version": package_version,
        "inputs": dict(sorted(inputs.items())),
        "tables": {
            EDITION_TABLES[name].file: {
                "sha256": sha256(folder / EDITION_TABLES[name].file),
                "rows": len(frames[name]),
            }
            for name in sorted(frames)
        },
        "files": {name: {"sha256": sha256(folder / name)} for name in OTHER_FILES},
        "counts": counts(frames),
    }


def counts(frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Count curves by status and grade, claimed edges, and verdicts, of the tables there."""
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
    """Name, title and whatever is known of each source, then of each guide, to be cited."""
    return [
        _source(name, records[name]) for records in (provenance, guides) for name in sorted(records)
    ]


def data_package(
    edition: str, sources: Sequence[Mapping[str, str]], names: Iterable[str], folder: Path
) -> dict[str, Any]:
    """Content of datapackage.json (Data Package v2), for tables that were written into `folder`.

    Nothing in it depends on the clock.
    """
    tables = [
        _resource(EDITION_TABLES[name], sha256(folder / EDITION_TABLES[name].file))
        for name in sorted(names)
    ]
    package = PACKAGE | {
        "version": edition,
        "resources": [*tables, _json_resource(sha256(folder / JSON_FILE))],
    }
    if sources:
        package["sources"] = [dict(source) for source in sources]
    return package


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON the one way this project does; keys keep their order."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_bytes((text + "\n").encode("utf-8"))


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def read_bytes(path: Path) -> bytes:
    """Read a file of an edition, which may be anybody's."""
    return content(path, MOST_EDITION_BYTES)


def read_edition(folder: Path) -> dict[str, Any]:
    """Read edition.json of an edition folder; a RecalibError where there is none."""
    path = folder / EDITION_FILE
    try:
        record = json.loads(read_bytes(path))
    except (OSError, ValueError, RecursionError) as error:
        raise RecalibError(
            f"{folder} is no edition folder: {EDITION_FILE} is missing or cannot be read."
        ) from error
    if not isinstance(record, dict) or not {"edition", "tables"} <= record.keys():
        raise RecalibError(f"{folder} is no edition folder: {EDITION_FILE} names no tables.")
    tables, name = record["tables"], record["edition"]
    # They become paths, and the edition may be somebody else's.
    named = [name, *tables] if isinstance(tables, dict) else [None]
    hashed = named == [None] or all(
        isinstance(of, dict) and isinstance(of.get("sha256"), str) for of in tables.values()
    )
    if not hashed or not all(isinstance(one, str) and _NAME.fullmatch(one) for one in named):
        raise RecalibError(
            f"{folder} is no edition folder: names and hashes in {EDITION_FILE} are none."
        )
    return record


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _by(values: pd.Series, names: tuple[str, ...]) -> dict[str, int]:
    return {name: int((values == name).sum()) for name in names}


def _source(name: str, record: Mapping[str, Any]) -> dict[str, str]:
    known = {key: str(record[key]) for key in SOURCE_KEYS if record.get(key)}
    return {"name": name, "title": name} | known


def _resource(table: Table, digest: str) -> dict[str, Any]:
    return {
        "name": table.name,
        "type": "table",
        "path": table.file,
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": f"sha256:{digest}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "header": True},
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "missingValues": [""],
            "uniqueKeys": [list(table.key)],
        },
    }


def _json_resource(digest: str) -> dict[str, Any]:
    return {
        "name": "band_table_json",
        "path": JSON_FILE,
        "title": f"{TABLES['band_table'].title}, as JSON",
        "description": DESCRIPTION,
        "format": "json",
        "mediatype": "application/json",
        "encoding": "utf-8",
        "hash": f"sha256:{digest}",
        "jsonSchema": SCHEMA_FILE,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.json_type,
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
