"""The benchmark of the look-ups times what it says it times."""

from pathlib import Path

import lookups
import pytest


def test_every_start_and_look_up_runs() -> None:
    found = lookups.starts(1)
    assert set(found) == set(lookups.STARTS)
    assert all(len(values) == 1 for values in found.values())
    for look_up in lookups.look_ups().values():
        assert look_up() is not None


def test_the_table_holds_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "GOAL", tmp_path / "lookups.csv")
    monkeypatch.setattr(lookups, "BATCH", 1)
    monkeypatch.setattr("sys.argv", ["lookups.py", "--starts", "1", "--repeats", "1"])
    lookups.main()
    lines = (tmp_path / "lookups.csv").read_text().splitlines()
    assert len(lines) == 1 + len(lookups.STARTS) + len(lookups.look_ups())
