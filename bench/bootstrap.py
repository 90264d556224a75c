"""Standard errors of real cells against a parametric bootstrap: raw tables in, one table out.

    python bench/bootstrap.py [--replicates 400]

Each cell's unpooled fit is taken for true, people are drawn from it, their table is printed as the
source prints it and fitted again. Writes bench/results/bootstrap.csv: the spread of the refitted
slopes and intercepts beside the standard errors that one fit claims. The draws are simulated.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np
import pandas as pd
from tqdm import tqdm

from recalib.cells import Cell, build_cells
from recalib.curves.unit import fit_unit
from recalib.evidence import ingest
from recalib.likelihood.model import State, state
from recalib.likelihood.quantiles import LEVELS, QuantileTable
from recalib.likelihood.totals import Total

ROOT = Path(__file__).parents[1]
#: Cells of every shape of table: specialty, applicant group, cycle, outcome.
CELLS = [
    ("internal_medicine", "non_us_img", "2026", "match"),
    ("general_surgery", "non_us_img", "2026", "match"),
    ("anesthesiology", "non_us_img", "2026", "match"),
    ("psychiatry", "non_us_img", "2026", "match"),
    ("obstetrics_and_gynecology", "non_us_img", "2026", "match"),
    ("radiation_oncology", "non_us_img", "2026", "match"),
    ("dermatology", "us_md_senior", "2026", "match"),
    ("dermatology", "us_md_senior", "2024", "match"),
    ("dermatology", "us_md_senior", "2020-2024", "match"),
    ("general_surgery", "us_md_senior", "2020-2024", "match"),
]


def reprint(table: QuantileTable, at: State, random: np.random.Generator) -> QuantileTable:
    """Draw as many people and print the same statistics of them, in whole numbers."""
    scores = random.choice(at.grid.x, table.n, p=at.by_result[table.result])
    printed: dict[str, float] = {}
    for name in table.printed:
        if name in LEVELS:
            found = np.quantile(scores, LEVELS[name], method="averaged_inverted_cdf")
        elif name == "sd":
            found = scores.std(ddof=1)
        else:
            found = {"mean": np.mean, "min": np.min, "max": np.max}[name](scores)
        printed[name] = float(np.rint(found))
    return replace(table, printed=printed)


def redraw(cell: Cell, at: State, random: np.random.Generator) -> Cell:
    """Draw a cell's tables anew from its fitted model."""
    if cell.bins is not None:
        members = cell.bins.members(at.grid)
        mass = members @ at.f
        chance = members @ (at.f * at.p) / mass
        people = random.multinomial(int(cell.bins.people.sum()), mass / mass.sum())
        success = random.binomial(people, chance).astype(float)
        everyone = people.astype(float)
        return replace(
            cell, bins=replace(cell.bins, people=everyone, n_success=success, n_total=everyone)
        )
    tables = tuple(reprint(table, at, random) for table in cell.quantiles)
    total = cell.total
    if total is not None:
        matched = random.binomial(int(total.n_total), at.rate)
        return replace(cell, quantiles=tables, total=Total(float(matched), total.n_total))
    # Without totals the numbers printed with the statistics are the base rate: draw them too.
    everyone = sum(table.n for table in tables)
    matched = int(random.binomial(everyone, at.rate))
    sized = {1: matched, 0: everyone - matched}
    return replace(
        cell,
        quantiles=tuple(
            reprint(replace(table, n=sized[table.result]), at, random) for table in cell.quantiles
        ),
    )


def bootstrap(cell: Cell, replicates: int) -> dict[str, float | str | int]:
    """Refit redrawn tables of one cell."""
    random = np.random.default_rng(20)
    fit = fit_unit([cell])
    at = state(cell.grid, fit.parameters[0])
    claimed = np.sqrt(np.diag(fit.covariance()))
    found = []
    for _ in range(replicates):
        again = fit_unit([redraw(cell, at, random)], begin=fit.parameters)
        if again.converged:
            found.append([again.slope, again.parameters[0][0]])
    spread = np.std(np.array(found), axis=0, ddof=1)
    return {
        "specialty": cell.key.specialty,
        "applicant_group": cell.key.applicant_group,
        "cycle": cell.key.cycle,
        "people": cell.people,
        "slope_se": round(float(claimed[0]), 4),
        "slope_bootstrap": round(float(spread[0]), 4),
        "slope_ratio": round(float(claimed[0] / spread[0]), 3),
        "intercept_se": round(float(claimed[1]), 4),
        "intercept_bootstrap": round(float(spread[1]), 4),
        "intercept_ratio": round(float(claimed[1] / spread[1]), 3),
        "ratio_monte_carlo_error": round(float((2 * len(found)) ** -0.5), 3),
        "replicates": len(found),
    }


def cells() -> Sequence[Cell]:
    """The ten cells, read from data/raw."""
    with tempfile.TemporaryDirectory() as work:
        evidence = ingest(ROOT / "data" / "raw", work)
    every = build_cells(evidence, set())
    named = {
        (c.key.specialty, c.key.applicant_group, c.key.cycle, c.key.outcome): c
        for c in every
        if c.key.denominator == "ranked_first"
    }
    return [named[name] for name in CELLS]


def main() -> None:
    """Bootstrap the ten cells and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=400)
    given = parser.parse_args()
    chosen = cells()
    with ProcessPoolExecutor() as pool:
        running = pool.map(bootstrap, chosen, [given.replicates] * len(chosen))
        rows = list(tqdm(running, total=len(chosen), unit="cell"))
    goal = ROOT / "bench" / "results" / "bootstrap.csv"
    pd.DataFrame(rows).to_csv(goal, index=False, lineterminator="\n")
    print(goal.read_text())


if __name__ == "__main__":
    main()
