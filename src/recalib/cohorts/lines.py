"""Records of a CSV file in, the lines on which they begin out: what an editor shows as the row.

DuckDB numbers records; blank lines and cells of several lines put the two apart. Used only where
a row has to be named, and only as far as the last of them.
"""

from __future__ import annotations

import gzip as gzip_file
from collections.abc import Iterable
from pathlib import Path


def lines_of_records(path: Path, records: Iterable[int], gzip: bool = False) -> dict[int, int]:
    """Find the first line of some records.

    Parameters
    ----------
    path : Path
        The CSV file, its header in the first record.
    records : iterable of int
        1 for the first record under the header.
    gzip : bool
        Whether the file is packed.

    Returns
    -------
    dict of int to int
        Line by record, 1 for the first line of the file. A record behind the end gets the line
        that it would have without blank lines.
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
