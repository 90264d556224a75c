"""Writes down what an edition was compared with and how it differed, to stay beside it."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recalib.drift.compare import COLUMNS, GAINED
from recalib.problems import RecalibError

DRIFT, SUMMARY = "drift.csv", "drift.json"


@dataclass(frozen=True)
class Record:
    """The comparison of an edition with the one released before it.

    Parameters
    ----------
    edition, before : str
        Name of the edition, and of the one before; blank where there was none.
    inputs : str
        One hash of all raw files that the edition was made of.
    changes : DataFrame
        As from `judged`.
    """

    edition: str
    before: str
    inputs: str
    changes: pd.DataFrame

    def files(self) -> dict[str, bytes]:
        """Return the files that hold it, by name."""
        approved = self.changes["approved"].astype(bool)
        gained = self.changes["kind"] == GAINED
        told = {
            "edition": self.edition,
            "compared_with": self.before or None,
            "inputs": self.inputs,
            "drifts": int((~gained).sum()),
            "approved": int((approved & ~gained).sum()),
            "new_keys": int(gained.sum()),
        }
        return {
            SUMMARY: (json.dumps(told, indent=2) + "\n").encode(),
            DRIFT: table_text(self.changes).encode(),
        }


def digest_of(inputs: Mapping[str, str]) -> str:
    """One hash of the hashes of raw files."""
    return hashlib.sha256(json.dumps(dict(sorted(inputs.items()))).encode()).hexdigest()


def table_text(changes: pd.DataFrame) -> str:
    """Write drifts as CSV."""
    return str(changes[COLUMNS].to_csv(index=False, lineterminator="\n"))


def read_table_text(text: str) -> pd.DataFrame:
    """Read what `table_text` wrote."""
    changes = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    missing = [name for name in COLUMNS if name not in changes]
    if missing:
        raise RecalibError(f"{DRIFT} lacks the columns {', '.join(missing)}.")
    return changes[COLUMNS].assign(approved=changes["approved"] == "True")


def write_record(record: Record, folder: Path) -> None:
    """Write a record into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in record.files().items():
        (folder / name).write_bytes(content)


def read_record(folder: Path) -> Record | None:
    """Read a record; None where the folder holds none, or one that cannot be read."""
    try:
        told = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        changes = read_table_text((folder / DRIFT).read_text(encoding="utf-8"))
        before = told["compared_with"] or ""
        return Record(str(told["edition"]), str(before), str(told["inputs"]), changes)
    except (OSError, ValueError, KeyError, TypeError, RecalibError):
        return None
