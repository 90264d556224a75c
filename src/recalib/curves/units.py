"""Units and what they say alone: cells with scores of both results in, fitted units out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.stats import t as student

from calib.line import Z
from recalib.contract.keys import CurveKey
from recalib.curves.bends import Bend, bend_of
from recalib.curves.pool import SLOPES
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.profile import tabulate
from recalib.curves.sites import Site
from recalib.curves.unit import SUPPORT, UnitFit, fit_unit
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import state
from recalib.likelihood.straight import inflation

#: Cells with a printed spread that a group must have before theirs stands in for those without.
SPREAD_CELLS = 5
#: Log likelihood by which a profile must prefer slopes in the upper half of those considered.
INSISTS = 2.0
#: How much wider errors are where one mean or median is all that is known of a result: what the
#: shape of the scores may do there, from the study of odd shapes.
THIN = 1.25
#: Standard error per 10 points above which a fit says nothing.
USELESS = 5.0


@dataclass
class Unit:
    """Cells that share a slope, with what their tables alone say about it."""

    cells: list[Cell]
    fit: UnitFit
    raw: UnitFit | None
    widening: float = 1.0
    inflation: float = 1.0
    priors: Priors = DEFAULT

    @property
    def key(self) -> CurveKey:
        """Key of the unit's first cell."""
        return self.cells[0].key

    @property
    def cohort(self) -> str:
        """The source, where it is a cohort; empty for printed tables."""
        return self.cells[0].cohort

    @property
    def cycle(self) -> str:
        """Cycle as the pool knows it: what a cohort says of a year is not what is printed of it."""
        return f"{self.cohort}, {self.key.cycle}" if self.cohort else self.key.cycle

    @cached_property
    def bends(self) -> dict[CurveKey, Bend | None]:
        """What each cell's own tables say of a bend of its logit."""
        if self.raw is None:
            return dict.fromkeys(cell.key for cell in self.cells)
        fits = zip(self.cells, self.raw.parameters, strict=True)
        return {cell.key: bend_of(cell, each, self.priors) for cell, each in fits}

    @cached_property
    def site(self) -> Site:
        """What the unit says about its slope, widened where the tables ask for it.

        `slope` and `error` are the normal at the maximum; the profile is what enters the pool. A
        table whose profile insists on slopes beyond all reason has separated results, by a rule or
        by chance: the normal that the support holds stands in, and no steep slope is claimed from
        it.
        """
        fit = self.raw or self.fit
        slope, error = fit.site()
        # The quadratic is trusted no farther than from where it was read off: near separation the
        # likelihood rises for ever, and the mode that the support holds says little of how steep.
        error = max(error, abs(slope - fit.slope)) * self.widening
        normal = Site(self.key.specialty, self.cycle, slope, error)
        slopes, levels = tabulate(
            self.cells,
            fit,
            error=error,
            widening=self.widening,
            limits=SLOPES,
            priors=self.priors,
        )
        beyond = levels[slopes < SLOPES[1] / 2]
        if len(slopes) < 4 or not len(beyond) or beyond.max() < -INSISTS:
            return normal
        return replace(normal, table=(slopes, levels))


def widening(cells: Sequence[Cell]) -> float:
    """T instead of normal limits for interview counts: n_applicants - 2 degrees of freedom."""
    people = [cell.bins.people.sum() for cell in cells if cell.bins is not None]
    if cells[0].key.outcome != "interview" or not people:
        return 1.0
    freedom = max(float(sum(people)) - 2, 1.0)
    return float(student.ppf(0.975, freedom)) / Z


def group_units(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Group the visa strata of one population; every other cell is a unit of its own."""
    groups: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell in cells:
        stratum = "strata" if cell.key.needs_visa else ""
        groups[(*cell.key._replace(needs_visa=stratum), cell.cohort)].append(cell)
    return list(groups.values())


def learn_spreads(units: Sequence[Unit]) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation of log SD of the scores by group, where cells print a spread.

    Scores of one group spread alike, and a typical number for all groups would bend every slope of
    a table of means the same way.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for unit in units:
        for cell, parameters in zip(unit.cells, unit.fit.parameters, strict=True):
            if cell.key.outcome == "match":
                f = state(cell.grid, parameters).f
                deviation = cell.grid.x - f @ cell.grid.x
                found[cell.key.applicant_group].append(0.5 * float(np.log(f @ deviation**2)))
    return {
        group: (float(np.mean(logs)), float(np.std(logs, ddof=1) * np.sqrt(1 + 1 / len(logs))))
        for group, logs in found.items()
        if len(logs) >= SPREAD_CELLS
    }


def with_spread(cell: Cell, spreads: Mapping[str, tuple[float, float]]) -> Cell:
    """Give a cell the spread of its group, for want of a printed one."""
    return replace(cell, spread=spreads.get(cell.key.applicant_group, cell.spread))


def fit_units(
    groups: Sequence[list[Cell]], failed: dict[CurveKey, str], priors: Priors = DEFAULT
) -> list[Unit]:
    """Fit every group of cells with one slope; those that fail are named in `failed`."""
    units = []
    for group in groups:
        alone = all(cell.is_usable_alone for cell in group)
        fit = fit_unit(group, prior=SUPPORT, priors=priors)
        raw = (
            fit_unit(group, begin=fit.parameters, priors=priors)
            if alone and fit.converged
            else None
        )
        if not fit.converged:
            for cell in group:
                failed[cell.key] = "The fit of the printed tables found no maximum."
            continue
        useless = raw is not None and (abs(raw.slope) > USELESS or raw.site()[1] > USELESS)
        if raw is not None and (not raw.converged or useless):
            # Separated or empty: the tables alone put the slope nowhere.
            raw = None
        unit = Unit(group, fit, raw, priors=priors)
        bent = max(
            inflation(cell, each) for cell, each in zip(group, (raw or fit).parameters, strict=True)
        )
        told = [bend.inflation for bend in unit.bends.values() if bend is not None]
        unit.inflation = max(bent, *told) if told else bent
        thin = THIN if any(cell.is_thin for cell in group) else 1.0
        unit.widening = widening(group) * unit.inflation * thin
        units.append(unit)
    return units
