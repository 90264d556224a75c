"""Who is pooled with whom: fitted units in, one pool a population and set of cycles out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from recalib.curves.pool import Pool, pool_of
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.sites import Unit
from recalib.keys import CurveKey, recency

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


def fit_pools(
    units: Sequence[Unit], priors: Priors = DEFAULT
) -> tuple[dict[str, Pool], dict[tuple[Population, str], str]]:
    """Fit one pool for each set of cycles; say which pool a population's cycle reads."""
    by_group: dict[Population, list[Unit]] = defaultdict(list)
    for unit in units:
        by_group[population_of(unit.key)].append(unit)
    pools: dict[str, Pool] = {}
    reads: dict[tuple[Population, str], str] = {}
    for population, members in sorted(by_group.items()):
        sizes: dict[str, float] = defaultdict(float)
        for unit in members:
            sizes[unit.key.cycle] += unit.site.error**-2
        for cycle in sorted(sizes, key=recency):
            cycles = pool_of(cycle, sizes)
            name = pool_name(population, cycles)
            if name not in pools:
                held = [unit.site for unit in members if unit.key.cycle in cycles]
                pools[name] = Pool.fit(sorted(held, key=lambda s: (s.specialty, s.cycle)), priors)
            reads[(population, cycle)] = name
    return pools, reads
