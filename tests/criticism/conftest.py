"""The frozen run, fitted in memory once for all tests of the criticism."""

from __future__ import annotations

from pathlib import Path

import pytest

from recalib import Run
from recalib.criticism.fitted_run import FittedRun
from recalib.report.view import View
from steps import criticised


@pytest.fixture(scope="session")
def view(work_dir: Path) -> View:
    return Run(work_dir).view()


@pytest.fixture(scope="session")
def run(work_dir: Path) -> FittedRun:
    return criticised(work_dir)
