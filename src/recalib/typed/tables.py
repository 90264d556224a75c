"""Turns the rows of a sheet into rows of a raw table, with the cell that each value came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from recalib.contract.vocabulary import GROUPS, OUTCOMES, RESULTS, nearest
from recalib.sources.values import quote
from recalib.typed.cells import Figure, Figures
from recalib.typed.counts import Counts, role
from recalib.typed.entries import Line, Walk, Walker
from recalib.typed.grid import Grid, letters
from recalib.typed.headings import (
    Header,
    Heading,
    find_header,
    shown,
    spread_unevenly,
)
from recalib.typed.kinds import STATISTICS, kind_of
from recalib.typed.names import Names, in_text, years_in
from recalib.typed.remarks import LEAVE_OUT, Doubt, Remarks
from recalib.typed.words import phrases, plain

#: Columns of each kind that may hold figures in a sheet.
PARTS = {
    "quantiles": ("n", *STATISTICS),
    "means": ("n", "mean"),
    "totals": ("n", "n_success", "n_failed", "n_total", "rate"),
    "bins": ("n", "n_success", "n_failed", "n_total", "rate", "n_applicants", "dispersion"),
    "probabilities": ("probability", "rate", "reading_error"),
}
#: What cells say in a column that asks whether these people matched.
_SAY_RESULT = set(phrases("results")) | set(phrases("result_answers"))


@dataclass(frozen=True)
class Asked:
    """What the command was told: of which figures the files speak."""

    cycle: str
    group: str = ""
    kind: str = ""
    outcome: str = ""
    denominator: str = ""
    #: Denominators of the totals before, by group.
    usual: dict[str, str] = field(default_factory=dict)


@dataclass
class Row:
    """A row of a raw table: its key and figures, each figure with its cell."""

    kind: str
    key: dict[str, str]
    figures: dict[str, Figure]
    place: str


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
    header = _sound_header(grid, header, names, remarks)
    if len(remarks.doubts) > before:
        return None  # what the rows mean depends on what the columns are
    kind = kind_of(grid, header, asked.kind, remarks)
    if kind is None:
        return None
    reader = _Reader(grid, header, kind, asked, names, remarks)
    return SheetTable(grid, kind, reader.rows(), reader.walk.notes)


def _sound_header(grid: Grid, header: Header, names: Names, remarks: Remarks) -> Header:
    """The header with columns that nobody knows asked about or left out."""
    columns = [_known_column(grid, header, one, names, remarks) for one in header.columns]
    found = replace(header, columns=tuple(columns))
    twice = found.of("specialty")[1:]
    for one in twice:
        told = f"A second column is headed as the specialty: {shown(one)}."
        remarks.refuse(grid.place(one.row, one.index), told, "Put each table on its own sheet.")
    uneven = spread_unevenly(found)
    if uneven and not grid.merged:
        doubt = Doubt(
            f"{grid.prefix}header",
            grid.place(header.top, 0),
            f"Different columns seem to stand under the results ({uneven}).",
            "Write the result into each heading, such as Matched n.",
            ("as read",),
        )
        remarks.ask(doubt)
    return found


def _known_column(
    grid: Grid, header: Header, heading: Heading, names: Names, remarks: Remarks
) -> Heading:
    index = heading.index
    below = [row for row in range(header.bottom + 1, len(grid.rows)) if grid.at(row, index)]
    if heading.left_out and below:
        remarks.told.append(f"{grid.name}: {shown(heading)} is left out.")
    answers = {plain(grid.at(row, index).text) for row in below}
    if (
        heading.result
        and not heading.column
        and answers <= _SAY_RESULT
        and (
            not answers <= {"0", "1"}
            or any(one.column in STATISTICS and not one.result for one in header.columns)
        )
    ):
        return replace(heading, column="said_result", result="")
    last = max(one.index for one in header.columns if one.text)
    if heading.known or not below or (grid.typed_text and index > last):
        return heading
    place = grid.place(header.bottom, index)
    labels = [row for row in below if names.known(grid.at(row, index).text)]
    if not header.of("specialty") and len(labels) * 2 > len(below):
        remarks.change(place, heading.text, "specialty", "specialties stand below it")
        return replace(heading, column="specialty")
    texts = [grid.at(row, index).text for row in below]
    if not heading.text and not any(character.isdigit() for text in texts for character in text):
        remarks.told.append(f"{grid.name}: column {letters(index)} has no heading: left out.")
        return replace(heading, left_out=True)
    near = nearest(plain(heading.text), phrases("columns")) if heading.text else None
    guess = phrases("columns")[near] if near else ""
    told = f"{shown(heading)} is no heading known here." if heading.text else "No heading."
    doubt = Doubt(
        f"{grid.prefix}column {letters(index)}",
        place,
        told[0].upper() + told[1:],
        "Head it as docs/add-a-cycle.md does.",
        (LEAVE_OUT, *([guess] if guess else [])),
    )
    answer = remarks.ask(doubt)
    return (
        replace(heading, left_out=True)
        if answer in (None, LEAVE_OUT)
        else replace(heading, column=guess)
    )


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
        cells = [cell.text for row in grid.rows[: header.top] for cell in row if cell]
        self.title = " ".join([*cells, grid.sheet])
        self.walk: Walk = Walker(grid, header, names, remarks).go()
        lines = [one.row for one in (*self.walk.lines, *self.walk.totals)] + self.walk.doubtful
        self.figures = Figures(grid, header, lines, remarks)
        self._check_title(" ".join(cells))

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
        counts = Counts(self.grid, self.figures, self.remarks)
        counts.check_totals(self.walk, self.header, columns, self.kind)
        return self._joined(found, counts) if self.kind in ("totals", "bins") else found

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

    def _joined(self, rows: list[Row], counts: Counts) -> list[Row]:
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
            figures = counts.completed(row.figures, row.place, cell, named)
            if figures is not None:
                joined.append(Row(row.kind, row.key, figures, row.place))
        return joined

    def _check_title(self, title: str) -> None:
        years, last = years_in(title), int(self.asked.cycle[-4:])
        season = re.search(rf"{last - 1}\s*[-–/]\s*{last % 100:02d}(?![0-9])", title)
        if years and str(last) not in years and not season:
            doubt = Doubt(
                f"{self.grid.prefix}title",
                self.grid.name,
                f"The title speaks of {', '.join(dict.fromkeys(years))}, not of "
                f"{self.asked.cycle}: {quote(title)}.",
                "Give the file of the cycle that is added.",
                ("right file",),
            )
            self.remarks.ask(doubt)

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
            else:
                wanted.append(one)
        if self.kind in ("quantiles", "means") and any(one.result for one in wanted):
            for one in wanted:
                if not one.result:
                    doubt = Doubt(
                        f"{self.grid.prefix}column {letters(one.index)}",
                        self.grid.place(one.row, one.index),
                        f'"{one.text}" stands under neither result, and other columns do.',
                        "Write Matched or Not matched into the heading.",
                        (LEAVE_OUT,),
                    )
                    self.remarks.ask(doubt)
            return [one for one in wanted if one.result]
        return wanted

    def _of_line(self, line: Line, columns: list[Heading]) -> Iterator[Row]:
        """The rows of a raw table that a row of the sheet holds."""
        key = self._key(line)
        if key is None:
            return
        for group in dict.fromkeys(one.group for one in columns):
            named = group or key["applicant_group"] or self._group(line)
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
                named = result or key["result"] or self._result(line)
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
            counts = Counts(self.grid, self.figures, self.remarks)
            counted = counts.of_line(line.row, columns, key["result"], key["specialty"])
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
        named = ", ".join(filter(None, [row.key["specialty"], row.key["result"]]))
        if not any(one.value for one in row.figures.values()):
            marks = sorted({one.withheld for one in row.figures.values() if one.withheld})
            told = f"left out: no figure is printed{f' ({quote(marks[0])})' if marks else ''}"
            self.remarks.change(row.place, named, "", told)
            self.remarks.left_out.append(f"{named}: no figure is printed.")
            return
        yield row

    def _key(self, line: Line) -> dict[str, str] | None:
        """Whose figures a row holds, as far as its own cells say; None where it is left out."""
        key = {"cycle": self.asked.cycle, "specialty": line.specialty or "", "result": line.result}
        key |= {"applicant_group": line.group, "needs_visa": "", "outcome": "", "denominator": ""}
        if not line.specialty:
            label = self._titled_specialty()
            if label is None:
                return None
            key["specialty"] = label
        for one in self.header.of("cycle", "said_result", "applicant_group", "outcome"):
            cell = self.grid.at(line.row, one.index)
            if cell and not self._say(key, one, line):
                return None
        for one in self.header.of("denominator", "needs_visa"):
            cell, place = self.grid.at(line.row, one.index), self.grid.place(line.row, one.index)
            if cell:
                name = "visa" if one.column == "needs_visa" else "denominators"
                word = self.names.word(cell.text, place, name)
                if word is None:
                    return None
                key[one.column] = word
        key["outcome"] = key["outcome"] or self._outcome()
        if self.kind in ("totals", "probabilities") and not key["denominator"]:
            key["denominator"] = self._denominator(key) or ""
        elif self.asked.denominator:
            key["denominator"] = self.asked.denominator
        if self.kind in ("bins", "probabilities") and not self._bounds(key, line):
            return None
        return key

    def _say(self, key: dict[str, str], one: Heading, line: Line) -> bool:
        """Put what a cell says of whom into the key; False where its row is left out."""
        cell, place = self.grid.at(line.row, one.index), self.grid.place(line.row, one.index)
        if one.column == "cycle":
            return self.names.cycle(cell, place, self.asked.cycle) is not None
        name = {"applicant_group": "groups", "outcome": "outcomes"}.get(one.column, "results")
        if name == "results" and plain(cell.text) in phrases("outcomes"):
            name = "outcomes" if plain(one.text) == "outcome" else name
        lists = [name, "result_answers"] if name == "results" else [name]
        word = self.names.word(cell.text, place, *lists)
        column = {"groups": "applicant_group", "outcomes": "outcome"}.get(name, "result")
        key[column] = word or ""
        return word is not None

    def _bounds(self, key: dict[str, str], line: Line) -> bool:
        ranges = self.header.of("score_range")
        if ranges:
            found = self.figures.bounds(line.row, ranges[0])
            if found is None:
                return False
            key["score_min"], key["score_max"] = found
            return True
        for one in self.header.of("score_min", "score_max"):
            figure = self.figures.read(line.row, one)
            if figure is None:
                return False
            key[one.column] = figure.value
        return True

    def _told_once(self, name: str, value: str, why: str) -> str:
        told = f"{self.grid.name}: {name} {value}, {why}."
        if told not in self.remarks.told:
            self.remarks.told.append(told)
        return value

    def _group(self, line: Line) -> str | None:
        said = _one(in_text(self.title, "groups"))
        if self.asked.group:
            if said and said != self.asked.group:
                doubt = Doubt(
                    f"{self.grid.prefix}group",
                    self.grid.name,
                    f"The title speaks of {said}, and --group says {self.asked.group}.",
                    "Give the file of that group, or another --group.",
                    ("right file",),
                )
                if self.remarks.ask(doubt) is None:
                    return None
            return self.asked.group
        if said:
            return self._told_once("applicant group", said, "as its title says")
        doubt = Doubt(
            f"{self.grid.prefix}group",
            self.grid.name,
            "Nothing says whose figures these are.",
            "Name the applicants with --group.",
            GROUPS,
        )
        return self.remarks.ask(doubt)

    def _result(self, line: Line) -> str | None:
        said = _one(in_text(self.title, "results"))
        if said:
            return self._told_once("result", said, "as its title says")
        doubt = Doubt(
            f"{self.grid.prefix}result",
            self.grid.place(line.row, 0),
            "Nothing says whether these people matched.",
            "Write Matched or Not matched over the columns, or into a column of its own.",
            RESULTS,
        )
        return self.remarks.ask(doubt)

    def _outcome(self) -> str:
        if self.asked.outcome:
            return self.asked.outcome
        headings = " ".join(one.text for one in self.header.columns)
        if in_text(f"{self.title} {headings}", "outcomes") not in ("", "match"):
            doubt = Doubt(
                f"{self.grid.prefix}outcome",
                self.grid.name,
                "Its words speak of interviews: are interviews counted, or matches?",
                "Say it with --outcome.",
                OUTCOMES,
            )
            return self.remarks.ask(doubt) or "match"
        return self._told_once("outcome", "match", "unless --outcome says otherwise")

    def _denominator(self, key: dict[str, str]) -> str | None:
        if self.asked.denominator:
            return self.asked.denominator
        if key["outcome"] == "interview":
            return "applications"
        headings = " ".join(one.text for one in self.header.columns)
        for said, why in (
            (_one(in_text(headings, "denominators")), "as a heading says"),
            (_one(in_text(self.title, "denominators")), "as its title says"),
            (self.asked.usual.get(key["applicant_group"] or self.asked.group, ""), "as last time"),
        ):
            if said:
                return self._told_once("denominator", said, why)
        doubt = Doubt(
            f"{self.grid.prefix}denominator",
            self.grid.name,
            "Nothing says among whom the matched are counted.",
            "Name them with --denominator.",
            ("ranked_first", "ranked_any_pgy1"),
        )
        return self.remarks.ask(doubt)

    def _titled_specialty(self) -> str | None:
        """The one specialty that a title speaks of, where no column does."""
        doubt = Doubt(
            f"{self.grid.prefix}specialty",
            self.grid.name,
            "No column and no row says of which specialty the figures are.",
            "Add a column headed Specialty.",
        )
        self.remarks.ask(doubt)
        return None

    def _reading_error(self) -> Figure:
        doubt = Doubt(
            f"{self.grid.prefix}reading_error",
            self.grid.name,
            "No column says how far a point read off the curve may be off.",
            "Add a column headed Reading error, as a standard deviation between 0 and 0.5.",
            number=True,
        )
        return Figure(self.remarks.ask(doubt) or "", self.grid.name)


def _one(said: str) -> str:
    """What a title says, where it says one thing only."""
    return "" if "," in said else said


def _share(figure: Figure) -> Figure:
    if not figure.value:
        return figure
    return replace(figure, value=f"{(Decimal(figure.value) / 100).normalize():f}")
