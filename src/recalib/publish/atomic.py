"""The staging folder of a goal, in which all is made before the goal is touched.

It lies beside the goal (`.<goal>.calib-<random>`), on the same file system; where that cannot be,
such as for a volume mounted into a container, inside it. What is to be published is made in `new`;
`commit` puts it in the goal's place.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from recalib.problems import RecalibError
from recalib.publish.disk import copy_mode, hashes, link_or_copy, sync, sync_tree

# Tells what a killed run left behind from what belongs to somebody else.
MARKER = "calib-staging"
# What a new folder may hold beside an edition or reports without being somebody else's.
HARMLESS = frozenset({".gitkeep", ".gitignore", ".gitattributes", ".DS_Store", "__pycache__"})
#: A name of ours that is no content: a lock or a staging folder, where they lie in the goal.
OWN = re.compile(r"^\..+\.calib-(lock|probe|.{8})$", re.DOTALL)
# Tells from the path of an entry of a goal, or of its former content, whether it is ours.
Ours = Callable[[Path], bool]
# What says that a staging folder beside the goal will not do.
_NOT_BESIDE = frozenset({errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC})


class Staging:
    """A folder of the goal's: `new` becomes the goal's content, all else in `root` is scratch."""

    def __init__(self, goal: Path) -> None:
        self.goal = goal.resolve()
        self.goal.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.root = _root(self.goal, self.goal.parent)
        except OSError as error:
            if error.errno not in _NOT_BESIDE or not self.goal.is_dir():
                raise
            self.root = _root(self.goal, self.goal)
        self.new, self.old = self.root / "new", self.root / "old"
        self.new.mkdir()
        #: SHA-256 of what is published, by name; and files of the goal that go. From `prepare` on.
        self.files: dict[str, str] = {}
        self.stale: list[str] = []
        self.ours: Ours = lambda entry: True
        #: From the decision to publish until it is carried out or taken back.
        self.decided = False

    def prepare(self, ours: Ours) -> None:
        """Do all that takes time before the swap: carry over what is not ours, force to the disk.

        A RecalibError if an entry that is not ours has the name of one to be published.
        """
        self.ours = ours
        self.files = hashes(self.new, _files(self.new))
        self.stale = [name for name in own_files(self.goal, ours) if name not in self.files]
        _carry_over(self.goal, self.new, ours)
        if self.goal.exists():
            copy_mode(self.goal, self.new)
        sync_tree(self.new)
        sync(self.root)

    def discard(self) -> None:
        """Remove the staging folder, but where it is needed to complete a publication."""
        if not self.decided:
            remove_tree(self.root)


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


def leftovers(goal: Path) -> list[Path]:
    """List the staging folders that killed runs left beside a goal, or in it."""
    # Eight signs are what mkdtemp adds; a goal named `<goal>.calib-x` has staging folders, too.
    name = escape(prefix(goal)) + "?" * 8
    found = [*goal.parent.glob(name), *(goal.glob(name) if goal.is_dir() else ())]
    return sorted(root for root in found if _is_staging(root))


def every_entry(entry: Path) -> bool:
    """All entries of a folder that calib alone writes are ours."""
    return bool(entry.name)


def own_files(folder: Path, ours: Ours) -> list[str]:
    """Names of all files of ours in a goal, with their folders."""
    if not folder.is_dir():
        return []
    entries = [e for e in folder.iterdir() if not OWN.match(e.name) and ours(e)]
    files = [entry.name for entry in entries if entry.is_file() and not entry.is_symlink()]
    within = [e for e in entries if e.is_dir() and not e.is_symlink()]
    return sorted([*files, *(f"{e.name}/{name}" for e in within for name in _files(e))])


def rescue(old: Path, goal: Path, ours: Ours) -> None:
    """Move entries that are not ours from the former content, where the goal's are older."""
    for name in foreign(old, ours):
        left, kept = old / name, goal / name
        if not os.path.lexists(kept):
            left.rename(kept)
        elif left.is_file() and kept.is_file() and left.stat().st_mtime > kept.stat().st_mtime:
            left.replace(kept)


def foreign(folder: Path, ours: Ours) -> list[str]:
    """Names of the entries of a goal that are not ours."""
    if not folder.is_dir():
        return []
    entries = (entry for entry in folder.iterdir() if not OWN.match(entry.name))
    return sorted(entry.name for entry in entries if not ours(entry))


def check_foreign(folder: Path, harmless: Collection[str], held: str, rather: str) -> None:
    """Refuse a folder with entries of somebody else; `held`: what was sought, `rather`: to name."""
    names = sorted(entry.name for entry in folder.iterdir())
    found = [name for name in names if name not in harmless and not OWN.match(name)]
    if found:
        more = ", ..." if len(found) > 3 else ""
        raise RecalibError(
            f"{folder} is not empty and holds no {held} ({', '.join(found[:3])}{more}); name an "
            f"empty folder or {rather}."
        )


def remove_tree(folder: Path) -> None:
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


def _root(goal: Path, home: Path) -> Path:
    """Make a staging folder from which files can be moved into the goal."""
    root = Path(tempfile.mkdtemp(prefix=prefix(goal), dir=home))
    try:
        (root / MARKER).touch()
        if goal.is_dir():
            probe, there = root / "probe", goal / f"{prefix(goal)}probe"
            probe.touch()
            probe.replace(there)
            there.unlink()
    except BaseException:
        remove_tree(root)
        raise
    return root


def _is_staging(root: Path) -> bool:
    if root.is_symlink() or not root.is_dir():
        return False
    return (root / MARKER).exists() or not any(root.iterdir())


def _carry_over(goal: Path, new: Path, ours: Ours) -> None:
    for name in foreign(goal, ours):
        if os.path.lexists(new / name):
            raise RecalibError(
                f"{goal / name} was not written by calib and would be overwritten; move it away."
            )
        source, target = goal / name, new / name
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, target, symlinks=True, copy_function=link_or_copy)
        else:
            link_or_copy(str(source), str(target))


def _files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )
