"""Reads the figures of a sheet cell by cell, by what stands above them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal

from recalib.sources.values import quote
from recalib.typed.grid import Cell, Grid
from recalib.typed.headings import Header, Heading
from recalib.typed.numbers import (
    BOUND,
    COUNT,
    LIKELY,
    PER_CENT,
    PERCENT,
    SCORE,
    SD,
    SHARE,
    Reading,
    learn_style,
    read_number,
    times,
)
from recalib.typed.ranges import read_range
from recalib.typed.remarks import AS_PRINTED, BLANK, Remarks

#: What a column holds; the others hold counts.
KIND_OF = dict.fromkeys(("min", "q1", "median", "q3", "max", "mean"), SCORE) | {
    "sd": SD,
    "score_min": BOUND,
    "score_max": BOUND,
    "probability": SHARE,
    "reading_error": SHARE,
    "rate": PERCENT,
    "dispersion": "dispersion",
}
#: Bounds of what has none in LIKELY.
_ANY = (-math.inf, math.inf)


@dataclass(frozen=True)
class Figure:
    """A value as the raw table holds it, the cell it came from, and what stood there."""

    value: str
    place: str = ""
    key: str = ""
    withheld: str = ""


class Figures:
    """The figures below a header."""

    def __init__(self, grid: Grid, header: Header, rows: list[int], remarks: Remarks) -> None:
        self.grid, self.remarks = grid, remarks
        wanted = [one for one in header.columns if one.figure or one.column in KIND_OF]
        self.style = learn_style(
            cell.text
            for row in rows
            for one in wanted
            if (cell := grid.at(row, one.index)).number is None
        )
        self._scales = {one.index: self._scale(one, rows) for one in wanted}
        self._read: dict[tuple[int, int], Figure | None] = {}

    def read(self, row: int, heading: Heading) -> Figure | None:
        """A figure; None, and noted once, where nobody knows it."""
        at = (row, heading.index)
        if at not in self._read:
            self._read[at] = self._figure(row, heading)
        return self._read[at]

    def _figure(self, row: int, heading: Heading) -> Figure | None:
        grid = self.grid
        cell, kind = grid.at(row, heading.index), KIND_OF.get(heading.column, COUNT)
        place, key = grid.place(row, heading.index), grid.key(row, heading.index)
        reading = self._scaled(read_number(cell, kind, self.style), cell, heading)
        if reading.value is None:
            options = (*reading.options, BLANK)
            answer = self.remarks.ask(key, place, reading.why, reading.fix, options, number=True)
            if answer is None:
                return None
            return Figure("" if answer == BLANK else answer, place, key)
        value = reading.value
        low, high = LIKELY.get(kind, _ANY)
        if value and not low <= float(value) <= high:
            found = f"{quote(cell.text)} ({heading.text}) lies outside {low} to {high}."
            fix = "Compare it with the source; correct the cell."
            options = (AS_PRINTED,) if kind != COUNT else ()
            answer = self.remarks.ask(key, place, found, fix, options, number=True)
            if answer is None:
                return None
            value = value if answer == AS_PRINTED else answer
        elif reading.why:
            self.remarks.change(place, cell.text, value, reading.why)
        return Figure(value, place, key, cell.text if reading.withheld else "")

    def bounds(self, row: int, heading: Heading) -> tuple[str, str] | None:
        """Both bounds of a range; None, and noted, where a cell holds no range."""
        cell, place = self.grid.at(row, heading.index), self.grid.place(row, heading.index)
        found = read_range(cell.text)
        if found is None:
            told = f"{quote(cell.text)} is no range of scores." + (
                f" There is {cell.odd}." if cell.odd else ""
            )
            fix = "Write the lowest and the highest score, such as 240-249, 219 or less, 250+."
            self.remarks.refuse(place, told, fix)
        elif cell.text != f"{found[0]}-{found[1]}":
            shown = f"{found[0] or 'open'} to {found[1] or 'open'}"
            self.remarks.change(place, cell.text, shown, "score_min and score_max")
        return found

    def _scale(self, heading: Heading, rows: list[int]) -> Decimal:
        """What a column's plain numbers are multiplied by: shares and percentages look alike."""
        kind = KIND_OF.get(heading.column)
        if kind not in (SHARE, PERCENT):
            return Decimal(1)
        plain = [
            Decimal(value)
            for row in rows
            if "%" not in (cell := self.grid.at(row, heading.index)).text
            and (value := read_number(cell, PERCENT, self.style).value)
        ]
        high = max(plain, default=Decimal(0))
        if kind == PERCENT:
            return Decimal(100) if plain and high <= 1 else Decimal(1)
        return PER_CENT if heading.percent and high > 1 else Decimal(1)

    def _scaled(self, reading: Reading, cell: Cell, heading: Heading) -> Reading:
        scale = self._scales.get(heading.index, Decimal(1))
        if not reading.value or scale == 1 or "%" in cell.text:
            return reading
        told = "a share, as percent" if scale > 1 else "the heading says percent"
        why = "; ".join(filter(None, [told, reading.why]))
        return replace(reading, value=times(reading.value, scale), why=why)
