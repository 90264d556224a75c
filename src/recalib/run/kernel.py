"""A kernel that ends with its run, killed or not: `python -m recalib.run.kernel -f FILE`."""

from __future__ import annotations

import os
import signal
import threading

# Names a pipe's reading end, of which the worker alone has the writing end, and never writes.
ALIVE = "CALIB_RUN_ALIVE"


def main() -> None:
    """Be an ipykernel until it is told to end, or its worker is gone."""
    alive = os.environ.get(ALIVE)
    if alive is not None:
        threading.Thread(target=_end_with_run, args=(int(alive),), daemon=True).start()
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


def _end_with_run(pipe: int) -> None:
    # Looking for the parent would be too late for a run killed while its kernel starts; the end of
    # a pipe stays there to be read. What the kernel started, such as Spark, goes with it.
    os.read(pipe, 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
