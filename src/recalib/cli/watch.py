"""`calib check --watch`: checks again whenever a file of the raw folder changes."""

from __future__ import annotations

import time
from pathlib import Path

from recalib.problems import Problem, RawDataError, RecalibError

POLL = 0.5  # seconds between two looks at the folder

Seen = dict[str, tuple[int, int]]


def watch(raw: Path, engine: str) -> int:
    """Check a folder until Ctrl-C; give the exit code of the last check."""
    print(f"Watching {raw}; Ctrl-C ends it.", flush=True)
    code = 0
    try:
        while True:
            seen = snapshot(raw)
            code = _check(raw, engine)
            while snapshot(raw) == seen:
                time.sleep(POLL)
    except KeyboardInterrupt:
        print()
        return code


def _check(raw: Path, engine: str) -> int:
    """Check once, and print what was found: problems are what one is here for."""
    from recalib.raw import check_raw

    try:
        problems: list[Problem] = check_raw(raw, engine)
    except RecalibError as error:
        print(f"{error}\n", flush=True)
        return 1
    told = str(RawDataError(problems)) if problems else f"{raw}: no problem found."
    print(f"{told}\n", flush=True)
    return int(bool(problems))


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
