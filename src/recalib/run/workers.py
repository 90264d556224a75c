"""Tasks come in; worker processes run them side by side and outcomes go out as they end."""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from recalib.run.environment import CAN_FORK, WARM_FLAG, kernel_environment
from recalib.run.task import NotebookError, Outcome, Task

_DISK_FULL = "No space left on device"
_NO_SPACE = 4096


class Pool:
    """Worker processes that execute notebooks; a context manager.

    Parameters
    ----------
    jobs : int
        How many notebooks run at once.
    scratch : Path
        Folder for Jupyter's files and the workers' log.
    warm : bool
        Whether kernels are forked from a process that has the notebooks' imports.
    """

    def __init__(self, jobs: int, scratch: Path, *, warm: bool = CAN_FORK) -> None:
        self._jobs = jobs
        self._warm = warm
        self._scratch = scratch
        self._workers: list[_Worker] = []
        self._answers: queue.Queue[tuple[_Worker, str]] = queue.Queue()

    def __enter__(self) -> Pool:
        """Start the workers; they import while the first notebook runs."""
        environment = kernel_environment(self._scratch / "jupyter", warm=self._warm)
        try:
            for number in range(self._jobs):
                log = self._scratch / f"worker_{number}.log"
                self._workers.append(_Worker(environment, log, self._answers, self._warm))
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers, and whatever they are still doing."""
        self._close()

    def run(
        self, tasks: Sequence[Task], done: Callable[[Task, Outcome], None]
    ) -> dict[str, Outcome]:
        """Run tasks, as many at once as there are workers, in any order.

        Parameters
        ----------
        tasks : sequence of Task
            With names that differ.
        done : callable
            Called in this process with each task that went well, as it ends.

        Returns
        -------
        dict of str to Outcome
            Outcomes by name of the task.

        Raises
        ------
        NotebookError
            At the first failure; the tasks still running are cancelled when the pool is left.
        """
        waiting = list(reversed(tasks))
        running: dict[_Worker, Task] = {}
        outcomes: dict[str, Outcome] = {}
        while waiting or running:
            for worker in self._workers:
                if waiting and worker not in running:
                    running[worker] = task = waiting.pop()
                    worker.send(task)
            worker, line = self._answers.get()
            if worker not in running:
                # An idle worker ended; the next task sent to it could not come back.
                raise NotebookError(tasks[0], f"A worker process ended by itself{worker.why()}.")
            task = running.pop(worker)
            if not line:
                raise NotebookError(
                    task, f"{task.name}: its worker process ended by itself{worker.why()}."
                )
            outcome = Outcome.from_line(line)
            if outcome.error:
                raise NotebookError(task, outcome.error)
            outcomes[task.name] = outcome
            done(task, outcome)
        return outcomes

    def _close(self) -> None:
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.wait()


class _Worker:
    def __init__(
        self,
        environment: dict[str, str],
        log: Path,
        answers: queue.Queue[tuple[_Worker, str]],
        warm: bool,
    ) -> None:
        self._log = log
        flags = [WARM_FLAG] if warm else []
        with log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 (our own module, our own interpreter)
                [sys.executable, "-m", "recalib.run.worker", *flags],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                # Ctrl-C reaches the main process alone, which then ends the workers in order.
                start_new_session=True,
            )
        self._thread = threading.Thread(target=self._listen, args=(answers,), daemon=True)
        self._thread.start()

    def _listen(self, answers: queue.Queue[tuple[_Worker, str]]) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            answers.put((self, line))
        answers.put((self, ""))

    def send(self, task: Task) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(task.to_line())
            self._process.stdin.flush()
        except OSError as error:
            raise NotebookError(
                task, f"{task.name}: its worker process is gone{self.why()}."
            ) from error

    def end(self) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError:
            # It died with a task unread; there is nobody left to tell.
            return

    def wait(self) -> None:
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._thread.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def why(self) -> str:
        """Return what the worker's log says last, as the end of a sentence."""
        try:
            log = self._log.read_text(encoding="utf-8", errors="replace").strip()
            # On a full disk the log itself may have stayed empty.
            full = _DISK_FULL in log or shutil.disk_usage(self._log.parent).free < _NO_SPACE
        except OSError:
            return ""
        if full:
            return f": {_DISK_FULL} ({self._log.parent.parent})"
        return f": {log.splitlines()[-1].strip().rstrip('.')}" if log else ""
