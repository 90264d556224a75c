"""A finished folder and its goal come in; out goes the goal replaced in one step, or untouched.

Everything is made in a staging folder beside the goal (`.<goal>.calib-<random>`), on the same file
system, and then swapped with it. The staging folder carries a marker, so that the next start can
tell what a killed run left behind from what belongs to somebody else.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from recalib.problems import RecalibError

MARKER = "calib-staging.json"
# What a new folder may hold beside an edition or reports without being somebody else's.
HARMLESS = frozenset({".gitkeep", ".gitignore", ".gitattributes", ".DS_Store", "__pycache__"})
# Tells from the path of an entry of a goal, or of its former content, whether it is ours.
Ours = Callable[[Path], bool]
_AT_FDCWD = -100
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS have the same value.


class Staging:
    """A folder beside the goal in which the goal's next content is made.

    Parameters
    ----------
    goal : Path
        The folder to replace; it need not exist.

    Attributes
    ----------
    goal : Path
        The folder to replace, symbolic links resolved.
    root : Path
        The staging folder; anything in it but `new` is scratch.
    new : Path
        The goal's next content.
    """

    def __init__(self, goal: Path) -> None:
        self.goal = goal.resolve()
        self.goal.parent.mkdir(parents=True, exist_ok=True)
        self.root = Path(tempfile.mkdtemp(prefix=prefix(self.goal), dir=self.goal.parent))
        self.new = self.root / "new"
        self._mark("making")
        self.new.mkdir()

    def prepare(self, ours: Ours) -> None:
        """Do all that takes time before the swap: carry over what is not ours, force to the disk.

        Parameters
        ----------
        ours : callable
            Tells from the path of an entry whether this project wrote it; every other entry is
            carried over.

        Raises
        ------
        RecalibError
            If a foreign entry has the name of one to be published.
        """
        carry_over(self.goal, self.new, ours)
        if self.goal.exists():
            shutil.copymode(self.goal, self.new)
        sync_tree(self.new)
        self._mark("ready")

    def commit(self, ours: Ours) -> None:
        """Swap the new content with the goal and remove the staging folder.

        Parameters
        ----------
        ours : callable
            As in `prepare`, which was called before.
        """
        swap(self.new, self.goal, self.root / "old")
        _sync(self.goal.parent)
        # Somebody may have put a file into the goal between carrying over and swapping.
        for former in (self.new, self.root / "old"):
            rescue(former, self.goal, ours)
        self.discard()

    def discard(self) -> None:
        """Remove the staging folder."""
        remove_tree(self.root)

    def _mark(self, state: str) -> None:
        # The inode tells the next start whether `new` is still new or the former goal.
        inode = self.new.stat().st_ino if self.new.exists() else None
        content = {"goal": self.goal.name, "state": state, "inode": inode}
        part = self.root / (MARKER + ".part")
        part.write_text(json.dumps(content), encoding="utf-8")
        _sync(part)
        part.replace(self.root / MARKER)


@contextmanager
def writing(goal: Path) -> Iterator[None]:
    """Turn what the system says while a goal is written into a sentence about that goal.

    Parameters
    ----------
    goal : Path
        The folder that is made or replaced.

    Raises
    ------
    RecalibError
        In place of any OSError.
    """
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

    Parameters
    ----------
    goal : Path
        The folder that runs replace. The caller holds its lock.
    ours : callable
        Tells from an entry's path whether this project wrote it.

    Returns
    -------
    list of str
        What was done, as sentences.
    """
    goal = goal.resolve()
    done: list[str] = []
    if not goal.parent.is_dir():
        return done
    for root in sorted(goal.parent.glob(prefix(goal) + "*")):
        if root.is_symlink() or not root.is_dir():
            continue
        marker = _read_marker(root, goal)
        if marker is None:
            continue
        old, new = root / "old", root / "new"
        if old.is_dir() and not goal.exists():
            # Killed between the two renames of the fallback.
            old.rename(goal)
            done.append(f"Put {goal} back from {root.name}, which a killed run left.")
        elif marker.get("state") == "ready" and goal.exists():
            for left in (old, new):
                # Where the swap was done, this is the goal's former content.
                if left.is_dir() and left.stat().st_ino != marker.get("inode"):
                    rescue(left, goal, ours)
        remove_tree(root)
        done.append(f"Removed {root.name}, which a killed run left beside {goal.name}.")
    return done


def carry_over(goal: Path, new: Path, ours: Ours) -> None:
    """Copy every foreign entry of the goal into its next content.

    Parameters
    ----------
    goal, new : Path
        The folder to replace and its next content.
    ours : callable
        Tells from an entry's path whether this project wrote it.

    Raises
    ------
    RecalibError
        If a foreign entry has the name of a new one.
    """
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


def rescue(former: Path, goal: Path, ours: Ours) -> None:
    """Move foreign entries that the goal lacks, or has in an older state, from its former content.

    Parameters
    ----------
    former, goal : Path
        Former and present content.
    ours : callable
        Tells from an entry's path whether this project wrote it.
    """
    for name in _foreign(former, ours):
        left, kept = former / name, goal / name
        if not os.path.lexists(kept):
            left.rename(kept)
        elif left.is_file() and kept.is_file() and left.stat().st_mtime > kept.stat().st_mtime:
            left.replace(kept)


def swap(new: Path, goal: Path, aside: Path) -> None:
    """Put `new` where `goal` is, in one step where the system can.

    Parameters
    ----------
    new : Path
        Finished folder; afterwards it is gone or holds the goal's former content.
    goal : Path
        Folder to replace, existing or not.
    aside : Path
        Where the former content goes on systems that cannot exchange two names.
    """
    if not goal.exists():
        new.rename(goal)
    elif not exchange(new, goal):
        goal.rename(aside)
        try:
            new.rename(goal)
        except OSError:
            aside.rename(goal)
            raise


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step.

    Parameters
    ----------
    one, other : Path
        Two existing folders on one file system.

    Returns
    -------
    bool
        False where the system or the file system cannot do it, with nothing changed.

    Raises
    ------
    OSError
        If it can but may not.
    """
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        result = libc.renamex_np(first, second, _EXCHANGE)  # type: ignore[union-attr]
    elif sys.platform.startswith("linux") and hasattr(libc, "renameat2"):
        result = libc.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _EXCHANGE)  # type: ignore[union-attr]
    else:
        return False
    if result == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def sync_tree(folder: Path) -> None:
    """Force a folder and all that is in it to the disk.

    Parameters
    ----------
    folder : Path
        The folder.
    """
    for path, _, files in os.walk(folder):
        for name in files:
            file = Path(path) / name
            if not file.is_symlink():
                _sync(file)
        _sync(Path(path))


def remove_tree(folder: Path) -> None:
    """Remove a staging folder, its marker last: half removed, it must still be known as ours.

    Parameters
    ----------
    folder : Path
        The folder; it may be gone already.
    """
    # A dying kernel may still be writing into it, hence more than one attempt.
    for _ in range(5):
        entries = list(folder.iterdir()) if folder.is_dir() else []
        for entry in entries:
            if entry.name != MARKER:
                _remove(entry)
        try:
            if [entry.name for entry in folder.iterdir()] == [MARKER]:
                (folder / MARKER).unlink()
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.1)
            continue
        return


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)


def _foreign(folder: Path, ours: Ours) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if not ours(entry))


def _link(source: str, target: str) -> None:
    # A hard link cannot lose what an editor writes meanwhile; not every file system has them.
    if not Path(source).is_symlink():
        try:
            os.link(source, target)
        except OSError:
            pass
        else:
            return
    shutil.copy2(source, target, follow_symlinks=False)


def _read_marker(root: Path, goal: Path) -> dict[str, object] | None:
    for name in (MARKER, MARKER + ".part"):
        try:
            marker = json.loads((root / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(marker, dict) and marker.get("goal") == goal.name:
            return marker
    # Killed before the marker was whole: nothing but an empty folder can be ours.
    return {} if not any(entry.name != MARKER + ".part" for entry in root.iterdir()) else None


def _sync(path: Path) -> None:
    if os.name != "posix" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
