"""What it would take to cover equal slopes less: simulated worlds in, one table out.

    python bench/equal_slopes.py [--replicates 200] [--jobs 2]

Where every slope is the same, intervals that hold for slopes that differ are too wide. Each world
is fitted once and pooled under priors of the spreads (specialties and cycles) that are narrower and
narrower, to show how far they would have to go and what that costs where slopes do differ. Writes
bench/results/equal_slopes.csv: coverage of the slopes' 95 % intervals, their standard errors and
errors. All of it is simulated.
"""

from __future__ import annotations

import argparse
import os
import zlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np
import pandas as pd
from printing import print_cell
from tqdm import tqdm
from worlds import SETTINGS, draw_world, populate

from calib.line import Z
from recalib.curves.alone import slope_units
from recalib.curves.pools import fit_pools
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.units import fit_units

RESULT = Path(__file__).parent / "results" / "equal_slopes.csv"
WORLDS = ("fixed", "redrawn .05", "redrawn .15")
#: Share of the prior scales of the spreads between specialties and between cycles.
SHARES = (1.0, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01)


def narrowed(share: float) -> Priors:
    """The project's priors with both spreads scaled down."""
    return replace(
        DEFAULT,
        specialty_scale=DEFAULT.specialty_scale * share,
        cycle_scale=DEFAULT.cycle_scale * share,
    )


def replicate(task: tuple[str, int]) -> list[dict[str, float | str]]:
    """Pool one world, printed as quartiles, under every prior."""
    name, seed = task
    setting = SETTINGS[name]
    random = np.random.default_rng([zlib.crc32(name.encode()), seed])
    truths = draw_world(setting, seed, random)
    slopes = {truth.key.specialty: truth.slope for truth in truths}
    cells = [print_cell(truth, populate(truth, random), "quartiles", random) for truth in truths]
    held = [cell for cell in cells if cell.has_slope]
    units, _ = slope_units(held, partial(fit_units, failed={}))
    rows: list[dict[str, float | str]] = []
    for share in SHARES:
        pools = fit_pools(units, narrowed(share))
        for unit in units:
            slope = pools.pools[pools.of(unit)].slope(unit.key.specialty, unit.cycle)
            error = slope.mean - slopes[unit.key.specialty]
            covered = float(abs(error) <= Z * slope.sd)
            row = {"setting": name, "share": share, "replicate": seed, "covered": covered}
            rows.append(row | {"standard_error": slope.sd, "square_error": error**2})
    return rows


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Coverage and errors by world and prior, with Monte Carlo errors between replicates."""
    found = []
    for (name, share), part in rows.groupby(["setting", "share"], sort=False):
        by_replicate = part.groupby("replicate")["covered"].mean()
        found.append(
            {
                "setting": name,
                "specialty_scale": DEFAULT.specialty_scale * share,
                "cycle_scale": DEFAULT.cycle_scale * share,
                "slope_covered": part["covered"].mean(),
                "monte_carlo_error": by_replicate.sem(),
                "standard_error": part["standard_error"].mean(),
                "root_mean_square_error": np.sqrt(part["square_error"].mean()),
                "replicates": len(by_replicate),
            }
        )
    return pd.DataFrame(found).round(4)


def main() -> None:
    """Run the worlds and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    given = parser.parse_args()
    tasks = [(name, seed) for name in WORLDS for seed in range(given.replicates)]
    with ProcessPoolExecutor(given.jobs) as pool:
        found = tqdm(pool.map(replicate, tasks, chunksize=5), total=len(tasks), unit="world")
        rows = [row for part in found for row in part]
    summary(pd.DataFrame(rows)).to_csv(RESULT, index=False, lineterminator="\n")
    print(f"{len(WORLDS) * len(SHARES)} rows in {RESULT.relative_to(Path(__file__).parents[1])}")


if __name__ == "__main__":
    main()
