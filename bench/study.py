"""The study of the intervals and errors, part by part: simulated worlds in, tables out.

    python bench/study.py [--part bends ...] [--replicates 100] [--jobs 2] [--settings ...]

Parts, all by default: `slopes` (errors and coverage of slopes beside peers), `outliers`,
`translated` (U.S. IMGs who ranked a specialty first), `bends` (steps, plateaus and other wrong
shapes), `one_statistic` (results known by one mean or median), `more_tables` (whether more evidence
widens). Each writes its tables of bench/results from every chunk of five replicates that is
finished. Chunks are kept in build/, a folder for each part and state of the code, so that a stopped
study goes on where it was; `--replicates 0` only writes the tables. All of it is simulated.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import bends
import chunks
import more_tables
import one_statistic
import outliers
import pandas as pd
import simulate
import translated
from figures import figures

HERE = Path(__file__).parent
BUILD = HERE.parent / "build"
RESULTS = HERE / "results"


@dataclass(frozen=True)
class Part:
    """One part of the study.

    `names`: of its settings; `replicates`: of each, where nobody says how many; `modules`: beside
    this one that results depend on; `tables`: by the name of their file, each made of all rows.
    """

    names: Sequence[str]
    replicates: int
    replicate: chunks.Replicate
    modules: tuple[str, ...]
    tables: dict[str, Callable[[pd.DataFrame], pd.DataFrame]]


_SLOPES = ("simulate", "borrowing", "worlds", "printing", "peers", "judge")
PARTS = {
    "slopes": Part(
        simulate.NAMES,
        1000,
        simulate.replicate,
        _SLOPES,
        {"statistics": lambda rows: figures(rows, simulate.NAMES)},
    ),
}
_REPLICATES = {outliers: 200, translated: 200, bends: 100, one_statistic: 40, more_tables: 160}
for _module, _many in _REPLICATES.items():
    _name = _module.__name__
    _needs = (_name, "worlds", "printing", "judge")
    _names = list(_module.SETTINGS)
    PARTS[_name] = Part(_names, _many, _module.replicate, _needs, {_name: _module.summary})
PARTS["more_tables"].tables["more_tables_above"] = more_tables.above


def run(part: str, replicates: int, jobs: int, settings: Sequence[str]) -> None:
    """Run what is missing of a part and write its tables."""
    its = PARTS[part]
    kept = BUILD / part / chunks.state_of_code(its.modules)
    chunks.run(kept, its.replicate, settings or its.names, replicates, jobs)
    rows = chunks.finished(kept)
    for name, make in its.tables.items():
        table = make(rows)
        table.to_csv(RESULTS / f"{name}.csv", index=False, lineterminator="\n")
        print(f"{len(table)} rows in bench/results/{name}.csv")


def main() -> None:
    """Run the parts asked for, one after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", nargs="*", default=list(PARTS), choices=PARTS)
    parser.add_argument("--replicates", type=int, help="of each setting; by default the part's own")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--settings", nargs="*", default=[], help="some of those of the parts")
    given = parser.parse_args()
    for part in given.part:
        unknown = set(given.settings) - set(PARTS[part].names)
        if unknown:
            has = ", ".join(PARTS[part].names)
            parser.error(f"{part} has no setting {', '.join(sorted(unknown))}: it has {has}")
        replicates = PARTS[part].replicates if given.replicates is None else given.replicates
        run(part, replicates, given.jobs, given.settings)


if __name__ == "__main__":
    main()
