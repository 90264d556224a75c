"""A guard: what the next cycle moves is read by tests that hold whatever it holds, and no others.

Tests of mechanisms read `tests/frozen` or made-up data; one that opens `data/` or the shipped
edition fails where it does so, unless its file is listed here. Files that another process opens,
or a library that is not Python, are not seen.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from calib import edition

TESTS = Path(__file__).parent
#: Released editions in data/editions stay as they are.
MOVING = tuple(
    f"{TESTS.parent / place}{os.sep}"
    for place in ("data/raw", "data/processed", "src/calib/edition")
)
#: Files and folders of tests that may, and what they hold of any cycle.
WHATEVER_IT_HOLDS = {
    "published": "each source's tables are what its .yml and its publisher say of them",
    "bench/test_bench_cohorts.py": "benchmarks read the tables of the repository",
    "bench/test_bench_fuzz.py": "so do those of hostile files, by the package as it is installed",
    "bench/test_bench_lookups.py": "what is measured is the package as it is installed",
    "calib/test_calib_load.py": "every edition that is kept, and the shipped one, answers",
    "calib/test_calib_wheel.py": "the wheel holds the shipped edition, byte for byte",
    "calib/test_calib_whose.py": "every text that leaves the package says whose it is not",
    "calib/test_calib_shipped.py": "the shipped edition answers everything that it lists",
    "docs/test_docs_pages.py": "pages made by `make pages` are what their scripts make of the data",
    "docs/test_docs_whole_site.py": "the site shows the edition that lies beside it",
    "publish/test_publish_kept.py": "the shipped edition is kept with its drift",
    "publish/test_publish_shipped.py": "the shipped edition is what its datapackage.json describes",
    "publish/test_publish_band_json.py": "its JSON follows its schema and says what the CSV says",
    "sources/test_sources_shipped.py": "data/raw has no problem and every label is mapped",
    "test_next_cycle.py": "a made-up cycle more than data/raw has is published",
    "test_notebooks.py": "60_explore shows what the shipped edition answers",
    "test_method_page.py": "a page made by `make pages` is what its script makes of the data",
    "test_readme.py": "so is README",
}


class _Reader:
    """The test file that runs or is collected, where it may not read what moves."""

    name = ""
    #: What it opened all the same: a test may have caught the error.
    opened: list[str]
    #: Whether somebody may have left the shipped edition open.
    left_open = True


_now = _Reader()
_now.opened = []


def _look(event: str, given: tuple[Any, ...]) -> None:
    if event != "open" or not _now.name or not isinstance(given[0], str | bytes | os.PathLike):
        return
    path = os.path.abspath(os.fsdecode(given[0]))  # noqa: PTH100  # opens nothing itself
    if path.startswith(MOVING) and not path.endswith(".py"):
        name = Path(path).relative_to(TESTS.parent).as_posix()
        _now.opened.append(name)
        raise AssertionError(
            f"tests/{_now.name} opens {name}, which the next cycle moves: read tests/frozen, or "
            "say in tests/what_moves.py what holds whatever cycles there are"
        )


sys.addaudithook(_look)


def _begin(path: Path) -> None:
    name = path.relative_to(TESTS).as_posix()
    may = name in WHATEVER_IT_HOLDS or name.partition("/")[0] in WHATEVER_IT_HOLDS
    if not may and _now.left_open:
        edition._opened.cache_clear()
    _now.left_open = may
    _now.name = "" if may else name
    _now.opened.clear()


def pytest_collectstart(collector: pytest.Collector) -> None:
    if isinstance(collector, pytest.Module):
        _begin(collector.path)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _now.name = ""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    _begin(item.path)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    opened, _now.name = [*_now.opened], ""
    assert not opened, f"opened what the next cycle moves: {', '.join(opened)}"
