"""Nothing comes in; out goes what a published table and its columns are, and the words in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "int", "probability", "score", "coefficient", "number"]

# Digits after the point. A `number` names its own.
DECIMALS: dict[str, int] = {"probability": 3, "score": 1, "coefficient": 4}

APPLICANT_GROUPS = (
    "us_md_senior",
    "us_do_senior",
    "us_md",
    "us_do",
    "us_img",
    "non_us_img",
    "img",
)
OUTCOMES = ("match", "interview")
DENOMINATORS = ("ranked_first", "ranked_any_pgy1", "applications")
CURVE_STATUSES = ("ok", "flat", "weak", "borrowed", "no_evidence")
BAND_STATUSES = (*CURVE_STATUSES, "unreachable")
GRADES = ("A", "B", "C", "D")
SCHEMES = ("chance", "guide")
CHANCE_LABELS = ("very_likely", "likely", "possible", "unlikely")
GUIDE_LABELS = ("highly_competitive", "competitive", "borderline", "low")
VERDICTS = ("holds", "too_easy", "too_hard", "cannot_tell")
EDGES = ("top", "middle", "bottom")
COVARIATES = ("needs_visa", "step1_failures", "years_since_graduation", "us_clinical_months")
LEVELS = ("yes", "any", "per_5_years", "per_3_months")
REFERENCES = ("no", "none")


@dataclass(frozen=True)
class Column:
    """One published column.

    Parameters
    ----------
    name : str
        Column name in the file.
    kind : {"text", "int", "probability", "score", "coefficient", "number"}
        What the values are; it fixes how they are written.
    description : str
        One line for the data dictionary.
    decimals : int or None
        Digits after the point, for the kind `number` only.
    allowed : tuple of str
        The values a text column may take; empty where any text may stand.
    blank : bool
        Whether a value may be missing.
    """

    name: str
    kind: Kind
    description: str
    decimals: int | None = None
    allowed: tuple[str, ...] = ()
    blank: bool = False

    @property
    def digits(self) -> int | None:
        """Digits after the point in the file; None for text and whole numbers."""
        return self.decimals if self.kind == "number" else DECIMALS.get(self.kind)


@dataclass(frozen=True)
class Table:
    """One published table.

    Parameters
    ----------
    name : str
        File name without `.csv`.
    title, description : str
        For the data dictionary.
    columns : tuple of Column
        In file order.
    key : tuple of str
        Columns that identify a row within an edition; rows are sorted by them.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def file(self) -> str:
        """File name in an edition folder."""
        return f"{self.name}.csv"

    @property
    def column_names(self) -> list[str]:
        """Column names in file order."""
        return [column.name for column in self.columns]
