"""`python -m calib` is the command `calib`."""

import os
import sys

# `python -m` looks into the working folder first, where a queue.py of the user's may lie.
_HERE = os.getcwd()  # noqa: PTH109 (pathlib would be imported from there)
del sys.path[: sys.path[0] in ("", _HERE) and not __file__.startswith(_HERE)]

from calib.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
