"""Makes and publishes an edition and its reports from a folder of raw tables, or nothing."""

from __future__ import annotations

import shutil
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from recalib import drift
from recalib.cohorts.engine import DUCKDB
from recalib.cohorts.key_file import keys_to_make
from recalib.drift.compare import GAINED
from recalib.problems import RawDataError, RecalibError, UsageError, near
from recalib.publish import (
    Staging,
    commit,
    edition,
    is_edition,
    keep,
    kept_editions,
    locked,
    read_edition,
    recover,
    recover_kept,
    released_before,
    reports,
    undisturbed,
    verify_hashes,
    writing,
)
from recalib.publish.kept import staged
from recalib.run.capacity import capacity, check_files
from recalib.run.gate import PAGE, Gate, record_of, refused
from recalib.run.order import NotebookRun
from recalib.run.places import DEFAULT_OUT, DEFAULT_RAW, NOTEBOOKS, line_of


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
    before : str
        Name of the edition that it was compared with; blank where there was none.
    drifts, unapproved, gained : int
        Drifts against it, those that nobody approved, and keys that are new.
    other_inputs : bool
        Whether the replaced edition bore the same name and was made of other raw tables.
    """

    out: Path
    index: Path | None
    record: dict[str, Any]
    before: str = ""
    drifts: int = 0
    unapproved: int = 0
    gained: int = 0
    other_inputs: bool = False


def recalibrate(
    raw: Path,
    out: Path,
    reports_dir: Path,
    cycle: str | None = None,
    jobs: int | None = None,
    make_reports: bool = True,
    allow_lost: bool = False,
    allow_drift: bool = False,
    *,
    line: Path | None = None,
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
        Notebooks at once; None for as many as cores, quotas and memory allow.
    make_reports : bool
        Whether to make pages.
    allow_lost : bool
        Whether keys of the edition in `out` may be lost.
    allow_drift : bool
        Whether drift that nobody approved, and stale approvals, may be published.
    line : Path or None
        Folder where editions are kept; None for that of `out`, see `line_of`.
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
    jobs = jobs or capacity()
    check_files(jobs)
    raw, out, reports_dir = raw.resolve(), out.resolve(), reports_dir.resolve()
    line = (line or line_of(out)).resolve()
    _check_apart({"--raw": raw, "--out": out, "--reports": reports_dir, "--editions": line})
    # Goals in the order of their swap: the edition folder last, so that it never runs ahead.
    goals: list[tuple[Path, ModuleType]] = [(reports_dir, reports)] if make_reports else []
    goals += [(package_copy.resolve(), edition)] if package_copy is not None else []
    goals += [(out, edition)]
    for goal, kind in goals:
        with writing(goal):
            kind.check_goal(goal)
    with locked([*(goal for goal, _ in goals), line]), ExitStack() as cleanup:
        for goal, kind in goals:
            with writing(goal):
                for sentence in recover(goal, kind.ours, [each for each, _ in goals]):
                    print(sentence, file=sys.stderr)
        with writing(line):
            for sentence in recover_kept(line, [each for each, _ in goals]):
                print(sentence, file=sys.stderr)
        former = _former(out, allow_lost)
        replaced = read_edition(out) if is_edition(out) else {}
        name = check_raw(raw, cycle, engine)
        if told := keys_to_make(raw):
            print(told, file=sys.stderr)
        before = released_before(line, former, name)
        stagings: list[Staging] = []
        for goal, _ in goals:
            with writing(goal), undisturbed():
                stagings.append(Staging(goal))
                cleanup.callback(stagings[-1].discard)
        made = stagings[-1].new
        pages = stagings[0].new if make_reports else None
        run = NotebookRun(
            raw,
            notebooks,
            scratch=stagings[-1].root,
            failed=reports_dir / reports.FAILED
            if make_reports
            else out.with_name(f"{out.name}.failed"),
            former=former,
            before=before,
            pages=pages,
            cycle=cycle or "",
            engine=engine,
        )
        page = pages / PAGE if pages else None
        words = approve_words(raw, out, line)
        gate = Gate(raw, out, before, made, page, allow_drift, allow_lost, words)
        record, changes = run.execute(jobs, made, allow_lost, gate)
        for staging, (goal, kind) in zip(stagings, goals, strict=True):
            with writing(goal):
                if kind is edition and staging.new != made:
                    shutil.copytree(made, staging.new, dirs_exist_ok=True)
                staging.prepare(kind.ours)
        if former is not None and replaced["edition"] not in (name, *kept_editions(line)):
            keep(former, line)
        compared = record_of(made, before, changes)
        kept = staged(made, line, compared.files())
        if kept is not None:
            cleanup.callback(kept.discard)
            stagings.insert(-1, kept)
        # An interrupt that came meanwhile is raised when all is published: too late for it.
        with suppress(KeyboardInterrupt), undisturbed():
            commit(stagings)
        shutil.rmtree(refused(out), ignore_errors=True)
    index = reports_dir / "index.html" if make_reports else None
    same_name = replaced.get("edition") == record["edition"]
    gained = int((changes["kind"] == GAINED).sum())
    return Result(
        out,
        index,
        record,
        compared.before,
        len(changes) - gained,
        len(drift.unapproved(changes)),
        gained,
        same_name and replaced.get("inputs") != record["inputs"],
    )


def approve_words(raw: Path, out: Path, line: Path) -> tuple[str, ...]:
    """Options that `calib approve` needs to find what a run with these folders found."""
    usual = {"--raw": DEFAULT_RAW, "--out": DEFAULT_OUT, "--editions": line_of(out)}
    given = dict(zip(usual, (raw, out, line), strict=True))
    pairs = [(option, near(path)) for option, path in given.items() if path != usual[option]]
    return tuple(word for pair in pairs for word in pair)


def check_raw(raw: Path, cycle: str | None, engine: str) -> str:
    """Stop a run whose raw tables have problems, before any notebook; return the edition's name."""
    from recalib.raw import read_raw

    try:
        return read_raw(raw, cycle, engine).edition
    except RawDataError as error:
        if [problem.rule for problem in error.problems] == ["cycle-empty"]:
            raise RecalibError(
                f"No row of {raw} belongs to --cycle {cycle} or an earlier match year; "
                "nothing was published. Choose a later one."
            ) from error
        raise


def _check_arguments(raw: Path, cycle: str | None, jobs: int | None) -> None:
    from recalib.contract.vocabulary import read_cycle

    if cycle is not None and read_cycle(cycle) is None:
        raise UsageError(f"--cycle is a match year such as 2026 or 2020-2024, not {cycle!r}.")
    if jobs is not None and jobs < 1:
        raise UsageError("--jobs must be 1 or more.")
    if not raw.is_dir():
        raise UsageError(f"There is no folder {raw} (looked in {Path.cwd()}); see --raw.")


def _check_apart(named: dict[str, Path]) -> None:
    for one, path in named.items():
        try:
            str(path).encode("utf-8")
        except UnicodeEncodeError:
            raise UsageError(
                f"The name of {one} ({str(path)!a}) is not UTF-8, in which notebooks write "
                "names of files; give its folder another one."
            ) from None
    for one, first in named.items():
        for other, second in named.items():
            if one != other and second.is_relative_to(first):
                raise UsageError(
                    f"{other} ({second}) lies in {one} ({first}); they must be apart, "
                    "since folders are replaced as a whole."
                )


def _former(out: Path, allow_lost: bool) -> Path | None:
    """Return the edition to be replaced, if there is one and it is whole."""
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
