"""What the workshop's commands share: options, places, how they tell and how they are stopped."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from recalib.cohorts.engine import DUCKDB
from recalib.problems import UsageError

RAW, OUT, REPORTS = Path("data/raw"), Path("data/processed"), Path("reports")


class Terminated(KeyboardInterrupt):
    """The process was asked to stop by a signal other than Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def add_folder(command: argparse.ArgumentParser, option: str, default: Path, what: str) -> None:
    """Add an option that names a folder."""
    command.add_argument(
        option, type=Path, default=default, metavar="DIR", help=f"{what} (%(default)s)"
    )


def add_editions(command: argparse.ArgumentParser) -> None:
    """Add the option of where editions are kept."""
    command.add_argument(
        "--editions",
        type=Path,
        metavar="DIR",
        help="where editions are kept (data/editions for the default edition folder; else the "
        "folder beside it with .editions after its name)",
    )


def add_engine(command: argparse.ArgumentParser) -> None:
    """Add the option of where cohorts are counted."""
    command.add_argument(
        "--engine",
        default=DUCKDB,
        metavar="E",
        help="where rows of cohorts are counted: duckdb, or a Spark cluster as spark://host:7077, "
        "local[4] or sc://host:15002 (%(default)s)",
    )


def need_folder(raw: Path) -> None:
    """Refuse a raw folder that is not there."""
    if raw.is_dir():
        return
    what = f"{raw} is a file, no folder." if raw.exists() else f"There is no folder {raw}"
    if not raw.exists():
        what += "." if raw.is_absolute() else f" in {Path.cwd()}."
    raise UsageError(
        f"{what} Run calib in the repository, or name the folder of raw tables with --raw."
    )


def fail(message: str, code: int) -> int:
    """Tell why a command fails; return its exit code."""
    print(f"calib: {message}", file=sys.stderr)
    return code


def heed_signals() -> None:
    """Have SIGTERM and SIGHUP stop the command as Ctrl-C does."""
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, _terminate)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated(number)
