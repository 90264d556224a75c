"""Reads and writes the tables of one run, each held against its contract at the door."""

from __future__ import annotations

import hashlib
import html
import json
import os
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from recalib.cohorts.counts import Cohort
from recalib.contract.store import read_table, write_tables
from recalib.contract.tables import EDITION_TABLES, RUN_TABLES, TABLES
from recalib.drift.record import DRIFT, read_table_text, table_text
from recalib.privacy.redact import tells_no_count
from recalib.problems import RecalibError
from recalib.report.view import View

#: What is handed on beside tables: JSON, by name.
NOTES = {
    "inputs": "inputs.json",
    "guides": "guides.json",
    "fit": "fit_notes.json",
    "bands": "band_notes.json",
}
#: Counts and secrets of cohorts, no rows: it goes with the work folder and is never published.
COUNTS = "cohorts.pickle"
#: Tables that are published, and those that notebooks only hand to each other.
KNOWN = EDITION_TABLES | RUN_TABLES


class Run:
    """The tables that the notebooks of one run hand to each other.

    Parameters
    ----------
    work_dir : Path or str
        Folder of the run. `calib recalibrate` makes one and removes it; in JupyterLab it is
        `build/work`, where each notebook finds what the one before it left.

    Examples
    --------
    >>> from recalib import Run
    >>> run = Run("build/work")
    >>> curves = run.read("curves")  # doctest: +SKIP
    """

    def __init__(self, work_dir: Path | str) -> None:
        self.folder = Path(work_dir)

    def _there(self, file: str) -> Path:
        path = self.folder / file
        if not self.folder.is_dir():
            raise RecalibError(
                f"{self.folder} is no folder. Fix: give work_dir the folder of a run, which the "
                "notebooks from 10_ingest on make and fill."
            )
        if not path.is_file():
            raise RecalibError(f"{path} is missing: run the notebooks before this one first.")
        return path

    def has(self, name: str) -> bool:
        """Whether a table is there."""
        return (self.folder / KNOWN[name].file).is_file()

    def read(self, name: str) -> pd.DataFrame:
        """Read a table.

        Parameters
        ----------
        name : str
            A published table, such as ``evidence`` or ``curves``, or ``score_distributions``.

        Returns
        -------
        DataFrame
            Columns, types and order as the contract says; text blank where nothing stands.

        Raises
        ------
        RecalibError
            If the notebook that writes it has not run, or the file does not fit its contract.
        """
        return read_table(self._there(KNOWN[name].file), name)

    def write(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Write a table; return it as the next notebook reads it, rounded as it is published.

        Raises
        ------
        RecalibError
            If a column, a value or a key breaks the contract of the table.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        write_tables({name: frame}, self.folder)
        return self.read(name)

    def write_beside(self, name: str, frame: pd.DataFrame) -> pd.DataFrame | None:
        """Write a table that only a run with cohorts has; without rows take an older one away."""
        if frame.empty:
            (self.folder / KNOWN[name].file).unlink(missing_ok=True)
            return None
        return self.write(name, frame)

    def note(self, name: str) -> dict[str, Any]:
        """Read what is handed on beside tables: ``inputs``, ``guides``, ``fit`` or ``bands``."""
        return dict(json.loads(self._there(NOTES[name]).read_text(encoding="utf-8")))

    def write_note(self, name: str, note: Mapping[str, Any]) -> None:
        """Write what is handed on beside tables."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(note, indent=2, ensure_ascii=False, default=str)
        (self.folder / NOTES[name]).write_text(text + "\n", encoding="utf-8")

    def tables(self) -> dict[str, pd.DataFrame]:
        """Read every published table that is there, by its name."""
        return {name: self.read(name) for name in EDITION_TABLES if self.has(name)}

    def drift(self) -> pd.DataFrame:
        """Read what changed against the edition before."""
        return read_table_text(self._there(DRIFT).read_text(encoding="utf-8"))

    def write_drift(self, changes: pd.DataFrame) -> pd.DataFrame:
        """Write what changed, as from `recalib.drift.judged`; return it as the job reads it."""
        (self.folder / DRIFT).write_text(table_text(changes), encoding="utf-8", newline="\n")
        return self.drift()

    @tells_no_count
    def cohorts(self) -> list[Cohort]:
        """Read the counts of cohorts; they are private and never shown."""
        path = self.folder / COUNTS
        if not path.is_file():
            return []
        cohorts: list[Cohort] = pickle.loads(path.read_bytes())  # noqa: S301  # our own
        return cohorts

    def write_cohorts(self, cohorts: Sequence[Cohort]) -> None:
        """Write the counts of cohorts, for their owner's eyes only; nothing where there are none.

        They lie in a file that nobody else can read.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / COUNTS
        path.unlink(missing_ok=True)
        if cohorts:
            # Nobody else may read it, from its first byte on.
            with os.fdopen(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                pickle.dump(list(cohorts), file)

    @property
    def edition(self) -> str:
        """Name of the edition that the run makes."""
        return str(self.note("inputs")["edition"])

    def view(self) -> View:
        """Open what has been written so far for figures, tables and sentences."""
        return View(self)

    def summary(self) -> pd.DataFrame:
        """List the tables that are there, with their rows."""
        there = [name for name in TABLES if self.has(name)]
        rows = [{"table": name, "rows": len(self.read(name))} for name in there]
        return pd.DataFrame(rows, columns=["table", "rows"])

    def __repr__(self) -> str:
        return f"Run({self.summary().set_index('table')['rows'].to_dict()})"

    def _repr_html_(self) -> str:
        if not (self.folder / NOTES["inputs"]).is_file():
            return "<p>A run without tables: 10_ingest comes first.</p>"
        inputs = self.note("inputs")
        hashes = "".join(f"{name}{of}" for name, of in sorted(inputs["hashes"].items()))
        digest = hashlib.sha256(hashes.encode()).hexdigest()
        facts = {
            "Edition": inputs["edition"],
            "Cycle": inputs["cycle"] or "all",
            "Raw files": f"{len(inputs['hashes'])}, SHA-256 of all {digest[:12]}",
            "Tables so far": ", ".join(name for name in TABLES if self.has(name)),
        }
        rows = "".join(
            f"<tr><th scope='row'>{name}</th><td>{html.escape(str(value))}</td></tr>"
            for name, value in facts.items()
        )
        return f"<table>{rows}</table>"
