"""Raw tables come in; the notebooks run in order and a complete edition with its pages goes out."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

import calib
from recalib import drift
from recalib.cohorts.labels import is_cohort
from recalib.contract.store import read_table
from recalib.contract.tables import TABLES
from recalib.problems import RecalibError
from recalib.publish import Staging, make_edition, reports
from recalib.run.progress import Progress
from recalib.run.tables import Run
from recalib.run.task import NotebookError, Outcome, Task, check_parameters
from recalib.run.workers import Pool

APPROVALS = "drift_approvals.yml"
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


class NotebookRun:
    """The notebooks of one run, and the work folder through which they hand on their tables.

    Parameters
    ----------
    raw : Path
        Folder of raw tables.
    former : Path or None
        The edition to be replaced, to compare with.
    failed : Path
        Folder where copies of failed notebooks are kept; made when it is needed.
    cycle : str
        Fit from rows of this match year and earlier; "" for all.
    make_reports : bool
        Whether to make pages.
    notebooks : Path
        Folder of the notebooks.
    scratch : Path
        Staging folder, for everything that is not published.
    engine : str
        Where rows of cohorts are counted.
    """

    def __init__(
        self,
        raw: Path,
        former: Path | None,
        failed: Path,
        cycle: str,
        make_reports: bool,
        notebooks: Path,
        scratch: Path,
        engine: str = "duckdb",
    ) -> None:
        self.raw, self.former, self.failed, self.cycle = raw, former, failed, cycle
        self.engine = engine
        self.make_reports = make_reports
        self.notebooks = notebooks
        self.scratch = scratch
        self.work = scratch / "work"
        self.executed = scratch / "executed"
        self.pages: Path | None = None
        self.outcomes: dict[str, Outcome] = {}

    def execute(
        self, jobs: int, stagings: list[Staging], allow_lost: bool
    ) -> tuple[dict[str, Any], pd.DataFrame]:
        """Run all notebooks; the edition and the pages are then in the staging folders.

        Parameters
        ----------
        jobs : int
            Notebooks at once.
        stagings : list of Staging
            The first takes the pages, where pages are made; the last takes the edition.
        allow_lost : bool
            Whether keys of the former edition may be lost.

        Returns
        -------
        tuple of dict and DataFrame
            Content of edition.json, and the drift as from `drift.compare`.

        Raises
        ------
        NotebookError
            If a notebook failed.
        RecalibError
            If a parameter is unknown, a table does not fit, or keys would be lost.
        """
        self.work.mkdir()
        self.executed.mkdir()
        self.pages = stagings[0].new if self.make_reports else None
        first = [
            self._task(
                INGEST,
                raw_dir=str(self.raw),
                work_dir=str(self.work),
                cycle=self.cycle,
                engine=self.engine,
            ),
            self._task(FIT, work_dir=str(self.work)),
            self._task(BANDS, work_dir=str(self.work)),
            self._task(ADJUSTMENTS, work_dir=str(self.work)),
        ]
        last = self._drift()
        # Every notebook is looked at before the first one runs; the specialties come later.
        criticism = [self._task(CRITICISM, work_dir=str(self.work))] if self.make_reports else []
        probe = [*criticism, self._specialty("")] if self.make_reports else []
        check_parameters([*first, last, *probe])
        with Pool(jobs, self.scratch) as pool, Progress() as progress:
            progress.expect(len(first) + 1)
            ingest, fit, *tables = first
            for tasks in ([ingest], [fit], tables):
                self._run(pool, tasks, progress)
            record = self._edition(stagings[-1].new, allow_lost)
            specialties = self.specialties() if self.make_reports else []
            # The criticism takes longest, so it starts first.
            later = [*criticism, last, *(self._specialty(name) for name in specialties)]
            progress.expect(len(first) + len(later))
            self._run(pool, later, progress)
            if self.make_reports:
                self._index([*first, *later])
        return record, drift.read_drift(self.work / "drift.csv")

    def specialties(self) -> list[str]:
        """List the specialties that get a page: with score evidence, a cohort's, or a guide."""
        evidence = read_table(self.work / TABLES["evidence"].file, "evidence")
        audit = read_table(self.work / TABLES["guide_audit"].file, "guide_audit")
        curves = read_table(self.work / TABLES["curves"].file, "curves")
        cohort = curves["sources"].map(is_cohort) & (curves["status"] != "no_evidence")
        scored = evidence.loc[evidence["kind"] != "totals", "specialty"]
        guided = audit.loc[~audit["specialty"].str.contains(":"), "specialty"]
        return sorted({*scored, *curves.loc[cohort, "specialty"], *guided} - {""})

    def _task(self, stem: str, **parameters: str) -> Task:
        page = self._page(f"{stem}.html")
        return Task(
            name=stem,
            notebook=str(self.notebooks / f"{stem}.ipynb"),
            executed=str(self.executed / f"{stem}.ipynb"),
            folder=str(self.work),
            parameters=parameters,
            page=page,
        )

    def _specialty(self, name: str) -> Task:
        return Task(
            name=f"{SPECIALTY} {name}",
            notebook=str(self.notebooks / f"{SPECIALTY}.ipynb"),
            executed=str(self.executed / f"{SPECIALTY}.{name}.ipynb"),
            folder=str(self.work),
            parameters={"work_dir": str(self.work), "specialty": name},
            page=self._page(f"specialties/{name}.html"),
            root="../",
        )

    def _drift(self) -> Task:
        approvals = self.raw / APPROVALS
        return self._task(
            DRIFT,
            work_dir=str(self.work),
            edition_dir=str(self.former) if self.former is not None else "",
            approvals=str(approvals) if approvals.is_file() else "",
        )

    def _page(self, name: str) -> str:
        return str(self.pages / name) if self.pages is not None else ""

    def _run(self, pool: Pool, tasks: list[Task], progress: Progress) -> None:
        try:
            self.outcomes |= pool.run(tasks, lambda task, outcome: progress.done(outcome))
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
                kept.unlink()  # half of it helps nobody
            return f"The executed notebook could not be kept in {kept}: {error.strerror}.\n"
        return f"The executed notebook is kept in {kept}.\n"

    def _edition(self, folder: Path, allow_lost: bool) -> dict[str, Any]:
        frames = {name: read_table(self.work / table.file, name) for name, table in TABLES.items()}
        inputs = _read_json(self.work / "inputs.json")
        inputs["guides"] = _read_json(self.work / "guides.json").get("guides", {})
        record = make_edition(frames, inputs, calib.__version__, folder)
        if self.former is not None and not allow_lost:
            _check_lost(self.former, folder)
        return record

    def _index(self, tasks: list[Task]) -> None:
        from recalib.report.pages import write_index

        assert self.pages is not None
        pages = [
            {
                "file": Path(task.page).relative_to(self.pages).as_posix(),
                "title": self.outcomes[task.name].title,
                "group": _SPECIALTIES if task.root else _BEHIND,
            }
            for task in sorted(tasks, key=lambda task: (not task.root, task.name))
        ]
        write_index(Run(self.work).view(), pages, self.pages)
        reports.write_manifest(self.pages)


def _check_lost(former: Path, new: Path) -> None:
    lost = drift.lost_keys(former, new)
    if len(lost):
        shown = [f"  {table}: {key}" for table, key in lost.itertuples(index=False)][:20]
        if len(lost) > len(shown):
            shown.append(f"  ... and {len(lost) - len(shown)} more")
        keys = "key" if len(lost) == 1 else "keys"
        raise RecalibError(
            f"The edition in {former} has {len(lost)} {keys} that the new one would lose:\n"
            + "\n".join(shown)
            + "\nNothing was published. Restore the raw tables behind them, or accept the loss "
            "with --allow-lost."
        )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecalibError(f"{path.name} of the work folder is missing or no JSON.") from error
    return dict(content)
