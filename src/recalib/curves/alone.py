"""Every cell by its own tables, before any is pooled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from recalib.contract.keys import CurveKey
from recalib.curves.bends import Bends, spread_of_bends
from recalib.curves.curve import Curve
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.units import Unit, fit_units, group_units, learn_spreads, with_spread
from recalib.likelihood.cells import Cell

_ALONE = [*CurveKey._fields, "people", "slope", "slope_se", "alone", "inflation", "source"]


@dataclass
class Alone:
    """Every cell before any is pooled: what its own tables say.

    `units`: cells that hold something about their slope, fitted; cells that share a slope together;
    `others`: cells with a count, but scores of one result or none; `nothing`: cells without any
    share that succeeded; `spreads`: mean and standard deviation of log SD of the scores by
    applicant group, as learned; `failed`: why a fit found no maximum.
    """

    cells: list[Cell]
    units: list[Unit]
    others: list[Cell]
    nothing: list[Curve]
    spreads: dict[str, tuple[float, float]]
    failed: dict[CurveKey, str]
    priors: Priors

    def summary(self) -> pd.DataFrame:
        """One row a unit: slope per 10 points with its standard error, from its tables alone."""
        rows = []
        for unit in self.units:
            site = unit.site
            rows.append(
                {
                    **unit.key._asdict(),
                    "people": sum(cell.people for cell in unit.cells),
                    "slope": site.slope,
                    "slope_se": site.error,
                    "alone": unit.raw is not None,
                    "inflation": unit.inflation,
                    "source": "|".join(sorted({s for c in unit.cells for s in c.sources})),
                }
            )
        return pd.DataFrame(rows, columns=_ALONE)

    def _repr_html_(self) -> str:
        return shown(self.summary())


def shown(frame: pd.DataFrame) -> str:
    """Lay a summary out for a notebook."""
    return str(frame.round(3).to_html(index=False, max_rows=30, na_rep="", border=0))


def fit_alone(cells: Sequence[Cell], priors: Priors = DEFAULT) -> Alone:
    """Fit each cell by its own tables.

    Parameters
    ----------
    cells : sequence of Cell
        From `build_cells`, and from cohorts.
    priors : Priors
        Only those of the distribution of scores are used.

    Returns
    -------
    Alone
    """
    slope_cells, others, nothing = [], [], []
    for cell in cells:
        none = _nothing(cell)
        if none is not None:
            nothing.append(none)
        elif cell.has_slope:
            slope_cells.append(cell)
        else:
            others.append(cell)
    failed: dict[CurveKey, str] = {}
    units, spreads = slope_units(slope_cells, partial(fit_units, failed=failed, priors=priors))
    return Alone(list(cells), units, others, nothing, spreads, failed, priors)


def slope_units(
    cells: Sequence[Cell], fit: Callable[[list[list[Cell]]], list[Unit]]
) -> tuple[list[Unit], dict[str, tuple[float, float]]]:
    """Fit cells that hold something about their slope, those without a printed spread last.

    `fit`: fits each group of cells with one slope, as `fit_units` does. Returns `units`; `spreads`:
    mean and standard deviation of log SD by applicant group, as learned.
    """
    groups = group_units(cells)
    told = [group for group in groups if not any(cell.needs_spread for cell in group)]
    bare = [group for group in groups if any(cell.needs_spread for cell in group)]
    units = fit(told)
    spreads = learn_spreads([unit for unit in units if not unit.cohort])
    given = [[with_spread(cell, spreads) for cell in each] for each in bare]
    return units + fit(given), spreads


def learn_bends(alone: Alone) -> Bends:
    """Learn how far logits are from straight, from every cell whose own tables can tell.

    Parameters
    ----------
    alone : Alone

    Returns
    -------
    Bends
    """
    told = {
        key: bend
        for unit in alone.units
        for key, bend in unit.bends.items()
        if bend is not None and not unit.cohort
    }
    return spread_of_bends(told, alone.priors)


def _nothing(cell: Cell) -> Curve | None:
    """Return a curve that says why there is none, or None where there is evidence."""
    base = cell.base
    if cell.cohort and base is None:
        return Curve(cell, "no_evidence", cell.aside)
    if base is None:
        return Curve(
            cell,
            "no_evidence",
            "Only one result was printed and no total: the share that succeeded is unknown. "
            "The number of the other result would change it.",
        )
    if base.n_total <= 0:
        return Curve(cell, "no_evidence", "Nobody was counted (0 of 0).")
    return None
