"""Replaces a folder by a finished one with two renames, or leaves it as it was.

Everything is made in a staging folder beside the goal (`.<goal>.calib-<random>`), on the same file
system. The goal then moves into the staging folder as `old`, and the new content to the goal's
place. A run killed between the two renames leaves a goal that is missing for the moment: the next
start puts it back.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from recalib.problems import RecalibError

# Tells what a killed run left behind from what belongs to somebody else.
MARKER = "calib-staging"
# What a new folder may hold beside an edition or reports without being somebody else's.
HARMLESS = frozenset({".gitkeep", ".gitignore", ".gitattributes", ".DS_Store", "__pycache__"})
# Tells from the path of an entry of a goal, or of its former content, whether it is ours.
Ours = Callable[[Path], bool]


class Staging:
    """A folder beside the goal: `new` becomes the goal's content, all else in `root` is scratch."""

    def __init__(self, goal: Path) -> None:
        self.goal = goal.resolve()
        self.goal.parent.mkdir(parents=True, exist_ok=True)
        self.root = Path(tempfile.mkdtemp(prefix=prefix(self.goal), dir=self.goal.parent))
        (self.root / MARKER).touch()
        self.new, self.old = self.root / "new", self.root / "old"
        self.new.mkdir()

    def prepare(self, ours: Ours) -> None:
        """Do all that takes time before the swap: carry over what is not ours, force to the disk.

        A RecalibError if an entry that is not ours has the name of one to be published.
        """
        _carry_over(self.goal, self.new, ours)
        if self.goal.exists():
            shutil.copymode(self.goal, self.new)
        _sync_tree(self.new)
        _sync(self.root)

    def commit(self, ours: Ours) -> None:
        """Swap the prepared content with the goal and remove the staging folder."""
        swap(self.new, self.goal, self.old)
        _sync(self.goal.parent)
        # Somebody may have put a file into the goal between carrying over and swapping.
        _rescue(self.old, self.goal, ours)
        self.discard()

    def discard(self) -> None:
        """Remove the staging folder."""
        _remove_tree(self.root)


@contextmanager
def writing(goal: Path) -> Iterator[None]:
    """Turn what the system says while a goal is written into a RecalibError about that goal."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if isinstance(error, FileExistsError):
            reason = "a file is in the way"
        place = f" ({error.filename})" if error.filename else ""
        raise RecalibError(f"The folder {goal} cannot be written: {reason}{place}.") from error


def prefix(goal: Path) -> str:
    """Return how the names of a goal's staging folders begin."""
    return f".{goal.name}.calib-"


def recover(goal: Path, ours: Ours) -> list[str]:
    """Clean up what killed runs left beside a goal, and put the goal back where it is missing.

    The caller holds the goal's lock. Returns what was done, as sentences.
    """
    goal = goal.resolve()
    done: list[str] = []
    # Eight signs are what mkdtemp adds; a goal named `<goal>.calib-x` has staging folders, too.
    for root in sorted(goal.parent.glob(escape(prefix(goal)) + "?" * 8)):
        if root.is_symlink() or not root.is_dir():
            continue
        if not (root / MARKER).exists() and any(root.iterdir()):
            continue
        old = root / "old"
        if old.is_dir() and not goal.exists():
            old.rename(goal)
            done.append(f"Put {goal} back from {root.name}, which a killed run left.")
        else:
            _rescue(old, goal, ours)
        _remove_tree(root)
        done.append(f"Removed {root.name}, which a killed run left beside {goal.name}.")
    return done


def swap(new: Path, goal: Path, old: Path) -> None:
    """Put `new` where `goal` is, which goes to `old`; a swap that fails changes nothing."""
    if goal.exists():
        goal.rename(old)
    try:
        new.rename(goal)
    except OSError:
        if old.exists():
            old.rename(goal)
        raise


def _carry_over(goal: Path, new: Path, ours: Ours) -> None:
    for name in _foreign(goal, ours):
        if os.path.lexists(new / name):
            raise RecalibError(
                f"{goal / name} was not written by calib and would be overwritten; move it away."
            )
        source, target = goal / name, new / name
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, target, symlinks=True, copy_function=_link)
        else:
            _link(str(source), str(target))


def _link(source: str, target: str) -> None:
    # A hard link cannot lose what an editor writes meanwhile; not every file system has them.
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _rescue(old: Path, goal: Path, ours: Ours) -> None:
    """Move entries that are not ours from the former content, where the goal's are older."""
    for name in _foreign(old, ours):
        left, kept = old / name, goal / name
        if not os.path.lexists(kept):
            left.rename(kept)
        elif left.is_file() and kept.is_file() and left.stat().st_mtime > kept.stat().st_mtime:
            left.replace(kept)


def _foreign(folder: Path, ours: Ours) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if not ours(entry))


def _remove_tree(folder: Path) -> None:
    """Remove a staging folder, its marker last: half removed, it must still be known as ours."""
    # A dying kernel may still be writing into it, hence more than one attempt.
    for _ in range(5):
        with suppress(FileNotFoundError):
            for entry in folder.iterdir():
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry, ignore_errors=True)
                elif entry.name != MARKER:
                    entry.unlink(missing_ok=True)
            if [entry.name for entry in folder.iterdir()] == [MARKER]:
                (folder / MARKER).unlink()
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.1)


def _sync_tree(folder: Path) -> None:
    for path, _, files in os.walk(folder):
        for name in files:
            file = Path(path) / name
            if not file.is_symlink():
                _sync(file)
        _sync(Path(path))


def _sync(path: Path) -> None:
    if os.name != "posix" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
