"""The raw tables of a run: read, and laid into its work folder."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from recalib.cohorts.labels import source_name
from recalib.contract.store import write_tables
from recalib.evidence import gather
from recalib.privacy.noise import secret_of
from recalib.raw import RawData, read_raw
from recalib.run.private_counts import write_cohorts
from recalib.sources.yml import Value


def _records(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of a frame as JSON can hold them, blank for missing."""
    return [
        [None if pd.isna(value) else value for value in row]
        for row in frame.astype(object).to_numpy().tolist()
    ]


def ingest(
    raw_dir: Path | str, work_dir: Path | str, cycle: str = "", engine: str = "duckdb"
) -> pd.DataFrame:
    """Read the raw tables and lay them into the work folder.

    Parameters
    ----------
    raw_dir, work_dir : Path or str
    cycle : str
        Match year: keep rows of that year and earlier; all of them when blank.
    engine : str
        Where rows of cohorts are counted; see `recalib.cohorts.engine`.

    Returns
    -------
    DataFrame
        The evidence, as written to `evidence.csv`. Counts of cohorts are no evidence that may be
        shown: they go into files of their own, see `recalib.run.private_counts`.

    Raises
    ------
    RawDataError
        With every problem of the raw tables.
    """
    raw = read_raw(Path(raw_dir), cycle or None, engine)
    work = Path(work_dir)
    work.mkdir(parents=True, exist_ok=True)
    evidence = gather(raw)
    write_tables({"evidence": evidence}, work)
    guides = {
        "edition": raw.edition,
        "band_columns": list(raw.guide_bands.columns),
        "bands": _records(raw.guide_bands),
        "rule_columns": list(raw.guide_rules.columns),
        "rules": _records(raw.guide_rules),
        "guides": raw.guides,
        "anchors": raw.anchors,
        "specialties": raw.specialties[["specialty", "label", "tier"]].to_dict("records"),
    }
    inputs = {
        "edition": raw.edition,
        "cycle": cycle,
        "hashes": raw.input_hashes,
        "provenance": raw.provenance | _provenance(raw),
    }
    secret = secret_of(Path(raw_dir)) if raw.cohorts else ""
    write_cohorts([replace(one, secret=secret) for one in raw.cohorts], work)
    for name, content in (("guides", guides), ("inputs", inputs)):
        text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
        (work / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    return evidence


def _provenance(raw: RawData) -> dict[str, dict[str, Value]]:
    return {
        source_name(cohort.name, synthetic=cohort.synthetic): cohort.provenance
        for cohort in raw.cohorts
    }
