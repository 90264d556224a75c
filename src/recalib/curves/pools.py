"""Who is pooled with whom: one pool a population and set of cycles.

A cohort has its own intercept and lends its slope: it enters the pool of its population as one more
cycle of its specialties, so that what cycles differ by (omega) is what it may differ by. A cohort
is a sample of the very people of whom a table of its year is printed. Of two that hold the same
people (one specialty, a year in common) only one enters a pool:

- where printed curves read, the printed table, unless the cohort, seen through the spread between
  cycles, still knows the slope better;
- where the cohort's own curves read, the cohort.

Synthetic cohorts are pooled with nothing but themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recalib.cohorts.labels import is_synthetic
from recalib.contract.keys import CurveKey, overlap, recency
from recalib.curves.alone import Alone, shown
from recalib.curves.pool import Pool, pool_of
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.units import Unit

#: Outcome, applicant group, denominator, and whether the cells are visa strata.
Population = tuple[str, str, str, str]


def population_of(key: CurveKey) -> Population:
    """What may be pooled: one outcome, applicant group and denominator, visa strata apart.

    Strata and everyone, or those who ranked a specialty first and all who ranked it, are the same
    people in part; together in one pool they would count twice.
    """
    return key.outcome, key.applicant_group, key.denominator, "strata" if key.needs_visa else ""


def pool_name(population: Population, cycles: Sequence[str]) -> str:
    """Name a pool for people: what is usual is left out."""
    outcome, group, denominator, strata = population
    usual = {"match": "ranked_first", "interview": "applications"}[outcome] == denominator
    parts = [outcome, group, "" if usual else denominator, strata, " + ".join(cycles)]
    return ", ".join(part for part in parts if part)


def same_people(one: Unit, other: Unit) -> bool:
    """Whether two units of one population, from different sources, may hold the same people."""
    if one.cohort == other.cohort or one.key.specialty != other.key.specialty:
        return False
    return overlap(one.key.cycle, other.key.cycle)


def _joined(first: Sequence[Unit], others: Sequence[Unit]) -> list[Unit]:
    """Units in the order of their right to enter, without those whose people are in already."""
    chosen = list(first)
    for unit in others:
        if not any(same_people(unit, taken) for taken in chosen):
            chosen.append(unit)
    return chosen


def _by_knowledge(units: Sequence[Unit], priors: Priors) -> list[Unit]:
    """Sort by what a printed curve of the specialty can learn from each, the most first."""

    def error(unit: Unit) -> float:
        # The slope of a cohort and that of the table both lie off the specialty's own.
        apart = np.sqrt(2) * priors.cycle_scale if unit.cohort else 0.0
        return float(np.hypot(unit.site.error, apart))

    return sorted(units, key=lambda unit: (error(unit), unit.key, unit.cohort))


def _fit(units: Sequence[Unit], priors: Priors) -> Pool:
    sites = [unit.site for unit in units]
    return Pool.fit(sorted(sites, key=lambda site: (site.specialty, site.cycle)), priors)


def fit_pools(units: Sequence[Unit], priors: Priors = DEFAULT) -> Pools:
    """Fit one pool for each set of cycles; say which pool a population's cycle reads."""
    by_group: dict[Population, list[Unit]] = defaultdict(list)
    for unit in units:
        by_group[population_of(unit.key)].append(unit)
    pools: dict[str, Pool] = {}
    reads: dict[tuple[Population, str], str] = {}
    for population, members in sorted(by_group.items()):
        printed = [unit for unit in members if not unit.cohort]
        cohorts = [unit for unit in members if unit.cohort]
        lending = [unit for unit in cohorts if not is_synthetic(unit.cohort)]
        sizes: dict[str, float] = defaultdict(float)
        for unit in printed:
            sizes[unit.key.cycle] += unit.site.error**-2
        newest: list[Unit] = []
        cycles: list[str] = []
        for cycle in sorted(sizes, key=recency):
            cycles = pool_of(cycle, sizes)
            newest = [unit for unit in printed if unit.key.cycle in cycles]
            held = _joined([], _by_knowledge([*newest, *lending], priors))
            name = pool_name(population, [*cycles, *_cohorts_of(held)])
            if name not in pools:
                pools[name] = _fit(held, priors)
            reads[(population, cycle)] = name
        for cohort in _cohorts_of(cohorts):
            own = [unit for unit in cohorts if unit.cohort == cohort]
            others: list[Unit] = []
            if not is_synthetic(cohort):
                others = [unit for unit in lending if unit.cohort != cohort]
                others = [*newest, *_by_knowledge(others, priors)]
            held = _joined(own, others)
            rest = cycles if any(not unit.cohort for unit in held) else []
            further = [name for name in _cohorts_of(held) if name != cohort]
            name = pool_name(population, [cohort, *rest, *further])
            pools[name] = _fit(held, priors)
            reads |= {(population, unit.cycle): name for unit in own}
    return Pools(pools, reads)


def _cohorts_of(units: Sequence[Unit]) -> list[str]:
    return sorted({unit.cohort for unit in units} - {""})


@dataclass
class Pools:
    """Slopes of one population pooled over its specialties and cycles, pool by pool.

    `reads` (dict of (Population, str) to str): which pool a population's cycle reads.
    """

    pools: dict[str, Pool]
    reads: dict[tuple[Population, str], str]

    def of(self, unit: Unit) -> str:
        """Name of the pool that a unit reads."""
        return self.reads[(population_of(unit.key), unit.cycle)]

    def summary(self) -> pd.DataFrame:
        """One row a pool: mean slope and spread of specialties, with and without its outlier."""
        rows = []
        for name, pool in sorted(self.pools.items()):
            mean, sd = pool.mean
            row = {
                "pool": name,
                "sites": len(pool.sites),
                "mean": mean,
                "mean_sd": sd,
                "spread": pool.spread,
                "cycle_spread": pool.cycle_spread,
            }
            outlier = pool.outlier()
            if outlier is not None:
                rest = pool.without(outlier)
                row |= {
                    "outlier": outlier,
                    "mean_without": rest.mean[0],
                    "spread_without": rest.spread,
                }
            rows.append(row)
        return pd.DataFrame(rows, columns=None if rows else ["pool", "sites", "mean", "mean_sd"])

    def _repr_html_(self) -> str:
        return shown(self.summary())


def pool_slopes(alone: Alone, priors: Priors | None = None) -> Pools:
    """Pool the slopes of each population.

    Parameters
    ----------
    alone : Alone
    priors : Priors, optional
        Of the mean slope and of the spreads; by default those of `alone`.
    """
    return fit_pools(alone.units, priors or alone.priors)
