"""One worker: a process that executes a notebook for each line on its standard input.

papermill changes the working directory, so two notebooks cannot share a process. A worker ends when
its input does, whatever it is doing then, and its kernels with it: nothing outlives a killed run.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from dataclasses import asdict
from typing import IO

from recalib.run.provisioner import Provisioner, register

WARM = "--warm"
# What the notebooks import. A name that is missing here costs time, never correctness.
_IMPORTS = (
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "recalib.bands.tables",
    "recalib.curves.tables",
    "recalib.drift",
    "recalib.evidence",
    "recalib.report.pages",
    "recalib.report.sections",
    "recalib.run.tables",
    "seaborn",
)


def main() -> int:
    """Work until the input ends."""
    # Only outcomes may reach the run: whatever else is printed goes to the log.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    register(_IMPORTS if WARM in sys.argv else ())
    # Reading starts before the slow imports: a run cancelled at once ends at once.
    threading.Thread(target=_read, args=(sys.stdin, lines), daemon=True).start()

    from recalib.run.execute import execute
    from recalib.run.task import Task

    while True:
        outcome = execute(Task(**json.loads(lines.get())))
        print(json.dumps(asdict(outcome)), file=answers, flush=True)


def _read(stream: IO[str], lines: queue.SimpleQueue[str]) -> None:
    for line in stream:
        lines.put(line)
    # Kernels see the end of their pipe, but what forks them may be importing.
    if Provisioner.warm is not None:
        Provisioner.warm.kill()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
