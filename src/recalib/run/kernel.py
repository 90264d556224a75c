"""Forks kernels that have the notebooks' imports, and that end with their run.

`python -m recalib.run.kernel MODULE ...` imports the modules once, and forks a kernel for each line
of its input, which it answers with a process id. It has run no notebook and has one thread, so a
fork of it is what a fresh kernel would be after its imports: half of what a small notebook costs.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import sys
import threading


def main() -> None:
    """Fork kernels until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for name in ("ipykernel.kernelapp", "ipykernel.ipkernel", *sys.argv[1:]):
        # The notebook that needs it will say so, in its own cell.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    # Kernels that end leave no zombie: who waits for them sees that the process is gone.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            answers.close()
            _become_kernel(**json.loads(line))
        print(process, file=answers, flush=True)
    # The interpreter would take seconds to take all of that apart.
    os._exit(0)


def _become_kernel(arguments: list[str], folder: str) -> None:
    try:
        os.setsid()
        threading.Thread(target=_end_with_run, args=(os.dup(0),), daemon=True).start()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.chdir(folder)
        sys.argv[1:] = arguments
        from ipykernel.kernelapp import launch_new_instance

        launch_new_instance()
    finally:
        # Never back into the loop above, which is the parent's.
        os._exit(0)


def _end_with_run(requests: int) -> None:
    # A look for the parent comes too late in a run killed while its kernel starts; the end of the
    # pipe of requests, of which the worker alone has the writing end, stays to be seen.
    waiting = select.poll()
    waiting.register(requests, 0)
    waiting.poll()
    # What the kernel started, such as Spark, goes with it.
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
