"""Every public function shows how it is used, and what it shows is what it says."""

from __future__ import annotations

import doctest
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import calib
import calib.frames
from calib import _edition

FUNCTIONS = [
    getattr(module, name)
    for module, names in ((calib, calib.__all__), (calib.frames, ("add_bands", "probabilities")))
    for name in names
    if callable(getattr(module, name)) and not isinstance(getattr(module, name), type)
]
MODULES = [module for name, module in sys.modules.items() if name.partition(".")[0] == "calib"]


@pytest.fixture(autouse=True, scope="module")
def shipped() -> Any:
    """Answer from the shipped edition, whatever edition a test used before."""
    before, _edition._current = _edition._current, None
    yield
    _edition._current = before


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__qualname__)
def test_it_has_an_example(function: Any) -> None:
    (test,) = doctest.DocTestFinder(recurse=False).find(function)
    assert test.examples


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_give_what_they_show(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_every_module_is_tried() -> None:
    files = {path.stem for path in Path(calib.__file__).parent.glob("*.py")}
    tried = {module.__name__.rpartition(".")[2] for module in MODULES} | {"__init__", "__main__"}
    # What nobody imports from Python has no examples: commands, and frames' inner parts.
    assert files - tried <= {"_commands", "_print", "_terminal", "_frames_pandas", "_frames_polars"}
