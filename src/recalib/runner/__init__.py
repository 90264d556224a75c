"""Notebooks and parameters come in; executed notebooks and pages go out, in parallel processes."""

from recalib.runner.pool import Pool
from recalib.runner.task import NotebookError, Outcome, Task, check_parameters

__all__ = ["NotebookError", "Outcome", "Pool", "Task", "check_parameters"]
