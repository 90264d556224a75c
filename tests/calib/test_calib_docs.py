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

FUNCTIONS = [
    getattr(module, name)
    for module, names in (
        (calib, calib.__all__),
        (calib.frames, ("add_bands", "probabilities", "standings")),
    )
    for name in names
    if name.islower() and callable(getattr(module, name))  # EDITION opens the shipped edition
]
MODULES = [module for name, module in sys.modules.items() if name.partition(".")[0] == "calib"]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__qualname__)
def test_it_has_an_example(function: Any) -> None:
    (test,) = doctest.DocTestFinder(recurse=False).find(function)
    assert test.examples


@pytest.mark.usefixtures("frozen")  # examples show figures
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_give_what_they_show(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_every_module_is_tried() -> None:
    files = {path.stem for path in Path(calib.__file__).parent.glob("*.py")}
    tried = {module.__name__.rpartition(".")[2] for module in MODULES} | {"__init__", "__main__"}
    assert files - tried <= {"cli"}  # which nobody imports from Python
