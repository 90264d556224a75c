"""Finds the header of a sheet, over one row or several, and says what each column holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from recalib.typed.grid import Cell, Grid, letters
from recalib.typed.words import find_phrase, one_line, phrases, plain

#: Columns that say of whom a row speaks; never spread over the columns beside them.
WHO = ("specialty", "cycle", "applicant_group", "denominator", "needs_visa", "said_result")
#: Columns about everybody, whatever stands above them.
OF_ALL = ("n_total", "n_success", "n_failed", "rate")
_NUMBER = re.compile(r"[<>≤≥]?\s*[0-9][0-9.,\s]*%?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
#: Columns with figures.
FIGURES = (
    *("n", "min", "q1", "median", "q3", "max", "mean", "sd", "n_applicants"),
    *(*OF_ALL, "probability", "reading_error", "dispersion"),
)
BOUNDS = ("score_range", "score_min", "score_max")
MOST_HEADER_ROWS = 4
#: Characters of a heading; the longest in print has some sixty.
LONGEST_HEADING = 500


@dataclass(frozen=True)
class Heading:
    """What a column holds: its column of `words.yml`, and of whom it speaks where that is said."""

    text: str = ""
    column: str = ""
    result: str = ""
    group: str = ""
    cycle: str = ""
    percent: bool = False
    left_out: bool = False
    #: It stands under "Total" or "All": statistics of everybody, not of one result.
    everyone: bool = False
    index: int = -1
    row: int = -1

    @property
    def context(self) -> bool:
        """Whether it says of whom figures are."""
        return bool(self.result or self.group or self.cycle)

    @property
    def figure(self) -> bool:
        """Whether figures stand below; under a bare "Matched" they are counts."""
        return self.column in FIGURES or bool(self.result and not self.column)

    @property
    def known(self) -> bool:
        """Whether it says anything."""
        return bool(self.column or self.context or self.left_out)


@dataclass(frozen=True)
class Header:
    """Rows of a header (first and last) and its columns."""

    top: int
    bottom: int
    columns: tuple[Heading, ...]

    def of(self, *names: str) -> list[Heading]:
        """Columns of some names."""
        return [one for one in self.columns if one.column in names and not one.everyone]


@lru_cache(maxsize=10_000)
def read_heading(text: str) -> Heading:
    """What a heading says; nothing where it is longer than any is."""
    if len(text) > LONGEST_HEADING:
        return Heading(one_line(text))
    tokens = plain(text).split()
    percent = "percent" in tokens or "percentage" in tokens
    found = Heading(one_line(text), percent=percent)
    whole = _column(tokens)
    if whole:
        return replace(found, column=whole)
    if " ".join(tokens) in phrases("left_out"):
        return replace(found, left_out=True)
    for name in ("results", "groups"):
        taken = find_phrase(tokens, name)
        if taken:
            word = taken[0]
            found = replace(found, result=word) if name == "results" else replace(found, group=word)
            tokens = taken[1]
    years = [word for word in tokens if _YEAR.fullmatch(word)]
    if len(years) == 1:
        found = replace(found, cycle=years[0])
        tokens = [word for word in tokens if word not in years]
    column = _column(tokens) or _column(_without_fillers(tokens)) or _same_twice(tokens)
    if column:
        return replace(found, column=column)
    rest = _without_fillers(tokens)
    if rest or "score" in tokens or "scores" in tokens:
        return Heading(one_line(text), percent=percent)
    return found


def _column(tokens: list[str]) -> str:
    return phrases("columns").get(" ".join(tokens), "") if tokens else ""


def _without_fillers(tokens: list[str]) -> list[str]:
    return [word for word in tokens if word not in phrases("fillers")]


def _same_twice(tokens: list[str]) -> str:
    """The column of a heading that names it twice: "25th percentile (Q1)"."""
    rest, names = _without_fillers(tokens), set()
    while rest:
        taken = find_phrase(rest, "columns")
        if taken is None:
            return ""
        names.add(taken[0])
        rest = taken[1]
    return names.pop() if len(names) == 1 else ""


def recognised(row: list[str]) -> int:
    """How many cells of a row are headings; years alone are not."""
    return sum(one.known and not _year_alone(one) for one in _read(row))


def _read(row: list[str]) -> list[Heading]:
    return [read_heading(text) for text in row if 0 < len(text) <= 80]


def _year_alone(heading: Heading) -> bool:
    return not (heading.column or heading.result or heading.group or heading.left_out)


def is_header(row: list[Cell]) -> bool:
    """Whether a row looks like headings: two cells and half of all are known; else no number."""
    found = {cell.text: read_heading(cell.text) for cell in row if 0 < len(cell.text) <= 80}
    texts = [cell.text for cell in row if cell]
    known = recognised(texts)
    rest = [text for text in texts if text not in found or not found[text].known]
    return (
        known >= 2
        and 2 * known >= len(texts)
        and any(one.column for one in found.values())
        and not any(_NUMBER.fullmatch(text) for text in rest)
    )


def find_header(grid: Grid) -> Header | None:
    """The first header of a sheet; None where no row looks like one."""
    rows = [number for number, row in enumerate(grid.rows) if is_header(row)]
    if not rows:
        return None
    top = bottom = rows[0]
    while bottom + 1 < len(grid.rows) and _is_lower(grid, bottom + 1):
        bottom += 1
    while top > max(0, bottom - MOST_HEADER_ROWS) and _is_upper(grid, top - 1):
        top -= 1
    columns = tuple(_of_column(grid, top, bottom, index) for index in range(grid.width))
    return Header(top, bottom, columns)


def _is_lower(grid: Grid, row: int) -> bool:
    """Whether a row continues the header above it: two column words or more, and nothing else."""
    cells = [cell for cell in grid.rows[row] if cell]
    found = [read_heading(cell.text) for cell in cells]
    return (
        len(cells) >= 2
        and all(
            one.column not in ("", *WHO) or (one.context and not _year_alone(one)) for one in found
        )
        and not grid.at(row, 0)
    )


def _is_upper(grid: Grid, row: int) -> bool:
    """Whether a row belongs to the header below it: it says something beyond the first column."""
    filled = grid.filled(row)
    if not filled or (len(filled) == 1 and filled[0] == 0):
        return False
    return any(read_heading(grid.at(row, index).text).known for index in filled if index)


def _of_column(grid: Grid, top: int, bottom: int, index: int) -> Heading:
    """What a column holds, from all rows of the header."""
    own = read_heading(grid.at(bottom, index).text)
    for row in range(bottom - 1, top - 1, -1):
        above, spread = _above(grid, row, index)
        own = _under(own, above, spread=spread)
    return replace(own, index=index, row=bottom)


def _under(own: Heading, above: Heading, *, spread: bool) -> Heading:
    """A heading with what stands over it; its own words come first."""
    if not above.known:
        return own if own.text else replace(own, text=above.text)
    text = one_line(f"{above.text} {own.text}") if above.text != own.text else own.text
    if not own.column and not own.left_out and (own.context or not own.text):
        if spread and not own.text:
            return own  # nothing stands in this column
        own = replace(own, column=above.column, percent=own.percent or above.percent)
        own = replace(own, left_out=above.left_out)
    elif above.column == "n_total" and own.column:
        if own.column == "n":
            return replace(own, column="n_total", text=text)
        if own.column not in (*OF_ALL, *WHO):
            return replace(own, everyone=True, text=text)
    if own.column in WHO:
        return own
    if spread and own.column in OF_ALL:
        above = replace(above, result="")
    return replace(
        own,
        text=text,
        result=own.result or above.result,
        group=own.group or above.group,
        cycle=own.cycle or above.cycle,
    )


def _above(grid: Grid, row: int, index: int) -> tuple[Heading, bool]:
    """The heading over a column in a row of the header, and whether it is spread from the left.

    A spreadsheet says how far a merged cell reaches; elsewhere it reaches to the next filled one.
    """
    if grid.at(row, index):
        return read_heading(grid.at(row, index).text), False
    for left in range(index - 1, -1, -1):
        if not grid.at(row, left):
            continue
        heading = read_heading(grid.at(row, left).text)
        if heading.column in WHO or heading.left_out:
            break
        if grid.merged:
            inside = any(
                low[0] <= row <= high[0] and low[1] == left and index <= high[1]
                for low, high in grid.merged
            )
            return (heading, False) if inside else (Heading(), False)
        return heading, True
    return Heading(), False


def spread_unevenly(header: Header) -> str:
    """What stands under each result, group or year, where that differs; else blank."""
    under: dict[str, list[str]] = {}
    for one in header.columns:
        named = " ".join(filter(None, [one.result, one.group, one.cycle]))
        of_all = one.column in OF_ALL and not (one.group or one.cycle)
        if named and one.column and not of_all:
            under.setdefault(named, []).append(one.column)
    if len(under) < 2 or len({tuple(sorted(names)) for names in under.values()}) == 1:
        return ""
    return "; ".join(f"{named}: {', '.join(names)}" for named, names in under.items())


def shown(heading: Heading) -> str:
    """A column as a person finds it."""
    return f'column {letters(heading.index)} ("{heading.text}")'
