"""Turns the distinct values of a cohort's key columns into canonical words and whole numbers.

Each distinct value is read once, however many rows have it. What cannot be read comes out with
the rule that it breaks, for `check` to find its rows; nothing of it is ever told.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recalib.cohorts.columns import FILLED, LEAST_SCORE, LIMITS, WORDS
from recalib.cohorts.counts import COVARIATES
from recalib.contract.vocabulary import GROUPS, VISA, read_cycle, suggestion
from recalib.sources.characters import plain
from recalib.sources.labels import Labels
from recalib.sources.values import parse_number

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
    found: list[Odd] = []
    clean = frame.copy()
    for column in columns:
        codes, distinct = pd.factorize(frame[column], use_na_sentinel=False)
        values = [None if pd.isna(value) else value for value in distinct.astype("object")]
        results = [_read(column, _text(value), labels) for value in values]
        found += _odd(column, values, results, labels)
        read = pd.Series([result for result, *_ in results], dtype="object")
        clean[column] = read.to_numpy()[codes]
    clean = clean[clean[list(columns)].notna().all(axis="columns")]
    types = {column: "str" if column in WORDS else "int64" for column in columns}
    return clean.astype(types), found


def read_value(column: str, text: str, labels: Labels) -> _Read:
    """Read one value of any column of a cohort, `n_interviews` and the like among them."""
    if column == "matched":
        known = {"1": 1, "0": 0, "": -1}.get(text)
        return known, "cohort-matched", "neither 1, 0 nor blank"
    return _read(column, text.strip(), labels)


def _odd(column: str, values: list[Any], results: list[_Read], labels: Labels) -> list[Odd]:
    """List the values that break a rule, by rule and nearest known word."""
    read = list(zip(values, results, strict=True))
    odd = [(value, rule, what) for value, (result, rule, what) in read if result is None]
    if len(odd) > MOST_ODD:
        # The nearest words take long to find.
        ((rule, what), _), *_ = Counter((rule, what) for _, rule, what in odd).most_common(1)
        fine = [value for value, (result, *_) in read if result is not None]
        return [Odd(column, rule, what, "", fine[:MOST_ODD], others=True)]
    alike: dict[tuple[str, str, str], list[Any]] = {}
    for value, rule, what in odd:
        alike.setdefault((rule, what, _hint(column, _text(value), labels)), []).append(value)
    return [Odd(column, *why, some) for why, some in alike.items()]


def _hint(column: str, text: str, labels: Labels) -> str:
    if column == "specialty" and text and labels:
        return labels.suggestion(text)
    return suggestion(text, GROUPS) if column == "applicant_group" and text else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # pandas makes 2026.0 of 2026 where a row lacks it
    return plain(str(value))


def _read(column: str, text: str, labels: Labels) -> _Read:
    """Read one value."""
    if text == "" and column in FILLED:
        return None, "cohort-blank", "nothing"
    if column == "specialty":
        # Without specialties.csv nothing is known, and that was noted.
        known = labels.resolve(text) if labels else text
        return known, "unknown-specialty", "a specialty that is not known"
    if column == "cycle":
        found = "something that is no cycle"
        return read_cycle(text), "cycle-format", found
    if column == "applicant_group":
        found = "a group that is not known"
        return text if text in GROUPS else None, "unknown-group", found
    if column == "needs_visa":
        return text if text in ("", *VISA) else None, "cohort-visa", "something else"
    (low, high), (blank, highest) = LIMITS[column], COVARIATES.get(column, (-1, None))
    if text == "":
        return blank, "", ""
    number = parse_number(text)
    if number is None or (math.isfinite(number) and number % 1):
        return None, "cohort-number", "something that is no whole number"
    if column == "step2_ck" and low <= number < LEAST_SCORE:
        return None, "cohort-scores", f"a score below {LEAST_SCORE}"
    if low <= number <= high:
        return int(number) if highest is None else min(int(number), highest), "", ""
    if column == "step2_ck":
        return None, "score-range", f"a number outside {low}-{high}"
    if number < low:
        return None, "count-negative", "a number below 0"
    return None, "cohort-range", f"a number above {high:,}"
