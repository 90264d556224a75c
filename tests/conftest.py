"""Fixtures that several folders of tests share: a small edition and small notebooks."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

# As in runs. The matrices are small: threads that wait for each other took as much processor time
# as the sums. Workers and what tests start inherit it; numpy reads it once, when it is imported.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import pandas as pd
import pytest
from filelock import FileLock

from edition_samples import INPUTS, Change, sample_frames
from recalib.publish import make_edition
from what_moves import (  # noqa: F401  # hooks
    pytest_collectreport,
    pytest_collectstart,
    pytest_runtest_setup,
    pytest_runtest_teardown,
)

TESTS = Path(__file__).parent
DOCS = TESTS.parent / "docs"
#: Files that take longest, longest first: begun last, one of them would keep a single core busy.
LONGEST = (
    "cohorts/test_cohorts_spark.py",
    "test_notebooks.py",
    "typed/test_typed_walk.py",
    "test_next_cycle.py",
    "sources/test_sources_rules.py",
    "report/test_report_browser.py",
    "cohorts/test_cohorts_rules.py",
    "test_subsets.py",
    "own/test_own_notebook.py",
    "criticism/test_criticism_page.py",
    "typed/test_typed_command.py",
    "run/test_run_job.py",
    "run/test_run_gate.py",
    "cohorts/test_cohorts_mapping.py",
    "report/test_report_ask_browser.py",
    "docs/test_docs_site.py",
    "drift/test_drift_compare.py",
    "test_cli_surroundings.py",
    "report/test_report_subsets.py",
    "bench/test_bench_faults.py",
    "own/test_own_walk.py",
    "run/test_run_determinism.py",
    "publish/test_publish_kill.py",
    "bench/test_bench_kills.py",
    "sources/test_sources_property.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `make quick`."""
    parser.addoption("--quick", action="store_true", help="leave out the files that take longest")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the files that take longest where one asks for the quick ones."""
    longest = [TESTS / name for name in LONGEST]
    return True if config.getoption("quick") and collection_path in longest else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; of the others the order stays random."""
    place = {TESTS / name: at for at, name in enumerate(LONGEST)}
    if gone := [str(path) for path in place if not path.is_file()]:
        raise pytest.UsageError(f"LONGEST in tests/conftest.py names no file: {', '.join(gone)}")
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """Load a script of docs/, which is run by name: `script("examples")`."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.path.insert(0, str(DOCS))  # scripts find those beside them
        try:
            spec.loader.exec_module(module)
        finally:
            sys.path.remove(str(DOCS))
        return module

    return load


@pytest.fixture
def frames() -> dict[str, pd.DataFrame]:
    return sample_frames()


@pytest.fixture
def inputs() -> dict[str, Any]:
    return json.loads(json.dumps(INPUTS))


@pytest.fixture
def edition_folder(tmp_path: Path) -> Callable[..., Path]:
    """Make edition folders: `edition_folder("old", change)` with a function that edits frames."""

    def make(name: str, change: Change | None = None) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        tables = sample_frames()
        if change is not None:
            change(tables)
        make_edition(tables, INPUTS, "0.1.0", folder)
        return folder

    return make


@pytest.fixture
def write_notebook() -> Callable[..., Path]:
    """Write notebooks: `write_notebook(path, "x = 1", ["print(x)"])`, parameters and cells."""

    def write(path: Path, parameters: str, cells: list[str], heading: str = "A heading") -> Path:
        sources = [("markdown", f"# {heading}"), ("code", parameters)]
        sources += [("code", cell) for cell in cells]
        document: dict[str, Any] = {
            "cells": [],
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        for number, (kind, source) in enumerate(sources):
            cell: dict[str, Any] = {
                "cell_type": kind,
                "id": f"cell-{number}",
                "metadata": {"tags": ["parameters"]} if number == 1 else {},
                "source": source,
            }
            if kind == "code":
                cell |= {"execution_count": None, "outputs": []}
            document["cells"].append(cell)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make a folder that all workers read: `once(name, make)`, where `make` fills a folder."""

    def shared(name: str, make: Callable[[Path], object]) -> Path:
        place = tmp_path_factory.getbasetemp()
        if os.environ.get("PYTEST_XDIST_WORKER"):
            place = place.parent  # what is above a worker's own belongs to all of this run
        with FileLock(place / f"{name}.lock"):
            if not (place / name).exists():
                half = place / f"{name}.half"
                shutil.rmtree(half, ignore_errors=True)
                half.mkdir()
                make(half)
                half.rename(place / name)
        return place / name

    return shared


@pytest.fixture(scope="session")
def work_dir(once: Callable[..., Path]) -> Path:
    """The work folder of the frozen tables: evidence, curves, bands and adjustments, made once."""
    from steps import adjust, fit, ingest
    from steps import bands as make

    def run(work: Path) -> None:
        ingest(TESTS / "frozen" / "raw", work)
        fit(work)
        make(work)
        adjust(work)

    return once("work", run)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium of this machine; Playwright's own is not downloaded."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium is installed here")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=quiet)
        yield opened
        opened.close()
