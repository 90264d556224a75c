"""Earlier editions: opened as they were kept, answering as they did then."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import calib
from calib import edition as _edition
from calib.edition import edition_order

ROOT = Path(__file__).parents[2]


@pytest.fixture
def line(tmp_path: Path, synthetic_folder: Path) -> Path:
    """A folder of kept editions with one of today's columns and one of an older layout."""
    today = tmp_path / "synthetic.0"
    pack(synthetic_folder, today, "synthetic.0")
    older = tmp_path / "synthetic.9"
    pack(synthetic_folder, older, "synthetic.9", older=True)
    (tmp_path / "notes").mkdir()
    return tmp_path


def pack(source: Path, goal: Path, name: str, *, older: bool = False) -> None:
    goal.mkdir()
    record = json.loads((source / "edition.json").read_text())
    record["edition"] = name
    for file in [*record["tables"]]:
        text = (source / file).read_text(encoding="utf-8")
        reader = csv.DictReader(io.StringIO(text, newline=""))
        rows, columns = [*reader], list(reader.fieldnames or ())
        rows = [row | {"edition": name} for row in rows]
        if older:
            if file == "standing.csv":
                del record["tables"][file]
                continue
            rows, columns = aged(file, rows, columns)
        made = io.StringIO()
        writer = csv.DictWriter(made, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        content = made.getvalue().encode()
        (goal / f"{file}.gz").write_bytes(gzip.compress(content, mtime=0))
        record["tables"][file] = {"sha256": hashlib.sha256(content).hexdigest(), "rows": len(rows)}
    (goal / "edition.json").write_text(json.dumps(record))


def aged(file: str, rows: list[dict[str, str]], columns: list[str]) -> tuple[list, list[str]]:
    """Rows and columns as they were until 2026.3."""
    gone = {"drift_sd", "bend_sd", "own_share", "next_low", "next_high", "guide_label"}
    gone |= {"boundary_next_low", "boundary_next_high", "standing_matched", "standing_not_matched"}
    columns = [name for name in columns if name not in gone]
    if file == "band_table.csv":
        columns.insert(7, "scheme")
        guide = [row | {"scheme": "guide", "label": row["guide_label"]} for row in rows]
        rows = [row | {"scheme": "chance"} for row in rows] + [row for row in guide if row["label"]]
    return rows, columns


@pytest.mark.usefixtures("edition")
def test_every_look_up_answers_from_the_edition_that_was_loaded(line: Path) -> None:
    before = calib.load("synthetic.0", line)
    assert before.EDITION == "synthetic.0"
    assert repr(before) == "calib.load('synthetic.0')"
    key = ("surgery", "non_us_img")
    for old, now in (
        (before.probability(250, *key), calib.probability(250, *key)),
        (before.band(250, *key, scheme="chance"), calib.band(250, *key, scheme="chance")),
        (before.standing(240, *key), calib.standing(240, *key)),
        (before.score_for(0.5, *key), calib.score_for(0.5, *key)),
        (before.gain(240, 250, *key), calib.gain(240, 250, *key)),
        (before.bands(*key)[0], calib.bands(*key)[0]),
        (before.chances(250, "non_us_img")[0], calib.chances(250, "non_us_img")[0]),
        (before.guide_audit("surgery_guide")[0], calib.guide_audit("surgery_guide")[0]),
    ):
        assert (old.edition, now.edition) == ("synthetic.0", "synthetic.1")
        same = {"edition": "", "curve": ""}
        assert old.as_dict() | same == now.as_dict() | same
    assert before.specialties() == calib.specialties()
    assert before.applicant_groups("surgery") == calib.applicant_groups("surgery")
    assert before.guides() == calib.guides()
    assert {row["edition"] for row in before.table("curves")} == {"synthetic.0"}
    said = before.explain(250, *key)
    assert said.startswith(calib.explain(250, *key).replace("synthetic.1", "synthetic.0"))
    assert said.endswith("edition synthetic.1 has replaced it: do not rely on it.")
    with pytest.raises(calib.UnknownNameError):
        before.probability(250, "nothing", "non_us_img")
    assert calib.probability(250, *key).edition == "synthetic.1"


@pytest.mark.usefixtures("edition")
def test_an_older_layout_says_what_it_said(line: Path) -> None:
    before = calib.load("synthetic.9", line)
    key = ("surgery", "non_us_img")
    found = before.probability(250, *key)
    assert found.value == calib.probability(250, *key).value
    assert found.next_low is None
    assert before.standing(240, *key).status == "no_evidence"
    assert before.table("standing") == []
    assert before.table("curves")[0]["drift_sd"] is None
    guide, chance = (before.bands(*key, scheme=scheme) for scheme in ("guide", "chance"))
    assert [band.label for band in guide] == [band.guide_label for band in guide]
    assert {band.chance_label for band in guide} == {None}
    assert [band.label for band in chance] == [band.chance_label for band in chance]
    assert before.score_for(0.5, *key).next_low is None
    assert "lower than what the words say" in before.explain(250, *key)


@pytest.mark.usefixtures("edition")
def test_the_shipped_edition_can_be_loaded_by_its_name() -> None:
    same = calib.load("synthetic.1")
    key = (250, "surgery", "non_us_img")
    assert same.probability(*key) == calib.probability(*key)
    assert same.explain(*key) == calib.explain(*key)


@pytest.mark.usefixtures("edition")
def test_an_unknown_edition_names_those_there_are(line: Path) -> None:
    with pytest.raises(calib.UnknownNameError, match=r"synthetic\.0"):
        calib.load("synthetic.00", line)
    for wrong in ("", "../synthetic.0", 2026.3, None):
        with pytest.raises(calib.UnknownNameError):
            calib.load(wrong)  # type: ignore[arg-type]


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize("damage", ["short", "other", "gone"])
def test_damage_is_told(line: Path, damage: str) -> None:
    path = line / "synthetic.0" / "curves.csv.gz"
    if damage == "gone":
        path.unlink()
    elif damage == "short":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        shutil.copy(line / "synthetic.0" / "standing.csv.gz", path)
    with pytest.raises(calib.EditionError, match=r"curves\.csv"):
        calib.load("synthetic.0", line).specialties()


@pytest.mark.usefixtures("edition")
def test_what_swells_is_not_unpacked(line: Path) -> None:
    path = line / "synthetic.0" / "curves.csv.gz"
    path.write_bytes(gzip.compress(b"x" * 50_000_001, 1))
    with pytest.raises(calib.EditionError, match=r"curves\.csv .*more than 50,000,000 bytes"):
        calib.load("synthetic.0", line).specialties()


@pytest.mark.usefixtures("edition")
def test_threads_do_not_hear_of_each_others_editions(line: Path) -> None:
    before = calib.load("synthetic.0", line)
    key = (250, "surgery", "non_us_img")

    def asked(number: int) -> str:
        return (before if number % 2 else calib).probability(*key).edition

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(asked, range(200)))
    assert found == ["synthetic.1", "synthetic.0"] * 100


def test_editions_are_ordered_by_their_numbers() -> None:
    names = ["2026.10", "2027.1", "2026.9", "a", "2026.9b"]
    assert sorted(names, key=edition_order) == ["2026.9", "2026.9b", "2026.10", "2027.1", "a"]


def test_every_kept_edition_of_the_repository_answers() -> None:
    """Whatever was released still answers; today's is the last."""
    names = calib.editions()
    assert names[-1] == calib.EDITION
    assert names[:3] == ("2026.1", "2026.2", "2026.3")
    for name in names:
        old = calib.load(name)
        found = old.probability(251, "general_surgery", "non_us_img")
        assert found.edition == name
        assert found.value == pytest.approx(0.3, abs=0.05)
        assert len(old.bands("general_surgery", "non_us_img")) == 4
        assert old.explain(251, "general_surgery", "non_us_img")
        for table in _edition.tables():
            old.table(table)


def test_without_kept_editions_only_the_shipped_one_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(_edition, "__file__", str(tmp_path / "a" / "b" / "edition.py"))
    assert calib.editions() == (calib.EDITION,)
    with pytest.raises(calib.UnknownNameError):
        calib.load("2026.1")
