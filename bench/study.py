"""The study of the intervals and errors: simulated worlds in, one table out.

    python bench/study.py [--replicates 1000] [--jobs 2] [--settings ...]

Writes bench/results/statistics.csv from every chunk of five replicates that is finished. Chunks are
kept in build/statistics, a folder for each state of the code, so that a stopped study goes on where
it was; `--replicates 0` only writes the table. All of it is simulated.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import chunks
from figures import figures
from simulate import NAMES, replicate

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "statistics"
RESULT = HERE / "results" / "statistics.csv"
#: Modules beside this one that results depend on.
MODULES = ("simulate", "borrowing", "worlds", "printing", "peers", "judge")


def main() -> None:
    """Run what is missing and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--settings", nargs="*", default=NAMES, choices=NAMES)
    given = parser.parse_args()
    kept = BUILD / chunks.state_of_code(MODULES)
    chunks.run(kept, replicate, given.settings, given.replicates, given.jobs)
    table = figures(chunks.finished(kept), NAMES)
    table.to_csv(RESULT, index=False, lineterminator="\n")
    print(f"{len(table)} figures in {RESULT.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
