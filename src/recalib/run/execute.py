"""Executes a notebook with papermill and converts it to its page."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from recalib.run.environment import KERNEL
from recalib.run.page import write_page
from recalib.run.task import Outcome, Task

# A kernel is up in half a second; about one in 600 loses a race for its ports and never is.
START_SECONDS = 20
_NOT_STARTED = ("Kernel didn't respond", "Kernel died before replying")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ERROR_LINES = 25


def execute(task: Task) -> Outcome:
    """Run a notebook and make its page; failures are told in the outcome, not raised."""
    start = time.monotonic()
    title, error = "", ""
    try:
        _papermill(task)
    except PapermillExecutionError as failure:
        error = _cell_error(task, failure)
    except DeadKernelError:
        error = f"{_where(task, _last_cell(task))}: its kernel died{_parameters(task)}."
    except OSError as failure:
        # Such as a full disk: papermill writes the executed copy after every cell.
        reason = failure.strerror or str(failure)
        error = f"Notebook {Path(task.notebook).name} could not be run: {reason}."
    except RuntimeError as failure:
        error = f"Notebook {Path(task.notebook).name}: {failure}{_parameters(task)}."
    else:
        try:
            if task.page:
                title = write_page(Path(task.executed), Path(task.page), task.root)
        except Exception as failure:
            # Whatever a template raises, the run must end with the notebook's name.
            error = f"Notebook {Path(task.notebook).name}: its page was not made: {failure}"
    return Outcome(task.name, time.monotonic() - start, title, error)


def _papermill(task: Task) -> None:
    for attempt in (1, 2):
        try:
            papermill.execute_notebook(
                task.notebook,
                task.executed,
                parameters=task.parameters,
                kernel_name=KERNEL,
                progress_bar=False,
                start_timeout=START_SECONDS,
                cwd=task.folder,
            )
        except RuntimeError as failure:
            if attempt == 2 or not str(failure).startswith(_NOT_STARTED):
                raise
        else:
            return


def _cell_error(task: Task, failure: PapermillExecutionError) -> str:
    value = _ANSI.sub("", str(failure.evalue)).strip()
    lines = f"{failure.ename}: {value}".splitlines()
    shown = lines[:_ERROR_LINES]
    if len(lines) > _ERROR_LINES:
        shown.append(f"... and {len(lines) - _ERROR_LINES} lines more")
    executed = _cells(task.executed)
    cell = next((c for c in executed if _failed(c)), None)
    return f"{_where(task, cell)} failed{_parameters(task)}:\n" + "\n".join(shown)


def _where(task: Task, cell: Mapping[str, Any] | None) -> str:
    name = Path(task.notebook).name
    if cell is None:
        return f"Notebook {name}"
    # Counted in the notebook that people edit; papermill adds cells to the executed copy.
    own = [each.get("id") for each in _cells(task.notebook)]
    count = cell.get("execution_count")
    label = f" (In [{count}] of the executed copy)" if count else ""
    if cell.get("id") in own:
        return f"Notebook {name}, cell {own.index(cell.get('id')) + 1} of {len(own)}{label}"
    return f"Notebook {name}, the cell of passed parameters{label}"


def _last_cell(task: Task) -> Mapping[str, Any] | None:
    # papermill marks the cell in which a kernel died as completed; that it began is all that tells.
    begun = [
        cell
        for cell in _cells(task.executed)
        if cell.get("metadata", {}).get("papermill", {}).get("start_time")
    ]
    return begun[-1] if begun else None


def _failed(cell: Mapping[str, Any]) -> bool:
    return any(output.get("output_type") == "error" for output in cell.get("outputs", []))


def _cells(path: str) -> list[Mapping[str, Any]]:
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        return list(notebook.cells)
    except (OSError, ValueError):
        return []


def _parameters(task: Task) -> str:
    values = ", ".join(f"{key}={value!r}" for key, value in task.parameters.items())
    return f" with {values}" if values else ""
