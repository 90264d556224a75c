"""Fixtures that several folders of tests share: a small edition and small notebooks."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from edition_samples import INPUTS, Change, sample_frames
from recalib.publish import make_edition
from what_moves import (  # noqa: F401  # hooks
    pytest_collectreport,
    pytest_collectstart,
    pytest_runtest_setup,
    pytest_runtest_teardown,
)

DOCS = Path(__file__).parents[1] / "docs"


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
def work_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The work folder of the frozen tables: evidence, curves, bands and adjustments, made once."""
    from steps import adjust, fit, ingest
    from steps import bands as make

    work = tmp_path_factory.mktemp("work")
    ingest(Path(__file__).parent / "frozen" / "raw", work)
    fit(work)
    make(work)
    adjust(work)
    return work


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
