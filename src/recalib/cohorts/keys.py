"""Turns the distinct values of a cohort's key columns into canonical words and whole numbers.

Each distinct value is read once, however many rows have it. What cannot be read comes out with
the rule that it breaks, for `check` to find its rows; nothing of it is ever told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recalib.cohorts.columns import FILLED, LIMITS
from recalib.cohorts.counts import COVARIATES
from recalib.contract.vocabulary import GROUPS, VISA, cycle_years, nearest
from recalib.sources.cells import parse_number
from recalib.sources.labels import Labels

#: Odd values of a column for which the nearest known word is looked up, and which SQL can list.
MOST_ODD = 1_000


@dataclass(frozen=True)
class Odd:
    """Values of a column that break a rule."""

    #: Where they stand, and the rule.
    column: str
    rule: str
    #: What their rows are said to hold.
    what: str
    #: A sentence with the nearest known word; blank for none.
    hint: str
    #: As written, None for null; or, with `others`, those that are fine, where the odd ones are too
    #: many.
    values: list[Any]
    #: Whether all values but these are meant.
    others: bool = False


#: A value that can be used, or None with the rule that it breaks and what it is.
_Read = tuple[str | int | None, str, str]


def read_keys(
    frame: pd.DataFrame, columns: Iterable[str], labels: Labels
) -> tuple[pd.DataFrame, list[Odd]]:
    """Read the keys of the counts."""
    readers: dict[str, Callable[[str], _Read]] = {
        "cycle": _cycle,
        "specialty": lambda text: _specialty(text, labels),
        "applicant_group": _group,
        "needs_visa": _visa,
    }
    hints: dict[str, Callable[[str], str]] = {
        "specialty": lambda text: labels.suggestion(text) if labels else "",
        "applicant_group": _nearest_group,
    }
    found: list[Odd] = []
    clean = frame.copy()
    for column in columns:
        reader = readers.get(column) or _number_reader(column)
        codes, distinct = pd.factorize(frame[column], use_na_sentinel=False)
        values = [_plain(value) for value in distinct]
        odd = _Collector(column, reader, hints.get(column))
        read = pd.Series([odd.add(value) for value in values], dtype="object")
        found += odd.results(values)
        clean[column] = read.to_numpy()[codes]
    clean = clean[clean[list(columns)].notna().all(axis="columns")]
    types = {column: "str" if column in readers else "int64" for column in columns}
    return clean.astype(types), found


class _Collector:
    """Reads the values of a column and keeps the odd ones."""

    def __init__(
        self, column: str, reader: Callable[[str], _Read], hint: Callable[[str], str] | None
    ) -> None:
        self._column = column
        self._reader = reader
        self._hint = hint
        self._odd: dict[tuple[str, str, str], list[Any]] = {}
        self._count = 0

    def add(self, value: Any) -> str | int | None:
        """Read a value; None where it is odd."""
        text = _text(value)
        if text == "" and self._column in FILLED:
            result: _Read = (None, "cohort-blank", "nothing")
        else:
            result = self._reader(text)
        read, rule, what = result
        if read is None:
            # The nearest word takes long to find, and beyond the limit no hint is told.
            hint = self._hint(text) if self._hint and text and self._count < MOST_ODD else ""
            self._count += 1
            self._odd.setdefault((rule, what, hint), []).append(value)
        return read

    def results(self, values: list[Any]) -> list[Odd]:
        """What was odd."""
        if self._count <= MOST_ODD:
            return [Odd(self._column, *why, values) for why, values in self._odd.items()]
        odd = {value for some in self._odd.values() for value in some}
        (rule, what, _), _ = max(self._odd.items(), key=lambda item: len(item[1]))
        fine = [value for value in values if value not in odd]
        return [Odd(self._column, rule, what, "", fine[:MOST_ODD], others=True)]


def _plain(value: Any) -> Any:
    """A key's value as Python has it: None for every kind of null."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # pandas makes 2026.0 of 2026 where a row lacks it
    return str(value).strip()


def _cycle(text: str) -> _Read:
    if cycle_years(text) is not None:
        return text, "", ""
    return None, "cycle-format", "something that is no cycle"


def _specialty(text: str, labels: Labels) -> _Read:
    # Without specialties.csv nothing is known, and that was noted.
    name = labels.resolve(text) if labels else text
    return name, "unknown-specialty", "a specialty that is not known"


def _group(text: str) -> _Read:
    if text in GROUPS:
        return text, "", ""
    return None, "unknown-group", "a group that is not known"


def _nearest_group(text: str) -> str:
    near = nearest(text, GROUPS)
    known = f"Known are {', '.join(GROUPS)}."
    return known if near is None else f'The nearest known is "{near}". {known}'


def _visa(text: str) -> _Read:
    if text == "" or text in VISA:
        return text, "", ""
    return None, "cohort-visa", "something else"


def _number_reader(column: str) -> Callable[[str], _Read]:
    low, high = LIMITS[column]
    blank, highest = COVARIATES.get(column, (-1, None))

    def read(text: str) -> _Read:
        if text == "":
            return blank, "", ""
        number = parse_number(text)
        if number is None or (math.isfinite(number) and number % 1):
            return None, "cohort-number", "something that is no whole number"
        if low <= number <= high:
            return int(number) if highest is None else min(int(number), highest), "", ""
        if column == "step2_ck":
            return None, "score-range", f"a number outside {low}-{high}"
        if number < low:
            return None, "count-negative", "a number below 0"
        return None, "cohort-range", f"a number above {high:,}"

    return read
