"""Opens spreadsheets (.xlsx, .ods): their sheets, with values as they are stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from recalib.sources.packed import Looks, look_through

#: What stands between the cells of a text file.
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
Place = tuple[int, int]


@dataclass(frozen=True)
class Sheet:
    """A sheet that can be seen: rows of values from A1 on."""

    name: str
    rows: list[list[Any]]
    merged: list[tuple[Place, Place]] | None
    #: Cells that a reader shows as blank though something stands there, and what.
    odd: dict[Place, str]
    #: Rows and columns that nobody sees, which are read all the same.
    hidden: list[str]


def read_workbook(content: bytes, most_cells: int) -> tuple[list[Sheet], list[str]]:
    """Sheets of a workbook, and the names of those that are hidden and left out.

    A ValueError where it is damaged, locked, or holds what was never calculated; a RefusedError
    where it is unsafe to read.
    """
    sheets, left_out = [], []
    looked, looks = look_through(content, most_cells)
    if any(one.uncalculated for one in looks.values()):
        raise ValueError("it has formulas that were never calculated")
    try:
        workbook = CalamineWorkbook.from_filelike(looked)
        for about in workbook.sheets_metadata:
            values = workbook.get_sheet_by_name(about.name)
            if about.visible != SheetVisibleEnum.Visible:
                left_out.append(about.name)
                continue
            rows = values.to_python(skip_empty_area=False)
            known = looks.get(about.name, Looks())
            merged = values.merged_cell_ranges
            sheets.append(Sheet(about.name, rows, merged, known.odd, known.hidden))
    except (CalamineError, RuntimeError, OSError) as error:
        raise ValueError(str(error) or type(error).__name__) from None
    return sheets, left_out


def shown(value: Any) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.12g}"
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return str(value)
