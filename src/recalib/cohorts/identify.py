"""Recognises names of columns and values that identify a person.

Names are compared by their words, whatever case and separator they are written with. Values are
looked at where they lie (in DuckDB); what comes back are counts, never a value.
"""

from __future__ import annotations

import itertools
import re

from recalib.cohorts.query import Query, quoted_name
from recalib.contract.schema import shipped

_WORDS = shipped(str(__package__), "identifying.yml")
_BY_WORD = {word: what for what, words in _WORDS["words"].items() for word in words}
_SPEAKABLE = re.compile(r"[A-Za-z][A-Za-z _.-]{0,39}[0-9]{0,2}")

#: Values looked at for patterns in a column that holds no text.
SAMPLE = 100_000
#: Different values up to which a text is held against patterns value by value, not row by row.
MOST_DIFFERENT = 100_000
#: Least share of different values, and least number of values, of a text that names single people.
UNIQUE_SHARE, UNIQUE_ROWS = 0.5, 20
_EMAIL = r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"
# Seven digits and more once the marks of telephone and identity numbers are taken out.
_DIGITS = r"[0-9]{7,}"
_DATE = r"^\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4})"


def identifying_name(name: str) -> str | None:
    """Say what a column's name announces.

    None where nothing of a person.
    """
    # `AAMCID2` -> aamcid2, `dateOfBirth` -> date of birth, `E-Mail` -> e mail
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+", " ", name)
    words = [word.rstrip("0123456789") for word in parted.casefold().split()]
    for one, other in itertools.pairwise(words):
        if f"{one} {other}" in _WORDS["pairs"]:
            return str(_WORDS["pairs"][f"{one} {other}"])
    return next((_BY_WORD[word] for word in (*words, "".join(words)) if word in _BY_WORD), None)


def speakable(name: str) -> str | None:
    """Give a column's name back where it looks like one, and not like somebody's data."""
    return name if _SPEAKABLE.fullmatch(name) else None


def scan_content(
    query: Query, source: str, column: str, text: bool, where: str = "TRUE"
) -> list[str]:
    """Look for values that identify people in one column.

    Of a text column every different value is looked at, of others a sample of rows.

    Empty for nothing.
    """
    limit = "" if text else f" LIMIT {SAMPLE}"
    rows = f"SELECT CAST({quoted_name(column)} AS VARCHAR) AS v FROM {source} WHERE {where}{limit}"
    rows = f"SELECT v, 1 AS n FROM ({rows}) WHERE trim(v) <> ''"
    what = "looking for identifying values"
    ((filled, different),) = query.rows(
        f"SELECT count(*), approx_count_distinct(v) FROM ({rows})", what
    )
    if different <= MOST_DIFFERENT:
        # Patterns cost more than all else: each word is held against them once.
        rows = f"SELECT v, count(*) AS n FROM ({rows}) GROUP BY v"
    # A decimal point is not one of the marks taken out: 245.0000001 is no telephone number.
    plain = "regexp_replace(v, '[-() +/]', '', 'g')"
    conditions = (
        f"regexp_matches(v, '{_EMAIL}')",
        f"regexp_matches({plain}, '{_DIGITS}') AND NOT regexp_matches(v, '{_DATE}')",
        f"regexp_matches(v, '{_DATE}')",
        "regexp_matches(v, '[A-Za-z]')",
    )
    sums = ", ".join(f"coalesce(sum(n) FILTER ({condition}), 0)" for condition in conditions)
    (row,) = query.rows(f"SELECT {sums} FROM ({rows})", what)
    emails, digits, dates, letters = (int(count) for count in row)
    found = [
        f"{what} ({count:,} value{'s' if count > 1 else ''})"
        for what, count in (
            ("e-mail addresses", emails),
            ("long numbers as identity and telephone numbers are", digits),
            ("dates as dates of birth are", dates),
        )
        if count
    ]
    mostly_words = letters >= filled / 2
    if text and filled >= UNIQUE_ROWS and mostly_words and different >= UNIQUE_SHARE * filled:
        found.append(
            f"text that hardly ever repeats (about {min(different, filled):,} in {filled:,} values)"
        )
    return found
