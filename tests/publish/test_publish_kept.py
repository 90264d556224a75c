from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from recalib.problems import RecalibError
from recalib.publish import (
    Staging,
    find_edition,
    keep,
    kept_editions,
    opened,
    recover_kept,
    released_before,
)
from recalib.publish.describe import sha256

Folder = Callable[..., Path]
ROOT = Path(__file__).parents[2]


def renamed(folder: Path, name: str) -> Path:
    """Give an edition another name, tables and all."""
    record = json.loads((folder / "edition.json").read_text())
    for file in record["tables"]:
        path = folder / file
        path.write_text(path.read_text().replace("2026.1", name))
        record["tables"][file]["sha256"] = sha256(path)
    (folder / "edition.json").write_text(json.dumps(record | {"edition": name}))
    return folder


def stamps(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_a_kept_edition_reads_as_it_was_published(edition_folder: Folder, tmp_path: Path) -> None:
    folder, line = edition_folder("one"), tmp_path / "line"
    keep(folder, line, {"drift.json": b"{}"})
    kept = opened(line / "2026.1")
    assert kept.record == opened(folder).record
    for name, frame in opened(folder).tables().items():
        pd.testing.assert_frame_equal(kept.read(name), frame)
    assert (line / "2026.1" / "drift.json").read_bytes() == b"{}"
    # No table lies there twice, and none of the forms that can be made of them.
    names = {path.name for path in (line / "2026.1").iterdir()}
    assert "curves.csv.gz" in names
    assert not names & {"curves.csv", "band_table.json", "datapackage.json"}


def test_keeping_the_same_again_touches_nothing(edition_folder: Folder, tmp_path: Path) -> None:
    folder, line = edition_folder("one"), tmp_path / "line"
    keep(folder, line)
    before = stamps(line)
    keep(folder, line)
    assert stamps(line) == before
    other = edition_folder("two", lambda frames: frames["curves"].update({"n": [540]}))
    keep(other, line)
    assert opened(line / "2026.1").read("curves")["n"].item() == 540
    assert [path.name for path in line.iterdir()] == ["2026.1"]


def test_what_a_killed_run_left_of_an_edition_goes(edition_folder: Folder, tmp_path: Path) -> None:
    """Of one that is never made again, too: the line is kept in git."""
    line = tmp_path / "line"
    assert recover_kept(line, []) == []
    keep(edition_folder("one"), line)
    left = Staging(line / "2025.9").root
    (said,) = recover_kept(line, [])
    assert said == f"Removed {left.name}, which a killed run left beside 2025.9."
    assert [path.name for path in line.iterdir()] == ["2026.1"]


@pytest.mark.parametrize("damage", ["short", "other", "gone"])
def test_damage_of_a_kept_table_is_told(
    edition_folder: Folder, tmp_path: Path, damage: str
) -> None:
    line = tmp_path / "line"
    keep(edition_folder("one"), line)
    path = line / "2026.1" / "curves.csv.gz"
    if damage == "gone":
        path.unlink()
    elif damage == "short":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        path.write_bytes((line / "2026.1" / "standing.csv.gz").read_bytes())
    words = {"gone": "is missing", "short": "cannot be read", "other": "is not the file that"}
    with pytest.raises(RecalibError, match=words[damage]):
        opened(line / "2026.1").read("curves")


@pytest.mark.parametrize("name", ["curves", "cohort_curves"])
def test_a_file_that_is_no_table_is_told(edition_folder: Folder, name: str) -> None:
    """Its hash holds: whoever made the edition wrote it so."""
    folder = edition_folder("one")
    path = folder / f"{name}.csv"
    path.write_text("edition\n2026.1,2,3\n")
    record = json.loads((folder / "edition.json").read_text())
    record["tables"][path.name] = {"sha256": sha256(path), "rows": 1}
    (folder / "edition.json").write_text(json.dumps(record))
    with pytest.raises(RecalibError, match=rf"{name}\.csv is not the table that it should be"):
        opened(folder).read(name)


def test_the_edition_released_before_is_the_newest_of_an_earlier_name(
    edition_folder: Folder, tmp_path: Path
) -> None:
    line = tmp_path / "line"
    for name in ("2026.9", "2026.10", "2027.1"):
        keep(renamed(edition_folder(name), name), line)
    assert kept_editions(line) == ["2026.9", "2026.10", "2027.1"]
    (line / "notes").mkdir()
    (line / "2025.1").mkdir()  # no edition in it
    out = renamed(edition_folder("out"), "2026.11")
    for new, old in (("2026.10", "2026.9"), ("2026.11", "2026.10"), ("2027.1", "2026.10")):
        assert released_before(line, None, new) == line / old
    # What is in the folder counts where nobody kept it, but never a try of the same name.
    assert released_before(line, out, "2026.12") == out
    assert released_before(line, out, "2026.11") == line / "2026.10"
    assert released_before(line, None, "2026.1") is None
    assert released_before(line, out, "2026.1") == out
    assert find_edition(Path("2026.9"), line) == line / "2026.9"
    assert find_edition(out, line) == out
    assert find_edition(Path("2020.1"), line) == Path("2020.1")


def test_the_shipped_edition_is_kept_with_its_drift() -> None:
    """Holds for any edition: what is published is in its line, table by table."""
    published = opened(ROOT / "data" / "processed")
    kept = opened(ROOT / "data" / "editions" / published.name)
    assert kept.record == published.record
    for name in published.tables():
        pd.testing.assert_frame_equal(kept.read(name), published.read(name))
    told = json.loads((ROOT / "data" / "editions" / published.name / "drift.json").read_text())
    assert told["edition"] == published.name
    assert told["drifts"] == told["approved"]
