from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest

from recalib.contract.tables import TABLES
from recalib.problems import RecalibError
from recalib.publish import verify_edition, verify_hashes
from recalib.publish.band_json import band_json, band_schema

Folder = Callable[..., Path]
ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "data" / "processed"
FROZEN = ROOT / "tests" / "frozen" / "edition"
COLUMNS = {column.name: column for column in TABLES["band_table"].columns}


def checked(folder: Path) -> dict[str, Any]:
    """Read the JSON form of an edition as a program does that trusts the schema beside it."""
    table = json.loads((folder / "band_table.json").read_text(encoding="utf-8"))
    schema = json.loads((folder / table["schema"]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(table)
    return table


def as_rows(table: dict[str, Any]) -> list[dict[str, str]]:
    """Write the JSON form back as the rows of the CSV."""

    def text(name: str, value: Any) -> str:
        digits = COLUMNS[name].digits
        if value is None:
            return ""
        return value if isinstance(value, str) else f"{value:.{digits or 0}f}"

    rows = []
    for curve in table["curves"]:
        shared = curve | {"edition": table["edition"], "sources": "|".join(curve["sources"])}
        for band in curve["bands"]:
            values = shared | band
            rows.append({name: text(name, values[name]) for name in COLUMNS})
    return rows


@pytest.mark.parametrize("place", [SHIPPED, ROOT / "src" / "calib" / "edition", FROZEN])
def test_the_json_of_an_edition_is_its_csv(place: Path) -> None:
    with (place / "band_table.csv").open(encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))
    table = checked(place)
    assert as_rows(table) == wanted
    assert {name for curve in table["curves"] for name in curve["sources"]} <= set(table["sources"])
    assert "promise" in table["caveat"]
    verify_edition(place)


def test_values_have_types_and_blanks_are_null(edition_folder: Folder) -> None:
    table = checked(edition_folder("edition"))
    (curve,) = table["curves"]
    (band,) = curve["bands"]
    assert table["sources"]["one"] == {
        "title": "One report",
        "publisher": "A publisher",
        "rights": "Cite it.",
    }
    assert curve["needs_visa"] is None
    assert curve["sources"] == ["one", "two"]
    assert (curve["n"], type(curve["n"])) == (539, int)
    assert (band["rank"], type(band["rank"])) == (1, int)
    assert (band["boundary"], band["probability"]) == (271.6, 0.8)
    assert band["guide_edge"] is band["shift"] is band["suppressed"] is None


def test_a_table_without_rows_has_no_curves(edition_folder: Folder) -> None:
    def none(frames: dict[str, pd.DataFrame]) -> None:
        frames["band_table"] = frames["band_table"].iloc[:0]

    assert checked(edition_folder("edition", none))["curves"] == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("probability", 1.2),
        ("probability", "0.8"),
        ("boundary", ""),
        ("score_min", 271.6),
        ("label", "certain"),
        ("label", None),
        ("status", "fine"),
        ("chance", 0.5),
    ],
)
def test_the_schema_refuses_what_no_column_may_hold(
    edition_folder: Folder, part: str, value: object
) -> None:
    table = checked(edition_folder("edition"))
    table["curves"][0]["bands"][0][part] = value
    validator = jsonschema.Draft202012Validator(band_schema())
    errors = list(validator.iter_errors(table))
    assert errors
    for error in errors:
        assert error.json_path.startswith("$.curves[0].bands[0]")
        assert part in error.json_path + error.message


@pytest.mark.parametrize("part", ["edition", "caveat", "sources", "curves"])
def test_the_schema_misses_what_is_missing(edition_folder: Folder, part: str) -> None:
    table = checked(edition_folder("edition"))
    del table[part]
    with pytest.raises(jsonschema.ValidationError, match=part):
        jsonschema.validate(table, band_schema())


def test_every_column_is_in_the_schema_once() -> None:
    schema = band_schema()
    parts = [part["properties"] for part in (schema, *schema["$defs"].values())]
    for name, column in COLUMNS.items():
        found = [part[name] for part in parts if name in part and name != "sources"]
        if name != "sources":
            (described,) = found
            assert described["description"] == column.description
            assert ("null" in described["type"]) == column.blank
    assert schema["$defs"]["curve"]["properties"]["sources"]["type"] == "array"


def test_rows_of_a_curve_share_what_stands_once(frames: dict[str, pd.DataFrame]) -> None:
    band = frames["band_table"].assign(guide_edge=float("nan"), shift=float("nan"))
    twice = pd.concat([band, band.assign(rank=2, n=540)])
    with pytest.raises(RecalibError, match=r"general_surgery, non_us_img.* differ in grade, n"):
        band_json("2026.1", "", [], twice)


@pytest.mark.parametrize("name", ["band_table.json", "band_table.schema.json"])
def test_the_json_form_is_part_of_the_edition(edition_folder: Folder, name: str) -> None:
    folder = edition_folder("edition")
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"very_likely", b"likely"))
    with pytest.raises(RecalibError, match=f"{name} is not the file"):
        verify_edition(folder)
    record = json.loads((folder / "edition.json").read_text())
    del record["files"][name]
    (folder / "edition.json").write_text(json.dumps(record))
    with pytest.raises(RecalibError, match=f"{name} is missing from the edition"):
        verify_edition(folder)


def test_an_edition_from_before_the_json_form_can_still_be_compared(edition_folder: Folder) -> None:
    folder = edition_folder("edition")
    record = json.loads((folder / "edition.json").read_text())
    for name in record.pop("files"):
        (folder / name).unlink()
    (folder / "edition.json").write_text(json.dumps(record))
    assert verify_hashes(folder) == record
    with pytest.raises(RecalibError, match=r"band_table\.json is missing"):
        verify_edition(folder)
