"""Executes notebooks side by side, each in a kernel of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from recalib.run.kernels import Kernels
from recalib.run.task import Outcome, Task

# What the notebooks import. A name that is missing here costs time, never correctness.
_IMPORTS = (
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "recalib.bands.tables",
    "recalib.curves.tables",
    "recalib.drift.causes",
    "recalib.drift.cycles",
    "recalib.evidence",
    "recalib.report.pages",
    "recalib.report.sections",
    "recalib.run.tables",
    "seaborn",
)


class Workers:
    """As many threads as notebooks run at once, and their kernels; a context manager.

    The kernels' files go into the folder `scratch`. With `warm`, kernels have what the notebooks
    import, where the system can fork them.
    """

    def __init__(self, jobs: int, scratch: Path, *, warm: bool = True) -> None:
        self._jobs = jobs
        self._kernels = Kernels(scratch / "jupyter", _IMPORTS if warm else ())

    def __enter__(self) -> Workers:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the kernels, and whatever they are still doing."""
        self._kernels.end()

    def run(self, tasks: Sequence[Task], done: Callable[[Outcome], object]) -> dict[str, Outcome]:
        """Run tasks in any order; return their outcomes by name, and show each as it comes.

        At the first failure a NotebookError; the tasks still running are cancelled.
        """
        # Imported while kernels warm up.
        from recalib.run.execute import execute

        outcomes = {}
        with ThreadPoolExecutor(self._jobs) as threads:
            futures = [threads.submit(execute, task, self._kernels) for task in tasks]
            try:
                for future in as_completed(futures):
                    outcome = future.result()
                    outcomes[outcome.name] = outcome
                    done(outcome)
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                self._kernels.end()
                raise
        return outcomes
