from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from recalib.problems import RecalibError
from recalib.publish import Staging, commit, edition, locked, moves, recover, reports
from recalib.publish.lock import lock_path


def fill(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def publish(goal: Path, **files: str) -> None:
    staging = Staging(goal)
    fill(staging.new, **files)
    staging.prepare(edition.ours)
    commit([staging])


def test_a_first_edition_is_published_where_nothing_was(tmp_path: Path) -> None:
    goal = tmp_path / "deep" / "goal"
    publish(goal, curves__csv="new")
    assert (goal / "curves.csv").read_text() == "new"
    assert names(goal.parent) == ["goal"]


@pytest.mark.parametrize("can_link", [True, False])
def test_the_goal_is_replaced_and_foreign_entries_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_link: bool
) -> None:
    def refuse(source: str, target: str, **options: bool) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if not can_link:
        monkeypatch.setattr(os, "link", refuse)
    goal = fill(tmp_path / "goal", curves__csv="old", band_table__csv="old", notes__txt="mine")
    (goal / "link").symlink_to("notes.txt")
    fill(goal / "thesis", chapter="long")
    goal.chmod(0o750)
    publish(goal, curves__csv="new")
    assert names(goal) == ["curves.csv", "link", "notes.txt", "thesis"]
    assert (goal / "curves.csv").read_text() == "new"
    assert (goal / "notes.txt").read_text() == "mine"
    assert (goal / "link").readlink() == Path("notes.txt")
    assert (goal / "thesis" / "chapter").read_text() == "long"
    assert goal.stat().st_mode & 0o777 == 0o750
    assert names(tmp_path) == ["goal"]


def test_a_file_put_into_the_goal_at_the_last_moment_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = fill(tmp_path / "goal", curves__csv="old")
    real = moves.put

    def late(new: Path, goal: Path, *others: Any) -> None:
        fill(goal, late__txt="mine")
        real(new, goal, *others)

    monkeypatch.setattr(moves, "put", late)
    publish(goal, curves__csv="new")
    assert (goal / "late.txt").read_text() == "mine"
    assert (goal / "curves.csv").read_text() == "new"


def test_a_foreign_file_is_never_overwritten(tmp_path: Path) -> None:
    goal = fill(tmp_path / "goal", index__html="mine")
    staging = Staging(goal)
    fill(staging.new, index__html="ours")
    with pytest.raises(RecalibError, match="would be overwritten"):
        staging.prepare(reports.ours)
    staging.discard()
    assert (goal / "index.html").read_text() == "mine"
    assert names(tmp_path) == ["goal"]


def test_a_goal_behind_a_symbolic_link_is_replaced_where_it_lies(tmp_path: Path) -> None:
    goal = fill(tmp_path / "disk" / "goal", curves__csv="old")
    link = tmp_path / "goal"
    link.symlink_to(goal)
    publish(link, curves__csv="new")
    assert link.is_symlink()
    assert (goal / "curves.csv").read_text() == "new"


def test_recovery_removes_what_is_ours_and_nothing_else(tmp_path: Path) -> None:
    goal = fill(tmp_path / "goal", curves__csv="old")
    left = Staging(goal)
    fill(left.new, curves__csv="half")
    stranger = fill(tmp_path / ".goal.calib-theirs", work="mine")
    other = Staging(tmp_path / "goal2")
    longer = Staging(tmp_path / "goal.calib-b")
    sentences = recover(goal, edition.ours)
    assert len(sentences) == 1
    assert left.root.name in sentences[0]
    assert not left.root.exists()
    assert (stranger / "work").read_text() == "mine"
    assert other.root.exists()
    assert longer.root.exists()
    assert (goal / "curves.csv").read_text() == "old"
    assert recover(goal, edition.ours) == []
    assert recover(tmp_path / "nowhere" / "goal", edition.ours) == []


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    goal, other = tmp_path / "goal", tmp_path / "other"
    with locked([goal, other, goal]):
        with (
            pytest.raises(RecalibError, match=f"process {os.getpid()}.*{goal}"),
            locked([goal]),
        ):
            pass
        # The first refusal took nothing from the lock: the second names the same process.
        with pytest.raises(RecalibError, match=f"process {os.getpid()}"), locked([goal]):
            pass
        with locked([tmp_path / "third"]):
            pass
    assert names(tmp_path) == []
    with locked([goal]):
        pass


def test_a_lock_left_by_a_killed_run_does_not_hold(tmp_path: Path) -> None:
    lock_path(tmp_path / "goal").write_text("12345\n")
    with locked([tmp_path / "goal"]):
        assert lock_path(tmp_path / "goal").read_text() == f"{os.getpid()}\n"


def test_reports_know_their_own(tmp_path: Path) -> None:
    folder = fill(tmp_path / "reports", index__html="ours")
    reports.write_manifest(folder)
    fill(folder, overview__png="kept")
    assert reports.ours(folder / "index.html")
    assert reports.ours(folder / "failed")
    assert not reports.ours(folder / "overview.png")
    reports.check_goal(folder)
    reports.check_goal(fill(tmp_path / "fresh", overview__png="kept"))
    with pytest.raises(RecalibError, match=r"holds no reports of calib \(home\.html\)"):
        reports.check_goal(fill(tmp_path / "site", home__html="mine"))
    with pytest.raises(RecalibError, match="is a file"):
        reports.check_goal(folder / "index.html")


def test_a_kill_between_cleaning_up_keeps_what_was_published(tmp_path: Path) -> None:
    goal = fill(tmp_path / "goal", curves__csv="old")
    staging = Staging(goal)
    fill(staging.new, curves__csv="new")
    staging.prepare(edition.ours)
    commit([staging])
    assert recover(goal, edition.ours) == []
    assert (goal / "curves.csv").read_text() == "new"
