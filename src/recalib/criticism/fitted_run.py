"""The printed cells of a run fitted once more in memory: what every part of the criticism reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from recalib.bands.cut import LOWER
from recalib.cohorts.labels import is_cohort
from recalib.contract.keys import KEY_COLUMNS, CurveKey
from recalib.curves.alone import slope_units
from recalib.curves.curve import Curve
from recalib.curves.fit import Fitted, fit_curves, pooled
from recalib.curves.pools import fit_pools, population_of
from recalib.curves.priors import DEFAULT, Priors
from recalib.curves.units import Unit, fit_units
from recalib.evidence import self_reported
from recalib.likelihood.cells import Cell, build_cells

#: Columns that name an edge.
EDGE_COLUMNS = [*KEY_COLUMNS, "label"]


@dataclass(frozen=True)
class FittedRun:
    """The evidence of a run with its curves as objects, but for those that are borrowed.

    Printed tables alone: curves of cohorts are not criticised here, nor what they lend.

    Attributes
    ----------
    evidence : DataFrame
        As in `evidence.csv`.
    provenance : dict
        Record of each source.
    newest : DataFrame
        The curves that look-ups answer from.
    bands : DataFrame
        As in `band_table.csv`.
    fitted : Fitted
        The same numbers as in `curves.csv`, unrounded.
    priors : Priors
        What they were fitted by.
    """

    evidence: pd.DataFrame
    provenance: dict[str, dict[str, Any]]
    newest: pd.DataFrame
    bands: pd.DataFrame
    fitted: Fitted
    priors: Priors = DEFAULT

    @classmethod
    def fit(
        cls,
        evidence: pd.DataFrame,
        provenance: dict[str, dict[str, Any]],
        newest: pd.DataFrame,
        bands: pd.DataFrame,
        note: Mapping[str, Any] | None = None,
    ) -> FittedRun:
        """Fit the cells with slopes of their own once more, by the choices that `note` holds."""
        cells = build_cells(evidence, self_reported(provenance))
        note = note or {}
        # JSON has lists for tuples; whoever reads the priors takes either.
        priors = Priors(**note.get("priors", {}))
        left_out = set(note.get("specialties_left_out", ()))
        held = [cell for cell in cells if cell.has_slope and cell.key.specialty not in left_out]
        fitted = fit_curves(held, priors)
        return cls(evidence, provenance, newest, bands, fitted, priors)

    def cells_of(self, rows: pd.DataFrame) -> list[Cell]:
        """Cells of some rows of the evidence."""
        if rows.empty:
            return []
        return build_cells(rows, self_reported(self.provenance))

    def edges(self) -> pd.DataFrame:
        """Calibrated edges of the newest match curves that claim any.

        Returns `EDGE_COLUMNS`, probability, edge, edge_low, edge_high (score points, blank where
        the interval is open), half_width; one row an edge that occurs.
        """
        newest = self.newest
        newest = newest[~newest["sources"].map(is_cohort).astype(bool)]
        newest = newest[(newest["outcome"] == "match") & (newest["status"] == "ok")]
        bands = self.bands
        bands = bands[bands["boundary"].notna()].merge(newest[KEY_COLUMNS], on=KEY_COLUMNS)
        found = pd.DataFrame(
            {
                **{name: bands[name].astype(str) for name in EDGE_COLUMNS},
                "probability": bands["label"].map(LOWER).astype(float),
                "edge": bands["boundary"].astype(float),
                "edge_low": bands["boundary_low"].astype(float),
                "edge_high": bands["boundary_high"].astype(float),
            }
        )
        return found.assign(half_width=(found["edge_high"] - found["edge_low"]) / 2)

    def units_behind(self, keys: Iterable[CurveKey]) -> list[Unit]:
        """Units of every pool that one of these curves reads."""
        reads = self.fitted.reads
        read = {reads.get((population_of(key), key.cycle)) for key in keys}
        pools = [pool for name, pool in self.fitted.pools.items() if name in read]
        sites = {id(site) for pool in pools for site in pool.sites}
        return [unit for unit in self.fitted.units if id(unit.site) in sites]


def curves_of(
    units: list[Unit], priors: Priors = DEFAULT, wanted: set[CurveKey] | None = None
) -> dict[CurveKey, Curve]:
    """Pool units and return their curves, or only those that are wanted."""
    pools = fit_pools(units, priors)
    curves: dict[CurveKey, Curve] = {}
    for unit in units:
        if wanted is not None and wanted.isdisjoint(cell.key for cell in unit.cells):
            continue
        name = pools.of(unit)
        slope = pools.pools[name].slope(unit.key.specialty, unit.cycle)
        curves |= {curve.cell.key: curve for curve in pooled(unit, slope, name)}
    return curves


def refit(cells: Iterable[Cell], priors: Priors = DEFAULT) -> list[Unit]:
    """Fit the units of the cells that have slopes of their own anew."""
    fit = partial(fit_units, failed={}, priors=priors)
    return slope_units([cell for cell in cells if cell.has_slope], fit)[0]


def refit_changed(cells: Iterable[Cell], units: Iterable[Unit]) -> list[Unit]:
    """Fit units as `refit` does, but keep those of the same cells that are fitted already.

    `units`: fitted with the default priors, perhaps from other cells.
    """
    known = {unit.key: unit for unit in units}

    def fitted(groups: list[list[Cell]]) -> list[Unit]:
        kept, anew = [], []
        for group in groups:
            unit = known.get(group[0].key)
            if unit is not None and [*map(_content, unit.cells)] == [*map(_content, group)]:
                kept.append(unit)
            else:
                anew.append(group)
        return kept + fit_units(anew, {})

    return slope_units([cell for cell in cells if cell.has_slope], fitted)[0]


def _content(cell: Cell) -> tuple[object, ...]:
    """What a fit of the cell depends on, comparable."""
    spread = cell.spread if cell.needs_spread else None
    bins = None if cell.bins is None else [getattr(cell.bins, name).tolist() for name in _BINS]
    dispersion = None if cell.bins is None else cell.bins.dispersion
    grid = (cell.grid.low, cell.grid.centre, cell.grid.spread)
    return cell.key, grid, cell.quantiles, bins, dispersion, cell.total, spread


_BINS = ("low", "high", "people", "n_success", "n_total")
