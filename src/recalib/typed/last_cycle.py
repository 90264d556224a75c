"""What a raw folder holds of the cycles before: labels, sources, figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recalib.contract.keys import recency
from recalib.contract.tables import PUBLISHED
from recalib.problems import RawDataError, UsageError
from recalib.sources.catalogue import Findings
from recalib.sources.files import Folder, Inventory, RawFile, take_inventory
from recalib.sources.labels import Labels, check_specialties
from recalib.sources.published import read_published


@dataclass(frozen=True)
class Before:
    """A table of an earlier cycle: its file, its cycle, and its name without the source's."""

    file: RawFile
    cycle: str

    @property
    def part(self) -> str:
        """What stands between source and kind in the file's name."""
        return self.table.rpartition(".")[0]

    @property
    def table(self) -> str:
        """The table's name in `anchors`: part and kind."""
        return self.file.path.name.removeprefix(f"{self.file.name}.").removesuffix(".csv")


@dataclass(frozen=True)
class Known:
    """The raw folder as it is: tables by kind, with canonical specialties."""

    folder: Folder
    inventory: Inventory
    labels: Labels
    tables: dict[str, pd.DataFrame]

    def file(self, name: str) -> RawFile:
        """A table's file by its path in the folder."""
        return next(one for one in self.inventory.of("tables") if one.file == name)

    def before(self, kind: str, group: str, cycle: str, wanted: str = "") -> Before | None:
        """The newest table of a kind that has a group before a cycle, or of the cycle `wanted`."""
        rows = self.rows(kind, group, cycle, wanted)
        if rows.empty:
            return None
        newest = max(rows["cycle"], key=recency)
        files = rows.loc[rows["cycle"] == newest, "file"]
        return Before(self.file(files.value_counts().index[0]), newest)

    def rows(self, kind: str, group: str, cycle: str, wanted: str = "") -> pd.DataFrame:
        """Rows of a kind and a group, of a cycle before another or of the one `wanted`."""
        frame = self.tables[kind]
        rows = frame[frame["cycle"].notna() & (frame["applicant_group"] == group)]
        kept = [
            one
            for one in rows["cycle"].unique()
            if (one == wanted if wanted else recency(one) < recency(cycle))
        ]
        return rows[rows["cycle"].isin(kept)]


def read_folder(raw: Path) -> Known:
    """Read what a raw folder holds; only its specialties have to be without problems."""
    findings = Findings()
    folder = Folder(raw, findings)
    inventory = take_inventory(folder)
    sheet = folder.sheet(inventory.path("single", "specialties.csv"), "specialties")
    labels = Labels({}) if sheet is None else check_specialties(sheet, findings)[1]
    told = [one for one in findings.problems if one.file == "specialties.csv"]
    if told or not labels:
        raise RawDataError(told)
    tables = {kind: read_published(kind, inventory, folder, labels) for kind in PUBLISHED}
    return Known(folder, inventory, labels, tables)


def next_source(source: str, old: str, new: str) -> str | None:
    """Name of a source in the new cycle; None where the old one's name does not say its cycle."""
    old, new = old.replace("-", "_"), new.replace("-", "_")
    name, count = re.subn(rf"(?<![0-9]){re.escape(old)}(?![0-9])", new, source)
    return name if count == 1 else None


def need_cycle(known: Known, cycle: str) -> None:
    """Refuse a cycle to start from of which the folder has no table."""
    cycles = {
        str(one) for frame in known.tables.values() for one in frame["cycle"].dropna().unique()
    }
    if cycle not in cycles:
        there = ", ".join(sorted(cycles, key=recency)) or "none"
        raise UsageError(f"There is no table of {cycle} to start from; the folder has {there}.")
