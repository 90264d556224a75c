"""Keeps the counts of cohorts in a run's work folder, in a file that only its owner can read.

It goes with the folder and is never published; it holds counts and the secret, no rows.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from pathlib import Path

from recalib.cohorts.counts import Cohort
from recalib.privacy.redact import tells_no_count

COUNTS = "cohorts.pickle"


def write_cohorts(cohorts: Sequence[Cohort], work: Path) -> None:
    """Lay cohorts into the work folder; nothing where there are none."""
    path = work / COUNTS
    path.unlink(missing_ok=True)
    if cohorts:
        # Nobody else may read it, from its first byte on.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            pickle.dump(list(cohorts), file)


@tells_no_count
def read_cohorts(work: Path) -> list[Cohort]:
    """Read the cohorts of a work folder; none where it holds none."""
    if not (work / COUNTS).is_file():
        return []
    cohorts: list[Cohort] = pickle.loads((work / COUNTS).read_bytes())  # noqa: S301  # our own
    return cohorts
