"""Walks down the rows of a sheet: which hold figures, whose, and what stands between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from recalib.sources.values import quote
from recalib.typed.grid import Grid
from recalib.typed.headings import BOUNDS, Header, is_header, read_heading
from recalib.typed.names import Names
from recalib.typed.remarks import BLANK, Remarks
from recalib.typed.words import blanks, phrases, plain


@dataclass
class Line:
    """A row with figures, and whose they are as far as its label or a row above says."""

    row: int
    specialty: str | None = None
    result: str = ""
    group: str = ""


@dataclass
class Walk:
    """The rows of a sheet by what they are; `notes`: text below the table."""

    lines: list[Line] = field(default_factory=list)
    totals: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: Rows whose specialty nobody knows yet: their figures are read for what is in doubt, too.
    doubtful: list[int] = field(default_factory=list)


class Walker:
    """Goes down the rows below a header, and remembers what rows without figures said."""

    def __init__(self, grid: Grid, header: Header, names: Names, remarks: Remarks) -> None:
        self.grid, self.header, self.names, self.remarks = grid, header, names, remarks
        labels = header.of("specialty")
        self.label = labels[0].index if labels else None
        self.figures = [one.index for one in header.columns if one.figure]
        self.long = bool(header.of("said_result", *BOUNDS))
        self.above = Line(-1)
        self.waiting: tuple[int, str] | None = None
        self.walk = Walk()

    def go(self) -> Walk:
        """Sort all rows."""
        for row in range(self.header.bottom + 1, len(self.grid.rows)):
            filled = self.grid.filled(row)
            if not filled:
                continue
            if self._are_units(row, filled):
                words = ", ".join(self.grid.at(row, index).text for index in filled)
                self.remarks.told.append(
                    f"{self.grid.name}, row {row + 1} is left out: no figure ({words})."
                )
            elif self._is_header(row):
                continue
            elif any(index in self.figures for index in filled):
                self._with_figures(row)
            else:
                self._without_figures(row, filled)
        self._pass_over()
        return self.walk

    def _are_units(self, row: int, filled: list[int]) -> bool:
        """Whether words stand below the headings, none of them a figure or a sign for one."""
        texts = [self.grid.at(row, index).text for index in filled]
        return (
            not self.walk.lines
            and self.label not in filled
            and not any(text.casefold() in blanks() or not text for text in texts)
            and not any(character.isdigit() for text in texts for character in text)
        )

    def _is_header(self, row: int) -> bool:
        """Whether the header stands here again, or another one, which is refused."""
        grid = self.grid
        texts = [cell.text for cell in grid.rows[row]]
        if texts == [cell.text for cell in grid.rows[self.header.bottom]]:
            self.remarks.told.append(f"{grid.name}, row {row + 1} repeats the header: left out.")
            return True
        if is_header(grid.rows[row]):
            found = f"A second table begins in row {row + 1} of the sheet."
            fix = "Put each table on a sheet or into a file of its own."
            self.remarks.refuse(grid.place(row, 0), found, fix)
            return True
        return False

    def _without_figures(self, row: int, filled: list[int]) -> None:
        """A row that says whose figures follow, a specialty without any, or a note."""
        text = self.grid.at(row, filled[0]).text
        label = self.names.known(text) if len(text) <= 80 else None
        alone = len({self.grid.at(row, index).text for index in filled}) == 1
        if label and (alone or self.label in filled):
            self._pass_over()
            self.above = replace(self.above, specialty=label, result="")
            self.waiting = (row, text)
            return
        heading = read_heading(text) if len(text) <= 80 and alone else None
        if heading and (heading.result or heading.group) and not heading.column:
            self.above.result = heading.result or self.above.result
            self.above.group = heading.group or self.above.group
            told = heading.result or heading.group
            self.remarks.change(
                self.grid.place(row, filled[0]), text, told, "said of the rows below it"
            )
            return
        words = " ".join(self.grid.at(row, index).text for index in filled)
        self.walk.notes.append(words)

    def _pass_over(self) -> None:
        """Note a specialty that had neither figures nor rows of its own."""
        if self.waiting is not None:
            row, text = self.waiting
            self.remarks.change(
                self.grid.place(row, self.label or 0), text, "", "left out: no figure is printed"
            )
        self.waiting = None

    def _with_figures(self, row: int) -> None:
        text = "" if self.label is None else self.grid.at(row, self.label).text
        place = self.grid.place(row, self.label or 0)
        if text and self._is_total(text):
            self.walk.totals.append(replace(self.above, row=row))
            told = "a row of totals: left out, held against the sum of the rows"
            if plain(text) in phrases("averages"):
                told = "a row of averages: left out"
                self.walk.totals.pop()
            self.remarks.change(place, text, "", told)
            return
        if not self._fits(row):
            return
        said = replace(self.above, row=row)
        if text and plain(text) in phrases("results") and self.above.specialty:
            said.result = phrases("results")[plain(text)]
            self.waiting = None
            self.remarks.change(place, text, said.result, f"of {self.above.specialty} above it")
        elif text:
            self._pass_over()
            said.specialty = self.names.specialty(text, place)
            if said.specialty is None:
                self.above.specialty = None
                if text in {doubt.key for doubt in self.remarks.doubts}:
                    self.walk.doubtful.append(row)
                return
            self.above = replace(self.above, specialty=said.specialty)
        elif self.label is not None and not (self.long and self.above.specialty):
            found = "There are figures, and no specialty beside them."
            self.remarks.refuse(place, found, "Type the specialty into the row.")
            return
        else:
            self.waiting = None
            if self.label is not None:
                told = f"blank below {self.above.specialty}"
                self.remarks.change(place, "", self.above.specialty or "", told)
        self.walk.lines.append(said)

    def _is_total(self, text: str) -> bool:
        if self.names.known(text):
            return False
        words = plain(text)
        return (
            words in phrases("totals")
            or words in phrases("averages")
            or words.startswith(("total ", "all specialties "))
        )

    def _fits(self, row: int) -> bool:
        """Whether a row of a text file is as long as its header: else something has slipped."""
        grid, header = self.grid, self.header
        last = max(one.index for one in header.columns if one.text)
        over = [index for index in grid.filled(row) if index > last]
        if over:
            shown = quote(", ".join(cell.text for cell in grid.rows[row]))
            found = f"The row goes beyond the last heading: {shown}."
            fix = "Look for a separator inside a number or a label, and put it in quotes."
            self.remarks.refuse(grid.place(row, over[0]), found, fix)
            return False
        length = len(grid.rows[row])
        if grid.typed_text and length <= last:
            answer = self.remarks.ask(
                grid.key(row, length),
                grid.place(row, length),
                f"The row ends after {length} of {last + 1} columns.",
                "Look for a missing separator; end the row with one for each blank cell.",
                (BLANK,),
            )
            return answer == BLANK
        return True
