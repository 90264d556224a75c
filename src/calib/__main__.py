"""`python -m calib` is the command `calib`."""

import os
import sys

# `python -m` looks into the working folder first, where a queue.py of the user's may lie.
if sys.path[0] in ("", os.getcwd()) and not __file__.startswith(os.getcwd()):  # noqa: PTH109
    del sys.path[0]

from calib.cli import main

if __name__ == "__main__":
    sys.exit(main())
