"""Opens a cohort's file or parts as a view in DuckDB with known columns and types.

No file is ever in memory: DuckDB reads it block by block.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.sql.datatypes import DuckDBType

from recalib.cohorts.columns import COLUMNS, check_header, column_name
from recalib.cohorts.fingerprint import Fingerprint, take
from recalib.cohorts.identify import speakable
from recalib.cohorts.query import Query, ScanError, quoted_name, quoted_path
from recalib.sources import door
from recalib.sources.catalogue import Findings
from recalib.sources.disguise import GZIP, unmask
from recalib.sources.files import Folder, RawFile

#: Rows in file order, with `row_at`: part * PART + row; only made where something is wrong.
NUMBERED = "cohort_numbered"
#: The rows.
ROWS = "cohort_rows"
PART = 1 << 40
#: Kinds of files that hold text.
TEXT_KINDS = ("csv", "csv.gz", "tsv", "txt")


@dataclass(frozen=True)
class Opened:
    """A cohort that can be counted."""

    #: Where it comes from.
    file: RawFile
    #: Paths of its files relative to the raw folder, in the order of their rows.
    parts: list[str]
    #: Their fingerprints, in the same order.
    prints: list[Fingerprint]
    #: Type of each known column there, as Ibis calls it: `string`, an integer, `float64` or
    #: `boolean`.
    types: dict[str, str] = field(default_factory=dict)
    #: Name in the view of each other column, and whether it holds text.
    unknown: dict[str, bool] = field(default_factory=dict)
    #: Whether all required columns are there.
    countable: bool = False
    #: Names in the view of a CSV file's columns, in the order of the file.
    header: list[str] = field(default_factory=list)

    def place(self, row_at: int) -> tuple[str, int]:
        """Part and row of a numbered row."""
        part, row = divmod(row_at, PART)
        return self.parts[part], row


def open_cohort(file: RawFile, folder: Folder, query: Query) -> Opened | None:
    """Look at a cohort's files and make its rows known to DuckDB.

    None where nothing can be read of it.
    """
    paths = list(_parts(file, folder))
    prints = [found for path in paths if (found := _fingerprint(path, file, folder)) is not None]
    if len(prints) < len(paths) or not paths:
        return None
    opened = Opened(file, [folder.name(path) for path in paths], prints)
    if file.kind.startswith("csv"):
        return _open_csv(opened, folder, query)
    return _open_parquet(opened, folder, query)


def _parts(file: RawFile, folder: Folder) -> Iterator[Path]:
    if not file.path.is_dir():
        yield file.path
        return
    try:
        entries = sorted(file.path.iterdir())
    except OSError as error:
        folder.unreadable(file.path, error)
        return
    # Writers of parts leave marks beside them, such as `_SUCCESS` and `.crc` files.
    entries = [path for path in entries if not path.name.startswith((".", "_"))]
    for path in entries:
        if path.is_dir() or path.suffix != ".parquet":
            what = "folder" if path.is_dir() else "file of another kind"
            folder.findings.add("cohort-parts", folder.name(path), f"This is a {what}.")
        else:
            yield path
    if not entries:
        folder.findings.add("file-empty", file.file, "There is no part in the folder.")


def first_look(path: Path, name: str, kind: str, folder: Folder) -> Fingerprint | None:
    """Fingerprint of a file of a kind; None where it cannot be read or is empty, which is noted."""
    try:
        found = take(path, gzip=kind == "csv.gz")
    except OSError as error:
        folder.unreadable(path, error)
        return None
    if found.state[2] == 0:
        folder.findings.add("file-empty", name, "The file is empty.")
        return None
    return found


def _fingerprint(path: Path, file: RawFile, folder: Folder) -> Fingerprint | None:
    name = folder.name(path)
    add = folder.findings.add
    found = first_look(path, name, file.kind, folder)
    if found is None:
        return None
    if found.damage:
        told, fix = unmask(found.packed, name)
        if found.packed.startswith(GZIP):  # so its name is right
            told, fix = "", None
        add("cohort-damaged", name, f"{found.damage}. {told}".strip(), fix=fix)
    elif file.kind.startswith("csv"):
        return found if folder.is_text(found.start, name) else None
    elif not found.start.startswith(b"PAR1"):
        told, fix = unmask(found.start, name)
        add("cohort-damaged", name, f"This is no Parquet file. {told}".strip(), fix=fix)
    else:
        return found
    return None


def _open_csv(opened: Opened, folder: Folder, query: Query) -> Opened | None:
    (name,) = opened.parts
    (found,) = opened.prints
    findings = folder.findings
    # A block may end within a character; only what stands above that matters here.
    text = found.start.decode("utf-8-sig", errors="replace")
    try:
        header = next(iter(csv.reader(io.StringIO(text, newline=""), strict=True)), [])
    except csv.Error:
        findings.add("csv-syntax", name, "The header cannot be split.", row=1)
        return None
    if first_line_is_cut(found.start):
        findings.add("line-too-long", name, "The header does not end.", row=1)
        return None
    try:
        door.check_columns(len(header))
    except door.RefusedError as error:
        findings.add(error.rule, name, error.found, row=1)
        return None
    countable = check_header(header, name, 1, findings)
    header = [column_name(cell) for cell in header]
    if len(header) < 2:
        return None
    known = {column for column in header if column in COLUMNS and header.count(column) == 1}
    names = [column if column in known else f"unknown {at}" for at, column in enumerate(header)]
    scan = scan_text(query, found.path, opened.file.kind, names)
    query.rows(f"CREATE VIEW {ROWS} AS SELECT * FROM {scan}")
    query.rows(f"CREATE VIEW {NUMBERED} AS SELECT row_number() OVER () AS row_at, * FROM {scan}")
    unknown = {column: True for column in names if column not in known}
    return replace(
        opened,
        types={column: "string" for column in COLUMNS if column in known},
        unknown=unknown,
        countable=countable,
        header=names,
    )


def _open_parquet(opened: Opened, folder: Folder, query: Query) -> Opened | None:
    schemas = [
        schema_of(of.path, part, door.MOST_COLUMNS, folder.findings)
        for part, of in zip(opened.parts, opened.prints, strict=True)
    ]
    known_schemas = [schema for schema in schemas if schema is not None]
    if len(known_schemas) < len(schemas) or not _same_schemas(opened, known_schemas, folder):
        return None
    names = list(known_schemas[0].names)
    countable = check_header(names, opened.parts[0], None, folder.findings)
    folded = {column_name(name).casefold() for name in names}
    if len(folded) < len(names):
        return None  # DuckDB would call the second one otherwise; the repetition was noted
    paths = ", ".join(quoted_path(found.path) for found in opened.prints)
    source = f"read_parquet([{paths}], binary_as_string = true)"
    row_at = f"file_index * {PART} + file_row_number + 1"
    try:
        described = query.rows(f"DESCRIBE SELECT * FROM {source}")
    except ScanError:  # which files are damaged, pyarrow and DuckDB do not always agree
        found = "Its columns cannot be read; the file may be cut off."
        folder.findings.add("cohort-damaged", opened.file.file, found)
        return None
    types: dict[str, str] = {}
    unknown: dict[str, bool] = {}
    selected: list[str] = []
    for at, (name, sql_type, *_) in enumerate(described):
        kind, cast = _type(str(sql_type))
        column = quoted_name(str(name))
        meant = column_name(str(name))
        shown = meant if meant in COLUMNS else f"unknown {at}"
        selected.append(f'{cast.format(column)} AS "{shown}"')
        if meant in COLUMNS:
            types[meant] = kind
        else:
            unknown[shown] = kind == "string"
    if "float64" in types.values():
        query.trust_no_statistics()
    query.rows(f"CREATE VIEW {ROWS} AS SELECT {', '.join(selected)} FROM {source}")
    query.rows(
        f"CREATE VIEW {NUMBERED} AS SELECT {row_at} AS row_at, {', '.join(selected)} FROM {source}"
    )
    return replace(
        opened,
        types=types,
        unknown=unknown,
        countable=countable,
    )


def first_line_is_cut(start: bytes) -> bool:
    """Whether the first bytes of a file hold no end of a line though there is more."""
    cut = len(start) >= door.LONGEST_COHORT_LINE
    return cut and b"\n" not in start and b"\r" not in start


def scan_text(query: Query, path: Path, kind: str, columns: list[str], delimiter: str = ",") -> str:
    """SQL of the rows of a text file, each cell a text.

    The view `cohort_rejects` goes on behind lines that cannot be split, and lists them.
    """
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    packed = "gzip" if kind == "csv.gz" else "none"
    scan = (
        f"read_csv({quoted_path(path)}, auto_detect = false, header = true, delim = '{delimiter}',"
        " quote = '\"', escape = '\"', nullstr = '', strict_mode = true,"
        f" compression = '{packed}', columns = {{{types}}}"
    )
    query.rows(
        f"CREATE VIEW cohort_rejects AS SELECT * FROM {scan},"
        " store_rejects = true, rejects_limit = 10000)"
    )
    return f"{scan})"


def schema_of(path: Path, name: str, most: int, findings: Findings) -> pa.Schema | None:
    """Columns of a Parquet file; None where they cannot be read or are too many, which is noted."""
    try:
        with path.open("rb") as file:
            file.seek(-8, os.SEEK_END)
            size = int.from_bytes(file.read(4), "little")
            whole = file.seek(0, os.SEEK_END)
        # More than there is was cut off: what reads it says so.
        if door.MOST_FOOTER < size < whole:
            found = f"Its description of the columns has {size:,} bytes."
            raise door.RefusedError("file-too-large", found)
        schema = pq.read_schema(path)
        door.check_columns(len(schema.names), most)
    except door.RefusedError as error:
        findings.add(error.rule, name, error.found)
        return None
    # pyarrow raises what its readers raise, OSError with a whole thrift message among them.
    except (pa.ArrowException, OSError, ValueError, KeyError, RuntimeError):
        found = "Its description of the columns cannot be read; the file may be cut off."
        findings.add("cohort-damaged", name, found)
        return None
    return schema


def _same_schemas(opened: Opened, schemas: list[pa.Schema], folder: Folder) -> bool:
    first, *others = schemas
    for part, schema in zip(opened.parts[1:], others, strict=True):
        if schema.names == first.names and schema.types == first.types:
            continue
        here, there = (dict(zip(one.names, one.types, strict=True)) for one in (schema, first))
        odd = [name for name in there | here if here.get(name) != there.get(name)]
        shown = next((name for name in odd if speakable(name)), None)
        found = f"Its columns, their order or their types differ from those of {opened.parts[0]}."
        folder.findings.add("cohort-parts", part, found, column=shown)
    return all(one.names == first.names and one.types == first.types for one in others)


def _type(sql_type: str) -> tuple[str, str]:
    """Type of a column for the expression, and how to cast the column to it."""
    kind = DuckDBType.from_string(sql_type)
    if kind.is_floating():
        return "float64", "CASE WHEN isnan({0}) THEN NULL ELSE {0} END"  # pandas' blank
    if kind.is_decimal() or sql_type in ("UBIGINT", "UHUGEINT"):
        return "float64", "CAST({} AS DOUBLE)"
    if kind.is_integer() or kind.is_boolean():
        return str(kind), "{}"  # narrow ones are faster to group by
    return "string", "CAST({} AS VARCHAR)"
