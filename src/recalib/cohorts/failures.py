"""Reports why a scan of a cohort stopped: rows that cannot be split, or a damaged file."""

from __future__ import annotations

from recalib.cohorts.lines import odd_end
from recalib.cohorts.open import Opened
from recalib.cohorts.query import Query, ScanError
from recalib.sources.catalogue import Findings

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
    if not opened.file.kind.startswith("csv") or error.reason == "cut off":
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
