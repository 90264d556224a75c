"""Renew the locks, requirements/*.lock, from pyproject.toml and build.in.

The hardest to solve comes first and constrains the others, so that one environment can grow from
`recalibrate` to `dev` and on to `lab`, `spark` or `bench` without changing a version. Needs `uv`
(in the dev lock).
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
#: All that tests and pages need; Spark's half a gigabyte is for those who count on a cluster.
WORK = ["recalibrate", "frames", "polars", "docs", "dev"]
LOCKS = {
    "bench": [*WORK, "spark", "bayes", "bench"],
    "browser": [*WORK, "browser"],
    "supply": [*WORK, "supply"],
    "lab": [*WORK, "lab"],
    "spark": [*WORK, "spark"],
    "dev": WORK,
    "recalibrate": ["recalibrate"],
}


def lock(name: str, wanted: list[str], constraint: Path | None) -> Path:
    """Write `requirements/<name>.lock` from what uv is told to want, and return its path."""
    goal = HERE / f"{name}.lock"
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
    ]
    command += ["--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header"]
    command += [*wanted, "-o", str(goal)]
    if constraint:
        command += ["--constraint", str(constraint)]
    subprocess.run(command, check=True)
    return goal


if __name__ == "__main__":
    first = None
    project = [str(HERE.parent / "pyproject.toml"), str(HERE / "build.in")]
    for name, extras in LOCKS.items():
        made = lock(name, [*project, *(f"--extra={extra}" for extra in extras)], first)
        first = first or made
    lock("installer", [str(HERE / "installer.in")], first)
