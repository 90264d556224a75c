"""Fixtures of the report's tests: the real run, and copies of it with a table changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from recalib import Run
from recalib.contract.store import read_table, write_tables
from recalib.report.view import View

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
