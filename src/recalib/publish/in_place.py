"""Replaces the files of a folder that cannot be renamed one by one, or puts them back.

A reader may meet some of them new and some old for a moment; what describes the others comes last.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from recalib.publish.disk import link_or_copy


def replace(
    new: Path, goal: Path, old: Path, files: Collection[str], stale: Collection[str]
) -> None:
    """Move `files` from `new` into the goal, and drop its `stale` ones; `old` keeps the former.

    A second call completes what a killed one began.
    """
    old.mkdir(exist_ok=True)
    for name in (*files, *stale):
        source, kept = goal / name, old / name
        if source.is_file() and not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(str(source), str(kept))
    for name in _descriptions_last(files):
        if (new / name).exists():
            (goal / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).replace(goal / name)
    for name in stale:
        (goal / name).unlink(missing_ok=True)


def put_back(new: Path, goal: Path, old: Path, files: Collection[str]) -> None:
    """Undo what there is of a `replace`, whole or begun; `new` has its files again."""
    for name in files:
        if (goal / name).exists() and not (new / name).exists():
            (goal / name).replace(new / name)
            if not (old / name).exists():
                with suppress(OSError):  # a folder that holds more
                    (goal / name).parent.rmdir()
    for kept in [Path(path, file) for path, _, found in os.walk(old) for file in found]:
        kept.replace(goal / kept.relative_to(old))


def _descriptions_last(files: Collection[str]) -> list[str]:
    return sorted(files, key=lambda name: (name.endswith(".json"), name == "edition.json", name))
