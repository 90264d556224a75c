"""Starts kernels that end with their run, whatever becomes of it.

`python -m recalib.run.kernel LIFELINE PARENT MODULE ...` imports the modules once, and forks a
kernel for each line of its input, which it answers with a process id. It has run no notebook and
has one thread, so a fork of it is what a fresh kernel would be after its imports: half of what a
small notebook costs.

`python -m recalib.run.kernel LIFELINE PARENT -f FILE` becomes one kernel itself.

LIFELINE is the reading end of a pipe of which the run alone has the writing end: its end is the end
of the run. PARENT is the run's process, which may be gone before its child first looks.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import signal
import sys
import threading
from pathlib import Path

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def main() -> None:
    """Fork kernels until the input ends, or be one."""
    lifeline, parent, *words = sys.argv[1:]
    if words[:1] == ["-f"]:
        _become_kernel(int(lifeline), words, str(Path.cwd()))
    _die_with(int(parent))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for name in ("ipykernel.kernelapp", "ipykernel.ipkernel", *words):
        # The notebook that needs it will say so, in its own cell.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    # Kernels that end leave no zombie: who waits for them sees that the process is gone.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            answers.close()
            request = json.loads(line)
            _become_kernel(int(lifeline), request["arguments"], request["folder"])
        print(process, file=answers, flush=True)
    # The interpreter would take seconds to take all of that apart.
    os._exit(0)


def _die_with(parent: int) -> None:
    """End this process with its parent, at once where the system can, even amid imports."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    # It may have been gone before.
    if os.getppid() != parent:
        os._exit(1)


def _become_kernel(lifeline: int, arguments: list[str], folder: str) -> None:
    try:
        # A group of its own, with whatever it starts; jupyter_client gives cold ones theirs.
        if os.getpgid(0) != os.getpid():
            os.setsid()
        threading.Thread(target=_end_with_run, args=(lifeline,), daemon=True).start()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.chdir(folder)
        sys.argv[1:] = arguments
        from ipykernel.kernelapp import launch_new_instance

        launch_new_instance()
    finally:
        # Never back into the loop above, which is the parent's.
        os._exit(0)


def _end_with_run(lifeline: int) -> None:
    # A look for the parent comes too late in a run killed while its kernel starts; the end of the
    # pipe stays to be seen. Nothing is ever written into it.
    os.read(lifeline, 1)
    # What the kernel started, such as Spark, goes with it.
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
