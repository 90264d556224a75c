"""Folders that a run writes come in; out goes a lock against a second run, or a sentence."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from recalib.problems import RecalibError
from recalib.publish.atomic import writing

if os.name == "posix":
    import fcntl


def lock_path(goal: Path) -> Path:
    """Return the lock file of a goal folder: beside it, hidden."""
    goal = goal.resolve()
    return goal.parent / f".{goal.name}.calib-lock"


@contextmanager
def locked(goals: Iterable[Path]) -> Iterator[None]:
    """Keep other runs from writing the same folders; the system frees the lock of a killed run.

    Parameters
    ----------
    goals : iterable of Path
        The folders that this run replaces.

    Raises
    ------
    RecalibError
        If another run holds one of them, or the lock cannot be made.
    """
    with ExitStack() as stack:
        # One order for all, so that two runs cannot wait for each other.
        for goal in sorted({goal.resolve() for goal in goals}):
            stack.enter_context(_lock(goal))
        yield


@contextmanager
def _lock(goal: Path) -> Iterator[None]:
    path = lock_path(goal)
    with writing(goal):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _acquire(path, goal)
    try:
        handle.seek(0)
        handle.truncate()
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield
    finally:
        # Removed while still held: who opened it meanwhile sees that the name is gone.
        if os.name == "posix":
            path.unlink(missing_ok=True)
        handle.close()


def _acquire(path: Path, goal: Path) -> IO[str]:
    while True:
        handle = path.open("a+", encoding="utf-8")
        try:
            _take(handle)
        except OSError as error:
            handle.seek(0)
            owner = handle.read().strip() or "unknown"
            handle.close()
            raise RecalibError(
                f"Another run (process {owner}) is writing {goal}; wait for it to end."
            ) from error
        try:
            if os.name != "posix" or os.fstat(handle.fileno()).st_ino == path.stat().st_ino:
                return handle
        except FileNotFoundError:
            pass
        handle.close()


def _take(handle: IO[str]) -> None:
    if os.name == "posix":
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:  # pragma: no cover - the lock of Windows
        import msvcrt

        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
