"""Reports what is wrong with a cohort: rows that break a rule, and why a scan stopped.

A second scan, made only where the counts have shown that something is wrong. A problem names
rows, columns and the nearest known label: never a value.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr.types import Table

from recalib.cohorts.columns import COLUMNS, LIMITS
from recalib.cohorts.identify import scan_content
from recalib.cohorts.keys import Odd
from recalib.cohorts.lines import lines_of_records, odd_end
from recalib.cohorts.open import NUMBERED, ROWS, TEXT_KINDS, Opened
from recalib.cohorts.query import Query, ScanError
from recalib.cohorts.reduce import Breach, as_table, number_breaches
from recalib.sources.catalogue import Findings
from recalib.sources.characters import all_unseen, unseen

#: Rows that a problem lists; further ones are counted.
LISTED = 20


def _key_breach(table: Table, odd: Odd) -> Breach:
    column = table[odd.column]
    values = [value for value in odd.values if value is not None]
    listed = column.isin(values).fill_null(False) if values else ibis.literal(False)
    if None in odd.values:
        listed = listed | column.isnull()
    rows = ~listed if odd.others else listed
    return Breach(odd.rule, odd.column, odd.what, rows, odd.hint)


def explain(opened: Opened, query: Query, keys: Sequence[Odd], findings: Findings) -> bool:
    """Find out which rows break which rule, and note it."""
    table = as_table({"row_at": "int64", **opened.types}, NUMBERED)
    told = [*number_breaches(table), *(_key_breach(table, odd) for odd in keys)]
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
    places = places_of(opened, sorted({row for rows in listed for row in rows}))
    for breach, count, rows in zip(told, counts, listed, strict=True):
        if count:
            part, first = places[rows[0]]
            found = f"{_where(opened, [places[row] for row in rows], count)} {breach.what}."
            found = f"{found} {breach.hint}".strip()
            findings.add(breach.rule, part, found, row=first, column=breach.column)
    counted = zip(told, counts, strict=True)
    odd = {one.column for one, count in counted if count and one.rule not in _NO_CONTENT}
    for column in sorted(odd):
        _note_unseen(opened, query, column, findings)
        note_content(opened, query, column, findings)
    return any(counts)


def _note_unseen(opened: Opened, query: Query, column: str, findings: Findings) -> None:
    """Name the characters of a column's words that cannot be seen."""
    if opened.types.get(column) != "string":
        return
    found = query.rows(
        f"SELECT DISTINCT unnest(regexp_extract_all(\"{column}\", '[{all_unseen()}]')) FROM {ROWS}"
    )
    if names := unseen("".join(sorted(one for (one,) in found))):
        told = f"The column holds {names}."
        findings.add("unseen-character", opened.file.file, told, column=column)


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


def places_of(opened: Opened, numbered: list[int]) -> dict[int, tuple[str, int]]:
    """File and row of numbered rows; in CSV the line, as an editor counts it."""
    if opened.file.kind not in TEXT_KINDS:
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


#: What DuckDB calls the errors of a line, with the rule and what is told.
_REJECTED = {
    "MISSING COLUMNS": ("ragged-row", "The row has fewer cells than the header."),
    "TOO MANY COLUMNS": ("ragged-row", "The row has more cells than the header."),
    "UNQUOTED VALUE": ("csv-syntax", "A quote stands within a cell or is not closed."),
    "LINE SIZE OVER MAXIMUM": ("csv-syntax", "The row is longer than 2 MB."),
    "INVALID ENCODING": ("not-utf8", "The row holds a byte that is not UTF-8."),
}


def note_failure(error: ScanError, opened: Opened, query: Query, findings: Findings) -> None:
    """Note why a scan of a cohort did not get to its end."""
    file = opened.file.file
    if error.kind == "memory":
        findings.add("cohort-memory", file, "Its counts do not fit into the memory set aside.")
        return
    if opened.file.kind not in TEXT_KINDS or error.reason == "cut off":
        findings.add("cohort-damaged", file, "Its rows cannot be read to the end.")
        return
    if error.reason == "quote":
        found = "A quote is opened and not closed."
        findings.add("csv-syntax", file, found, row=error.row)
        return
    rejected = _rejected_lines(query)
    for kind, lines, count in rejected or []:
        rule, found = _REJECTED.get(kind, ("csv-syntax", "The row cannot be split."))
        if count > 1:
            shown = ", ".join(str(line) for line in lines)
            more = f" and {count - len(lines):,} more" if count > len(lines) else ""
            found += f" The same holds for {count:,} rows in all (rows {shown}{more})."
        findings.add(rule, file, found, row=lines[0])
    if rejected:
        return
    odd = odd_end(opened.prints[0].path, gzip=opened.file.kind == "csv.gz")
    if odd is not None:
        found = "The row ends otherwise than the header: one with LF, one with CRLF or CR."
        findings.add("cohort-line-ends", file, found, row=odd)
    else:
        found = "The file cannot be split into rows and cells."
        findings.add("csv-syntax", file, found, row=error.row)


def _rejected_lines(query: Query) -> list[tuple[str, list[int], int]] | None:
    """List the lines of a CSV file that cannot be split, after a scan has failed on one.

    None where DuckDB cannot go on behind the error.
    """
    try:
        # Of a column that is not asked for, DuckDB does not look at the text.
        query.rows("SELECT count(COLUMNS(*)) FROM cohort_rejects", "looking for damaged rows")
        found = query.rows(
            "SELECT error_type::VARCHAR, min(DISTINCT line, 20), count(DISTINCT line)"
            " FROM reject_errors GROUP BY 1 ORDER BY 1"
        )
    except ScanError:
        return None
    return [(str(kind), [int(line) for line in lines], int(count)) for kind, lines, count in found]
