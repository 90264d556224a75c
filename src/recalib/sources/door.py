"""Opens a file of the raw folder only where it is one, and is no larger than such a file can be.

All limits stand here (`calib.edition`, which imports no room, has its own). Each lies far above
what anybody publishes or exports and far below what would fill the memory or take longer than a
person waits; bytes are counted before anything is parsed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

#: Bytes and lines of a published table or a list; the largest so far has 8 kB and 134 lines.
MOST_BYTES, MOST_LINES = 5_000_000, 50_000
#: Bytes of a .yml file; a parser in Python reads some 50 kB a second.
MOST_YML_BYTES = 200_000
#: Bytes of a line; a guide's note, the longest there is, has some hundreds.
LONGEST_LINE = 100_000
#: Columns of a table; the widest of the contract has 13.
MOST_COLUMNS = 100
#: Columns of an export, of which clinical systems write some thousand, and of a typed sheet.
MOST_WIDE_COLUMNS = 2_000
#: Bytes of a line of a cohort, where DuckDB stops too; its first one must end within this many.
LONGEST_COHORT_LINE = 1 << 20
#: Bytes of a typed file, whatever pictures lie beside its table, and cells of one of its sheets.
MOST_TYPED_BYTES, MOST_TYPED_CELLS = 20_000_000, 200_000
#: Rows of a typed sheet; a table by score has some hundreds.
MOST_TYPED_ROWS = 10_000
#: Cells of a sheet of an export: they are all in memory at once.
MOST_EXPORT_CELLS = 4_000_000
#: Bytes of a file of an edition, packed or not; those of the largest so far are 300,000.
MOST_EDITION_BYTES = 50_000_000
#: Bytes of a spreadsheet file as it lies there, and unpacked.
MOST_SHEET_BYTES, MOST_UNPACKED = 100_000_000, 400_000_000
#: Bytes unpacked for each packed one, beyond the first `FREE_BYTES`; of rows that hardly differ
#: some 50 come out, of a bomb a thousand.
MOST_RATIO, FREE_BYTES = 250, 10_000_000
#: Bytes of the description at the end of a Parquet file: a thousand row groups take some millions.
MOST_FOOTER = 64_000_000

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class RefusedError(OSError):
    """A file that is not opened, or not read to its end: the rule of `rules.yml`, and why."""

    def __init__(self, rule: str, found: str) -> None:
        super().__init__(0, found)
        self.rule, self.found = rule, found


def regular(path: Path, most: int | None = None) -> os.stat_result:
    """State of a regular file, or of the one that a link leads to; a RefusedError for others."""
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        what = next((what for is_it, what in _KINDS if is_it(state.st_mode)), "no regular file")
        raise RefusedError("not-a-file", f"This is {what}.")
    if most is not None and state.st_size > most:
        raise RefusedError("file-too-large", f"It has more than {most:,} bytes.")
    return state


def content(path: Path, most: int) -> bytes:
    """Bytes of a regular file of `most` bytes at most."""
    regular(path, most)
    # Should a pipe have taken its place since, opening must not wait for somebody to write.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        found = file.read(most + 1)
    if len(found) > most:
        raise RefusedError("file-too-large", f"It has more than {most:,} bytes.")
    return found


def check_lines(text: bytes) -> None:
    """Refuse more or longer lines than a table has."""
    ends = text.count(b"\n") + text.count(b"\r")
    if ends > MOST_LINES:
        raise RefusedError("too-many-lines", f"It has more than {MOST_LINES:,} lines.")
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > LONGEST_LINE:
            found = f"Line {number:,} has more than {LONGEST_LINE:,} bytes."
            raise RefusedError("line-too-long", found)


def check_columns(count: int, most: int = MOST_COLUMNS) -> None:
    """Refuse more columns than a table of its kind can have."""
    if count > most:
        raise RefusedError("too-many-columns", f"It has {count:,} columns, and at most {most:,}.")


def lines_end(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass blocks on, and refuse a line that is longer than a cohort's."""
    since = 0
    for block in blocks:
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        first = min((at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0), default=-1)
        since += len(block) if first < 0 else first
        if since > 2 * LONGEST_COHORT_LINE:
            found = f"A line has more than {2 * LONGEST_COHORT_LINE:,} bytes."
            raise RefusedError("line-too-long", found)
        since = since if last < 0 else len(block) - last - 1
        yield block


def swollen(packed: int, unpacked: int) -> bool:
    """Whether so much comes out of so little that nobody's table was packed."""
    return unpacked > FREE_BYTES and unpacked > MOST_RATIO * packed
