"""Readers that load an edition while it is replaced find one or the other, by every way to swap."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from calib.edition import Edition, tables
from edition_samples import INPUTS
from recalib.publish import Staging, commit, edition, make_edition, moves


def loaded(folder: Path) -> str:
    """Name of an edition of which every table was read and verified."""
    found = Edition(folder)
    rows = [row for name in tables() for row in found.table(name)]
    assert {row["edition"] for row in rows} == {found.name}
    return found.name


@pytest.mark.parametrize("way", ["exchange", "rename", "files"])
def test_a_reader_beside_a_publication_finds_a_whole_edition(
    tmp_path: Path,
    frames: dict[str, pd.DataFrame],
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    names = ("2026.1", "2026.2")
    for name in names:
        (tmp_path / name).mkdir()
        of = {table: frame.assign(edition=name) for table, frame in frames.items()}
        make_edition(of, INPUTS | {"edition": name}, "0", tmp_path / name)
    goal = tmp_path / "goal"
    shutil.copytree(tmp_path / names[0], goal)
    if way != "exchange":
        monkeypatch.setattr(moves, "exchange", lambda one, other: False)
    if way == "files":
        monkeypatch.setattr(moves, "_renamed", lambda new, goal, old: False)
    seen: list[str] = []
    wrong: list[str] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            try:
                seen.append(loaded(goal))
            except Exception as error:
                wrong.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        number = 0
        # Until the reader has met either edition often enough.
        while len(seen) < 30 or set(seen) != {*names}:
            number += 1
            staging = Staging(goal)
            shutil.copytree(tmp_path / names[number % 2], staging.new, dirs_exist_ok=True)
            staging.prepare(edition.ours)
            commit([staging])
            assert not wrong, wrong[0]
    finally:
        ended.set()
        reader.join()
    assert not wrong


def test_every_file_of_an_edition_is_in_its_hashes(edition_folder: Callable[..., Path]) -> None:
    folder = edition_folder("edition")
    record = edition.verify_edition(folder)
    described = {*record["tables"], *record["files"], "edition.json"}
    assert {path.name for path in folder.iterdir()} == described


@pytest.mark.parametrize("name", ["datapackage.json", "band_table.json", "band_table.schema.json"])
def test_a_changed_byte_of_any_other_file_is_found(
    edition_folder: Callable[..., Path], name: str
) -> None:
    folder = edition_folder("edition")
    (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
    with pytest.raises(edition.RecalibError, match=f"{name} is not the file"):
        edition.verify_edition(folder)
