"""Makes the surroundings of a command fit: closed streams, the system's encoding, open files.

A run starts processes and opens files by the hundred; what it meets in a service, a container or a
`cron` job is not what a terminal gives.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

#: Files that may be open at once, where the system lets us have so many.
_COMFORT = 4096


def settle() -> None:
    """Do all of it, first of all."""
    _in_utf8()
    _open_streams()
    _allow_files()


def _in_utf8() -> None:
    """Start anew in Python's UTF-8 mode where the locale's encoding cannot name every file.

    Notebooks and their kernels exchange names of files in UTF-8. The process stays the same.
    """
    ours = Path(sys.argv[0]).stem == "calib" or sys.orig_argv[1:3] == ["-m", "calib"]
    once = "utf8" not in sys._xoptions
    if os.name == "posix" and ours and once and sys.getfilesystemencoding() != "utf-8":
        words = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
        os.execv(sys.executable, words)  # noqa: S606 (itself)


def _open_streams() -> None:
    """Put the null device in the place of closed streams, before a file takes their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number, which is this one; children get it as they expect.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name of a file that the terminal cannot show is no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")


def _allow_files() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _COMFORT if hard == resource.RLIM_INFINITY else min(hard, _COMFORT)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
