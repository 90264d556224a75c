"""`calib check --watch`: checks again whenever a file of the raw folder changes."""

from __future__ import annotations

import time
from pathlib import Path

from recalib.problems import RecalibError

POLL = 0.5  # seconds between two looks at the folder

Seen = dict[str, tuple[int, int]]


def watch(raw: Path, engine: str) -> int:
    """Check a folder until Ctrl-C; give the exit code of the last check."""
    print(f"Watching {raw}; Ctrl-C ends it.", flush=True)
    code = 0
    try:
        while True:
            seen = snapshot(raw)
            code, told = _check(raw, engine)
            print(f"{told}\n", flush=True)
            while snapshot(raw) == seen:
                time.sleep(POLL)
    except KeyboardInterrupt:
        print()
        return code


def _check(raw: Path, engine: str) -> tuple[int, str]:
    """Check once: the exit code that belongs to what was found, and what to tell."""
    from recalib.raw import read_raw

    try:
        read_raw(raw, None, engine)
    except RecalibError as error:
        return 1, str(error)
    return 0, f"{raw}: no problem found."


def snapshot(raw: Path) -> Seen:
    """Size and time of change of every file; a file that vanishes meanwhile is none."""
    seen: Seen = {}
    for path in sorted(raw.rglob("*")):
        try:
            about = path.stat()
        except OSError:
            continue
        seen[str(path)] = (about.st_mtime_ns, about.st_size)
    return seen
