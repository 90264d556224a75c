"""Writes the files of a proposal, all of them or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from recalib.problems import RecalibError

NEW, CHANGED, REPLACED, SAME = "new", "changed", "replaced", "unchanged"


@dataclass(frozen=True)
class Planned:
    """A file of a raw folder as it is to be: what it holds, and what it held when it was read."""

    path: Path
    content: bytes
    before: bytes | None
    about: str = ""
    #: A table that was there is replaced whole; other files are changed in places.
    table: bool = False

    @property
    def state(self) -> str:
        """What is done with the file."""
        if self.before is None:
            return NEW
        if self.before == self.content:
            return SAME
        return REPLACED if self.table else CHANGED


def planned(path: Path, text: str, about: str = "", *, table: bool = False) -> Planned:
    """Plan a file."""
    before = path.read_bytes() if path.exists() else None
    return Planned(path, text.encode(), before, about, table)


def write_files(files: Iterable[Planned]) -> list[Path]:
    """Write files; where one cannot be written, put back those that were.

    A RecalibError where a file is no longer as it was read, or cannot be written.
    """
    wanted = [one for one in files if one.state != SAME]
    for one in wanted:
        now = one.path.read_bytes() if one.path.exists() else None
        if now != one.before:
            raise RecalibError(f"{one.path} has changed meanwhile; nothing was written. Try again.")
    staged: dict[Path, Path] = {}
    done: list[Planned] = []
    try:
        for one in wanted:
            one.path.parent.mkdir(parents=True, exist_ok=True)
            staged[one.path] = _stage(one)
        for one in wanted:
            staged[one.path].replace(one.path)
            done.append(one)
    except BaseException as error:
        for one in done:
            _put_back(one)
        for path in staged.values():
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            reason = error.strerror or type(error).__name__
            raise RecalibError(f"Nothing was written: {reason} ({error.filename}).") from error
        raise
    return [one.path for one in wanted]


def _stage(one: Planned) -> Path:
    handle, name = tempfile.mkstemp(prefix=".add-cycle-", dir=one.path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(one.content)
    path = Path(name)
    mode = one.path.stat().st_mode & 0o777 if one.path.exists() else 0o644
    with suppress(OSError):
        path.chmod(mode)
    return path


def _put_back(one: Planned) -> None:
    if one.before is None:
        one.path.unlink(missing_ok=True)
    else:
        one.path.write_bytes(one.before)
