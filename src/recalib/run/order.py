"""Runs the notebooks in their order, from raw tables to a complete edition and its pages."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

import calib
from calib.edition import Edition
from recalib import drift
from recalib.cohorts.engine import DUCKDB
from recalib.cohorts.labels import is_cohort
from recalib.contract.tables import BESIDE_TABLES, TABLES
from recalib.problems import RecalibError, many
from recalib.publish import make_edition, opened, reports
from recalib.run.progress import Progress
from recalib.run.tables import Run
from recalib.run.task import NotebookError, Outcome, Task, check_parameters
from recalib.run.workers import Workers
from recalib.sources.approvals import APPROVALS

INGEST, FIT, CRITICISM, BANDS, ADJUSTMENTS, SPECIALTY, DRIFT = (
    "10_ingest",
    "20_fit",
    "25_criticism",
    "30_bands",
    "35_adjustments",
    "40_specialty",
    "50_drift",
)
_BEHIND = "Behind the numbers"
_SPECIALTIES = "Specialties"


@dataclass
class NotebookRun:
    """The notebooks of one run, and the work folder through which they hand on their tables."""

    raw: Path
    notebooks: Path
    scratch: Path  # a staging folder, for everything that is not published
    failed: Path  # where copies of failed notebooks are kept; made when it is needed
    former: Path | None = None  # the edition to be replaced, whose keys must not get lost
    before: Path | None = None  # the edition released before, to compare with
    pages: Path | None = None  # where pages go; None for none
    cycle: str = ""  # fit from rows of this match year and earlier; "" for all
    engine: str = DUCKDB  # where rows of cohorts are counted
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.work, self.executed = self.scratch / "work", self.scratch / "executed"

    def execute(
        self,
        jobs: int,
        edition: Path,
        allow_lost: bool,
        gate: Callable[[pd.DataFrame], object] = lambda changes: None,
    ) -> tuple[dict[str, Any], pd.DataFrame]:
        """Run all notebooks, `jobs` at once, and make the edition in the folder `edition`.

        `gate` is shown the drift as soon as it is known, and raises where it is not acceptable.
        Returns the content of edition.json, and the drift as from `drift.judged`. A NotebookError
        if a notebook failed; a RecalibError if a parameter is unknown, a table does not fit, or
        keys of the former edition would be lost and may not.
        """
        self.work.mkdir()
        self.executed.mkdir()
        ingest = self._task(INGEST, raw_dir=str(self.raw), cycle=self.cycle, engine=self.engine)
        fit = self._task(FIT, edition_dir=str(self.before or ""))
        bands, adjustments = map(self._task, (BANDS, ADJUSTMENTS))
        approvals = self.raw / APPROVALS
        changes = self._task(
            DRIFT,
            edition_dir=str(self.before or ""),
            approvals=str(approvals) if approvals.is_file() else "",
        )
        criticism = [self._task(CRITICISM)] if self.pages else []
        probe = [self._specialty("")] if self.pages else []
        # Every notebook is looked at before the first one runs; the specialties come later.
        first = [ingest, fit, bands, adjustments, changes]
        check_parameters([*first, *criticism, *probe])
        with Workers(jobs, self.scratch) as workers, Progress() as progress:
            progress.expect(len(first))
            for tasks in ([ingest], [fit], [bands, adjustments]):
                self._run(workers, tasks, progress)
            record = self._edition(edition, allow_lost)
            self._run(workers, [changes], progress)
            # Before the pages, which take longest: nobody waits for what is not published.
            gate(Run(self.work).drift())
            specialties = self.specialties() if self.pages else []
            # The criticism takes longest, so it starts first.
            later = [*criticism, *map(self._specialty, specialties)]
            progress.expect(len(first) + len(later))
            self._run(workers, later, progress)
        if self.pages:
            self._index(self.pages, [*first, *later], edition)
        return record, Run(self.work).drift()

    def specialties(self) -> list[str]:
        """List the specialties that get a page: with score evidence, a cohort's, or a guide."""
        run = Run(self.work)
        evidence, curves = run.read("evidence"), run.read("curves")
        guided = run.read("guide_audit")["specialty"]
        cohort = curves["sources"].map(is_cohort).astype(bool) & (curves["status"] != "no_evidence")
        scored = set(evidence.loc[evidence["kind"] != "totals", "specialty"])
        names = {
            # A mean by itself makes no curve.
            *scored.intersection(curves["specialty"]),
            *curves.loc[cohort, "specialty"],
            *guided[~guided.str.contains(":")],
        }
        return sorted(names - {""})

    def _specialty(self, name: str) -> Task:
        return self._task(SPECIALTY, of=name, specialty=name)

    def _task(self, stem: str, of: str = "", **parameters: str) -> Task:
        page = f"specialties/{of}.html" if of else f"{stem}.html"
        return Task(
            name=f"{stem} {of}".strip(),
            notebook=str(self.notebooks / f"{stem}.ipynb"),
            executed=str(self.executed / f"{stem}{'.' if of else ''}{of}.ipynb"),
            folder=str(self.work),
            parameters={"work_dir": str(self.work), **parameters},
            page=str(self.pages / page) if self.pages else "",
            root="../" if of else "",
        )

    def _run(self, workers: Workers, tasks: list[Task], progress: Progress) -> None:
        try:
            self.outcomes |= workers.run(tasks, progress.done)
        except NotebookError as error:
            kept = self._keep(Path(error.task.executed))
            raise NotebookError(error.task, f"{error}\n{kept}Nothing was published.") from error

    def _keep(self, executed: Path) -> str:
        if not executed.is_file():
            return ""
        kept = self.failed / executed.name
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(executed, kept)
        except OSError as error:
            with contextlib.suppress(OSError):
                kept.unlink(missing_ok=True)  # half of it helps nobody
                kept.parent.rmdir()  # unless it holds others
            return f"The executed notebook could not be kept in {kept}: {error.strerror}.\n"
        return f"The executed notebook is kept in {kept}.\n"

    def _edition(self, folder: Path, allow_lost: bool) -> dict[str, Any]:
        run = Run(self.work)
        inputs = run.note("inputs") | {"guides": run.note("guides").get("guides", {})}
        there = [name for name in BESIDE_TABLES if run.has(name)]
        frames = {name: run.read(name) for name in (*TABLES, *there)}
        record = make_edition(frames, inputs, calib.__version__, folder)
        if self.former is not None and not allow_lost:
            _check_lost(self.former, folder)
        return record

    def _index(self, folder: Path, tasks: list[Task], edition: Path) -> None:
        from recalib.report.pages import write_index

        pages = [
            {
                "file": Path(task.page).relative_to(folder).as_posix(),
                "title": self.outcomes[task.name].title,
                "group": _SPECIALTIES if task.root else _BEHIND,
            }
            for task in sorted(tasks, key=lambda task: (not task.root, task.name))
        ]
        write_index(Run(self.work).view(), pages, folder, Edition(edition))
        reports.write_manifest(folder)


def _check_lost(former: Path, new: Path) -> None:
    lost = drift.lost_keys(opened(former).tables(), opened(new).tables())
    if len(lost):
        shown = [f"  {table}: {key}" for table, key in lost.itertuples(index=False)][:20]
        if len(lost) > len(shown):
            shown.append(f"  ... and {len(lost) - len(shown)} more")
        raise RecalibError(
            f"The edition in {former} has {many(len(lost), 'key')} that the new one would lose:\n"
            + "\n".join(shown)
            + "\nNothing was published. Restore the raw tables behind them, or accept the loss "
            "with --allow-lost."
        )
