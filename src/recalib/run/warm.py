"""Forks kernels that have the notebooks' imports: a request a line in, a process id a line out.

Half of what a small notebook costs is importing the same libraries again. This process imports them
once; a kernel for each notebook is then a fork of it, a process of its own as any kernel is, that
starts in a tenth of the time. It is single-threaded and has run no notebook, so a fork is what a
fresh kernel would be after its imports.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys

from recalib.run import kernel

# What the notebooks import. A name that is missing here costs time, never correctness.
_IMPORTS = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "recalib.bands.make",
    "recalib.curves.make",
    "recalib.drift",
    "recalib.evidence",
    "recalib.report.pages",
    "recalib.report.sections",
)


def main() -> int:
    """Fork kernels until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for name in _IMPORTS:
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
    return 0


def _become_kernel(arguments: list[str], folder: str) -> None:
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.chdir(folder)
        sys.argv = ["kernel", *arguments]
        kernel.main()
    finally:
        # Never back into the loop above, which is the parent's.
        sys.stderr.flush()
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
