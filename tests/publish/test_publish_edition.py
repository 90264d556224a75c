from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recalib.problems import RecalibError
from recalib.publish import check_goal, is_edition, make_edition, verify_edition

Folder = Callable[..., Path]


def test_edition_json_holds_hashes_rows_and_counts(edition_folder: Folder) -> None:
    folder = edition_folder("edition")
    record = json.loads((folder / "edition.json").read_text())
    assert record["edition"] == "2026.1"
    assert record["package_version"] == "0.1.0"
    assert record["inputs"] == {"published/one.quantiles.csv": "0" * 64}
    curves = (folder / "curves.csv").read_bytes()
    assert record["tables"]["curves.csv"] == {
        "sha256": hashlib.sha256(curves).hexdigest(),
        "rows": 1,
    }
    assert record["tables"]["adjustments.csv"]["rows"] == 1
    assert record["counts"]["curves"] == 1
    assert record["counts"]["curves_by_status"] == {
        "ok": 1,
        "flat": 0,
        "weak": 0,
        "borrowed": 0,
        "misfit": 0,
        "no_evidence": 0,
    }
    assert record["counts"]["edges_claimed"] == 1
    assert record["counts"]["audit_by_verdict"]["overstates"] == 1


def test_the_same_frames_make_the_same_bytes(edition_folder: Folder) -> None:
    one, other = edition_folder("one"), edition_folder("other")
    files = sorted(path.name for path in one.iterdir())
    assert files == sorted(path.name for path in other.iterdir())
    assert all((one / name).read_bytes() == (other / name).read_bytes() for name in files)


@pytest.mark.filterwarnings("ignore")
def test_the_data_package_is_valid(edition_folder: Folder) -> None:
    import frictionless

    def two_rows(frames: dict[str, pd.DataFrame]) -> None:
        curves = frames["curves"]
        frames["curves"] = pd.concat([curves, curves.assign(needs_visa="yes")])

    folder = edition_folder("edition", two_rows)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["fieldName", "message"])
    package = json.loads((folder / "datapackage.json").read_text())
    assert package["version"] == "2026.1"
    assert [source["title"] for source in package["sources"]] == [
        "One report",
        "Another report",
        "A guide",
    ]
    curves = next(each for each in package["resources"] if each["name"] == "curves")
    fields = {field["name"]: field for field in curves["schema"]["fields"]}
    assert fields["slope"]["type"] == "number"
    assert fields["n"]["type"] == "integer"
    assert fields["status"]["constraints"]["enum"][0] == "ok"


@pytest.mark.filterwarnings("ignore")
def test_the_data_package_finds_a_wrong_value(edition_folder: Folder) -> None:
    import frictionless

    folder = edition_folder("edition")
    curves = folder / "curves.csv"
    curves.write_text(curves.read_text().replace(",ok,", ",fine,"))
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert not report.valid


@pytest.mark.parametrize("name", ["curves.csv", "edition.json", "datapackage.json"])
def test_a_missing_file_is_found(edition_folder: Folder, name: str) -> None:
    folder = edition_folder("edition")
    assert verify_edition(folder)["edition"] == "2026.1"
    (folder / name).unlink()
    with pytest.raises(RecalibError, match=name):
        verify_edition(folder)


def test_a_changed_table_is_found(edition_folder: Folder) -> None:
    folder = edition_folder("edition")
    path = folder / "band_table.csv"
    path.write_bytes(path.read_bytes().replace(b"271.6", b"270.6"))
    with pytest.raises(RecalibError, match=r"band_table\.csv is not the file"):
        verify_edition(folder)


def test_an_edition_is_of_one_piece(
    frames: dict[str, pd.DataFrame], inputs: dict[str, Any], tmp_path: Path
) -> None:
    del frames["evidence"]
    with pytest.raises(RecalibError, match="lacks the tables evidence"):
        make_edition(frames, inputs, "0.1.0", tmp_path)


def test_rows_of_another_edition_are_refused(
    frames: dict[str, pd.DataFrame], inputs: dict[str, Any], tmp_path: Path
) -> None:
    frames["curves"]["edition"] = "2025.1"
    with pytest.raises(RecalibError, match=r"holds 2025\.1"):
        make_edition(frames, inputs, "0.1.0", tmp_path)


def test_a_probability_is_one(
    frames: dict[str, pd.DataFrame], inputs: dict[str, Any], tmp_path: Path
) -> None:
    frames["band_table"]["probability"] = 1.2
    with pytest.raises(RecalibError, match=r"bands\[0\]\.probability: 1\.2 is greater than"):
        make_edition(frames, inputs, "0.1.0", tmp_path)


def test_a_goal_of_somebody_else_is_refused(edition_folder: Folder, tmp_path: Path) -> None:
    folder = edition_folder("edition")
    check_goal(folder)
    check_goal(tmp_path / "missing")
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / ".gitkeep").touch()
    check_goal(empty)
    assert not is_edition(empty)
    (empty / "thesis.doc").touch()
    with pytest.raises(RecalibError, match=r"holds no edition \(thesis\.doc\)"):
        check_goal(empty)
    with pytest.raises(RecalibError, match="is a file"):
        check_goal(folder / "curves.csv")
    assert (empty / "thesis.doc").exists()
