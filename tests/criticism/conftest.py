"""The real run, fitted in memory once for all tests of the criticism."""

from __future__ import annotations

from pathlib import Path

import pytest

from recalib.criticism.fitted_run import FittedRun
from recalib.report.view import View


@pytest.fixture(scope="session")
def run(work_dir: Path) -> FittedRun:
    return FittedRun.load(View(work_dir))
