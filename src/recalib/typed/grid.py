"""Cells of a sheet with their addresses."""

from __future__ import annotations

from dataclasses import dataclass, field

from recalib.typed.words import one_line


@dataclass(frozen=True)
class Cell:
    """What stands in a cell.

    `text`: as read, on one line; `number`: where a spreadsheet stores one, so that no separator is
    in doubt; `odd`: why it cannot be used, where it cannot ("a date").
    """

    text: str = ""
    number: float | None = None
    odd: str = ""

    def __bool__(self) -> bool:
        """Whether anything stands there."""
        return bool(self.text or self.odd)


BLANK = Cell()


@dataclass
class Grid:
    """A sheet: rows of cells from A1 on.

    `prefix` comes before addresses in the names of answers, where one file or sheet is not all.
    """

    file: str
    sheet: str
    rows: list[list[Cell]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]] | None = None
    prefix: str = ""
    #: A text file: its rows can be shorter or longer than the header.
    typed_text: bool = False
    used: set[int] = field(default_factory=set)

    def at(self, row: int, column: int) -> Cell:
        """A cell, blank where the sheet has none."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return BLANK

    @property
    def width(self) -> int:
        """Columns up to the last that is filled."""
        return max((i + 1 for row in self.rows for i, cell in enumerate(row) if cell), default=0)

    @property
    def name(self) -> str:
        """File, and the sheet where it has a name."""
        return f'{self.file}, sheet "{self.sheet}"' if self.sheet else self.file

    def place(self, row: int, column: int) -> str:
        """File, sheet and cell as a person finds it."""
        return f"{self.name}, cell {address(row, column)}"

    def key(self, row: int, column: int) -> str:
        """What an answer calls the cell."""
        return self.prefix + address(row, column)

    def filled(self, row: int) -> list[int]:
        """Columns of a row in which something stands."""
        return [i for i, cell in enumerate(self.rows[row]) if cell] if row < len(self.rows) else []


def address(row: int, column: int) -> str:
    """Address such as D7."""
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """Letters of a column such as AB."""
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


def text_cell(text: str) -> Cell:
    """A cell of a text file."""
    return Cell(one_line(text))
