"""Disks that answer oddly: folders that cannot be renamed, no locks, no modes, full or read-only.

What each answers is played; tests of real ones follow where the system lets us mount them.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recalib.problems import RecalibError
from recalib.publish import Staging, commit, disk, edition, locked, moves, recover, reports
from recalib.publish.lock import lock_path

OLD = {"curves.csv": "old", "standing.csv": "old", "edition.json": "old"}
NEW = {"curves.csv": "new", "band_table.csv": "new", "edition.json": "new"}
FOREIGN = {"notes.txt": "mine"}
Refuse = Callable[..., Any]


def fill(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def read(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def prepared(goal: Path, files: dict[str, str] = NEW) -> Staging:
    staging = Staging(goal)
    fill(staging.new, files)
    staging.prepare(edition.ours)
    return staging


def error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def fixed(monkeypatch: pytest.MonkeyPatch, number: int, *names: str) -> None:
    """Let folders of these names refuse to be renamed, and to change places."""
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name in names or Path(target).name in names:
            raise error(number)
        return rename(self, target)

    monkeypatch.setattr(moves, "exchange", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", refuse)


@pytest.mark.parametrize("number", [errno.EXDEV, errno.EBUSY, errno.EPERM])
def test_a_folder_that_cannot_be_renamed_gets_its_files_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    goal = fill(tmp_path / "goal", OLD | FOREIGN)
    fixed(monkeypatch, number, "goal")
    inode = goal.stat().st_ino
    commit([prepared(goal)])
    assert read(goal) == NEW | FOREIGN
    assert goal.stat().st_ino == inode
    assert [path.name for path in tmp_path.iterdir()] == ["goal"]


def test_reports_of_a_fixed_folder_lose_the_pages_that_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = fill(tmp_path / "goal", {"specialties/a.html": "old", "index.html": "old"})
    reports.write_manifest(goal)
    fill(goal, {"overview.png": "kept"})
    fixed(monkeypatch, errno.EXDEV, "goal")
    staging = Staging(goal)
    fill(staging.new, {"specialties/b.html": "new", "index.html": "new"})
    reports.write_manifest(staging.new)
    staging.prepare(reports.ours)
    commit([staging])
    del (found := read(goal))[reports.MANIFEST]
    assert found == {"specialties/b.html": "new", "index.html": "new", "overview.png": "kept"}


@pytest.mark.parametrize("way", ["exchange", "rename", "files"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_where_one_of_several_goals_fails_all_are_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, number: int
) -> None:
    goals = [fill(tmp_path / name, OLD | FOREIGN) for name in ("one", "two", "three")]
    if way == "rename":
        monkeypatch.setattr(moves, "exchange", lambda one, other: False)
    if way == "files":
        fixed(monkeypatch, errno.EXDEV, "one", "two", "three")
    stagings = [prepared(goal) for goal in goals]
    put, replace = moves.put, Path.replace
    torn_once: list[Path] = []

    def torn(self: Path, target: Path) -> Path:
        # The second of the last goal's files.
        if way == "files" and Path(target) == goals[2] / "curves.csv" and not torn_once:
            torn_once.append(target)
            raise error(number)
        return replace(self, target)

    def refuse(new: Path, goal: Path, *others: Any) -> None:
        if goal == goals[2] and way != "files":
            raise error(number)
        put(new, goal, *others)

    monkeypatch.setattr(moves, "put", refuse)
    monkeypatch.setattr(Path, "replace", torn)
    with pytest.raises(RecalibError) as caught:
        commit(stagings)
    message = str(caught.value)
    assert message.startswith(f"The folder {goals[2]} cannot be written: {os.strerror(number)}")
    assert message.endswith("Nothing was published.")
    for staging in stagings:
        staging.discard()
    assert [read(goal) for goal in goals] == [OLD | FOREIGN] * 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "three", "two"]


def test_what_can_be_neither_published_nor_taken_back_is_completed_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goals = [fill(tmp_path / name, OLD) for name in ("one", "two")]
    stagings = [prepared(goal) for goal in goals]
    put = moves.put

    def refuse(new: Path, goal: Path, *others: Any) -> None:
        if goal == goals[1]:
            raise error(errno.EIO)
        put(new, goal, *others)

    def worse(*arguments: Any) -> None:
        raise error(errno.EIO)

    with monkeypatch.context() as broken:
        broken.setattr(moves, "put", refuse)
        broken.setattr(moves, "put_back", worse)
        with pytest.raises(RecalibError, match="the next start of the same command completes"):
            commit(stagings)
        for staging in stagings:
            staging.discard()
    assert [read(goal) for goal in goals] == [NEW, OLD]
    # Whichever goal the next run writes.
    assert len(recover(goals[1], edition.ours)) == 2
    assert [read(goal) for goal in goals] == [NEW, NEW]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_repository_that_was_moved_meanwhile_is_completed_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goals = [fill(tmp_path / "here" / name, OLD) for name in ("one", "two")]
    stagings = [prepared(goal) for goal in goals]

    def killed(*arguments: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(moves, "put", killed)
        with pytest.raises(SystemExit):
            commit(stagings)
    (tmp_path / "here").rename(tmp_path / "there")
    recover(tmp_path / "there" / "two", edition.ours)
    assert [read(tmp_path / "there" / name) for name in ("one", "two")] == [NEW, NEW]


def test_a_volume_that_is_another_disk_holds_its_own_staging_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = fill(tmp_path / "goal", OLD | FOREIGN)
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if goal in self.parents or goal not in Path(target).parents:
            return replace(self, target)
        raise error(errno.EXDEV)

    monkeypatch.setattr(Path, "replace", refuse)
    staging = prepared(goal)
    assert staging.root.parent == goal
    edition.check_goal(fill(tmp_path / "fresh", {".fresh.calib-lock": ""}))
    with locked([goal]):
        assert recover(goal, edition.ours) == [
            f"Removed {staging.root.name}, which a killed run left beside goal."
        ]
    commit([prepared(goal)])
    assert read(goal) == NEW | FOREIGN


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_where_nothing_can_lie_beside_the_goal_the_lock_lies_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    goal = fill(tmp_path / "goal", OLD)
    touch = Path.touch

    def refuse(self: Path) -> None:
        if self.parent == tmp_path:
            raise error(number)
        touch(self)

    monkeypatch.setattr(Path, "touch", refuse)
    with locked([goal]):
        assert lock_path(goal) == goal / ".goal.calib-lock"
        with pytest.raises(RecalibError, match="Another run"), locked([goal]):
            pass
    assert read(goal) == OLD
    with pytest.raises(RecalibError, match="cannot be written"), locked([tmp_path / "new"]):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="flock is POSIX")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP])
def test_a_disk_without_locks_is_told_and_no_other_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
) -> None:
    import fcntl

    def refuse(descriptor: int, operation: int) -> None:
        raise error(number)

    monkeypatch.setattr(fcntl, "flock", refuse)
    # Twice: what a first run left must not look like another one.
    for _ in range(2):
        with locked([tmp_path / "goal"]):
            pass
        told = capsys.readouterr().err
        assert told.startswith(f"The file system of {tmp_path / 'goal'} has no locks")
        assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EPERM])
def test_a_disk_that_knows_no_modes_and_forces_no_folders_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    goal = fill(tmp_path / "goal", OLD | FOREIGN)

    def refuse(*arguments: object, **options: object) -> None:
        raise error(number)

    for module, name in ((os, "fsync"), (os, "chmod"), (os, "link"), (os, "utime")):
        monkeypatch.setattr(module, name, refuse)
    commit([prepared(goal)])
    assert read(goal) == NEW | FOREIGN


def test_a_full_disk_is_not_taken_for_an_odd_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise error(errno.ENOSPC)

    monkeypatch.setattr(os, "fsync", full)
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="No space left"):
        disk.sync(tmp_path / "file")


PUBLISH = """
import sys
from pathlib import Path
from recalib.publish import Staging, commit, edition, locked, recover, writing
from recalib.problems import RecalibError
goals = [Path(word) for word in sys.argv[1:]]
try:
    with locked(goals):
        for goal in goals:
            edition.check_goal(goal)
            recover(goal, edition.ours, goals)
        stagings = []
        try:
            for goal in goals:
                with writing(goal):
                    stagings.append(Staging(goal))
            for staging in stagings:
                with writing(staging.goal):
                    (staging.new / "edition.json").write_text('{"edition": "n", "tables": {}}')
                    (staging.new / "curves.csv").write_text("new" * 100_000)
                    staging.prepare(edition.ours)
            commit(stagings)
        finally:
            for staging in stagings:
                staging.discard()
except RecalibError as error:
    sys.exit(str(error))
"""


def mounted(*arguments: str) -> bool:
    command = ["mount", *arguments]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mount a file system; the test is skipped where that is not ours to do."""
    if not sys.platform.startswith("linux") or os.geteuid() or not shutil.which("mount"):
        pytest.skip("mounting is for root on Linux")
    places: list[Path] = []

    def make(name: str, *arguments: str) -> Path:
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        if not mounted(*arguments, str(place)):
            pytest.skip(f"mount {' '.join(arguments)} is refused here")
        places.append(place)
        return place

    yield make
    for place in reversed(places):
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def publish(*goals: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PUBLISH, *map(str, goals)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_repository_in_the_lower_layer_of_an_overlay(
    mount: Callable[..., Path], tmp_path: Path
) -> None:
    for name in ("upper", "scratch"):
        (tmp_path / name).mkdir()
    whole = {"edition.json": '{"edition": "o", "tables": {}}', "curves.csv": "old"}
    fill(tmp_path / "lower" / "repository" / "out", whole | FOREIGN)
    layers = ("lowerdir", "lower"), ("upperdir", "upper"), ("workdir", "scratch")
    options = ",".join(f"{key}={tmp_path / name}" for key, name in layers)
    goal = mount("merged", "-t", "overlay", "overlay", "-o", options) / "repository" / "out"
    done = publish(goal)
    assert done.returncode == 0, done.stderr
    assert read(goal)["curves.csv"] == "new" * 100_000
    assert read(goal)["notes.txt"] == "mine"
    assert [path.name for path in goal.parent.iterdir()] == ["out"]


def test_a_volume_and_a_bind_mount_as_goals(mount: Callable[..., Path], tmp_path: Path) -> None:
    volume = mount("volume", "-t", "tmpfs", "-o", "size=4m", "tmpfs")
    (tmp_path / "store").mkdir()
    bound = mount("bound", "--bind", str(tmp_path / "store"))
    done = publish(volume, bound)
    assert done.returncode == 0, done.stderr
    for goal in (volume, bound):
        assert sorted(path.name for path in goal.iterdir()) == ["curves.csv", "edition.json"]


def test_a_full_disk_and_one_that_is_read_only(mount: Callable[..., Path], tmp_path: Path) -> None:
    full = mount("full", "-t", "tmpfs", "-o", "size=200k", "tmpfs")
    sealed = mount("sealed", "-t", "tmpfs", "-o", "size=200k,ro", "tmpfs")
    other = tmp_path / "other"
    for goal, reason in ((full, "No space left on device"), (sealed, "Read-only file system")):
        done = publish(other, goal)
        assert done.returncode == 1
        assert done.stderr.startswith(f"The folder {goal} cannot be written: {reason}")
        assert done.stderr.count("\n") == 1
        assert not other.exists()
        assert list(goal.iterdir()) == []
        assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]
