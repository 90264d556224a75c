"""Puts rows of several sheets together; what is printed twice has to agree."""

from __future__ import annotations

import pandas as pd

from recalib.contract.tables import LAYOUTS
from recalib.sources.labels import Labels
from recalib.typed.cells import Figure
from recalib.typed.remarks import Remarks
from recalib.typed.tables import Row, SheetTable


def gather(tables: list[SheetTable], labels: Labels, remarks: Remarks) -> dict[str, list[Row]]:
    """Rows by kind, a row once."""
    found: dict[str, dict[tuple[str, ...], tuple[Row, int]]] = {}
    for number, table in enumerate(tables):
        agreed = 0
        for row in table.rows:
            rows = found.setdefault(row.kind, {})
            key = _key(row, labels)
            if key not in rows:
                rows[key] = (row, number)
                continue
            first, where = rows[key]
            if where == number:
                told = f"The row of {_named(row)} is there twice, first in {first.place}."
                fix = "Compare both with the source and take one out, or correct its label."
                remarks.refuse(row.place, told, fix)
                continue
            agreed += _add(first, row, remarks)
        if agreed:
            values = "figure is" if agreed == 1 else "figures are"
            remarks.told.append(f"{table.grid.name}: {agreed} {values} printed twice, and agree.")
    return {kind: [row for row, _ in rows.values()] for kind, rows in found.items()}


def _key(row: Row, labels: Labels) -> tuple[str, ...]:
    named = row.key | {"specialty": labels.resolve(row.key["specialty"]) or ""}
    return tuple(named.get(name, "") for name in LAYOUTS[row.kind].key)


def _named(row: Row) -> str:
    return ", ".join(filter(None, [row.key["specialty"], row.key.get("result", "")]))


def _add(first: Row, second: Row, remarks: Remarks) -> int:
    """Add the figures of a second print of a row; give how many agree."""
    agreed = 0
    for name, figure in second.figures.items():
        other = first.figures.get(name)
        if other is None or not other.value:
            first.figures[name] = figure
        elif not figure.value:
            continue
        elif float(other.value) == float(figure.value):
            agreed += 1
        else:
            told = (
                f"{name} of {_named(second)} is {figure.value} here and {other.value} in "
                f"{other.place}."
            )
            remarks.refuse(figure.place, told, "Compare both with the source.")
    return agreed


def frame_of(rows: list[Row]) -> pd.DataFrame:
    """Rows of a kind as the raw table holds them, as text; optional columns where they say more."""
    layout = LAYOUTS[rows[0].kind]
    cells = [
        {
            name: row.figures[name].value if name in row.figures else row.key.get(name, "")
            for name in layout.column_names
        }
        for row in rows
    ]
    frame = pd.DataFrame(cells, columns=layout.column_names, dtype="str")
    empty = [name for name in layout.optional if (frame[name] == "").all()]
    return frame.drop(columns=empty)


def place_of(row: Row, column: str | None) -> str:
    """The cell that a value came from; that of the row where it is no figure."""
    figure: Figure | None = row.figures.get(column or "")
    return figure.place if figure and figure.place else row.place
