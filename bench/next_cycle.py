"""The study of next-cycle intervals and of standing: simulated worlds in, one table out.

    python bench/next_cycle.py [--replicates 100] [--jobs 1] [--settings ...]

In each world (`walks`) the step that levels take in a year is drawn from the posterior that
data/raw gives it, and is estimated anew from the world's own tables. Writes
bench/results/next_cycle.csv: how often the intervals of the next cycle's chance, of the own cycle's
and of standing hold the truth. Chunks are kept in build/next_cycle as those of study.py are. All of
it is simulated.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import chunks
import numpy as np
import pandas as pd
from figures import clustered_mean, root
from walks import SETTINGS, replicate

from recalib import build_cells, gather, read_raw
from recalib.curves.fit import fit_curves
from recalib.curves.levels import Drift, estimate_drift

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "next_cycle"
RESULT = ROOT / "bench" / "results" / "next_cycle.csv"
#: Modules beside this one that results depend on.
MODULES = ("walks", "worlds", "printing")


def real_drift() -> Drift:
    """The drift of data/raw."""
    cells = build_cells(gather(read_raw(ROOT / "data" / "raw")), set())
    matches = [cell for cell in cells if cell.key.outcome == "match"]
    return estimate_drift(fit_curves(matches).curves)


FIGURES = {
    "next_covered": "next cycle's P covered",
    "own_covered": "own cycle's P covered",
    "matched_standing_covered": "standing of the matched covered",
    "not_matched_standing_covered": "standing of the not matched covered",
    "step_covered": "step covered",
}
#: People of a cell.
SIZES = (("<200", 0, 200), ("200-999", 200, 1000), (">=1000", 1000, np.inf))


def _figures(part: pd.DataFrame) -> Iterator[tuple[str, float, float, pd.DataFrame]]:
    """Each figure with its Monte Carlo error, and the rows that have it."""
    for column, figure in FIGURES.items():
        held = part.dropna(subset=column)
        if len(held):
            yield figure, *clustered_mean(held[column], held["replicate"]), held
    held = part.dropna(subset="next_z")
    if len(held):
        found = root(held["next_z"] ** 2, held["replicate"])
        yield "next cycle's logit, root mean square z", *found, held
    held = part.dropna(subset="true_step")
    if len(held):
        ratio = np.log(held["step"] / held["true_step"])
        value = float(np.exp(ratio.mean()))
        error = value * float(ratio.sem())
        yield "step over the true one, geometric mean", value, error, held


def _parts(rows: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """All curves, those of each number of people, and those of each shape of the scores."""
    yield "all", "all", rows
    for people, low, high in SIZES:
        part = rows[(rows["people"] >= low) & (rows["people"] < high)]
        if 0 < len(part) < len(rows):
            yield people, "all", part
    for shape, part in rows.groupby("shape", observed=True):
        yield "all", str(shape), part


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum up the judged curves.

    Returns columns setting, population, cycle, people, shape, figure, value, monte_carlo_error
    (clustered by replicate), curves, replicates. By shape of the scores there is standing alone.
    """
    found = []
    keys = ["setting", "population", "cycle"]
    for key, held in rows.groupby(keys, observed=True):
        for people, shape, part in _parts(held):
            for figure, value, error, own in _figures(part):
                if shape == "all" or figure.startswith("standing"):
                    sizes = (len(own), own["replicate"].nunique())
                    place = (*key, people, shape, figure)
                    found.append((*place, round(value, 4), round(error, 4), *sizes))
    names = [*keys, "people", "shape", "figure", "value", "monte_carlo_error"]
    return pd.DataFrame(found, columns=[*names, "curves", "replicates"])


def main() -> None:
    """Run what is missing and write the table."""
    names = list(SETTINGS)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--settings", nargs="*", default=names, choices=names)
    given = parser.parse_args()
    posterior = real_drift().weights
    kept = BUILD / chunks.state_of_code(MODULES, posterior.round(9).tobytes())
    run = partial(replicate, posterior.tolist())
    chunks.run(kept, run, given.settings, given.replicates, given.jobs)
    table = summary(chunks.finished(kept))
    table.to_csv(RESULT, index=False, lineterminator="\n")
    print(f"{len(table)} figures in {RESULT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
