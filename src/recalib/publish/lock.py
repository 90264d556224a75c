"""Keeps a second run from writing the folders that a first one is writing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from recalib.problems import RecalibError
from recalib.publish.atomic import writing


def lock_path(goal: Path) -> Path:
    """Return the lock file of a goal folder: beside it, hidden."""
    goal = goal.resolve()
    return goal.parent / f".{goal.name}.calib-lock"


@contextmanager
def locked(goals: Iterable[Path]) -> Iterator[None]:
    """Lock the folders that a run replaces; the system frees the lock of a killed run.

    A RecalibError that names the other process if another run holds one of them.
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
        lock = FileLock(path, blocking=False)
        try:
            lock.acquire()
        except Timeout as error:
            owner = path.read_text(encoding="utf-8").strip() or "unknown"
            raise RecalibError(
                f"Another run (process {owner}) is writing {goal}; wait for it to end."
            ) from error
        path.write_text(f"{os.getpid()}\n", encoding="utf-8")
    try:
        yield
    finally:
        # Removed while still held: who opened it meanwhile sees that the name is gone.
        if os.name == "posix":
            path.unlink(missing_ok=True)
        lock.release()
