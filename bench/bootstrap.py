"""Standard errors of real tables against a parametric bootstrap: raw tables in, one table out.

    python bench/bootstrap.py [--replicates 1000] [--jobs 1]

Each unit's unpooled fit is taken for true, people are drawn from it, their tables are printed as
the source prints them and fitted again. Writes bench/results/bootstrap.csv: the spread of the
refitted slopes and intercepts beside the standard errors that one fit claims, without the factor
for a bent logit (the bootstrap's logit is straight) and without t limits. The draws are simulated.

A claimed error also holds what no table tells and a prior stands for: the spread of scores where
none is printed, the shape of f inside a wide open bin. A bootstrap that keeps these at the fit asks
for less than is claimed; `prior` redraws them from their prior for each replicate, with the mean of
the scores, and where it is printed their spread, kept at the fit.
"""

from __future__ import annotations

import argparse
import os
import zlib
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np
import pandas as pd
from scipy.optimize import root
from scipy.stats import skew
from tqdm import tqdm

from recalib import gather, read_raw
from recalib.curves.unit import fit_unit
from recalib.likelihood.bins import BinTable
from recalib.likelihood.cells import Cell, build_cells
from recalib.likelihood.model import SHAPE, SHAPE_PRECISION, State, state
from recalib.likelihood.quantiles import LEVELS, QuantileTable
from recalib.likelihood.totals import Total

ROOT = Path(__file__).parents[1]
SEED = 20
#: Units of every shape of table: specialty, applicant group, cycle, outcome.
UNITS = [
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
    ("general_surgery", "us_md", "2025", "interview"),
    ("internal_medicine", "img", "2024", "interview"),
]
#: Estimates with a larger skewness, to either side, are compared by half of their 16-84 % range: a
#: few far ones make the standard deviation.
SKEWED = 0.5


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


def recount(table: BinTable, at: State, random: np.random.Generator) -> BinTable:
    """Draw as many people into the bins, and the successes of their trials."""
    members = table.members(at.grid)
    mass = members @ at.f
    chance = members @ (at.f * at.p) / mass
    people = random.multinomial(round(table.people.sum()), mass / mass.sum())
    # Applications go with applicants; where people are the trials there is one each.
    each = table.n_total.sum() / table.people.sum()
    trials = np.rint(people * each).astype(int)
    if table.design_effect > 1:
        # Beta-binomial: the variance is the binomial's times the design effect.
        weight = (np.maximum(trials, 2) - 1) / (table.design_effect - 1) - 1
        weight = np.maximum(weight, 1e-3)
        chance = random.beta(chance * weight, (1 - chance) * weight)
    success = random.binomial(trials, chance)
    return replace(
        table,
        people=people.astype(float),
        n_success=success.astype(float),
        n_total=trials.astype(float),
    )


def redraw(cell: Cell, at: State, random: np.random.Generator) -> Cell:
    """Draw a cell's tables anew from its model."""
    if cell.bins is not None:
        return replace(cell, bins=recount(cell.bins, at, random))
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


def _moments(f: np.ndarray, x: np.ndarray) -> np.ndarray:
    mean = float(f @ x)
    return np.array([mean, 0.5 * np.log(f @ (x - mean) ** 2)])


def from_prior(cell: Cell, at: State, random: np.random.Generator) -> State:
    """Draw what only a prior speaks for; intercept, slope and mean of the scores stay."""
    wanted = _moments(at.f, at.grid.x)
    if cell.needs_spread:
        wanted[1] = random.normal(*cell.spread)
    held = SHAPE_PRECISION > 0
    for _ in range(100):
        parameters = at.parameters.copy()
        parameters[SHAPE][held] = random.normal(0, SHAPE_PRECISION[held] ** -0.5)
        free = np.arange(len(parameters))[SHAPE][~held]

        def gap(place: np.ndarray, parameters=parameters, free=free) -> np.ndarray:
            parameters[free] = place
            return _moments(state(at.grid, parameters).f, at.grid.x) - wanted

        found = root(gap, parameters[free])
        if found.success and np.abs(gap(found.x)).max() < 1e-6:
            return state(at.grid, parameters)
    raise RuntimeError(f"no distribution of scores found for {cell.key}")


def _spreads(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standard deviation, and half the 16-84 % range, of each column."""
    low, high = np.quantile(found, [0.1587, 0.8413], axis=0)
    return found.std(axis=0, ddof=1), (high - low) / 2


def bootstrap(unit: Sequence[Cell], replicates: int, prior: bool) -> dict[str, float | str | int]:
    """Refit redrawn tables of one unit."""
    random = np.random.default_rng([SEED, prior, zlib.crc32(str(unit[0].key).encode())])
    fit = fit_unit(unit)
    ats = [state(cell.grid, own) for cell, own in zip(unit, fit.parameters, strict=True)]
    claimed = np.sqrt(np.diag(fit.covariance()))[:2]
    found = []
    for _ in range(replicates):
        truths = ats
        if prior:
            truths = [from_prior(cell, at, random) for cell, at in zip(unit, ats, strict=True)]
        drawn = [redraw(cell, at, random) for cell, at in zip(unit, truths, strict=True)]
        again = fit_unit(drawn, begin=[at.parameters for at in truths])
        if again.converged:
            found.append([again.slope, again.parameters[0][0]])
    plain, robust = _spreads(np.array(found))
    skewness = skew(np.array(found), axis=0)
    row: dict[str, float | str | int] = {
        **{name: getattr(unit[0].key, name) for name in ("specialty", "applicant_group", "cycle")},
        "outcome": unit[0].key.outcome,
        "cells": len(unit),
        "people": sum(cell.people for cell in unit),
        "prior": "redrawn" if prior else "kept",
    }
    for place, name in enumerate(("slope", "intercept")):
        skewed = abs(skewness[place]) > SKEWED
        spread = robust[place] if skewed else plain[place]
        # Half the 16-84 % range of a normal has 1.35 times the error of the standard deviation.
        error = (2 * len(found)) ** -0.5 * (1.35 if skewed else 1.0)
        row |= {
            f"{name}_se": round(float(claimed[place]), 4),
            f"{name}_sd": round(float(plain[place]), 4),
            f"{name}_half_range": round(float(robust[place]), 4),
            f"{name}_skewness": round(float(skewness[place]), 2),
            f"{name}_compared": "half_range" if skewed else "sd",
            f"{name}_ratio": round(float(claimed[place] / spread), 3),
            f"{name}_ratio_monte_carlo_error": round(error, 3),
        }
    return row | {"replicates": len(found)}


def units() -> list[list[Cell]]:
    """The units, read from data/raw."""
    evidence = gather(read_raw(ROOT / "data" / "raw"))
    named: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell in build_cells(evidence, set()):
        if cell.key.denominator != "ranked_any_pgy1":
            key = cell.key
            named[key.specialty, key.applicant_group, key.cycle, key.outcome].append(cell)
    return [named[name] for name in UNITS]


def main() -> None:
    """Bootstrap the units and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    tasks = [(unit, given.replicates, prior) for unit in units() for prior in (False, True)]
    with ProcessPoolExecutor(given.jobs) as pool:
        running = pool.map(bootstrap, *zip(*tasks, strict=True))
        rows = list(tqdm(running, total=len(tasks), unit="unit"))
    goal = ROOT / "bench" / "results" / "bootstrap.csv"
    pd.DataFrame(rows).to_csv(goal, index=False, lineterminator="\n")
    print(f"{len(rows)} rows in {goal.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
