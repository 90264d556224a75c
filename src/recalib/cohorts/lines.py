"""Finds how the lines of a CSV file end, and on which lines its records begin, as an editor has it.

DuckDB numbers records; blank lines and cells of several lines put the two apart. Used only where
a row has to be named, and only as far as the last of them.
"""

from __future__ import annotations

import gzip as gzip_file
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, TextIO, cast

_BLOCK = 1 << 20


def ends_differ(path: Path, gzip: bool = False) -> bool:
    """Say whether a CSV file's lines end differently, those within its cells too."""
    both = feeds = returns = 0
    last = b""
    with cast(BinaryIO, gzip_file.open(path) if gzip else path.open("rb")) as file:
        while block := file.read(_BLOCK):
            feeds += block.count(b"\n")
            if last == b"\r" and block.startswith(b"\n"):
                both += 1
            # Most files hold none, and one byte is found faster than two.
            if found := block.count(b"\r"):
                returns += found
                both += block.count(b"\r\n")
            if (feeds > both) + (returns > both + block.endswith(b"\r")) + (both > 0) > 1:
                return True
            last = block[-1:]
    return (feeds > both) + (returns > both) + (both > 0) > 1


def odd_end(path: Path, gzip: bool = False) -> int | None:
    """Find the first record that ends otherwise than the header.

    None where all end alike.
    """
    opening = gzip_file.open if gzip else open
    first, inside = "", False
    # In this encoding every byte is a character.
    with cast(TextIO, opening(path, "rt", encoding="latin-1", newline="")) as file:
        for number, line in enumerate(file, start=1):
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
    with opening(path, "rb") as file:
        for number, line in enumerate(file, start=1):
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
