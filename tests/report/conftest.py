"""Fixtures of the report's tests: a run, its pages, and copies of it with a table changed."""

from __future__ import annotations

import json
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
def pages(work_dir: Path, once: Callable[..., Path]) -> Path:
    """A reports folder with audit, adjustments, four specialty pages and the index."""
    return once("pages", lambda root: _write_pages(work_dir, root)) / "reports"


def _write_pages(work_dir: Path, root: Path) -> None:
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
            for name in (
                "general_surgery",
                "internal_medicine",
                "family_medicine",
                "preliminary_medicine",
            )
        ),
    ]
    titles = {}
    with Workers(1, root / "scratch") as workers:
        for each in tasks:
            titles |= workers.run([each], lambda outcome: None)
    listed = [{"file": name, "title": one.title, "group": "-"} for name, one in titles.items()]
    write_index(Run(work).view(), listed, reports, edition_of(work, root / "edition"))


@pytest.fixture
def hostile_label() -> str:
    """A name that is a script, a quotation and a formula, ten thousand characters long."""
    return "<script>alert(1)</script> \"quoted\" 'too' =cmd() & <b>bold</b> " + "x" * 10_000


@pytest.fixture
def hostile_pages(work_dir: Path, tmp_path: Path, hostile_label: str) -> Path:
    """The index, the explorer, the guides' page and a specialty's, hostile wherever they can be.

    The specialty's name, notes of its curves, guides and sources hold the label.
    """
    work = Path(shutil.copytree(work_dir, tmp_path / "work"))
    guides = json.loads((work / "guides.json").read_text(encoding="utf-8"))
    for row in guides["specialties"]:
        if row["specialty"] == "general_surgery":
            row["label"] = hostile_label
    for record in guides["guides"].values():
        record |= dict.fromkeys(record, hostile_label)
    (work / "guides.json").write_text(json.dumps(guides), encoding="utf-8")
    inputs = json.loads((work / "inputs.json").read_text(encoding="utf-8"))
    for record in inputs["provenance"].values():
        record |= {"title": hostile_label, "notes": hostile_label, "citation": hostile_label}
    (work / "inputs.json").write_text(json.dumps(inputs), encoding="utf-8")
    notes = read_table(work / "curve_notes.csv", "curve_notes")
    write_tables({"curve_notes": notes.assign(note=hostile_label)}, work)
    reports = tmp_path / "reports"
    tasks = [
        Task(
            name=name,
            notebook=str(NOTEBOOKS / f"{name}.ipynb"),
            executed=str(tmp_path / f"{name}.ipynb"),
            folder=str(work),
            parameters={"work_dir": str(work)} | parameters,
            page=str(reports / f"{name}.html"),
        )
        for name, parameters in (
            ("40_specialty", {"specialty": "general_surgery"}),
            ("30_bands", {}),
        )
    ]
    with Workers(1, tmp_path / "scratch") as workers:
        workers.run(tasks, lambda outcome: None)
    listed = [{"file": "30_bands.html", "title": hostile_label, "group": "-"}]
    write_index(Run(work).view(), listed, reports, edition_of(work, tmp_path / "edition"))
    return reports
