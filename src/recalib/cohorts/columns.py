"""Lists the columns a cohort may have, and checks a file's header against them."""

from __future__ import annotations

from collections import Counter

from recalib.cohorts.counts import COVARIATES
from recalib.cohorts.identify import identifying_name, speakable
from recalib.contract.vocabulary import suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.characters import plain, unseen, without_unseen

REQUIRED = (
    *("cycle", "specialty", "applicant_group", "step2_ck"),
    *("n_applications", "n_interviews", "matched"),
)
COLUMNS = (*REQUIRED, *COVARIATES)
#: Columns that hold words; the others hold whole numbers.
WORDS = ("cycle", "specialty", "applicant_group", "needs_visa")
#: Columns that no row may leave blank.
FILLED = ("cycle", "specialty", "applicant_group", "step2_ck")
#: Lowest and highest number that a column may hold: generous, so that only another column's
#: values, an identifier or a slip is beyond.
LIMITS = {
    "step2_ck": (1, 300),
    "n_applications": (0, 10_000),
    "n_interviews": (0, 10_000),
    "matched": (0, 1),
    "step1_failures": (0, 20),
    "years_since_graduation": (0, 80),
    "us_clinical_months": (0, 600),
}
#: Below this nobody's score lies: the rest of one that was cut to 8 bits, or no such score.
LEAST_SCORE = 100


def check_header(names: list[str], file: str, row: int | None, findings: Findings) -> bool:
    """Note what is wrong with the columns of a cohort.

    A file without a header has a person's values in its first row, so the names of unknown
    columns are only told where the others show that it is a header, and where they look like
    names.
    """
    if len(names) == 1:
        for mark, what in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if mark in names[0]:
                found = f"The header seems to be separated by {what}."
                findings.add("delimiter", file, found, row=row)
                return False
    names = [_seen(name, file, row, findings) for name in names]
    known = [name for name in names if name in COLUMNS]
    # One known word may stand in a row of values too, and many identifiers in a true header.
    if len(known) < 2:
        found = f"The first row names fewer than two of {', '.join(REQUIRED)}."
        findings.add("missing-column", file, found, row=row)
        return False
    repeated = [name for name, times in Counter(map(str.casefold, names)).items() if times > 1]
    for name in sorted(repeated):
        shown = speakable(name)
        found = f'"{shown}" occurs twice.' if shown else "A column occurs twice."
        findings.add("repeated-column", file, found, row=row, column=shown)
    for at, name in enumerate(names, start=1):
        if name not in COLUMNS:
            _note_unknown(name, at, known, file, row, findings)
    missing = [name for name in REQUIRED if name not in known]
    for name in missing:
        found = f'"{name}" is missing.'
        fix = None
        if name in ("n_applications", "n_interviews", "matched"):
            fix = "Add the column; leave its cells blank where nothing is known."
        findings.add("missing-column", file, found, row=row, column=name, fix=fix)
    return not repeated and not missing


def column_name(name: str) -> str:
    """The name of a column as it was meant, without what cannot be seen in it."""
    return without_unseen(plain(name))


def _seen(name: str, file: str, row: int | None, findings: Findings) -> str:
    meant = column_name(name)
    if (names := unseen(plain(name))) and meant in COLUMNS:
        found = f'The column "{meant}" holds {names} in its name.'
        findings.add("unseen-character", file, found, row=row, column=meant)
    return meant


def _note_unknown(
    name: str, at: int, known: list[str], file: str, row: int | None, findings: Findings
) -> None:
    shown = speakable(name)
    place = f'"{shown}"' if shown else f"Column {at}"
    what = identifying_name(name)
    if what is not None:
        findings.add(
            "cohort-identifying",
            file,
            f"{place} is named like {what}.",
            row=row,
            column=shown,
            fix=f"Make a new file without it; it needs only {', '.join(REQUIRED)}"
            f" and perhaps {', '.join(COVARIATES)}.",
        )
        return
    absent = [column for column in COLUMNS if column not in known]
    hint = suggestion(name, absent, enumerate_all=False) if shown else ""
    found = f"{place} is not a column of a cohort. {hint}".strip()
    findings.add("unknown-column", file, found, row=row, column=shown)
