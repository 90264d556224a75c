"""Turns the rows of a sheet into rows of a raw table, with the cell that each value came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from recalib.sources.values import quote
from recalib.typed.cells import Figure, Figures
from recalib.typed.columns import sound_header
from recalib.typed.counts import Counts, role
from recalib.typed.entries import Line, Walk, Walker
from recalib.typed.grid import Grid, letters
from recalib.typed.headings import (
    Header,
    Heading,
    find_header,
    shown,
)
from recalib.typed.kinds import STATISTICS, kind_of
from recalib.typed.names import Names
from recalib.typed.numbers import PER_CENT, times
from recalib.typed.remarks import LEAVE_OUT, Remarks
from recalib.typed.whose import Asked, Whose

#: Columns of each kind that may hold figures in a sheet.
PARTS = {
    "quantiles": ("n", *STATISTICS),
    "means": ("n", "mean"),
    "totals": ("n", "n_success", "n_failed", "n_total", "rate"),
    "bins": ("n", "n_success", "n_failed", "n_total", "rate", "n_applicants", "dispersion"),
    "probabilities": ("probability", "rate", "reading_error"),
}


@dataclass
class Row:
    """A row of a raw table: its key and figures, each figure with its cell."""

    kind: str
    key: dict[str, str]
    figures: dict[str, Figure]
    place: str

    @property
    def named(self) -> str:
        """Specialty and result, as a message calls the row."""
        return ", ".join(filter(None, [self.key["specialty"], self.key.get("result", "")]))


@dataclass
class SheetTable:
    """What a sheet holds: rows of one kind, and what stands below the table."""

    grid: Grid
    kind: str
    rows: list[Row]
    notes: list[str]


def read_table(grid: Grid, asked: Asked, names: Names, remarks: Remarks) -> SheetTable | None:
    """Read a sheet; None where it holds no table that can be read, which is noted."""
    header = find_header(grid)
    if header is None:
        found = "No row names two columns or more that are known here."
        fix = "Head the columns Specialty, N, Median and so on, as docs/add-a-cycle.md does."
        remarks.refuse(grid.name, found, fix)
        return None
    before = len(remarks.doubts)
    header = sound_header(grid, header, names, remarks)
    if len(remarks.doubts) > before:
        return None  # what the rows mean depends on what the columns are
    kind = kind_of(grid, header, asked.kind, remarks)
    if kind is None:
        return None
    reader = _Reader(grid, header, kind, asked, names, remarks)
    return SheetTable(grid, kind, reader.rows(), reader.walk.notes)


class _Reader:
    """Reads the rows of a sheet whose kind and columns are known."""

    def __init__(
        self,
        grid: Grid,
        header: Header,
        kind: str,
        asked: Asked,
        names: Names,
        remarks: Remarks,
    ) -> None:
        self.grid, self.header, self.kind = grid, header, kind
        self.asked, self.names, self.remarks = asked, names, remarks
        self.walk: Walk = Walker(grid, header, names, remarks).go()
        lines = [one.row for one in (*self.walk.lines, *self.walk.totals)] + self.walk.doubtful
        self.figures = Figures(grid, header, lines, remarks)
        self.counts = Counts(grid, header, self.figures, remarks)
        self.whose = Whose(grid, header, kind, asked, names, remarks)

    def rows(self) -> list[Row]:
        """All rows of the table."""
        columns = self._columns()
        self._tell_columns(columns)
        for row in self.walk.doubtful:
            for one in columns:
                self.figures.read(row, one)
        found = [row for line in self.walk.lines for row in self._of_line(line, columns)]
        if not found and not self.remarks.doubts:
            told = "There is a header and no row with figures below it."
            self.remarks.refuse(self.grid.name, told, "Type the figures, or leave the sheet out.")
        self.counts.check_totals(self.walk, columns, self.kind)
        return self._joined(found) if self.kind in ("totals", "bins") else found

    def _tell_columns(self, columns: list[Heading]) -> None:
        """Tell what each column is taken for."""
        counts = self.kind in ("totals", "bins")
        taken = [(one, one.column) for one in self.header.columns if not one.figure and one.column]
        taken += [(one, role(one, columns) if counts else one.column or "n") for one in columns]
        words = [
            f"{letters(one.index)} "
            + " ".join(filter(None, [one.group, one.cycle, "" if counts else one.result, name]))
            for one, name in sorted(taken, key=lambda pair: pair[0].index)
        ]
        row = self.header.bottom + 1
        self.remarks.told.append(
            f"{self.grid.name}: header in row {row}; columns {', '.join(words)}."
        )

    def _joined(self, rows: list[Row]) -> list[Row]:
        """Rows of the two results as one."""
        found: dict[tuple[str, ...], Row] = {}
        for row in rows:
            result = row.key.pop("result")
            key = tuple(row.key.values())
            if not result or key not in found:
                found[(*key, str(len(found))) if not result else key] = row
                continue
            found[key].figures |= row.figures
        joined = []
        for key, row in found.items():
            if len(key) > len(row.key):
                joined.append(row)
                continue
            cell, named = row.place.rpartition(" ")[2], row.key["specialty"]
            figures = self.counts.completed(row.figures, row.place, cell, named)
            if figures is not None:
                joined.append(Row(row.kind, row.key, figures, row.place))
        return joined

    def _columns(self) -> list[Heading]:
        """Columns that hold figures of this kind; the others are told."""
        wanted = []
        for one in self.header.columns:
            if not one.figure:
                continue
            fits = (one.column or "n") in PARTS[self.kind] and not one.everyone
            if fits and self.asked.group and one.group not in ("", self.asked.group):
                fits = False
            if not fits:
                self.remarks.told.append(
                    f"{self.grid.name}: {shown(one)} is left out: no part of this table."
                )
            elif one.cycle not in ("", self.asked.cycle):
                place = self.grid.place(one.row, one.index)
                self.names.other_year(one.cycle, place, self.asked.cycle)
            elif not self._are_row_numbers(one):
                wanted.append(one)
        if self.kind in ("quantiles", "means") and any(one.result for one in wanted):
            for one in wanted:
                if not one.result:
                    found = f'"{one.text}" stands under neither result, and other columns do.'
                    fix = "Write Matched or Not matched into the heading."
                    self._ask_column(one, found, fix, (LEAVE_OUT,))
            return [one for one in wanted if one.result]
        return wanted

    def _are_row_numbers(self, one: Heading) -> bool:
        """Whether a column numbers the rows: 1, 2, 3 can be counts as well, which is asked."""
        texts = [self.grid.at(line.row, one.index).text for line in self.walk.lines]
        running = [str(number) for number in range(1, len(texts) + 1)]
        if one.column not in ("", "n") or len(texts) < 2 or texts != running:
            return False
        found = (
            f'The column headed "{one.text}" runs from 1 to {len(texts)}: row numbers, or counts?'
        )
        answer = self._ask_column(one, found, "Take row numbers out.", (LEAVE_OUT, "counts"))
        return answer != "counts"

    def _ask_column(
        self, one: Heading, found: str, fix: str, options: tuple[str, ...]
    ) -> str | None:
        """Answer of a doubt about a column."""
        key = f"{self.grid.prefix}column {letters(one.index)}"
        return self.remarks.ask(key, self.grid.place(one.row, one.index), found, fix, options)

    def _of_line(self, line: Line, columns: list[Heading]) -> Iterator[Row]:
        """The rows of a raw table that a row of the sheet holds."""
        key = self.whose.key(line, self.figures)
        if key is None:
            return
        for group in dict.fromkeys(one.group for one in columns):
            named = group or key["applicant_group"] or self.whose.group()
            if named is None:
                continue
            if self.asked.group and named != self.asked.group:
                self.remarks.change(
                    self.grid.place(line.row, 0), named, "", f"left out: not {self.asked.group}"
                )
                continue
            own = [one for one in columns if one.group == group]
            yield from self._of_group(line, key | {"applicant_group": named}, own)

    def _of_group(self, line: Line, key: dict[str, str], columns: list[Heading]) -> Iterator[Row]:
        place = self.grid.place(line.row, columns[0].index)
        if self.kind in ("quantiles", "means"):
            for result in dict.fromkeys(one.result for one in columns):
                named = result or key["result"] or self.whose.result(line)
                if named is None:
                    continue
                own = [one for one in columns if one.result == result]
                figures = self._gathered(line.row, own)
                if figures is not None:
                    yield from self._kept(Row(self.kind, key | {"result": named}, figures, place))
        elif self.kind == "probabilities":
            figures = self._gathered(line.row, columns)
            if figures is None:
                return
            if "rate" in figures and "probability" not in figures:
                figures["probability"] = _share(figures.pop("rate"))
            if "reading_error" not in figures:
                figures["reading_error"] = self._reading_error()
            yield from self._kept(Row(self.kind, key, figures, place))
        else:
            counted = self.counts.of_line(line.row, columns, key["result"], key["specialty"])
            if counted is not None:
                yield Row(self.kind, key, counted, place)

    def _gathered(self, row: int, columns: list[Heading]) -> dict[str, Figure] | None:
        """Figures by column, None where one is in doubt; one that is printed twice has to agree."""
        found: dict[str, Figure] = {}
        for one in columns:
            name, figure = one.column or "n", self.figures.read(row, one)
            if figure is None:
                return None
            other = found.get(name)
            if other and other.value and figure.value and other.value != figure.value:
                told = f"{name} is {figure.value} here and {other.value} in {other.place}."
                self.remarks.refuse(figure.place, told, "Compare both with the source.")
            found[name] = other if other and other.value else figure
        return found

    def _kept(self, row: Row) -> Iterator[Row]:
        """A row that says something; one without any figure is left out and told."""
        if not any(one.value for one in row.figures.values()):
            marks = sorted({one.withheld for one in row.figures.values() if one.withheld})
            told = f"left out: no figure is printed{f' ({quote(marks[0])})' if marks else ''}"
            self.remarks.change(row.place, row.named, "", told)
            self.remarks.left_out.append(f"{row.named}: no figure is printed.")
            return
        yield row

    def _reading_error(self) -> Figure:
        answer = self.remarks.ask(
            f"{self.grid.prefix}reading_error",
            self.grid.name,
            "No column says how far a point read off the curve may be off.",
            "Add a column headed Reading error, as a standard deviation between 0 and 0.5.",
            number=True,
        )
        return Figure(answer or "", self.grid.name)


def _share(figure: Figure) -> Figure:
    if not figure.value:
        return figure
    return replace(figure, value=times(figure.value, PER_CENT))
