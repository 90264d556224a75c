"""The environment in which notebooks run, the same everywhere.

Kernels must not depend on the user's home: not on IPython profiles, Jupyter configuration, kernel
specifications of the same name, matplotlib styles, the number of cores, or Python files that lie
where the run was started.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import recalib

KERNEL = "python3"
# Name of the provisioner that starts the kernels, see `recalib.run.provisioner`.
PROVISIONER = "calib"
# Sums in another order end in other digits: one thread each.
_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
_DROPPED = (
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "PYTHONINSPECT",
    "PYTHONOPTIMIZE",
    "IPYTHON_PROFILE",
    "JUPYTER_PREFER_ENV_PATH",
    "JUPYTER_CONFIG_PATH",
)


def kernel_environment(folder: Path) -> dict[str, str]:
    """Make a scratch home for Jupyter and return the environment of workers and kernels.

    The folder is empty or missing, and must outlive the kernels.
    """
    kernel = folder / "data" / "kernels" / KERNEL
    kernel.mkdir(parents=True)
    specification = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": PROVISIONER}},
    }
    (kernel / "kernel.json").write_text(json.dumps(specification), encoding="utf-8")
    # What a kernel that is killed leaves goes with the folder: Spark's, and connections of kernels.
    temporary = folder / "tmp"
    temporary.mkdir(mode=0o700)
    style = folder / "matplotlibrc"
    style.write_text("", encoding="utf-8")
    return {
        **{key: value for key, value in os.environ.items() if key not in _DROPPED},
        **dict.fromkeys(_ONE_THREAD, "1"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_PATH": str(folder / "data"),
        "MATPLOTLIBRC": str(style),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": str(Path(recalib.__file__).parents[1]),
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "TMPDIR": str(temporary),
    }
