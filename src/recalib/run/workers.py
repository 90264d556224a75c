"""Worker processes that execute notebooks side by side."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from recalib.run.environment import kernel_environment
from recalib.run.task import NotebookError, Outcome, Task
from recalib.run.worker import WARM

_DISK_FULL = "No space left on device"
_NO_SPACE = 4096


class Workers:
    """As many worker processes as notebooks run at once; a context manager.

    Jupyter's files and the workers' logs go into the folder `scratch`. With `warm`, kernels have
    what the notebooks import, where the system can fork them.
    """

    def __init__(self, jobs: int, scratch: Path, *, warm: bool = True) -> None:
        self._jobs, self._scratch, self._warm = jobs, scratch, warm
        self._all: list[_Worker] = []
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()

    def __enter__(self) -> Workers:
        """Start the workers; they import while the first notebook runs."""
        environment = kernel_environment(self._scratch / "jupyter")
        try:
            for number in range(self._jobs):
                log = self._scratch / f"worker_{number}.log"
                self._all.append(_Worker(environment, log, warm=self._warm))
                self._idle.put(self._all[-1])
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers, and whatever they are still doing."""
        self._end()

    def run(self, tasks: Sequence[Task], done: Callable[[Outcome], object]) -> dict[str, Outcome]:
        """Run tasks in any order; return their outcomes by name, and show each as it comes.

        At the first failure a NotebookError; the tasks still running are cancelled.
        """
        outcomes = {}
        with ThreadPoolExecutor(self._jobs) as threads:
            futures = [threads.submit(self._execute, task) for task in tasks]
            try:
                for future in as_completed(futures):
                    outcome = future.result()
                    outcomes[outcome.name] = outcome
                    done(outcome)
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                self._end()
                raise
        return outcomes

    def _execute(self, task: Task) -> Outcome:
        worker = self._idle.get()
        try:
            outcome = worker.execute(task)
        finally:
            self._idle.put(worker)
        if outcome.error:
            raise NotebookError(task, outcome.error)
        return outcome

    def _end(self) -> None:
        for worker in self._all:
            worker.end()
        for worker in self._all:
            worker.wait()


class _Worker:
    def __init__(self, environment: dict[str, str], log: Path, *, warm: bool) -> None:
        self._log = log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 (our own module, our own interpreter)
                [sys.executable, "-m", "recalib.run.worker", *([WARM] if warm else [])],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                # Ctrl-C reaches the main process alone, which then ends the workers in order.
                start_new_session=True,
            )

    def execute(self, task: Task) -> Outcome:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = ""
        # A worker that is gone has closed its pipes; one that is ended has them closed here.
        with suppress(OSError, ValueError):
            print(json.dumps(asdict(task)), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        if not line:
            why = why_ended(self._log)
            raise NotebookError(task, f"{task.name}: its worker process ended by itself{why}.")
        return Outcome(**json.loads(line))

    def end(self) -> None:
        assert self._process.stdin is not None
        # It may have died with a task unread; there is nobody left to tell.
        with suppress(OSError):
            self._process.stdin.close()

    def wait(self) -> None:
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def why_ended(log: Path) -> str:
    """Return what a worker's log says last, as the end of a sentence."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace").strip()
        # On a full disk the log itself may have stayed empty.
        full = _DISK_FULL in text or shutil.disk_usage(log.parent).free < _NO_SPACE
    except OSError:
        return ""
    if full:
        return f": {_DISK_FULL} ({log.parent.parent})"
    return f": {text.splitlines()[-1].strip().rstrip('.')}" if text else ""
