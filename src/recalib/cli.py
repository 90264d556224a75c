"""Runs the workshop's commands."""

from __future__ import annotations

import argparse
import errno
import os
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from recalib.cohorts.engine import DUCKDB, check_engine
from recalib.problems import RawDataError, RecalibError, UsageError

# Imports of the workshop proper stand inside the commands: `--help` must not wait for pandas.

_RAW, _OUT, _REPORTS = Path("data/raw"), Path("data/processed"), Path("reports")
_DEMO = Path("build/demo-raw")
_INTERRUPTED = 128
# What the user can mend and the code cannot.
_OF_THE_SYSTEM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


class _Terminated(KeyboardInterrupt):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command of the workshop.

    `argv`: arguments, the command's name first; None for those of the process. Returns: 0 done; 1
    the data, the drift or the run is not acceptable; 2 wrong use; 130 or 143 interrupted.
    """
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stop:
        # argparse leaves by itself; whoever called `main` gets the code instead.
        return stop.code if isinstance(stop.code, int) else 2
    try:
        return int(arguments.run(arguments))
    except UsageError as error:
        return _fail(str(error), 2)
    except RecalibError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt as stop:
        number = stop.number if isinstance(stop, _Terminated) else signal.SIGINT
        return _fail("Interrupted; nothing was published.", _INTERRUPTED + number)
    except BrokenPipeError:
        # Whoever reads the output has seen enough, as `| head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("CALIB_DEBUG"):
            raise
        if isinstance(error, OSError) and error.errno in _OF_THE_SYSTEM:
            place = f" ({error.filename})" if error.filename else ""
            return _fail(f"The system refused to read or write: {error.strerror}{place}.", 1)
        kind = type(error).__name__
        return _fail(f"{kind}: {error}\nSet CALIB_DEBUG=1 to see where it comes from.", 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="calib", description="Make, check and compare editions of the band table."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], what: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=what, allow_abbrev=False)
        added.set_defaults(run=run)
        return added

    job = command("recalibrate", _recalibrate, "raw tables in, band table and reports out")
    _add_folder(job, "--raw", _RAW, "raw tables")
    _add_folder(job, "--out", _OUT, "edition folder")
    _add_folder(job, "--reports", _REPORTS, "pages")
    job.add_argument("--cycle", metavar="C", help="fit from rows of this match year and earlier")
    job.add_argument("--jobs", type=int, metavar="N", help="notebooks at once (default: cores)")
    job.add_argument("--no-reports", action="store_true", help="make no pages")
    job.add_argument(
        "--allow-lost", action="store_true", help="publish although keys of the edition get lost"
    )
    _add_engine(job)

    check = command("check", _check, "list every problem of the raw tables")
    _add_folder(check, "--raw", _RAW, "raw tables")
    _add_engine(check)

    diff = command("diff", _diff, "what changed between two editions")
    diff.add_argument("old", type=Path, metavar="OLD", help="edition folder")
    diff.add_argument("new", type=Path, metavar="NEW", help="edition folder")
    diff.add_argument(
        "--approvals",
        type=Path,
        metavar="FILE",
        help="approved drifts, YAML (default: data/raw/drift_approvals.yml where present)",
    )

    demo = command("demo-cohort", _demo_cohort, "write a synthetic cohort and its truth")
    demo.add_argument("--rows", type=int, required=True, metavar="N", help="rows of the cohort")
    demo.add_argument(
        "--seed", type=int, required=True, metavar="S", help="same seed and rows, same bytes"
    )
    _add_folder(demo, "--out", _DEMO, "raw folder to make")
    demo.add_argument(
        "--format",
        choices=("parquet", "csv", "csv.gz"),
        default="parquet",
        help="of the cohort (%(default)s)",
    )
    demo.add_argument(
        "--with-tables", action="store_true", help="copy the published tables beside it"
    )
    _add_folder(demo, "--raw", _RAW, "what to copy from")
    _add_folder(demo, "--edition", _OUT, "edition whose margins to follow")
    return parser


def _add_folder(command: argparse.ArgumentParser, option: str, default: Path, what: str) -> None:
    command.add_argument(
        option, type=Path, default=default, metavar="DIR", help=f"{what} (%(default)s)"
    )


def _add_engine(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--engine",
        default=DUCKDB,
        metavar="E",
        help="where rows of cohorts are counted: duckdb, or a Spark cluster as spark://host:7077, "
        "local[4] or sc://host:15002 (%(default)s)",
    )


def _recalibrate(arguments: argparse.Namespace) -> int:
    _need_folder(arguments.raw)
    engine = check_engine(arguments.engine)
    _heed_signals()
    from recalib.run import job

    default = arguments.out.resolve() == job.DEFAULT_OUT.resolve()
    if default:
        _refuse_synthetic(arguments.raw, arguments.out)
    result = job.recalibrate(
        arguments.raw,
        arguments.out,
        arguments.reports,
        cycle=arguments.cycle,
        jobs=arguments.jobs,
        make_reports=not arguments.no_reports,
        allow_lost=arguments.allow_lost,
        engine=engine,
        package_copy=job.PACKAGE_COPY if default else None,
    )
    edition, counts = result.record["edition"], result.record["counts"]
    by_status = counts["curves_by_status"].items()
    statuses = ", ".join(f"{count} {status}" for status, count in by_status if count)
    print(
        f"Edition {edition}: {counts['curves']} curves ({statuses or 'none'}), "
        f"{counts['edges_claimed']} claimed edges."
    )
    if result.drifts:
        print(
            f"Against the edition that was there: {result.drifts} drifts, "
            f"{result.unapproved} of them not approved."
        )
    if result.other_inputs:
        print(
            f"Edition {edition} was there with other inputs; raise {arguments.raw / 'edition.yml'}."
        )
    print(f"Band table: {_near(result.out / 'band_table.csv')}")
    if default:
        print(f"Package copy: {_near(job.PACKAGE_COPY)}")
    if result.index is not None:
        print(f"Reports: {_near(result.index)}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    _need_folder(arguments.raw)
    engine = check_engine(arguments.engine)
    from recalib.raw import check_raw

    problems = check_raw(arguments.raw, engine)
    if problems:
        raise RawDataError(problems)
    print(f"{arguments.raw}: no problem found.")
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    from recalib import drift

    default = _RAW / "drift_approvals.yml"
    approvals = arguments.approvals or (default if default.is_file() else None)
    if approvals is not None and not approvals.is_file():
        raise UsageError(f"There is no file {approvals}; --approvals names a YAML file.")
    changes = drift.compare_editions(arguments.old, arguments.new, approvals)
    if changes.empty:
        moved = drift.values_changed(arguments.old, arguments.new)
        values = "value" if moved == 1 else "values"
        print(f"{moved} {values} changed, none beyond the limits." if moved else "No drift.")
        return 0
    print(drift.to_text(changes))
    unapproved = int((~changes["approved"]).sum())
    if unapproved:
        return _fail(f"{unapproved} of {len(changes)} drifts are not approved.", 1)
    print(f"All {len(changes)} drifts are approved.")
    return 0


def _demo_cohort(arguments: argparse.Namespace) -> int:
    _heed_signals()
    try:
        from recalib import demo
    except ImportError as error:
        raise UsageError(
            f"`calib demo-cohort` needs what is not installed here ({error}): "
            'pip install -e ".[recalibrate]"'
        ) from error
    made = demo.make_demo(
        arguments.rows,
        arguments.seed,
        arguments.out,
        arguments.format,
        with_tables=arguments.with_tables,
        raw=arguments.raw,
        edition=arguments.edition,
    )
    print(f"Synthetic cohort of {arguments.rows:,} rows: {_near(made.cohort)}")
    print(f"Its truth: {_near(made.truth)}")
    out = made.out.name
    name = out.removesuffix("-raw")
    edition = name if name != out else f"{name}-edition"
    words = ["calib", "recalibrate", "--raw", _near(made.out)]
    words += ["--out", _near(made.out.with_name(edition))]
    words += ["--reports", _near(made.out.with_name(f"{name}-reports"))]
    print(f"Next: {shlex.join(words)}")
    return 0


def _refuse_synthetic(raw: Path, out: Path) -> None:
    from recalib.cohorts.synthetic import synthetic_cohorts

    made_up = synthetic_cohorts(raw)
    if made_up:
        raise UsageError(
            f"The cohort {made_up[0]} in {raw} is synthetic and stays out of the edition in {out}; "
            "name other folders with --out and --reports."
        )


def _heed_signals() -> None:
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, _terminate)


def _need_folder(raw: Path) -> None:
    if raw.is_dir():
        return
    what = f"{raw} is a file, no folder." if raw.exists() else f"There is no folder {raw}"
    if not raw.exists():
        what += "." if raw.is_absolute() else f" in {Path.cwd()}."
    raise UsageError(
        f"{what} Run calib in the repository, or name the folder of raw tables with --raw."
    )


def _near(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _fail(message: str, code: int) -> int:
    print(f"calib: {message}", file=sys.stderr)
    return code


def _terminate(number: int, frame: FrameType | None) -> None:
    raise _Terminated(number)
