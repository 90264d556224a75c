"""A notebook and its parameters come in as a task; how it ended goes out as an outcome."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from recalib.problems import RecalibError


@dataclass(frozen=True)
class Task:
    """One run of one notebook.

    Parameters
    ----------
    name : str
        What people read in the log, such as `40_specialty general_surgery`.
    notebook : str
        Path of the notebook.
    executed : str
        Where its executed copy goes.
    folder : str
        Working directory of the kernel.
    parameters : dict
        Values for its `parameters` cell: str, int, float, bool.
    page : str
        Where its HTML page goes; "" for none.
    root : str
        Relative address from the page to the folder of the index: "" or "../".
    """

    name: str
    notebook: str
    executed: str
    folder: str
    parameters: dict[str, Any] = field(default_factory=dict)
    page: str = ""
    root: str = ""

    def to_line(self) -> str:
        """Return the task as one line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Task:
        """Return the task that `to_line` wrote."""
        return cls(**json.loads(line))


@dataclass(frozen=True)
class Outcome:
    """How a task ended.

    Parameters
    ----------
    name : str
        Name of the task.
    seconds : float
        How long it took, for the log only.
    title : str
        First heading of the executed notebook; "" without a page.
    error : str
        What went wrong, in sentences; "" when all went well.
    """

    name: str
    seconds: float
    title: str = ""
    error: str = ""

    def to_line(self) -> str:
        """Return the outcome as one line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Outcome:
        """Return the outcome that `to_line` wrote."""
        return cls(**json.loads(line))


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


def check_parameters(tasks: list[Task]) -> None:
    """Refuse parameters that a notebook does not have; papermill itself would only warn.

    Parameters
    ----------
    tasks : list of Task
        The runs to come.

    Raises
    ------
    RecalibError
        If a notebook is missing or cannot be read, or lacks a parameter.
    """
    import papermill

    known: dict[str, set[str]] = {}
    for task in tasks:
        path = Path(task.notebook)
        if task.notebook not in known:
            if not path.is_file():
                raise RecalibError(f"The notebook {path} is missing.")
            try:
                known[task.notebook] = set(papermill.inspect_notebook(path))
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
