"""Opens an edition, today's or an older one's, as it was published or kept, table by table."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from recalib.contract.store import read_table
from recalib.contract.tables import BESIDE_TABLES, EDITION_TABLES, TABLES
from recalib.problems import RecalibError
from recalib.publish.describe import EDITION_FILE, read_bytes, read_edition
from recalib.sources.door import MOST_COLUMNS, MOST_EDITION_BYTES

#: How the files of tables of a kept edition end.
PACKED = ".gz"


@dataclass(frozen=True)
class Opened:
    """An edition whose tables are read, and held against edition.json, when they are asked for.

    `folder` is None where there is no edition: then its name is blank and its tables are empty.
    """

    folder: Path | None
    record: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Name of the edition, such as `2026.3`."""
        return str(self.record.get("edition", ""))

    @property
    def inputs(self) -> dict[str, str]:
        """SHA-256 of each raw file that it was made of."""
        return dict(self.record.get("inputs", {}))

    def content(self, file: str) -> bytes | None:
        """Bytes of a table's file as it was published; None where the edition has no such table."""
        described = self.record.get("tables", {}).get(file)
        if self.folder is None or described is None:
            return None
        path, packed = self.folder / file, self.folder / f"{file}{PACKED}"
        try:
            found = read_bytes(path) if path.is_file() else unpack(packed)
        except FileNotFoundError as error:
            told = f"{self.folder}: {file} is missing from the edition."
            raise RecalibError(told) from error
        except (OSError, EOFError, zlib.error) as error:
            raise RecalibError(f"{packed} cannot be read: {error}.") from error
        if hashlib.sha256(found).hexdigest() != described["sha256"]:
            raise RecalibError(
                f"{path if path.is_file() else packed} is not the file that {EDITION_FILE} "
                "describes; restore the edition before it is compared with a new one."
            )
        return found

    def read(self, name: str) -> pd.DataFrame:
        """Read a table in today's columns, blank where the edition did not have them yet."""
        found = self.content(EDITION_TABLES[name].file)
        if found is None:
            return _empty(name)
        try:
            _check_width(found)
            if name == "band_table":
                found = _one_scheme(found)
            return read_table(io.BytesIO(found), name, older=True)
        except (RecalibError, ValueError, ArithmeticError) as error:  # pandas' own are ValueErrors
            told = f"{self.folder}: {EDITION_TABLES[name].file} is not the table that it should be"
            why = str(error) if isinstance(error, RecalibError) else type(error).__name__
            raise RecalibError(f"{told} ({why.removesuffix('.')}).") from error

    def tables(self) -> dict[str, pd.DataFrame]:
        """Read every table by its name; those of cohorts only where the edition has them."""
        own = [name for name, table in BESIDE_TABLES.items() if self.content(table.file)]
        return {name: self.read(name) for name in (*TABLES, *own)}


def _check_width(table: bytes) -> None:
    """Refuse a table whose columns are beyond counting, or whose rows have more than its header.

    pandas takes those for an index, and a minute for some ten thousand.
    """
    try:
        first = islice(csv.reader(io.StringIO(table.decode("utf-8"), newline="")), 2)
        widths = {len(row) for row in first}
    except csv.Error as error:
        raise RecalibError(f"it cannot be split into cells: {error}") from error
    if len(widths) > 1 or max(widths, default=0) > MOST_COLUMNS:
        raise RecalibError(f"its rows have {' and '.join(map(str, sorted(widths)))} cells")


def unpack(packed: Path) -> bytes:
    """Content of a packed file of an edition."""
    with gzip.GzipFile(fileobj=io.BytesIO(read_bytes(packed))) as file:
        found = file.read(MOST_EDITION_BYTES + 1)
    if len(found) > MOST_EDITION_BYTES:
        raise OSError(0, f"it has more than {MOST_EDITION_BYTES:,} bytes when unpacked")
    return found


def opened(folder: Path | str) -> Opened:
    """Open an edition.

    Parameters
    ----------
    folder : Path or str
        Folder of an edition, as published or kept; "" for none.

    Returns
    -------
    Opened
        Without a name and rows where there is no edition.
    """
    if not folder:
        return Opened(None)
    try:
        return Opened(Path(folder), read_edition(Path(folder)))
    except RecalibError:
        return Opened(None)


def _empty(name: str) -> pd.DataFrame:
    header = ",".join(EDITION_TABLES[name].column_names).encode()
    return read_table(io.BytesIO(header + b"\n"), name)


def _one_scheme(content: bytes) -> bytes:
    """Leave out the second scheme, cut elsewhere, that the band table held until 2026.3."""
    rows = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    if "scheme" not in rows:
        return content
    return rows[rows["scheme"] == "chance"].to_csv(index=False).encode()
