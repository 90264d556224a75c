"""The private drawer of a run: cohorts in, files that only their owner can read, cohorts out.

The files lie in the run's work folder, which is removed with the run. They hold counts, no rows,
and are never published.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from recalib.cohorts.counts import KEY, Cohort
from recalib.privacy.redact import tells_no_count

RECORDS = "cohorts.json"
COUNTS = "cohort_counts.csv"
#: Counts by covariates, one file a cohort: there may be half a million, in columns of its own.
BY_COVARIATES = "cohort_covariates_{}.parquet"


def write_cohorts(cohorts: Sequence[Cohort], work: Path) -> None:
    """Lay cohorts into the work folder; nothing where there are none.

    `work`: the work folder.
    """
    for path in (work / RECORDS, work / COUNTS, *work.glob(BY_COVARIATES.format("*"))):
        path.unlink(missing_ok=True)
    if not cohorts:
        return
    records = [
        {
            "name": one.name,
            "synthetic": one.synthetic,
            "provenance": one.provenance,
            "secret": one.secret,
        }
        for one in cohorts
    ]
    _write(work / RECORDS, json.dumps(records, indent=2, ensure_ascii=False) + "\n")
    counts = pd.concat([one.counts.assign(cohort=one.name) for one in cohorts])
    _write(work / COUNTS, counts.to_csv(index=False, lineterminator="\n"))
    for number, one in enumerate(cohorts):
        if one.covariates is not None:
            stream = io.BytesIO()
            one.covariates.to_parquet(stream, index=False)
            _write(work / BY_COVARIATES.format(number), stream.getvalue())


@tells_no_count
def read_cohorts(work: Path) -> list[Cohort]:
    """Read the cohorts of a work folder; none where it holds none."""
    if not (work / RECORDS).is_file():
        return []
    records = json.loads((work / RECORDS).read_text(encoding="utf-8"))
    words = dict.fromkeys([*KEY[:3], "cohort"], str)
    counts = pd.read_csv(work / COUNTS, dtype=words, keep_default_na=False)
    return [
        Cohort(
            name=record["name"],
            provenance=record["provenance"],
            synthetic=record["synthetic"],
            counts=counts[counts["cohort"] == record["name"]]
            .drop(columns="cohort")
            .reset_index(drop=True),
            covariates=_read(work / BY_COVARIATES.format(number)),
            secret=record["secret"],
        )
        for number, record in enumerate(records)
    ]


def _read(path: Path) -> pd.DataFrame | None:
    return pd.read_parquet(path) if path.is_file() else None


def _write(path: Path, content: str | bytes) -> None:
    """Write a file that nobody else can read, from its first byte on."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)
