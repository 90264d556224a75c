"""Lays out the tables of a cycle for the next: labels and results stay, figures are blank."""

from __future__ import annotations

from recalib.contract.tables import LAYOUTS, PUBLISHED
from recalib.problems import UsageError
from recalib.typed.cells import Figure
from recalib.typed.last_cycle import Before, Known
from recalib.typed.tables import Row
from recalib.typed.whose import Asked

#: Numbers that say of which row a table speaks.
BOUNDS = ("score_min", "score_max")


def lay_out(known: Known, asked: Asked, old: str) -> list[tuple[Before, list[Row]]]:
    """Blank rows for every table of a cycle, of one kind and group where the command says so."""
    found = []
    for file in known.inventory.of("tables"):
        sheet = known.folder.sheet(file.path, file.kind)
        if sheet is None or "cycle" not in sheet or file.kind not in PUBLISHED:
            continue
        if asked.kind and file.kind != asked.kind:
            continue
        rows = sheet[sheet["cycle"] == old]
        if asked.group:
            rows = rows[rows["applicant_group"] == asked.group]
        if rows.empty:
            continue
        layout = LAYOUTS[file.kind]
        stays = [name for name in layout.column_names if name not in layout.numbers]
        stays = [name for name in (*stays, *BOUNDS) if name in rows]
        printed = [
            name
            for name in layout.numbers
            if name in rows and name not in stays and (rows[name] != "").any()
        ]
        blank = [
            Row(
                file.kind,
                {name: str(row[name]) for name in stays} | {"cycle": asked.cycle},
                dict.fromkeys(printed, Figure("")),
                file.file,
            )
            for row in rows.to_dict("records")
        ]
        found.append((Before(file, old), blank))
    if not found:
        of = f" of {asked.group}" if asked.group else ""
        raise UsageError(f"There is no table of {old}{of} to lay out.")
    return found
