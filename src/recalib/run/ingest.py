"""Takes out of a raw folder what a run keeps beside the evidence."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from recalib.cohorts.counts import Cohort
from recalib.cohorts.labels import source_name
from recalib.privacy.noise import secret_for
from recalib.raw import RawData


def inputs_of(raw: RawData, cycle: str = "") -> dict[str, Any]:
    """Edition, cycle, hashes of the raw files, provenance of every source, and corrections."""
    cohorts = {
        source_name(cohort.name, synthetic=cohort.synthetic): cohort.provenance
        for cohort in raw.cohorts
    }
    return {
        "edition": raw.edition,
        "cycle": cycle,
        "hashes": raw.input_hashes,
        "provenance": raw.provenance | cohorts,
        "corrections": [asdict(correction) for correction in raw.corrections],
    }


def guides_of(raw: RawData) -> dict[str, Any]:
    """What guides print, their titles and readings, and the specialties with label and tier."""
    return {
        "edition": raw.edition,
        "band_columns": list(raw.guide_bands.columns),
        "bands": _records(raw.guide_bands),
        "rule_columns": list(raw.guide_rules.columns),
        "rules": _records(raw.guide_rules),
        "guides": raw.guides,
        "readings": raw.readings,
        "specialties": raw.specialties[["specialty", "label", "tier"]].to_dict("records"),
    }


def sealed(raw: RawData, raw_dir: Path | str) -> list[Cohort]:
    """Cohorts with their secrets, which draw the noise of what leaves."""
    return [
        replace(cohort, secret=secret_for(Path(raw_dir), cohort.name, cohort.key_mark))
        for cohort in raw.cohorts
    ]


def _records(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of a frame as JSON can hold them, blank for missing."""
    return [
        [None if pd.isna(value) else value for value in row]
        for row in frame.astype(object).to_numpy().tolist()
    ]
