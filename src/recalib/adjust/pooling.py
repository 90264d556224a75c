"""Pools the effects of covariates across the specialties of a cohort.

Within one cohort, outcome, applicant group and denominator the specialties' effects of a covariate
are alike, as their slopes are: both are pooled, each with its own prior, in steps of the
covariate's comparison. The slopes are those at the same covariates. What the errors of an effect
and of a slope have in common did not leave the cohort; their variances hold it, so that they count
as independent.
Cohorts are not pooled with one another: nobody knows which people they share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from recalib.adjust.points import Estimate
from recalib.cohorts.comparisons import COMPARISONS
from recalib.curves.pool import Pool, Slope
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.sites import Site
from recalib.privacy.effects import Effects

#: Effects of one side against the other: a mean anywhere, specialties around it, cycles closer.
SIDES = Priors(mean=(0.0, 1.0), specialty_scale=0.3, cycle_scale=0.1, limits=(-3.0, 3.0))
#: Effects of a few years or months, which are less than a whole side and differ by less.
STEPS = replace(SIDES, specialty_scale=0.1, cycle_scale=0.05, limits=(-2.0, 2.0))


def pooled(
    found: Iterable[Effects], slopes: Priors = DEFAULT
) -> list[tuple[Effects, dict[str, Estimate]]]:
    """Pool the effects of cohorts."""
    groups: dict[tuple[str, ...], list[Effects]] = defaultdict(list)
    for one in found:
        key = one.key
        groups[one.source, key.outcome, key.applicant_group, key.denominator].append(one)
    results = []
    for _, members in sorted(groups.items()):
        fitted = [one for one in members if one.effects]
        lines = _pool([Site(*_place(one), one.slope, one.slope_error) for one in fitted], slopes)
        estimates: dict[tuple[str, str], dict[str, Estimate]] = defaultdict(dict)
        for name, comparison in COMPARISONS.items():
            own = [one for one in fitted if name in one.effects]
            sites = [
                Site(*_place(one), one.effects[name].value, one.effects[name].error) for one in own
            ]
            levels = _pool(sites, STEPS if comparison.straight else SIDES)
            for place, level in levels.items():
                line = lines[place]
                estimates[place][name] = Estimate(level.mean, level.sd, line.mean, line.sd, 0.0)
        results += [(one, estimates[_place(one)]) for one in members]
    return results


def _place(one: Effects) -> tuple[str, str]:
    """Specialty and cycle, as a pool knows them."""
    return one.key.specialty, f"{one.source}, {one.key.cycle}"


def _pool(sites: Sequence[Site], priors: Priors) -> dict[tuple[str, str], Slope]:
    """Pool what curves say alone: a posterior for each specialty and cycle."""
    if not sites:
        return {}
    pool = Pool.fit(list(sites), priors)
    places = [(site.specialty, site.cycle) for site in sites]
    return {place: pool.slope(*place) for place in places}
