"""Puts a finished folder in a goal's place, in the best of the ways that its file system has.

At best both change places in one step, and no reader ever finds the goal missing. Else the goal is
renamed away and the new folder to its place. Where a folder cannot be renamed at all (the lower
layer of an overlay, a mount point), its files are replaced one by one; see `in_place`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Collection
from pathlib import Path

from recalib.publish import in_place

# What a system says of a folder that it cannot rename, though it can write it.
_FIXED = frozenset(
    {
        *(errno.EXDEV, errno.EBUSY, errno.EPERM, errno.EACCES),
        *(errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP),
    }
)
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux; the latter is macOS' swap, too


def put(new: Path, goal: Path, old: Path, files: Collection[str], stale: Collection[str]) -> None:
    """Put `new` in the place of `goal`, whose content goes to `old`.

    `files` are those of `new` that are published, `stale` those of the goal that go; both count
    only where the goal stays the folder that it is. Where it fails, `put_back` undoes it.
    """
    if not goal.exists():
        new.rename(goal)
    # What was begun file by file, by a run that was killed, goes on so.
    elif goal in new.parents or old.is_dir() or not _renamed(new, goal, old):
        in_place.replace(new, goal, old, files, stale)


def _renamed(new: Path, goal: Path, old: Path) -> bool:
    """Put by renaming; False, and nothing done, where the goal cannot be renamed."""
    if exchange(new, goal):
        try:
            new.rename(old)
        except OSError:
            exchange(new, goal)
            raise
        return True
    try:
        goal.rename(old)
    except OSError as error:
        if error.errno not in _FIXED:
            raise
        return False
    new.rename(goal)
    return True


def put_back(new: Path, goal: Path, old: Path, files: Collection[str]) -> None:
    """Undo what there is of a `put`: all, a part or nothing."""
    if not goal.exists():
        if old.exists():
            old.rename(goal)
    elif not old.exists():
        if not new.exists():
            goal.rename(new)
    elif new.exists():  # its files were moved, it was not
        in_place.put_back(new, goal, old, files)
    elif exchange(old, goal):
        old.rename(new)
    else:
        goal.rename(new)
        old.rename(goal)


def exchange(one: Path, other: Path) -> bool:
    """Let two entries change places in one step; False, and nothing done, where that cannot be."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(system.renamex_np(*names, _EXCHANGE) == 0)
        return bool(system.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):
        return False  # Windows, or a C library without the call
