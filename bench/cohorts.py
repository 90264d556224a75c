"""Time and memory of a cohort, beside other ways: nothing in, bench/results/cohorts.csv out.

    python bench/cohorts.py [--rows 20] [--repeats 5] [--only WAY ...] [--keep]

Writes synthetic cohorts of 2, 20 and 60 million rows (`--rows`: of that many million only) under
build/, reads each in several ways, every time in a process of its own, and deletes them. Ways that
are compared take turns, so that whatever else the machine does hits them alike.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
SCRATCH = ROOT / "build" / "bench-cohorts"
GOAL = ROOT / "bench" / "results" / "cohorts.csv"
MILLION = 1_000_000
#: Repeats of what takes long.
SLOW = 2
BARE = ("bare_both", "bare_all")
PEERS = ("glum", "sklearn", "statsmodels")


class Group(NamedTuple):
    """Ways that take turns on one file."""

    millions: int
    shape: str
    ways: tuple[str, ...]
    slow: bool = False


PLAN = (
    Group(2, "both", ("calib", *BARE)),
    Group(20, "both", ("calib", *BARE)),
    Group(60, "both", ("calib", *BARE)),
    Group(20, "matches", ("calib", "bare_matches")),
    Group(20, "covariates", ("calib", "bare_covariates")),
    Group(20, "both", ("scan", "spark"), slow=True),
    Group(20, "both", PEERS, slow=True),
    Group(20, "both", tuple(f"{peer}_by_specialty" for peer in PEERS), slow=True),
)
COLUMNS = (
    *("shape", "rows", "file_mib", "way", "repeats", "seconds_min", "seconds_median"),
    *("seconds_max", "cpu_seconds", "read_seconds", "fit_seconds", "start_seconds", "peak_mib"),
    *("curves", "largest_difference", "same_counts", "cores", "load_max"),
)


def make(folder: Path, rows: int, shape: str) -> None:
    """Write a raw folder, in a process of its own: memory of this one is counted in every other."""
    code = (
        "import pathlib, cohort_files; "
        f"cohort_files.write_raw(pathlib.Path({str(folder)!r}), {rows}, {shape!r})"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT / "bench")


def run(way: str, folder: Path) -> dict[str, Any]:
    """Read a folder one way; what it printed, and how busy the machine was before."""
    load = os.getloadavg()[0]
    program = ROOT / "bench" / "cohort_ways.py"
    done = subprocess.run(
        [sys.executable, str(program), way, str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    print(f"  {way}: {found['seconds']:.2f} s", flush=True)
    return found | {"load": load}


def difference(found: dict[str, Any], reference: dict[str, Any]) -> float | None:
    """Largest difference of an intercept or slope (per 10 points) from the project's own."""
    own = reference["curves"]
    curves = found.get("curves")
    if not curves:
        return None
    assert set(curves) == set(own), set(curves) ^ set(own)
    return max(
        abs(one - other)
        for name, pair in curves.items()
        for one, other in zip(pair, own[name], strict=True)
    )


def row(
    group: Group, size: int, way: str, results: list[dict[str, Any]], reference: dict[str, Any]
) -> dict[str, Any]:
    """A line of the table."""

    def middle(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return round(statistics.median(known), 3) if known else None

    seconds = [one["seconds"] for one in results]
    first = results[0]
    steps = [one["steps"] for one in results]
    counts = first.get("counts")
    far = difference(first, reference)
    return {
        "shape": group.shape,
        "rows": group.millions * MILLION,
        "file_mib": round(size / 2**20, 1),
        "way": way,
        "repeats": len(results),
        "seconds_min": round(min(seconds), 3),
        "seconds_median": middle(seconds),
        "seconds_max": round(max(seconds), 3),
        "cpu_seconds": middle([one["cpu"] for one in results]),
        "read_seconds": middle([next(iter(step.values())) for step in steps]),
        "fit_seconds": middle([step.get("fit") for step in steps]),
        "start_seconds": middle([one.get("started") for one in results]),
        "peak_mib": max((round(one["peak_mib"]) for one in results if one["peak_mib"]), default=""),
        "curves": len(first.get("curves") or ()),
        "largest_difference": "" if far is None else f"{far:.1e}",
        "same_counts": "" if counts is None else counts == reference["counts"],
        "cores": len(os.sched_getaffinity(0)),
        "load_max": round(max(one["load"] for one in results), 1),
    }


def main() -> None:
    """Run the plan and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, metavar="MILLIONS")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", metavar="WAY")
    parser.add_argument("--keep", action="store_true", help="leave the synthetic files")
    parser.add_argument("--out", type=Path, default=GOAL)
    given = parser.parse_args()
    rows = []
    references: dict[tuple[int, str], dict[str, Any]] = {}
    try:
        for group in PLAN:
            millions = given.rows if given.rows is not None else group.millions
            if given.rows is not None and group.millions != 20:
                continue
            group = group._replace(millions=millions)
            ways = [way for way in group.ways if not given.only or way in given.only]
            if not ways:
                continue
            print(f"{group.millions} million rows, {group.shape}", flush=True)
            folder = SCRATCH / f"{group.shape}-{group.millions}"
            place = (group.millions, group.shape)
            if not folder.is_dir():
                make(folder, group.millions * MILLION, group.shape)
            size = sum(path.stat().st_size for path in folder.glob("cohorts/*.parquet"))
            if place not in references:
                references[place] = run("calib", folder)  # also brings the file into memory
            results: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
            for _ in range(SLOW if group.slow else given.repeats):
                for way in ways:
                    results[way].append(run(way, folder))
            rows += [row(group, size, way, results[way], references[place]) for way in ways]
    finally:
        if not given.keep:
            shutil.rmtree(SCRATCH, ignore_errors=True)
    with given.out.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(given.out.read_text())


if __name__ == "__main__":
    main()
