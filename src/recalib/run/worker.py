"""Tasks come in as lines on standard input; outcomes go out as lines on standard output.

`python -m recalib.run.worker` is one worker of the pool, a process of its own: papermill changes
the working directory, so two notebooks cannot share one. It ends when its input does, whatever it
is doing then, so that nothing outlives a run that was killed.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from typing import IO


def main() -> int:
    """View until the input ends.

    Returns
    -------
    int
        0.
    """
    # Only outcomes may reach the pool: whatever else is printed goes to the log.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    tasks: queue.SimpleQueue[str] = queue.SimpleQueue()
    # Reading starts before the slow imports: a run cancelled at once ends at once.
    threading.Thread(target=_read, args=(sys.stdin, tasks), daemon=True).start()

    from recalib.run.environment import WARM_FLAG

    if WARM_FLAG in sys.argv:
        from recalib.run.provisioner import register

        register()
    from recalib.run.execute import execute
    from recalib.run.task import Task

    while True:
        answers.write(execute(Task.from_line(tasks.get())).to_line())
        answers.flush()


def _read(lines: IO[str], tasks: queue.SimpleQueue[str]) -> None:
    for line in lines:
        tasks.put(line)
    execution = sys.modules.get("recalib.run.execute")
    kill = getattr(execution, "kill_kernels", None)
    if kill is not None:
        kill()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
