"""A folder of raw tables comes in; a published edition and its reports go out, or nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import calib
import recalib
from recalib.notebooks import NotebookRun
from recalib.problems import Problem, RawDataError, RecalibError, UsageError
from recalib.publish import (
    Staging,
    edition,
    is_edition,
    locked,
    recover,
    reports,
    verify_hashes,
)

REPOSITORY = Path(recalib.__file__).resolve().parents[2]
NOTEBOOKS = REPOSITORY / "notebooks"
DEFAULT_OUT = REPOSITORY / "data" / "processed"
PACKAGE_COPY = Path(calib.__file__).resolve().parent / "edition"

_CYCLE = re.compile(r"\d{4}(-\d{4})?")


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
    """

    out: Path
    index: Path | None
    record: dict[str, Any]
    drifts: int
    unapproved: int


def recalibrate(
    raw: Path,
    out: Path,
    reports_dir: Path,
    cycle: str | None = None,
    jobs: int | None = None,
    make_reports: bool = True,
    allow_lost: bool = False,
    *,
    notebooks: Path = NOTEBOOKS,
    package_copy: Path | None = None,
    check: Callable[[Path], list[Problem]] | None = None,
) -> Result:
    """Do the main job.

    Parameters
    ----------
    raw : Path
        Folder of raw tables.
    out : Path
        Edition folder to replace.
    reports_dir : Path
        Folder of reports to replace; failed notebooks are kept there too.
    cycle : str or None
        Fit from rows of this match year and earlier.
    jobs : int or None
        Notebooks at once; None for as many as there are cores.
    make_reports : bool
        Whether to make pages.
    allow_lost : bool
        Whether keys of the edition in `out` may be lost.
    notebooks : Path
        Folder of the notebooks.
    package_copy : Path or None
        The package's own copy of the edition, to be replaced too.
    check : callable or None
        Lists the problems of a raw folder; None for `recalib.sources.check_raw`.

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
        If a folder is somebody else's or in use, or keys would be lost. In every case nothing
        was published.
    """
    if cycle and not _CYCLE.fullmatch(cycle):
        raise UsageError(f"--cycle is a match year such as 2026 or 2020-2024, not {cycle!r}.")
    if jobs is not None and jobs < 1:
        raise UsageError("--jobs must be 1 or more.")
    if not raw.is_dir():
        raise UsageError(f"There is no folder {raw} (looked in {Path.cwd()}); see --raw.")
    raw, out, reports_dir = raw.resolve(), out.resolve(), reports_dir.resolve()
    _check_apart(raw, out, reports_dir)
    # Goals in the order of their swap: the edition folder last, so that it never runs ahead.
    goals = [(reports_dir, reports.ours)] if make_reports else []
    goals += [(package_copy.resolve(), edition.ours)] if package_copy is not None else []
    goals += [(out, edition.ours)]
    for goal, ours in goals:
        (reports if ours is reports.ours else edition).check_goal(goal)
    with locked(goal for goal, _ in goals), ExitStack() as cleanup:
        for goal, ours in goals:
            for sentence in recover(goal, ours):
                print(sentence, file=sys.stderr)
        former = _former(out, allow_lost)
        problems = (check or _check_raw)(raw)
        if problems:
            raise RawDataError(problems)
        stagings: list[Staging] = []
        for goal, _ in goals:
            stagings.append(Staging(goal))
            cleanup.callback(stagings[-1].discard)
        run = NotebookRun(
            raw, former, reports_dir, cycle or "", make_reports, notebooks, stagings[-1].root
        )
        record, drifts = run.execute(jobs or cores(), stagings, allow_lost)
        for staging, (goal, ours) in zip(stagings, goals, strict=True):
            if goal != reports_dir and goal != out:
                _copy_files(stagings[-1].new, staging.new)
            staging.prepare(ours)
        try:
            with _undisturbed():
                for staging, (_, ours) in zip(stagings, goals, strict=True):
                    staging.commit(ours)
        except KeyboardInterrupt:
            # It came when all was published: there is nothing left to interrupt.
            pass
    index = reports_dir / "index.html" if make_reports else None
    return Result(out, index, record, len(drifts), int((~drifts["approved"]).sum()))


def _former(out: Path, allow_lost: bool) -> Path | None:
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


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _check_raw(raw: Path) -> list[Problem]:
    from recalib.sources import check_raw

    return check_raw(raw)


def _check_apart(raw: Path, out: Path, reports_dir: Path) -> None:
    named = {"--raw": raw, "--out": out, "--reports": reports_dir}
    for one, first in named.items():
        for other, second in named.items():
            if one != other and (first == second or first in second.parents):
                raise UsageError(
                    f"{other} ({second}) lies in {one} ({first}); they must be apart, "
                    "since folders are replaced as a whole."
                )


def _copy_files(source: Path, target: Path) -> None:
    for file in sorted(source.iterdir()):
        shutil.copyfile(file, target / file.name)


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
