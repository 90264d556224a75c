"""One cell laid open for a reader who solves it by hand, and whether the library agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from recalib.contract.keys import recency
from recalib.curves.alone import Alone
from recalib.curves.objective import Objective
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import SHAPE, Array, Grid
from recalib.likelihood.quantiles import FITTED, LEVELS, QuantileTable, Reading

#: How far a slope solved by hand, by rounds of held weights, may lie from the library's.
AGREES = 0.005


@dataclass(frozen=True)
class ByResult:
    """What was printed about the scores of one result, with the weights that read a curve there.

    `levels`: share that lies below each printed quartile; `below`, `near` (shape (scores,)):
    weights that give the share below the printed quartile, and the density at it.
    """

    levels: dict[str, float]
    below: dict[str, Array]
    near: dict[str, Array]
    mean: float
    sd: float
    n: int

    @classmethod
    def of(cls, table: QuantileTable, grid: Grid) -> ByResult:
        """Read a printed table."""
        reading = Reading(table, grid)
        names = reading.names[: reading.count]
        return cls(
            {name: LEVELS[name] for name in names},
            dict(zip(names, reading.rows, strict=False)),
            dict(zip(names, reading.density_at, strict=True)),
            float(table.printed["mean"]),
            float(table.printed["sd"]),
            table.n,
        )


@dataclass(frozen=True)
class Example:
    """A cell with quartiles, mean and standard deviation of both results.

    `tables`: without success, with success; empty where no cell of the run is printed so;
    `precision` (shape (5,)): of the prior on the shape of f; `succeeded`, `failed`: people of the
    totals, or of the sample where no totals are printed; `start` (shape (7,)): where a search may
    begin: a, b, and the five numbers of f.
    """

    cell: Cell | None
    grid: Grid
    sentence: str
    printed: pd.DataFrame
    tables: tuple[ByResult, ...] = ()
    precision: Array = field(default_factory=lambda: np.zeros(5))
    succeeded: float = 1.0
    failed: float = 1.0
    start: Array = field(default_factory=lambda: np.zeros(7))

    def agrees(self, alone: Alone, by_hand: dict[str, float]) -> str:
        """Say how the library solves the cell.

        Raises `AssertionError` if it does not agree with what was found by hand.
        """
        if self.cell is None:
            return self.sentence
        (unit,) = [u for u in alone.units if u.key == self.cell.key and not u.cohort]
        fit = unit.raw or unit.fit
        apart = abs(fit.slope - by_hand["slope"])
        assert unit.raw is None or apart < AGREES, f"{fit.slope} is not {by_hand['slope']}"
        return (
            f"By hand the slope of this cell is {by_hand['slope']:.3f} per 10 points, by the "
            f"library {fit.slope:.3f} with a standard error of {fit.site()[1]:.3f}."
        )


def worked_example(cells: Sequence[Cell], specialty: str = "") -> Example:
    """Choose the cell to lay open.

    `specialty`: canonical name; "" for the largest of the newest cycle.
    """
    printed = [
        cell
        for cell in cells
        if specialty in ("", cell.key.specialty)
        and len(cell.quantiles) == 2
        and all(set(FITTED) <= set(table.fitted) and not table.shares for table in cell.quantiles)
        and cell.is_usable_alone
    ]
    if not printed:
        why = "No cell of this run prints quartiles, mean and standard deviation of both results."
        return Example(None, Grid(185, 245.0, 13.0), why, pd.DataFrame())
    cell = max(printed, key=lambda each: (recency(each.key.cycle), each.people))
    rows = [
        {"result": "matched" if table.result else "not matched", "n": table.n, **table.printed}
        for table in cell.quantiles
    ]
    base = cell.base
    assert base is not None
    objective = Objective(cell)
    return Example(
        cell,
        cell.grid,
        f"{cell.key.specialty.replace('_', ' ').capitalize()}, {cell.key.applicant_group}, "
        f"{cell.key.cycle}: {base.n_success:,.0f} of {base.n_total:,.0f} succeeded. Of those who "
        "consented to research the scores are printed:",
        pd.DataFrame(
            rows, columns=["result", "n", "min", "q1", "median", "q3", "max", "mean", "sd"]
        ),
        tuple(
            ByResult.of(table, cell.grid)
            for table in sorted(cell.quantiles, key=lambda table: table.result)
        ),
        objective.precision[SHAPE],
        base.successes,
        base.people - base.successes,
        objective.start(),
    )
