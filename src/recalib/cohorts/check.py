"""Finds the rows of a cohort that break a rule, and reports them by row and column.

A second scan, made only where the counts have shown that something is wrong. A problem names
rows, columns and the nearest known label: never a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
from ibis.expr.types import BooleanValue, Table

from recalib.cohorts.columns import COLUMNS, LIMITS
from recalib.cohorts.identify import scan_content
from recalib.cohorts.keys import Odd
from recalib.cohorts.lines import lines_of_records
from recalib.cohorts.open import NUMBERED, ROWS, Opened
from recalib.cohorts.query import Query
from recalib.cohorts.reduce import as_table, beyond, more_interviews, negative, no_number
from recalib.sources.catalogue import Findings

#: Rows that a problem lists; further ones are counted.
LISTED = 20


@dataclass(frozen=True)
class Breach:
    """A rule that rows break."""

    #: Id of the rule, and the column that is blamed.
    rule: str
    column: str
    #: What the rows are said to hold.
    what: str
    #: A further sentence; blank for none.
    hint: str
    #: True for those that break it.
    rows: BooleanValue


def _number_breaches(table: Table) -> list[Breach]:
    """What the numbers that are summed can break: the conditions of `reduce.broken`, one by one."""
    found = []
    for column in ("n_applications", "n_interviews"):
        text = no_number(table, column)
        if text is not None:
            what = "something that is no whole number"
            found.append(Breach("cohort-number", column, what, "", text))
        what = "a number below 0"
        found.append(Breach("count-negative", column, what, "", negative(table, column)))
        what = f"a number above {LIMITS[column][1]:,}"
        found.append(Breach("cohort-range", column, what, "", beyond(table, column)))
    odd = negative(table, "matched") | beyond(table, "matched")
    text = no_number(table, "matched")
    odd = odd if text is None else odd | text
    found.append(Breach("cohort-matched", "matched", "something else", "", odd))
    what = "more interviews than applications"
    found.append(Breach("cohort-interviews", "n_interviews", what, "", more_interviews(table)))
    return found


def _key_breach(table: Table, odd: Odd) -> Breach:
    column = table[odd.column]
    values = [value for value in odd.values if value is not None]
    listed = column.isin(values) if values else ibis.literal(False)
    null = column.isnull()
    if odd.others:
        rows = (~listed & ~null) if None in odd.values else (~listed | null)
    else:
        rows = (listed | null) if None in odd.values else listed
    return Breach(odd.rule, odd.column, odd.what, odd.hint, rows)


def explain(opened: Opened, query: Query, keys: Sequence[Odd], findings: Findings) -> bool:
    """Find out which rows break which rule, and note it."""
    table = as_table({"row_at": "int64", **opened.types}, NUMBERED)
    told = [*_number_breaches(table), *(_key_breach(table, odd) for odd in keys)]
    flags = {f"b{at}": breach.rows for at, breach in enumerate(told)}
    marked = str(ibis.to_sql(table.select("row_at", **flags), dialect="duckdb"))
    wanted = ", ".join(
        f"count(*) FILTER ({flag}), min(row_at, {LISTED}) FILTER ({flag})" for flag in flags
    )
    query.ordered(True)
    (answer,) = query.rows(f"SELECT {wanted} FROM ({marked})", "looking for the rows")
    query.ordered(False)
    counts = [int(count) for count in answer[::2]]
    listed = [[int(row) for row in rows or []] for rows in answer[1::2]]
    places = _places(opened, sorted({row for rows in listed for row in rows}))
    for breach, count, rows in zip(told, counts, listed, strict=True):
        if count:
            part, first = places[rows[0]]
            found = f"{_where(opened, [places[row] for row in rows], count)} {breach.what}."
            found = f"{found} {breach.hint}".strip()
            findings.add(breach.rule, part, found, row=first, column=breach.column)
    counted = zip(told, counts, strict=True)
    odd = {one.column for one, count in counted if count and one.rule not in _NO_CONTENT}
    for column in sorted(odd):
        note_content(opened, query, column, findings)
    return any(counts)


#: Rules whose rows hold nothing that could identify a person.
_NO_CONTENT = ("cohort-blank", "cohort-interviews", "count-negative")
_YEARS = r"^\s*(19|20)[0-9]{2}\s*[-/]\s*(19|20)[0-9]{2}\s*$"


def note_content(opened: Opened, query: Query, column: str, findings: Findings) -> None:
    """Note values that identify people in a column."""
    where = "TRUE"
    text = opened.unknown.get(column, opened.types.get(column) == "string")
    if column in LIMITS:
        high = LIMITS[column][1]
        where = f'coalesce(TRY_CAST("{column}" AS DOUBLE) NOT BETWEEN 0 AND {high}, TRUE)'
    if column == "cycle":
        # Eight digits, as telephone numbers have them, but two years.
        where = f"NOT coalesce(regexp_matches(CAST(cycle AS VARCHAR), '{_YEARS}'), FALSE)"
    found = scan_content(query, ROWS, column, text, where)
    if not found:
        return
    known = column in COLUMNS
    # Unknown columns are called by their place: their names may be somebody's data.
    named = f"column {column if known else int(column.rpartition(' ')[2]) + 1}"
    fix = f"Make a new file without {named}, and keep the original elsewhere."
    if known:
        fix = f"Look at {named}: write what docs/cohorts.md asks for there, and nothing else."
    findings.add(
        "cohort-identifying",
        opened.file.file,
        f"{named.capitalize()} holds {' and '.join(found)}.",
        column=column if known else None,
        fix=fix,
    )


def _places(opened: Opened, numbered: list[int]) -> dict[int, tuple[str, int]]:
    """File and row of numbered rows; in CSV the line, as an editor counts it."""
    if not opened.file.kind.startswith("csv"):
        return {row_at: opened.place(row_at) for row_at in numbered}
    path = opened.prints[0].path
    lines = lines_of_records(path, numbered, gzip=opened.file.kind == "csv.gz")
    return {record: (opened.parts[0], lines[record]) for record in numbered}


def _where(opened: Opened, places: list[tuple[str, int]], count: int) -> str:
    if count == 1:
        return "The row holds"
    rows: list[str] = []
    latest = ""
    for part, row in places:
        name = part.rpartition("/")[2]
        rows.append(f"{row}" if len(opened.parts) == 1 or name == latest else f"{name} row {row}")
        latest = name
    others = f" and {count - len(places):,} more" if count > len(places) else ""
    return f"{count:,} rows (rows {', '.join(rows)}{others}) hold"
