"""`calib recalibrate` and `calib check`: the main job, and what is wrong with its input."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from recalib.cli.common import (
    OUT,
    RAW,
    REPORTS,
    add_editions,
    add_engine,
    add_folder,
    heed_signals,
    need_folder,
)
from recalib.cli.watch import watch
from recalib.cohorts.engine import check_engine
from recalib.problems import Problem, RawDataError, UsageError, many, near

if TYPE_CHECKING:
    from recalib.raw import RawData
    from recalib.run.job import Result


def add_recalibrate(job: argparse.ArgumentParser) -> None:
    """Say what `calib recalibrate` takes."""
    add_folder(job, "--raw", RAW, "raw tables")
    add_folder(job, "--out", OUT, "edition folder")
    add_folder(job, "--reports", REPORTS, "pages")
    job.add_argument("--cycle", metavar="C", help="fit from rows of this match year and earlier")
    job.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="notebooks at once (default: as many as cores, quotas and memory allow)",
    )
    job.add_argument("--no-reports", action="store_true", help="make no pages")
    job.add_argument(
        "--allow-lost", action="store_true", help="publish although keys of the edition get lost"
    )
    job.add_argument(
        "--allow-drift",
        action="store_true",
        help="publish although drift is not approved, or an approval is stale",
    )
    add_editions(job)
    add_engine(job)


def add_check(check: argparse.ArgumentParser) -> None:
    """Say what `calib check` takes."""
    add_folder(check, "--raw", RAW, "raw tables")
    check.add_argument(
        "--watch", action="store_true", help="check again when a file changes, until Ctrl-C"
    )
    check.add_argument(
        "--against",
        type=Path,
        metavar="SECOND",
        help="list every cell that differs from a second transcription: a file, or a folder",
    )
    add_folder(check, "--out", OUT, "edition whose drift the approvals are held against")
    add_editions(check)
    add_engine(check)


def recalibrate(arguments: argparse.Namespace) -> int:
    """Carry out `calib recalibrate`."""
    need_folder(arguments.raw)
    engine = check_engine(arguments.engine)
    heed_signals()
    from recalib.run import job, places

    default = arguments.out.resolve() == places.DEFAULT_OUT.resolve()
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
        allow_drift=arguments.allow_drift,
        line=arguments.editions,
        engine=engine,
        package_copy=places.PACKAGE_COPY if default else None,
    )
    edition, counts = result.record["edition"], result.record["counts"]
    by_status = counts["curves_by_status"].items()
    statuses = ", ".join(f"{count} {status}" for status, count in by_status if count)
    print(
        f"Edition {edition}: {counts['curves']} curves ({statuses or 'none'}), "
        f"{counts['edges_claimed']} claimed edges."
    )
    if result.before:
        print(f"Against edition {result.before}: {_drifts(result)}.")
    if result.other_inputs:
        print(
            f"Edition {edition} was there with other inputs; raise {arguments.raw / 'edition.yml'}."
        )
    print(f"Band table: {near(result.out / 'band_table.csv')}")
    if default:
        print(f"Package copy: {near(places.PACKAGE_COPY)}")
    if result.index is not None:
        print(f"Reports: {near(result.index)}")
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Carry out `calib check`."""
    need_folder(arguments.raw)
    engine = check_engine(arguments.engine)
    if arguments.against is not None:
        return _against(arguments.raw, arguments.against)
    if arguments.watch:
        heed_signals()
        return watch(arguments.raw, engine)
    from recalib.raw import read_raw

    stale = _stale(arguments, read_raw(arguments.raw, None, engine))
    if stale:
        raise RawDataError(stale)
    print(f"{arguments.raw}: no problem found.")
    return 0


def _against(raw: Path, second: Path) -> int:
    """Hold the raw tables against a second transcription; print what makes it known."""
    from recalib.typed.against import compare_with

    if not second.exists():
        raise UsageError(f"{second} does not exist.")
    findings, digests = compare_with(raw, second)
    if findings.problems:
        raise RawDataError(findings.problems)
    tables = many(len(digests), "table")
    print(f"{tables}: both transcriptions agree in every cell. The sources' .yml may say so:")
    for file, digest in digests.items():
        source, _, table = Path(file).name.removesuffix(".csv").partition(".")
        print(f"{source}.yml, under typed_twice:\n  - {{table: {table}, sha256: {digest}}}")
    return 0


def _drifts(result: Result) -> str:
    gained = f", {result.gained} new keys" if result.gained else ""
    if not result.drifts:
        return f"nothing drifted{gained}"
    left = f"{result.unapproved} not approved" if result.unapproved else "all approved"
    return f"{many(result.drifts, 'drift')} ({left}){gained}"


def _stale(arguments: argparse.Namespace, raw: RawData) -> list[Problem]:
    from recalib.run.gate import stale_approvals
    from recalib.run.places import line_of
    from recalib.sources.approvals import APPROVALS

    if not (arguments.raw / APPROVALS).is_file():
        return []
    line = arguments.editions or line_of(arguments.out)
    return stale_approvals(arguments.raw, arguments.out, line, raw.edition, raw.input_hashes)


def _refuse_synthetic(raw: Path, out: Path) -> None:
    from recalib.cohorts.synthetic import synthetic_cohorts

    made_up = synthetic_cohorts(raw)
    if made_up:
        raise UsageError(
            f"The cohort {made_up[0]} in {raw} is synthetic and stays out of the edition in {out}; "
            "name other folders with --out and --reports."
        )
