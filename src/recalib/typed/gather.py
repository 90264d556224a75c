"""Puts rows of several sheets together; what is printed twice has to agree."""

from __future__ import annotations

import pandas as pd

from recalib.contract.tables import LAYOUTS
from recalib.sources.labels import Labels
from recalib.sources.values import quote
from recalib.typed.cells import Figure
from recalib.typed.remarks import LEAVE_OUT, Remarks
from recalib.typed.tables import Row, SheetTable

#: Figures without which a row cannot stand in its table.
NEEDED = {"quantiles": ("n",), "means": ("mean",), "probabilities": ("probability",)}


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
                told = f"The row of {row.named} is there twice, first in {first.place}."
                fix = "Compare both with the source and take one out, or correct its label."
                remarks.refuse(row.place, told, fix)
                continue
            agreed += _add(first, row, remarks)
        if agreed:
            values = "figure is" if agreed == 1 else "figures are"
            remarks.told.append(f"{table.grid.name}: {agreed} {values} printed twice, and agree.")
    return {
        kind: [row for row, _ in rows.values() if _is_whole(row, remarks)]
        for kind, rows in found.items()
    }


def _is_whole(row: Row, remarks: Remarks) -> bool:
    """Whether a row has what its table needs; asked about where no sheet prints it."""
    for name in NEEDED.get(row.kind, ()):
        figure = row.figures.get(name, Figure(""))
        if figure.value:
            continue
        said = f" ({quote(figure.withheld)})" if figure.withheld else ""
        key, place = figure.key or f"{name} of {row.named}", figure.place or row.place
        answer = remarks.ask(
            key,
            place,
            f"{name} of {row.named} is not printed{said}, and a {row.kind} table needs it.",
            "Type the figure where another table of the source prints it.",
            (LEAVE_OUT,),
            number=True,
        )
        if answer is None or answer == LEAVE_OUT:
            remarks.left_out.append(f"{row.named}: {name} is not printed{said}.")
            return False
        row.figures[name] = Figure(answer, place, key)
    return True


def _key(row: Row, labels: Labels) -> tuple[str, ...]:
    named = row.key | {"specialty": labels.resolve(row.key["specialty"]) or ""}
    return tuple(named.get(name, "") for name in LAYOUTS[row.kind].key)


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
                f"{name} of {second.named} is {figure.value} here and {other.value} in "
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
