"""Keeps a second run from writing the folders that a first one is writing."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from recalib.problems import RecalibError
from recalib.publish.atomic import prefix, writing
from recalib.publish.undisturbed import undisturbed

# Only a held lock is another run; this is what file systems say that have no locks at all.
_NO_LOCKS = frozenset(
    {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM}
)
_NOT_BESIDE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def lock_path(goal: Path) -> Path:
    """Return the lock file of a goal folder: beside it, hidden; in it where nothing can be beside.

    It is made if it is not there.
    """
    goal = goal.resolve()
    path = goal.parent / f"{prefix(goal)}lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.touch()
    except OSError as error:
        if error.errno not in _NOT_BESIDE or not goal.is_dir():
            raise
        path = goal / path.name
        path.touch()
    return path


@contextmanager
def locked(goals: Iterable[Path]) -> Iterator[None]:
    """Lock the folders that a run replaces; the system frees the lock of a killed run.

    A RecalibError that names the other process if another run holds one of them.
    """
    with ExitStack() as stack:
        # One order for all, so that two runs cannot wait for each other.
        for goal in sorted({goal.resolve() for goal in goals}):
            with undisturbed():
                stack.enter_context(_lock(goal))
        yield


@contextmanager
def _lock(goal: Path) -> Iterator[None]:
    with writing(goal):
        path = lock_path(goal)
        lock = FileLock(path, blocking=False, fallback_to_soft=False)
        held = _acquire(lock, goal)
    try:
        with writing(goal):
            path.write_text(f"{os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        # Removed while still held: who opened it meanwhile sees that the name is gone.
        if os.name == "posix":
            with suppress(OSError):
                path.unlink(missing_ok=True)
        if held:
            lock.release()


def _acquire(lock: FileLock, goal: Path) -> bool:
    try:
        lock.acquire()
    except Timeout as error:
        path = Path(lock.lock_file)
        owner = path.read_text(encoding="utf-8").strip() or "unknown"
        raise RecalibError(
            f"Another run (process {owner}) is writing {goal}; wait for it to end."
        ) from error
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        print(
            f"The file system of {goal} has no locks ({error.strerror}); see to it that no "
            "second run writes there meanwhile.",
            file=sys.stderr,
        )
        return False
    return True
