"""Faults as people make them when they type tables: each changes one raw table in one place."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

GROUPS = ("us_md_senior", "us_do_senior", "us_img", "non_us_img")
WORDS = {
    *("cycle", "specialty", "applicant_group", "needs_visa", "outcome", "denominator", "result"),
}
COUNTS = ("n", "n_success", "n_total", "n_applicants")


@dataclass
class Sheet:
    """A raw table as text; `lines`: those that a fault changed, as an editor counts them."""

    path: Path
    head: list[str]
    rows: list[list[str]]
    rng: random.Random
    lines: set[int] = field(default_factory=set)
    #: The file's text where it is no whole table.
    cut: str | None = None

    @classmethod
    def read(cls, path: Path, rng: random.Random) -> Sheet:
        """Read a table."""
        head, *rows = csv.reader(io.StringIO(path.read_text("utf-8")))
        return cls(path, head, rows, rng)

    @property
    def text(self) -> str:
        """The table as a file holds it."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([self.head, *self.rows])
        return out.getvalue() if self.cut is None else self.cut

    def column(self, name: str) -> int | None:
        """Index of a column."""
        return self.head.index(name) if name in self.head else None

    @property
    def figures(self) -> list[int]:
        """Columns of figures."""
        return [index for index, name in enumerate(self.head) if name not in WORDS]

    def cells(self, columns: tuple[str, ...] = ()) -> list[tuple[int, int]]:
        """Filled figures: row and column."""
        return [
            (row, column)
            for row, cells in enumerate(self.rows)
            for column in self.figures
            if cells[column] and (not columns or self.head[column] in columns)
        ]

    def put(self, row: int, column: int, text: str) -> bool:
        """Put a text into a cell; whether it differs from what stood there."""
        if self.rows[row][column] == text:
            return False
        self.rows[row][column] = text
        self.lines.add(row + 2)
        return True

    def some(self, columns: tuple[str, ...] = ()) -> tuple[int, int, str]:
        """A filled figure."""
        row, column = self.rng.choice(self.cells(columns))
        return row, column, self.rows[row][column]


def other_digit(text: str, rng: random.Random) -> str:
    """The text with one digit changed."""
    place = rng.choice([index for index, sign in enumerate(text) if sign.isdigit()])
    digits = "123456789" if place == 0 and len(text) > 1 else "0123456789"
    return (
        text[:place] + rng.choice([one for one in digits if one != text[place]]) + text[place + 1 :]
    )


def digit(sheet: Sheet) -> bool:
    row, column, text = sheet.some()
    return sheet.put(row, column, other_digit(text, sheet.rng))


def digits_swapped(sheet: Sheet) -> bool:
    row, column, text = sheet.some()
    places = [
        at
        for at in range(len(text) - 1)
        if text[at] != text[at + 1] and text[at : at + 2].isdigit()
    ]
    if not places:
        return False
    at = sheet.rng.choice(places)
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return swapped[0] != "0" and sheet.put(row, column, swapped)


def digit_lost(sheet: Sheet) -> bool:
    row, column, text = sheet.some()
    at = sheet.rng.randrange(len(text))
    left = text[:at] + text[at + 1 :]
    return left[:1] not in ("", "0", ".") and sheet.put(row, column, left)


def digit_doubled(sheet: Sheet) -> bool:
    row, column, text = sheet.some()
    at = sheet.rng.randrange(len(text))
    return text[at].isdigit() and sheet.put(row, column, text[: at + 1] + text[at:])


def decimal_moved(sheet: Sheet) -> bool:
    row, column, text = sheet.some()
    return "." not in text and len(text) > 1 and sheet.put(row, column, f"{text[:-1]}.{text[-1]}")


def count_digit(sheet: Sheet) -> bool:
    if not sheet.cells(COUNTS):
        return False
    row, column, text = sheet.some(COUNTS)
    return sheet.put(row, column, other_digit(text, sheet.rng))


def off_by_one(sheet: Sheet) -> bool:
    row, column, text = sheet.some()
    return text.isdigit() and sheet.put(row, column, str(int(text) + sheet.rng.choice((-1, 1))))


def blank(sheet: Sheet) -> bool:
    row, column, _ = sheet.some()
    return sheet.put(row, column, "")


def columns_swapped(sheet: Sheet) -> bool:
    row = sheet.rng.randrange(len(sheet.rows))
    filled = [one for one in sheet.figures if sheet.rows[row][one]]
    if len(filled) < 2:
        return False
    return _swap(sheet, row, *sheet.rng.sample(filled, 2))


def ends_swapped(sheet: Sheet) -> bool:
    pairs = [("min", "max"), ("score_min", "score_max"), ("q1", "q3")]
    found = [
        (row, sheet.head.index(low), sheet.head.index(high))
        for low, high in pairs
        if low in sheet.head
        for row, cells in enumerate(sheet.rows)
        if cells[sheet.head.index(low)] and cells[sheet.head.index(high)]
    ]
    if not found:
        return False
    row, one, two = sheet.rng.choice(found)
    return _swap(sheet, row, one, two)


def _swap(sheet: Sheet, row: int, one: int, two: int) -> bool:
    first, second = sheet.rows[row][one], sheet.rows[row][two]
    return sheet.put(row, one, second) and sheet.put(row, two, first)


def rows_swapped(sheet: Sheet) -> bool:
    if len(sheet.rows) < 2:
        return False
    one = sheet.rng.randrange(len(sheet.rows) - 1)
    other = one + 1 if sheet.rng.random() < 0.7 else sheet.rng.randrange(len(sheet.rows))
    return _exchange(sheet, one, other)


def _exchange(sheet: Sheet, one: int, other: int) -> bool:
    """Exchange the figures that have no part in the key."""
    changed = False
    for column in _values(sheet):
        first, second = sheet.rows[one][column], sheet.rows[other][column]
        changed |= sheet.put(one, column, second) | sheet.put(other, column, first)
    return changed


def _values(sheet: Sheet) -> list[int]:
    return [one for one in sheet.figures if sheet.head[one] not in ("score_min", "score_max")]


def neighbour_pasted(sheet: Sheet) -> bool:
    row = sheet.rng.randrange(1, len(sheet.rows))
    step = 2 if "result" in sheet.head and row > 1 else 1
    return sum(sheet.put(row, one, sheet.rows[row - step][one]) for one in _values(sheet)) > 0


def year_before(sheet: Sheet) -> bool:
    """Type a row's figures from the table of another year, as far as both have them."""
    named = [
        sheet.head.index(one)
        for one in ("specialty", "applicant_group", "result")
        if one in sheet.head
    ]
    cycle, found = sheet.column("cycle"), []
    kind = sheet.path.name.split(".")[-2]
    kinds = ("quantiles", "means") if kind in ("quantiles", "means") else (kind,)
    for path in sorted(sheet.path.parent.glob("*.csv")):
        if path == sheet.path or path.name.split(".")[-2] not in kinds:
            continue
        other = Sheet.read(path, sheet.rng)
        for cells in other.rows:
            for row, own in enumerate(sheet.rows):
                if own[cycle] != cells[other.column("cycle")] and all(
                    own[at] == cells[other.head.index(sheet.head[at])] for at in named
                ):
                    shared = {
                        c: cells[other.head.index(sheet.head[c])]
                        for c in _values(sheet)
                        if sheet.head[c] in other.head
                    }
                    shared = {c: t for c, t in shared.items() if t and own[c]}
                    if shared:
                        found.append((row, shared))
    if not found:
        return False
    row, shared = sheet.rng.choice(found)
    return sum(sheet.put(row, column, text) for column, text in shared.items()) > 0


def cells_shifted(sheet: Sheet) -> bool:
    row = sheet.rng.randrange(len(sheet.rows))
    columns = _values(sheet)
    start = sheet.rng.randrange(len(columns) - 1)
    texts = [sheet.rows[row][one] for one in columns]
    moved = [*texts[:start], "", *texts[start:-1]]
    return sum(sheet.put(row, c, t) for c, t in zip(columns, moved, strict=True)) > 0


def column_slipped(sheet: Sheet) -> bool:
    """A row is passed over in a column: from there on all figures stand a row too high."""
    column = sheet.rng.choice(_values(sheet))
    start = sheet.rng.randrange(max(len(sheet.rows) - 8, 0), len(sheet.rows) - 1)
    texts = [cells[column] for cells in sheet.rows]
    return sum(sheet.put(row, column, texts[row + 1]) for row in range(start, len(texts) - 1)) > 0


def result_swapped(sheet: Sheet) -> bool:
    result = sheet.column("result")
    if result is not None:
        pairs = [
            row
            for row in range(len(sheet.rows) - 1)
            if sheet.rows[row][1] == sheet.rows[row + 1][1]
            and sheet.rows[row][result] != sheet.rows[row + 1][result]
        ]
        if not pairs:
            return False
        row = sheet.rng.choice(pairs)
        return _exchange(sheet, row, row + 1)
    if "n_success" not in sheet.head:
        return False
    row = sheet.rng.randrange(len(sheet.rows))
    won, total = (int(sheet.rows[row][sheet.head.index(one)]) for one in ("n_success", "n_total"))
    return sheet.put(row, sheet.head.index("n_success"), str(total - won))


def percent_for_count(sheet: Sheet) -> bool:
    if "n_success" not in sheet.head:
        return False
    row = sheet.rng.randrange(len(sheet.rows))
    won, total = (int(sheet.rows[row][sheet.head.index(one)]) for one in ("n_success", "n_total"))
    return bool(total) and sheet.put(
        row, sheet.head.index("n_success"), str(round(100 * won / total))
    )


def group_wrong(sheet: Sheet) -> bool:
    row, column = sheet.rng.randrange(len(sheet.rows)), sheet.head.index("applicant_group")
    return sheet.put(row, column, sheet.rng.choice(GROUPS))


def cycle_wrong(sheet: Sheet) -> bool:
    row, column = sheet.rng.randrange(len(sheet.rows)), sheet.head.index("cycle")
    last = int(sheet.rows[row][column][-4:])
    return sheet.put(row, column, str(last + sheet.rng.choice((-2, -1, 1))))


def specialty_wrong(sheet: Sheet) -> bool:
    row, column = sheet.rng.randrange(len(sheet.rows)), sheet.head.index("specialty")
    return sheet.put(row, column, sheet.rng.choice(sheet.rows)[column])


def row_dropped(sheet: Sheet) -> bool:
    row = sheet.rng.randrange(len(sheet.rows))
    del sheet.rows[row]
    sheet.lines.add(row + 2)
    return True


def row_doubled(sheet: Sheet) -> bool:
    row = sheet.rng.randrange(len(sheet.rows))
    sheet.rows.insert(row, list(sheet.rows[row]))
    sheet.lines |= {row + 2, row + 3}
    return True


def file_cut(sheet: Sheet) -> bool:
    whole = sheet.text
    sheet.cut = whole[: sheet.rng.randrange(len(whole) // 2, len(whole) - 2)]
    kept = sheet.cut.count("\n") + 1
    sheet.lines |= set(range(kept, len(sheet.rows) + 2))
    return True


KINDS: dict[str, Callable[[Sheet], bool]] = {
    "a digit changed": digit,
    "a digit of a count changed": count_digit,
    "one more or one less": off_by_one,
    "two digits swapped": digits_swapped,
    "a digit lost": digit_lost,
    "a digit twice": digit_doubled,
    "the decimal point moved": decimal_moved,
    "a cell blank": blank,
    "two columns of a row swapped": columns_swapped,
    "lower and upper end swapped": ends_swapped,
    "the cells of a row shifted": cells_shifted,
    "a column slipped by a row": column_slipped,
    "two rows swapped": rows_swapped,
    "a neighbour's row pasted": neighbour_pasted,
    "a row of another year": year_before,
    "the results swapped": result_swapped,
    "a percentage for a count": percent_for_count,
    "another group": group_wrong,
    "another cycle": cycle_wrong,
    "another specialty": specialty_wrong,
    "a row left out": row_dropped,
    "a row twice": row_doubled,
    "the file cut": file_cut,
}
