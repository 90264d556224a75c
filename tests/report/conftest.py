"""Fixtures of the report's tests: a run, its pages, and copies of it with a table changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from edition_samples import edition_of
from recalib import Run
from recalib.contract.store import read_table, write_tables
from recalib.report.pages import write_index
from recalib.report.view import View
from recalib.run.task import Task
from recalib.run.workers import Workers

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
Change = Callable[[pd.DataFrame], pd.DataFrame | None]


@pytest.fixture(scope="session")
def work(work_dir: Path) -> View:
    return Run(work_dir).view()


@pytest.fixture
def changed(work_dir: Path, tmp_path: Path) -> Callable[..., View]:
    """Copy the run and change tables: `changed(curves=function)`; the function edits in place."""

    def make(**changes: Change) -> View:
        folder = tmp_path / "work"
        shutil.copytree(work_dir, folder)
        for name, change in changes.items():
            frame = read_table(folder / f"{name}.csv", name)
            edited = change(frame)
            write_tables({name: frame if edited is None else edited}, folder)
        return Run(folder).view()

    return make


@pytest.fixture
def untranslated(changed: Callable[..., View]) -> View:
    """The run without translated curves: U.S. IMGs are all those who ranked a track."""

    def drop(curves: pd.DataFrame) -> pd.DataFrame:
        mine = (curves["applicant_group"] == "us_img") & (curves["denominator"] == "ranked_first")
        assert mine.any()
        return curves[~mine]

    return changed(curves=drop)


@pytest.fixture(scope="session")
def pages(work_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reports folder with audit, adjustments, three specialty pages and the index."""
    root = tmp_path_factory.mktemp("pages")
    work, reports = root / "work", root / "reports"
    shutil.copytree(work_dir, work)

    def task(stem: str, page: str, up: str, **parameters: str) -> Task:
        return Task(
            name=page,
            notebook=str(NOTEBOOKS / f"{stem}.ipynb"),
            executed=str(root / f"{stem}.ipynb"),
            folder=str(work),
            parameters={"work_dir": str(work)} | parameters,
            page=str(reports / page),
            root=up,
        )

    tasks = [
        task("30_bands", "30_bands.html", ""),
        task("35_adjustments", "35_adjustments.html", ""),
        *(
            task("40_specialty", f"specialties/{name}.html", "../", specialty=name)
            for name in ("general_surgery", "family_medicine", "preliminary_medicine")
        ),
    ]
    titles = {}
    with Workers(1, root / "scratch") as workers:
        for each in tasks:
            titles |= workers.run([each], lambda outcome: None)
    listed = [{"file": name, "title": one.title, "group": "-"} for name, one in titles.items()]
    write_index(Run(work).view(), listed, reports, edition_of(work, root / "edition"))
    return reports
