"""Executes a notebook with papermill and converts it to its page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from recalib.run.kernels import KERNEL, Kernels
from recalib.run.page import write_page
from recalib.run.task import NotebookError, Outcome, Task, as_written

# A kernel is up in half a second; about one in 600 loses a race for its ports and never is.
START_SECONDS = 20
_NOT_STARTED = ("Kernel didn't respond", "Kernel died before replying")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ERROR_LINES = 25

Cell = Mapping[str, Any]


def execute(task: Task, kernels: Kernels) -> Outcome:
    """Run a notebook and make its page; a NotebookError where either fails."""
    start = time.monotonic()
    title, name = "", f"Notebook {Path(task.notebook).name}"
    try:
        _papermill(task, kernels)
    except PapermillExecutionError as failure:
        error = _cell_error(task, failure)
    except DeadKernelError:
        error = f"{_where(task, _begun)}: its kernel died{_parameters(task)}."
    except OSError as failure:
        # Such as a full disk: papermill writes the executed copy after every cell.
        error = f"{name} could not be run: {failure.strerror or failure}."
    except RuntimeError as failure:
        error = f"{name}: {failure}{_parameters(task)}."
    else:
        try:
            if task.page:
                title = write_page(Path(task.executed), Path(task.page), task.root)
            return Outcome(task.name, time.monotonic() - start, title)
        except Exception as failure:
            # Whatever a template raises, the run must end with the notebook's name.
            error = f"{name}: its page was not made: {failure}"
    raise NotebookError(task, error)


def _papermill(task: Task, kernels: Kernels) -> None:
    for attempt in (1, 2):
        try:
            # Not by `cwd`, which would change that of this process.
            papermill.execute_notebook(
                as_written(task.notebook),
                as_written(task.executed),
                parameters=task.parameters,
                kernel_name=KERNEL,
                progress_bar=False,
                start_timeout=START_SECONDS,
                kernel_manager_class=kernels.manager(task.folder),
            )
        except RuntimeError as failure:
            if attempt == 2 or not str(failure).startswith(_NOT_STARTED):
                raise
        else:
            return
        finally:
            ensure_event_loop().close()


def _cell_error(task: Task, failure: PapermillExecutionError) -> str:
    value = _ANSI.sub("", str(failure.evalue)).strip()
    if not value:  # such as where no file could be opened any more
        value = _ANSI.sub("", "".join(failure.traceback)).strip() or "no reason was given"
    lines = f"{failure.ename}: {value}".splitlines()
    shown = lines[:_ERROR_LINES]
    if len(lines) > _ERROR_LINES:
        shown.append(f"... and {len(lines) - _ERROR_LINES} lines more")
    return f"{_where(task, _failed)} failed{_parameters(task)}:\n" + "\n".join(shown)


def _where(task: Task, wanted: Callable[[Cell], bool]) -> str:
    """Name the notebook and the last cell that is wanted."""
    name = f"Notebook {Path(task.notebook).name}"
    found = [cell for cell in _cells(task.executed) if wanted(cell)]
    if not found:
        return name
    # Counted in the notebook that people edit; papermill adds cells to the executed copy.
    own = [cell.get("id") for cell in _cells(task.notebook)]
    count, cell_id = found[-1].get("execution_count"), found[-1].get("id")
    label = f" (In [{count}] of the executed copy)" if count else ""
    if cell_id in own:
        return f"{name}, cell {own.index(cell_id) + 1} of {len(own)}{label}"
    return f"{name}, the cell of passed parameters{label}"


def _failed(cell: Cell) -> bool:
    return any(output.get("output_type") == "error" for output in cell.get("outputs", []))


def _begun(cell: Cell) -> bool:
    # papermill marks the cell in which a kernel died as completed; that it began is all that tells.
    return bool(cell.get("metadata", {}).get("papermill", {}).get("start_time"))


def _cells(path: str) -> list[Cell]:
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        return list(notebook.cells)
    except (OSError, ValueError):
        return []


def _parameters(task: Task) -> str:
    values = ", ".join(f"{key}={value!r}" for key, value in task.parameters.items())
    return f" with {values}" if values else ""
