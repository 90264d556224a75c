"""The index and the explorer of the frozen edition."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from calib.edition import Edition
from calib.names import _rows
from recalib.contract.store import read_table
from recalib.report.ask import answers, write_explorer
from recalib.report.pages import write_index
from recalib.report.view import View

FROZEN = Path(__file__).parent / "frozen" / "edition"
LABELS = {row["name"]: row["label"] for row in _rows("specialty")}
LINKS = {name: f"specialties/{name}.html" for name in LABELS}


class _Frozen:
    """The tables of the frozen edition as those of a run, with the notes that an index shows."""

    def has(self, name: str) -> bool:
        return (FROZEN / f"{name}.csv").is_file()

    def read(self, name: str) -> pd.DataFrame:
        return read_table(FROZEN / f"{name}.csv", name)

    def note(self, name: str) -> dict[str, Any]:
        source = {"title": "A source", "edition": "2026", "citation": "Cited, 2026."}
        source |= {"rights": "Its own.", "trust": "official", "transcribed_from": "a printed table"}
        listed = [{"specialty": one, "label": label, "tier": ""} for one, label in LABELS.items()]
        return {
            "inputs": {"edition": Edition(FROZEN).name, "provenance": {"a_source": source}},
            "guides": {"specialties": listed},
            "bands": {"least": {}},
        }[name]


def index(folder: Path) -> Path:
    """Write the index and the explorer, with links to pages that are not there."""
    files = ["30_bands.html", *(f"specialties/{name}.html" for name in list(LABELS)[:20])]
    pages = [{"file": file, "title": f"Page {file}", "group": "-"} for file in files]
    return write_index(View(_Frozen()), pages, folder, Edition(FROZEN))


def explorer(folder: Path, labels: Mapping[str, str] = LABELS) -> Path:
    edition = Edition(FROZEN)
    return write_explorer(answers(edition, labels, LINKS), edition, folder)
