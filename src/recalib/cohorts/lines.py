"""Finds how the lines of a CSV file end, and on which lines its records begin, as an editor has it.

DuckDB numbers records; blank lines and cells of several lines put the two apart. Used only where
a row has to be named, and only as far as the last of them.
"""

from __future__ import annotations

import gzip as gzip_file
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, AnyStr, TextIO, cast

from recalib.sources import door

_BLOCK = 1 << 20
_LONGEST = 2 * door.LONGEST_COHORT_LINE


def _open(path: Path, gzip: bool, newline: str | None) -> TextIO:
    # In this encoding every byte is a character.
    opening = gzip_file.open if gzip else open
    return cast(TextIO, opening(path, "rt", encoding="latin-1", newline=newline))


def _lines(file: IO[AnyStr]) -> Iterator[tuple[int, AnyStr]]:
    """Lines with their numbers, up to one that fills the memory: DuckDB has refused it by then."""
    lines = iter(lambda: file.readline(_LONGEST), file.readline(0))
    return enumerate(itertools.takewhile(lambda line: len(line) < _LONGEST, lines), start=1)


def ends_differ(path: Path, gzip: bool = False) -> bool:
    """Say whether a CSV file has more than one of LF, CRLF and CR, within its cells too."""
    with _open(path, gzip, None) as file:
        while file.read(_BLOCK):
            if isinstance(file.newlines, tuple):
                return True
    return False


def odd_end(path: Path, gzip: bool = False) -> int | None:
    """Find the first record that ends otherwise than the header.

    None where all end alike.
    """
    first, inside = "", False
    with _open(path, gzip, "") as file:
        for number, line in _lines(file):
            inside ^= line.count('"') % 2 == 1
            end = line[len(line.rstrip("\r\n")) :]
            first = first or end
            if end and end != first and not inside:
                return number
    return None


def lines_of_records(path: Path, records: Iterable[int], gzip: bool = False) -> dict[int, int]:
    """Find the first line of some records.

    A record behind the end gets the line that it would have without blank lines.
    """
    wanted = set(records)
    found: dict[int, int] = {}
    record, inside = -1, False
    opening = gzip_file.open if gzip else open
    with cast(IO[bytes], opening(path, "rb")) as file:
        for number, line in _lines(file):
            if not inside:
                if not line.strip(b"\r\n"):
                    continue
                record += 1
                if record in wanted:
                    found[record] = number
                    if len(found) == len(wanted):
                        break
            inside ^= line.count(b'"') % 2 == 1
    return found | {record: record + 1 for record in wanted - set(found)}
