"""More evidence: further tables of the same people beside one, and whether intervals widen.

One cell of a world of twenty is printed as bins, as quartiles, as one mean a result, and in every
mixture of these; the other nineteen stay as they are. The bins are of the very people of the other
tables, or of nearly the same.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
from figures import clustered_mean
from judge import GRID, Row, published
from printing import evidence, print_bins, print_cell, print_quantiles
from worlds import SETTINGS as WORLDS
from worlds import People, Truth, draw_world, populate

from calib.line import chance, spread
from recalib.curves.curve import Curve
from recalib.curves.fit import fit_curves
from recalib.likelihood.bins import BinTable
from recalib.likelihood.cells import Cell, build_cells
from recalib.likelihood.quantiles import QuantileTable

CELLS = 20
SIZES = (100, 330, 1000, 3000)
#: What each table of scores by result prints.
STATISTICS = {"quartiles": {"q1", "median", "q3"}, "means": {"mean"}}
TABLES = ("bins", *STATISTICS)
#: Share of the people whom the smaller of two tables of nearly the same people lacks.
LACKS = 0.01
#: Widths after over before that more evidence must not pass.
LIMIT = 1.02


SETTINGS = {
    "more tables": "bins, quartiles, means with nothing else, and all mixtures of them, of one cell"
}


def thinned(people: People, random: np.random.Generator) -> People:
    """All but 1 % of the people, one at least."""
    lost = [random.binomial(counts, LACKS) for counts in (people.matched, people.not_matched)]
    if not sum(each.sum() for each in lost):
        lost[1][int(np.argmax(people.not_matched))] = 1
    return People(people.matched - lost[0], people.not_matched - lost[1])


def cell_of(
    truth: Truth, quantiles: tuple[QuantileTable, ...], bins: BinTable, names: tuple[str, ...]
) -> Cell:
    """The cell that the run would make of some of the tables."""
    wanted = set().union(*(STATISTICS.get(name, set()) for name in names))
    shown = [
        replace(table, printed={s: table.printed[s] for s in table.printed if s in wanted})
        for table in quantiles
    ]
    rows = evidence(truth.key, shown if wanted else (), bins if "bins" in names else None)
    (cell,) = build_cells(rows, set())
    return cell


def widths(curve: Curve) -> Row:
    """Widths of the intervals of the slope, pooled and own, and of the chance at 225-265."""
    line = published(curve)
    low, high = np.array([chance(line, float(score))[1:] for score in GRID]).T
    half = np.array([spread(line, float(score))[1] for score in GRID])
    return {
        "slope": line.slope_se,
        "own slope": curve.raw.get("slope_raw_se", np.nan),
        "chance": high - low,
        "logit": half,
        "status": curve.status,
    }


def steps(names: tuple[str, ...]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every way to add one table: those before, those after."""
    found = []
    for count in range(1, len(names)):
        for before in combinations(names, count):
            found += [
                (before, tuple(n for n in names if n in before or n == new))
                for new in names
                if new not in before
            ]
    return found


def replicate(name: str, seed: int) -> list[Row]:
    """Run one replicate: one cell gets tables, one after another; its number of people by turns."""
    random = np.random.default_rng([zlib.crc32(name.encode()), seed])
    setting = replace(WORLDS["redrawn .15"], sizes=SIZES)
    truths = draw_world(setting, seed, random)[:CELLS]
    world = [(truth, populate(truth, random)) for truth in truths]
    cells = [print_cell(truth, people, "quartiles", random) for truth, people in world]
    place = seed % len(SIZES)
    truth, people = world[place]
    others = [*cells[:place], *cells[place + 1 :]]
    few = thinned(people, random)
    # In turn it is the bins that lack people, or the other tables.
    nearly = (few, people) if seed // len(SIZES) % 2 else (people, few)
    rows = []
    for words, (binned, other) in (("the same", (people, people)), ("nearly the same", nearly)):
        bins, quantiles = print_bins(binned), print_quantiles(other, "quartiles")
        if not all(table.printed for table in quantiles):
            continue
        found = {}
        for names in (n for k in range(len(TABLES)) for n in combinations(TABLES, k + 1)):
            cell = cell_of(truth, quantiles, bins, names)
            curves = {curve.cell.key: curve for curve in fit_curves([*others, cell]).curves}
            found[names] = widths(curves[truth.key])
        for before, after in steps(TABLES):
            about = {"of": words, "people": truth.size}
            about |= {"before": " + ".join(before), "after": " + ".join(after)}
            rows.append(about | compared(found[before], found[after]))
    return rows


def compared(before: Row, after: Row) -> Row:
    """Widths after over before; of the chance at each score the largest, and that of the mean."""
    chances, logits = after["chance"] / before["chance"], after["logit"] / before["logit"]
    return {
        "slope": after["slope"] / before["slope"],
        "own_slope": after["own slope"] / before["own slope"],
        "chance": float(after["chance"].mean() / before["chance"].mean()),
        "chance_worst": float(chances.max()),
        "logit_worst": float(logits.max()),
        "status_before": before["status"],
        "status_after": after["status"],
    }


FIGURES = {
    "slope": "slope",
    "own_slope": "slope, the cell alone",
    "chance": "P, mean over 225-265",
    "chance_worst": "P, worst score of 225-265",
    "logit_worst": "logit of P, worst score of 225-265",
}


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Ratios of the widths by tables before and after, for all people and each number of them.

    Returns of (whether the tables are of the same people), before, after, people, figure, median,
    largest, above (share above `LIMIT`) with its Monte Carlo error, cells, replicates.
    """
    found = []
    keys = ["of", "before", "after"]
    total = [((s, "any", "one more"), part) for s, part in rows.groupby("of", observed=True)]
    each = list(rows.groupby(keys, observed=True, sort=False))
    for place, held in [*total, *each]:
        sizes = [("all", held), *((str(n), part) for n, part in held.groupby("people"))]
        for people, part in sizes:
            for column, figure in FIGURES.items():
                ratio = part.dropna(subset=column)
                if not len(ratio):
                    continue
                above = (ratio[column] > LIMIT).astype(float)
                share, error = clustered_mean(above, ratio["replicate"])
                middle, largest = ratio[column].median(), ratio[column].max()
                shown = [round(float(each), 4) for each in (middle, largest, share, error)]
                sizes_of = (len(ratio), ratio["replicate"].nunique())
                found.append((*place, people, figure, *shown, *sizes_of))
    names = [*keys, "people", "figure", "median", "largest", "above", "monte_carlo_error"]
    return pd.DataFrame(found, columns=[*names, "cells", "replicates"])


def above(rows: pd.DataFrame) -> pd.DataFrame:
    """Cases in which the interval of the slope or of the mean chance widens beyond the limit."""
    rows = rows.reset_index(drop=True)
    wide = rows[["slope", "chance"]].max(axis=1) > LIMIT
    columns = ["of", "replicate", "people", "before", "after", *FIGURES]
    columns += ["status_before", "status_after"]
    order = rows.loc[wide, columns].assign(worst=rows[["slope", "chance"]].max(axis=1))
    return order.sort_values("worst", ascending=False).drop(columns="worst").round(3)
