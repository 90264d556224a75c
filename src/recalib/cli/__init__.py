"""Runs the workshop's commands."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from recalib.cli.add_cycle import add_add_cycle, add_cycle
from recalib.cli.cohorts import add_cohort_init, add_demo_cohort, cohort_init, demo_cohort
from recalib.cli.common import Terminated, fail
from recalib.cli.editions import add_approve, add_diff, approve, diff
from recalib.cli.main_job import add_check, add_recalibrate, check, recalibrate
from recalib.cli.surroundings import settle
from recalib.problems import RecalibError, UsageError

# Imports of the workshop proper stand inside the commands: `--help` must not wait for pandas.

_Run = Callable[[argparse.Namespace], int]
_Add = Callable[[argparse.ArgumentParser], None]
_INTERRUPTED = 128
# What the user can mend and the code cannot.
_OF_THE_SYSTEM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command of the workshop.

    `argv`: arguments, the command's name first; None for those of the process. Returns: 0 done; 1
    the data, the drift or the run is not acceptable; 2 wrong use; 130 or 143 interrupted.
    """
    settle()
    try:
        arguments = _parsed(argv)
    except SystemExit as stop:
        # argparse leaves by itself; whoever called `main` gets the code instead.
        return stop.code if isinstance(stop.code, int) else 2
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
        return code
    except UsageError as error:
        return fail(str(error), 2)
    except RecalibError as error:
        return fail(str(error), 1)
    except KeyboardInterrupt as stop:
        number = stop.number if isinstance(stop, Terminated) else signal.SIGINT
        return fail("Interrupted; nothing was published.", _INTERRUPTED + number)
    except BrokenPipeError:
        # Whoever reads the output has seen enough, as `| head` does.
        _discard()
        return 0
    except Exception as error:
        if os.environ.get("CALIB_DEBUG"):
            raise
        if isinstance(error, OSError) and error.errno in _OF_THE_SYSTEM:
            _discard()
            place = f" ({error.filename})" if error.filename else ""
            return fail(f"The system refused to read or write: {error.strerror}{place}.", 1)
        kind = type(error).__name__
        return fail(f"{kind}: {error}\nSet CALIB_DEBUG=1 to see where it comes from.", 1)


def _discard() -> None:
    """Point stdout away, or the interpreter complains when it flushes at exit."""
    with contextlib.suppress(OSError, ValueError):  # a stream of somebody else's
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


#: Every command: what carries it out, what declares its options, and what it does in a line.
COMMANDS: dict[str, tuple[_Run, _Add, str]] = {
    "recalibrate": (recalibrate, add_recalibrate, "raw tables in, band table and reports out"),
    "check": (check, add_check, "list every problem of the raw tables"),
    "add-cycle": (add_cycle, add_add_cycle, "lay out a cycle's files, from tables as typed"),
    "diff": (diff, add_diff, "what changed between two editions"),
    "cohort-init": (cohort_init, add_cohort_init, "propose a mapping of an own export's columns"),
    "approve": (approve, add_approve, "accept drifts that were shown, with a reason"),
    "demo-cohort": (demo_cohort, add_demo_cohort, "write a synthetic cohort and its truth"),
}


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments of a command; files may stand behind its options, where argparse stops."""
    parser = _parser()
    arguments, rest = parser.parse_known_args(argv)
    if rest and (not hasattr(arguments, "files") or any(one.startswith("-") for one in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        arguments.files = [*arguments.files, *map(Path, rest)]
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="calib", description="Make, check and compare editions of the band table."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    for name, (run, add, what) in COMMANDS.items():
        added = commands.add_parser(name, help=what, allow_abbrev=False)
        added.set_defaults(run=run)
        add(added)
    return parser
