"""Notebooks run cell by cell in this process, as JupyterLab would, without a kernel."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any
from unittest import mock

from recalib.report import show

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def sources(name: str) -> list[tuple[str, str, bool]]:
    """Kind, source and whether it is the parameters cell, of each cell of a notebook."""
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [
        (
            cell["cell_type"],
            "".join(cell["source"]),
            "parameters" in cell["metadata"].get("tags", []),
        )
        for cell in cells
    ]


def run_cells(name: str, **given: Any) -> tuple[list[str], dict[str, Any]]:
    """Run a notebook with parameters; return what it shows, and its names at the end."""
    shown: list[str] = []
    names: dict[str, Any] = {}

    def display(*values: Any) -> None:
        shown.extend(
            str(getattr(value, "data", None) or getattr(value, "text", value))
            for value in values
            if value is not None
        )

    with mock.patch.object(show, "display", display):
        for kind, source, parameters in sources(name):
            if kind != "code":
                shown.append(source)
                continue
            *first, last = ast.parse(source).body
            if not isinstance(last, ast.Expr):
                first.append(last)
            exec(compile(ast.Module(first, []), name, "exec"), names)
            if isinstance(last, ast.Expr):
                display(eval(compile(ast.Expression(last.value), name, "eval"), names))
            if parameters:
                unknown = set(given) - set(names)
                assert not unknown, f"{name} has no parameters {unknown}"
                names |= given
    return shown, names
