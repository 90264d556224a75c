"""Time of the whole fit: raw tables in, seconds for them and for ten times as many cells out.

    python bench/scale.py [--runs 5] [--profile]

Fits all cells of data/raw, then the same with nine copies of each under other specialty names, so
that pools grow as well. Writes bench/results/scale.csv. Seconds are those of the machine that ran
it; the ratio carries over. The copies are no data.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np
import pandas as pd

from recalib import gather, read_raw
from recalib.curves.fit import fit_curves
from recalib.likelihood.cells import Cell, build_cells

ROOT = Path(__file__).parents[1]
TIMES = 10


def copies(cells: Sequence[Cell], times: int) -> list[Cell]:
    """The cells and copies of them under other specialty names."""
    made = list(cells)
    for number in range(2, times + 1):
        for cell in cells:
            key = cell.key._replace(specialty=f"{cell.key.specialty}_copy_{number}")
            made.append(replace(cell, key=key))
    return made


def seconds(cells: Sequence[Cell], runs: int) -> tuple[float, float, int]:
    """Median and largest time of several fits, and the largest number of sites of a pool."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        fitted = fit_curves(cells)
        times.append(time.perf_counter() - begun)
    return (
        float(np.median(times)),
        max(times),
        max(len(pool.sites) for pool in fitted.pools.values()),
    )


def main() -> None:
    """Time both fits and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--profile", action="store_true", help="print where the large fit's time goes"
    )
    given = parser.parse_args()
    cells = build_cells(gather(read_raw(ROOT / "data" / "raw")), set())
    if given.profile:
        watch = cProfile.Profile()
        watch.runcall(fit_curves, copies(cells, TIMES))
        pstats.Stats(watch).sort_stats("tottime").print_stats(25)
        return
    rows = []
    for times in (1, TIMES):
        every = copies(cells, times)
        middle, longest, sites = seconds(every, given.runs)
        rows.append(
            {
                "times": times,
                "cells": len(every),
                "largest_pool": sites,
                "seconds_median": round(middle, 2),
                "seconds_largest": round(longest, 2),
                "ratio": round(middle / rows[0]["seconds_median"], 2) if rows else 1.0,
                "runs": given.runs,
                "cores": 1,
            }
        )
    goal = ROOT / "bench" / "results" / "scale.csv"
    pd.DataFrame(rows).to_csv(goal, index=False, lineterminator="\n")
    print(goal.read_text())


if __name__ == "__main__":
    main()
