"""Opens an own export (delimited text, Excel, Parquet) as a view of plain texts in DuckDB.

Nothing is known yet of its columns: they are called by their places, c0, c1, ... White space at
the ends falls away and any run of it is one space; a blank is null.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from recalib.cohorts.fingerprint import Fingerprint
from recalib.cohorts.open import first_line_is_cut, first_look, scan_text, schema_of
from recalib.cohorts.query import Query, quoted_name, quoted_path
from recalib.sources import door
from recalib.sources.disguise import WORKBOOKS
from recalib.sources.files import Folder, RawFile
from recalib.sources.packed import NEVER
from recalib.sources.workbook import DELIMITERS, Sheet, read_workbook, shown

#: The rows of an export, and the same with `row_at`: the row as an editor or a sheet counts it.
EXPORT, EXPORT_NUMBERED = "export_rows", "export_numbered"
#: Kinds of files that may be an export, by the ending of their names.
EXPORT_KINDS = ("csv", "csv.gz", "tsv", "txt", "xlsx", "parquet")
#: Cells that stand for nothing, in small letters.
BLANKS = ("na", "n/a", "#n/a", "null", "nan", "nat", "none given", "-", "--", ".")
#: No-break, zero-width and other spaces that spreadsheets leave behind.
_SPACES = r"[\s\x{00A0}\x{2000}-\x{200B}\x{202F}\x{3000}\x{FEFF}]+"


@dataclass(frozen=True)
class Export:
    """An export that can be asked for its rows."""

    file: RawFile
    #: The file as it was when it was opened.
    print: Fingerprint
    #: Columns as it calls them, by place.
    names: list[str]
    #: What separates its cells, or the sheet that was read; blank where neither applies.
    delimiter: str = ""
    sheet: str = ""
    #: Sheets that were not read.
    other_sheets: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """Say how its cells are kept apart."""
        if self.delimiter:
            return f"separated by {DELIMITERS[self.delimiter]}"
        return f'sheet "{self.sheet}"' if self.sheet else "Parquet"


def kind_of(path: Path) -> str:
    """Kind of a file by its name; blank where it is none of `EXPORT_KINDS`."""
    name = path.name.lower()
    return next((kind for kind in EXPORT_KINDS if name.endswith(f".{kind}")), "")


def open_export(
    file: RawFile, folder: Folder, query: Query, delimiter: str = "", sheet: str = ""
) -> Export | None:
    """Make an export's rows known to DuckDB; None where it cannot be read, which is noted."""
    found = first_look(file.path, file.file, file.kind, folder)
    if found is None:
        return None
    if found.damage:
        folder.findings.add("cohort-damaged", file.file, f"{found.damage}.")
        return None
    export = Export(file, found, [])
    if file.kind == "xlsx":
        return _open_excel(export, folder, query, sheet)
    if file.kind == "parquet":
        return _open_parquet(export, folder, query)
    return _open_text(export, folder, query, delimiter)


def _plain(column: str) -> str:
    """SQL of a cell: one space for any white space, null for blank."""
    cell = f"trim(regexp_replace(CAST({column} AS VARCHAR), '{_SPACES}', ' ', 'g'))"
    blanks = ", ".join(f"'{word}'" for word in ("", *BLANKS))
    return f"CASE WHEN lower({cell}) IN ({blanks}) THEN NULL ELSE {cell} END"


def _views(query: Query, source: str, columns: list[str], row_at: str) -> None:
    cells = ", ".join(f"{_plain(column)} AS c{at}" for at, column in enumerate(columns))
    query.rows(f"CREATE VIEW {EXPORT} AS SELECT {cells} FROM {source}")
    query.rows(f"CREATE VIEW {EXPORT_NUMBERED} AS SELECT {row_at} AS row_at, {cells} FROM {source}")


def _open_text(export: Export, folder: Folder, query: Query, delimiter: str) -> Export | None:
    file = export.file
    if not folder.is_text(export.print.start, file.file):
        return None
    text = export.print.start.decode("utf-8-sig", errors="replace")
    if first_line_is_cut(export.print.start):
        folder.findings.add("line-too-long", file.file, "The header does not end.", row=1)
        return None
    by_mark = {mark: _header(text, mark) for mark in DELIMITERS}
    mark = delimiter or max(by_mark, key=lambda mark: len(by_mark[mark]))
    names = by_mark.get(mark, [])
    if len(names) < 2:
        found = "Its first row does not fall into columns."
        fix = "Save it as CSV with a header, or as .xlsx."
        folder.findings.add("missing-column", file.file, found, row=1, fix=fix)
        return None
    if _too_wide(names, file, folder):
        return None
    columns = [f"c{at}" for at in range(len(names))]
    scan = scan_text(query, export.print.path, file.kind, columns, mark)
    _views(query, scan, columns, "row_number() OVER ()")
    return Export(file, export.print, names, delimiter=mark)


def _too_wide(names: list[str], file: RawFile, folder: Folder) -> bool:
    """Whether an export has more columns than any has, which is noted."""
    try:
        door.check_columns(len(names), door.MOST_WIDE_COLUMNS)
    except door.RefusedError as error:
        folder.findings.add(error.rule, file.file, error.found)
        return True
    return False


def _header(text: str, mark: str) -> list[str]:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=mark)
        return [" ".join(cell.split()) for cell in next(iter(reader), [])]
    except csv.Error:
        return []


def _open_excel(export: Export, folder: Folder, query: Query, sheet: str) -> Export | None:
    file, add = export.file, folder.findings.add
    if not export.print.start.startswith(WORKBOOKS):
        add("cohort-damaged", file.file, "This is no Excel file.")
        return None
    try:
        content = door.content(export.print.path, door.MOST_SHEET_BYTES)
        sheets, left_out = read_workbook(content, door.MOST_EXPORT_CELLS)
    except door.RefusedError as error:
        add(error.rule, file.file, error.found)
        return None
    except (OSError, ValueError):
        found = "Its sheets cannot be read: it is damaged, or locked by a password."
        add("cohort-damaged", file.file, found)
        return None
    asked = [one for one in sheets if sheet in ("", one.name)]
    if sheet and not asked:
        add("cohort-mapping", file.file, "No sheet that can be seen has the name in the mapping.")
        return None
    filled = ((one, rows) for one in asked if len(rows := _filled(one)) > 1)
    chosen, rows = next(filled, (None, []))
    if chosen is None:
        add("no-rows", file.file, "No sheet has a header and rows.")
        return None
    unknown = [row + 1 for (row, _), why in chosen.odd.items() if why == NEVER]
    if unknown:
        found, fix = f"A cell holds {NEVER}.", "Open it where it was made and save it again."
        add("cohort-damaged", file.file, found, row=min(unknown), fix=fix)
        return None
    (_, header), *body = rows
    names = [" ".join(shown(cell).split()) for cell in header]
    while names and not names[-1]:
        names.pop()
    if _too_wide(names, file, folder):
        return None
    columns = {"row_at": pa.array([at for at, _ in body], pa.int64())}
    for place in range(len(names)):
        cells = [shown(row[place]) if place < len(row) else "" for _, row in body]
        columns[f"c{place}"] = pa.array(cells, pa.string())
    query.register("export_sheet", pa.table(columns))
    _views(query, "export_sheet", [f"c{at}" for at in range(len(names))], "row_at")
    others = tuple(name for one in sheets if (name := one.name) != chosen.name)
    return Export(file, export.print, names, sheet=chosen.name, other_sheets=(*others, *left_out))


def _filled(sheet: Sheet) -> list[tuple[int, list[object]]]:
    """Rows of a sheet that hold two cells or more, with their numbers."""
    numbered = enumerate(sheet.rows, start=1)
    return [(at, row) for at, row in numbered if sum(cell != "" for cell in row) > 1]


def _open_parquet(export: Export, folder: Folder, query: Query) -> Export | None:
    path = export.print.path
    schema = schema_of(path, export.file.file, door.MOST_WIDE_COLUMNS, folder.findings)
    if schema is None:
        return None
    source = f"read_parquet({quoted_path(path)}, binary_as_string = true)"
    described = query.rows(f"DESCRIBE SELECT * FROM {source}")
    columns = []
    for name, sql_type, *_ in described:
        column = quoted_name(str(name))
        if str(sql_type) in ("FLOAT", "DOUBLE"):
            # pandas makes 245.0 of 245 where a row lacks it, and NaN of the blank.
            whole = f"CAST(CAST({column} AS BIGINT) AS VARCHAR)"
            column = (
                f"CASE WHEN isnan({column}) THEN NULL WHEN {column} = trunc({column})"
                f" AND abs({column}) < 1e15 THEN {whole} ELSE CAST({column} AS VARCHAR) END"
            )
        columns.append(column)
    query.trust_no_statistics()
    _views(query, source, columns, "file_row_number + 1")
    return Export(export.file, export.print, list(schema.names))
