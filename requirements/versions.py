"""The main job with the oldest and the newest versions that pyproject.toml allows, compared.

    python requirements/versions.py [oldest] [newest]

Solves `recalibrate` with its direct dependencies as old as allowed, or all as new as there are,
fills an environment in build/versions, runs `calib recalibrate --no-reports` there, and compares
every table with data/processed: words equal, numbers within one unit of their last digit.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import venv
from decimal import Decimal, InvalidOperation
from pathlib import Path

import install

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / "build" / "versions"
RESOLUTION = {"oldest": "lowest-direct", "newest": "highest"}


def uv(*words: str) -> None:
    """Call uv where this environment's pip looks for packages."""
    settings = install.environment() | {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    subprocess.run(
        [sys.executable, "-m", "uv", "--quiet", "pip", *words],
        check=True,
        env=settings | install.pip_sources(),
    )


def environment(folder: Path, resolution: str) -> Path:
    """Fill an environment with what is solved and return its commands' folder."""
    wanted = folder / "solved.txt"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    how = ["--resolution", resolution, "--python-version", version, "--no-emit-index-url"]
    project = [str(PROJECT / "pyproject.toml"), str(PROJECT / "requirements" / "build.in")]
    uv("compile", *how, *project, "--extra=recalibrate", "-o", str(wanted))
    venv.create(folder / "env", clear=True, with_pip=False)
    commands = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    into = ["install", "--python", str(commands / "python")]
    uv(*into, "--requirement", str(wanted))
    uv(*into, "--no-deps", "--no-build-isolation", "--editable", str(PROJECT))
    return commands


def close(one: str, other: str) -> bool:
    """Say whether two cells are equal, or numbers one unit of the last digit apart."""
    if one == other:
        return True
    try:
        first, second = Decimal(one), Decimal(other)
    except InvalidOperation:
        return False
    if not (first.is_finite() and second.is_finite()):
        return False
    digits = min(int(first.as_tuple().exponent), int(second.as_tuple().exponent))
    return abs(first - second) <= Decimal(1).scaleb(digits)


def cells(path: Path) -> list[list[str]]:
    """Read a CSV file as it is written."""
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))


def differences(made: Path, committed: Path) -> list[str]:
    """Tell every table of an edition that is not the committed one, by its first cell."""
    told = []
    for path in sorted(committed.glob("*.csv")):
        if not (made / path.name).is_file():
            told.append(f"{path.name} was not made")
            continue
        one, other = cells(made / path.name), cells(path)
        if [len(row) for row in one] != [len(row) for row in other]:
            told.append(f"{path.name}: rows or columns differ")
            continue
        for number, (row, right) in enumerate(zip(one, other, strict=True), start=1):
            apart = [pair for pair in zip(row, right, strict=True) if not close(*pair)]
            if apart:
                told.append(f"{path.name}, line {number}: {apart[0][0]} instead of {apart[0][1]}")
                break
    return told


def main(words: list[str]) -> int:
    """Solve, fill, run and compare; both where none is named."""
    if not set(words) <= set(RESOLUTION):
        print("Name oldest, newest or none for both.", file=sys.stderr)
        return 2
    worst = 0
    for word in words or RESOLUTION:
        folder = FOLDER / word
        folder.mkdir(parents=True, exist_ok=True)
        calib = environment(folder, RESOLUTION[word]) / "calib"
        made = folder / "processed"
        job = [str(calib), "recalibrate", "--no-reports", "--out", str(made)]
        subprocess.run([*job, "--raw", str(PROJECT / "data" / "raw")], check=True, cwd=folder)
        told = differences(made, PROJECT / "data" / "processed")
        same = f"The {word} allowed versions make the same edition, to one unit of the last digit."
        print("\n".join(told) or same)
        worst |= bool(told)
    return int(worst)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
