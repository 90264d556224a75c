"""The shipped edition, whatever it holds, as a program in another language meets it: by its
datapackage.json alone."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from recalib.contract.tables import TABLES

EDITION = Path(__file__).parents[2] / "data" / "processed"
PACKAGE = json.loads((EDITION / "datapackage.json").read_text(encoding="utf-8"))


@pytest.mark.filterwarnings("ignore")
def test_the_data_package_is_valid() -> None:
    import frictionless

    report = frictionless.validate(str(EDITION / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    read = {task.name: task.stats.get("rows", 0) for task in report.tasks if task.type == "table"}
    written = json.loads((EDITION / "edition.json").read_text(encoding="utf-8"))["tables"]
    assert read == {name: written[table.file]["rows"] for name, table in TABLES.items()}


def test_every_file_is_named_with_its_hash() -> None:
    paths = {resource["path"]: resource for resource in PACKAGE["resources"]}
    described = {"edition.json", "datapackage.json", "band_table.schema.json"}
    assert set(paths) | described == {path.name for path in EDITION.iterdir()}
    for path, resource in paths.items():
        digest = hashlib.sha256((EDITION / path).read_bytes()).hexdigest()
        assert resource["hash"] == f"sha256:{digest}"


def test_tables_declare_dialect_and_types() -> None:
    tables = [resource for resource in PACKAGE["resources"] if resource.get("type") == "table"]
    assert [table["name"] for table in tables] == sorted(TABLES)
    for table in tables:
        assert table["dialect"] == {
            "delimiter": ",",
            "lineTerminator": "\n",
            "quoteChar": '"',
            "header": True,
        }
        header = (EDITION / table["path"]).read_text(encoding="utf-8").split("\n", 1)[0]
        fields = table["schema"]["fields"]
        assert [field["name"] for field in fields] == header.split(",")
        assert {field["type"] for field in fields} <= {"string", "integer", "number"}
        assert table["schema"]["missingValues"] == [""]
