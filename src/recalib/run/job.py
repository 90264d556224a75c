"""Makes and publishes an edition and its reports from a folder of raw tables, or nothing."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import calib
import recalib
from recalib.cohorts.engine import DUCKDB
from recalib.problems import RawDataError, RecalibError, UsageError
from recalib.publish import (
    Staging,
    edition,
    is_edition,
    locked,
    read_edition,
    recover,
    reports,
    verify_hashes,
    writing,
)
from recalib.run.order import NotebookRun

REPOSITORY = Path(recalib.__file__).resolve().parents[2]
NOTEBOOKS = REPOSITORY / "notebooks"
DEFAULT_OUT = REPOSITORY / "data" / "processed"
PACKAGE_COPY = Path(calib.__file__).resolve().parent / "edition"


@dataclass(frozen=True)
class Result:
    """What a run published.

    Parameters
    ----------
    out : Path
        The edition folder.
    index : Path or None
        The index of the reports; None without reports.
    record : dict
        Content of edition.json.
    drifts, unapproved : int
        Changes against the former edition, and those nobody approved.
    other_inputs : bool
        Whether the replaced edition bore the same name and was made of other raw tables.
    """

    out: Path
    index: Path | None
    record: dict[str, Any]
    drifts: int
    unapproved: int
    other_inputs: bool = False


def recalibrate(
    raw: Path,
    out: Path,
    reports_dir: Path,
    cycle: str | None = None,
    jobs: int | None = None,
    make_reports: bool = True,
    allow_lost: bool = False,
    *,
    engine: str = DUCKDB,
    notebooks: Path = NOTEBOOKS,
    package_copy: Path | None = None,
) -> Result:
    """Do the main job.

    Parameters
    ----------
    raw : Path
        Folder of raw tables.
    out : Path
        Edition folder to replace.
    reports_dir : Path
        Folder of reports to replace. A failed notebook is kept there, or beside `out` where no
        reports are made.
    cycle : str or None
        Fit from rows of this match year and earlier.
    jobs : int or None
        Notebooks at once; None for as many as there are cores.
    make_reports : bool
        Whether to make pages.
    allow_lost : bool
        Whether keys of the edition in `out` may be lost.
    engine : str
        Where rows of cohorts are counted; see `recalib.cohorts.engine`.
    notebooks : Path
        Folder of the notebooks.
    package_copy : Path or None
        The package's own copy of the edition, to be replaced too.

    Returns
    -------
    Result
        What was published.

    Raises
    ------
    UsageError
        If the arguments cannot work.
    RawDataError
        If the raw tables have problems.
    NotebookError
        If a notebook failed.
    RecalibError
        If a folder is somebody else's, in use or cannot be written, if no row is left by `cycle`,
        or if keys would be lost. In every case nothing was published.
    """
    _check_arguments(raw, cycle, jobs)
    raw, out, reports_dir = raw.resolve(), out.resolve(), reports_dir.resolve()
    _check_apart({"--raw": raw, "--out": out, "--reports": reports_dir})
    # Goals in the order of their swap: the edition folder last, so that it never runs ahead.
    goals: list[tuple[Path, ModuleType]] = [(reports_dir, reports)] if make_reports else []
    goals += [(package_copy.resolve(), edition)] if package_copy is not None else []
    goals += [(out, edition)]
    for goal, kind in goals:
        with writing(goal):
            kind.check_goal(goal)
    with locked(goal for goal, _ in goals), ExitStack() as cleanup:
        for goal, kind in goals:
            with writing(goal):
                for sentence in recover(goal, kind.ours):
                    print(sentence, file=sys.stderr)
        former = _former(out, allow_lost)
        replaced = read_edition(out) if is_edition(out) else {}
        check_raw(raw, cycle, engine)
        stagings: list[Staging] = []
        for goal, _ in goals:
            with writing(goal):
                stagings.append(Staging(goal))
            cleanup.callback(stagings[-1].discard)
        made = stagings[-1].new
        run = NotebookRun(
            raw,
            notebooks,
            scratch=stagings[-1].root,
            failed=reports_dir / reports.FAILED
            if make_reports
            else out.with_name(f"{out.name}.failed"),
            former=former,
            pages=stagings[0].new if make_reports else None,
            cycle=cycle or "",
            engine=engine,
        )
        record, drifts = run.execute(jobs or cores(), made, allow_lost)
        for staging, (goal, kind) in zip(stagings, goals, strict=True):
            with writing(goal):
                if kind is edition and staging.new != made:
                    shutil.copytree(made, staging.new, dirs_exist_ok=True)
                staging.prepare(kind.ours)
        # An interrupt that came meanwhile is raised when all is published: too late for it.
        with suppress(KeyboardInterrupt), _undisturbed():
            for staging, (_, kind) in zip(stagings, goals, strict=True):
                staging.commit(kind.ours)
    index = reports_dir / "index.html" if make_reports else None
    same_name = replaced.get("edition") == record["edition"]
    other_inputs = same_name and replaced.get("inputs") != record["inputs"]
    return Result(out, index, record, len(drifts), int((~drifts["approved"]).sum()), other_inputs)


def check_raw(raw: Path, cycle: str | None, engine: str) -> None:
    """Stop a run whose raw tables have problems, before any notebook starts."""
    from recalib.raw import read_raw

    try:
        read_raw(raw, cycle, engine)
    except RawDataError as error:
        if [problem.rule for problem in error.problems] == ["cycle-empty"]:
            raise RecalibError(
                f"No row of {raw} belongs to --cycle {cycle} or an earlier match year; "
                "nothing was published. Choose a later one."
            ) from error
        raise


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _check_arguments(raw: Path, cycle: str | None, jobs: int | None) -> None:
    from recalib.contract.vocabulary import read_cycle

    if cycle is not None and read_cycle(cycle) is None:
        raise UsageError(f"--cycle is a match year such as 2026 or 2020-2024, not {cycle!r}.")
    if jobs is not None and jobs < 1:
        raise UsageError("--jobs must be 1 or more.")
    if not raw.is_dir():
        raise UsageError(f"There is no folder {raw} (looked in {Path.cwd()}); see --raw.")


def _check_apart(named: dict[str, Path]) -> None:
    for one, first in named.items():
        for other, second in named.items():
            if one != other and second.is_relative_to(first):
                raise UsageError(
                    f"{other} ({second}) lies in {one} ({first}); they must be apart, "
                    "since folders are replaced as a whole."
                )


def _former(out: Path, allow_lost: bool) -> Path | None:
    """Return the edition to compare with, if there is one and it is whole."""
    if not is_edition(out):
        return None
    try:
        verify_hashes(out)
    except RecalibError as error:
        if allow_lost:
            # Nothing to compare with: what a damaged edition held, nobody can tell.
            return None
        raise RecalibError(f"{error} To replace it unseen, use --allow-lost.") from error
    return out


@contextmanager
def _undisturbed() -> Iterator[None]:
    # The swaps take milliseconds; a signal between two of them would leave copies that differ.
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
