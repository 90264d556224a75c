"""Says which counts are kept of a cohort."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from recalib.sources.yml import Value

#: The secret of a raw folder, beside its cohorts; hidden, as it is no table.
SECRET_FILE = Path("cohorts", ".key")
#: What a row of counts stands for.
KEY = ("cycle", "specialty", "applicant_group", "step2_ck")
#: What is counted in it; `interview_square` is the only one that is no whole number.
MEASURES = (
    "people",
    "applications",
    "interviews",
    "applied",
    "interview_square",
    "application_square",
    "results",
    "matched",
)
#: Optional columns of a cohort file, with the value of a blank cell and the highest value kept
#: apart from the rest (None: text).
COVARIATES: dict[str, tuple[str | int, int | None]] = {
    "needs_visa": ("", None),
    "step1_failures": (-1, 3),
    "years_since_graduation": (-1, 20),
    "us_clinical_months": (-1, 24),
}


@dataclass(frozen=True)
class Cohort:
    """A cohort file after reading, checking and counting. It holds no row of the file."""

    #: Name of the file without its ending.
    name: str
    #: The values of the .yml beside it.
    provenance: dict[str, Value]
    #: Whether the people were made up: the .yml says `synthetic: true`, or its title begins with
    #: "Synthetic".
    synthetic: bool
    #: cycle, specialty (canonical), applicant_group (text), step2_ck (int64): sorted by these, one
    #: row per combination that occurs. Then `MEASURES`:
    #: people: rows with that score;
    #: applications, interviews: sums over the rows with n_applications above 0 and n_interviews
    #: known; applied: number of those rows;
    #: interview_square: sum over them of n_interviews ** 2 / n_applications (float64), from which
    #: Pearson's statistic follows;
    #: application_square: sum over them of n_applications ** 2, with which grows what clustering
    #: adds to the variance of a sum;
    #: results, matched: rows with matched known, and those of them with matched = 1.
    counts: pd.DataFrame
    #: The same counts, by the covariate columns of the file too (`COVARIATES`: needs_visa "yes",
    #: "no" or ""; the others int64, -1 where blank, and capped); None where it has none. Where
    #: there would be too many combinations, scores, years and months stand for the middle of groups
    #: (`recalib.cohorts.reduce.COARSE`), and the notes of the provenance say so.
    covariates: pd.DataFrame | None
    #: By which what leaves is blurred; see `recalib.privacy.noise`. Blank after reading: no number
    #: leaves without.
    secret: str = ""
    #: Mark of its key, as the .yml has it; blank for none. See `recalib.cohorts.key_file`.
    key_mark: str = ""
    #: Of an export that was read by its mapping: rows that were not counted, by reason; exact.
    left_out: dict[str, int] = field(default_factory=dict)
