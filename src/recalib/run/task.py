"""Describes a notebook to run and how it ended, and checks its parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recalib.problems import RecalibError


@dataclass(frozen=True)
class Task:
    """One run of one notebook."""

    name: str  # what people read in the log, such as `40_specialty general_surgery`
    notebook: str
    executed: str  # where the executed copy goes
    folder: str  # working directory of the kernel
    parameters: dict[str, Any] = field(default_factory=dict)  # str, int, float, bool
    page: str = ""  # where the HTML page goes; "" for none
    root: str = ""  # relative address from the page to the folder of the index: "" or "../"


@dataclass(frozen=True)
class Outcome:
    """How a task ended well."""

    name: str  # of the task
    seconds: float  # for the log only
    title: str = ""  # first heading of the executed notebook; "" without a page


class NotebookError(RecalibError):
    """A notebook failed.

    Parameters
    ----------
    task : Task
        The run that failed.
    message : str
        What went wrong, in sentences.
    """

    def __init__(self, task: Task, message: str) -> None:
        self.task = task
        super().__init__(message)


def as_written(path: str) -> str:
    """Write a path so that papermill, which formats it with the parameters, leaves it as it is."""
    return path.replace("{", "{{").replace("}", "}}")


def check_parameters(tasks: list[Task]) -> None:
    """Refuse parameters that a notebook does not have; papermill itself would only warn.

    A RecalibError also if a notebook is missing or cannot be read.
    """
    import papermill

    known: dict[str, set[str]] = {}
    for task in tasks:
        path = Path(task.notebook)
        if task.notebook not in known:
            if not path.is_file():
                raise RecalibError(f"The notebook {path} is missing.")
            try:
                known[task.notebook] = set(papermill.inspect_notebook(as_written(str(path))))
            except Exception as error:
                # Whatever nbformat or papermill raise, the notebook cannot be run.
                raise RecalibError(
                    f"The notebook {path} cannot be read: {type(error).__name__}: {error}"
                ) from error
        unknown = sorted(set(task.parameters) - known[task.notebook])
        if unknown:
            has = ", ".join(sorted(known[task.notebook])) or "none"
            raise RecalibError(
                f"The notebook {path.name} has no parameter {', '.join(unknown)}; it has: {has}."
            )
