"""The band table as JSON, and the JSON Schema of it.

For programs in other languages: values have their types, a blank is a null, and what the rows of a
curve share stands once. One line a band, so that two editions can be compared line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from calib.sentences import CAVEAT
from recalib.contract.schema import Column
from recalib.contract.tables import BAND_TABLE, CURVE_KEY
from recalib.problems import RecalibError

JSON_FILE = "band_table.json"
SCHEMA_FILE = "band_table.schema.json"
DESCRIPTION = (
    f"The rows of {BAND_TABLE.file} by curve. A null stands where the CSV has a blank. "
    "A curve names its sources; what to cite for each stands once, by name."
)
SOURCE_KEYS = ("title", "publisher", "citation", "edition", "rights")

# What every row of a curve repeats in the CSV.
_SHARED = (*CURVE_KEY, "grade", "n", "sources")
_CURVE = tuple(column for column in BAND_TABLE.columns if column.name in _SHARED)
_BAND = tuple(column for column in BAND_TABLE.columns if column.name not in {*_SHARED, "edition"})


def band_json(
    edition: str, rights: str, sources: Sequence[Mapping[str, str]], frame: pd.DataFrame
) -> bytes:
    """The JSON form of the band table: UTF-8, valid under `band_schema`.

    `frame` is the table as `read_table` gives it, hence rounded and sorted; `sources` have a name,
    a title and whatever else is known. A RecalibError where rows of a curve differ in what it has
    once: grade, n or sources.
    """
    head = {
        "schema": SCHEMA_FILE,
        "edition": edition,
        "title": BAND_TABLE.title,
        "description": DESCRIPTION,
        "caveat": CAVEAT,
        "rights": rights,
        "sources": {
            source["name"]: {key: source[key] for key in SOURCE_KEYS if key in source}
            for source in sources
        },
    }
    curves = [
        f"{_dumps(_shared(rows))[:-1]},{_list('bands', map(_dumps, _records(rows, _BAND)))}}}"
        for _, rows in frame.groupby(list(CURVE_KEY), sort=False)
    ]
    text = f"{json.dumps(head, indent=2, ensure_ascii=False)[:-2]},\n{_list('curves', curves)}}}\n"
    return text.encode("utf-8")


def band_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the JSON form, made from the table's contract."""
    words = {"type": "string"}
    source = {
        "type": "object",
        "properties": dict.fromkeys(SOURCE_KEYS, words),
        "required": ["title"],
        "additionalProperties": False,
    }
    curve = _object("One curve and its bands.", {c.name: _property(c) for c in _CURVE})
    curve["properties"]["bands"] = {
        "description": f"{BAND_TABLE.description} The highest label first.",
        "type": "array",
        "items": {"$ref": "#/$defs/band"},
    }
    curve["required"].append("bands")
    top = {
        "schema": {"const": SCHEMA_FILE},
        "edition": _property(BAND_TABLE.columns[0]),
        "title": words,
        "description": words,
        "caveat": {"description": "Show it wherever a probability is shown.", **words},
        "rights": words,
        "sources": {
            "description": "Sources and guides by name: cite those that a curve names.",
            "type": "object",
            "additionalProperties": source,
        },
        "curves": {"type": "array", "items": {"$ref": "#/$defs/curve"}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": BAND_TABLE.title,
        **_object(DESCRIPTION, top),
        "$defs": {
            "curve": curve,
            "band": _object("One band.", {c.name: _property(c) for c in _BAND}),
        },
    }


def _shared(rows: pd.DataFrame) -> dict[str, Any]:
    shared = rows[[column.name for column in _CURVE]].drop_duplicates()
    if len(shared) > 1:
        key = ", ".join(str(rows[name].iloc[0]) for name in CURVE_KEY)
        raise RecalibError(
            f"{BAND_TABLE.file}: rows of the curve {key} differ in grade, n or sources."
        )
    (record,) = _records(shared, _CURVE)
    record["sources"] = record["sources"].split("|") if record["sources"] else []
    return record


def _records(rows: pd.DataFrame, columns: Sequence[Column]) -> list[dict[Any, Any]]:
    """Rows with plain values, None where the CSV has a blank."""
    plain = rows[[column.name for column in columns]].astype(object)
    return plain.where(plain.notna() & (plain != ""), None).to_dict("records")


def _dumps(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _list(name: str, lines: Iterable[str]) -> str:
    text = ",\n".join(lines)
    return f'"{name}":[\n{text}\n]' if text else f'"{name}":[]'


def _object(description: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _property(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"description": column.description}
    if column.name == "sources":
        return found | {"type": "array", "items": {"type": "string"}}
    found["type"] = [column.json_type, "null"] if column.blank else column.json_type
    if column.allowed:
        found["enum"] = [*column.allowed, None] if column.blank else list(column.allowed)
    if column.kind == "probability":
        found |= {"minimum": 0, "maximum": 1}
    return found
