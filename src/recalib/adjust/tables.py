"""Lays out visa strata and covariates as rows of `adjustments.csv`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from recalib.adjust.notes import cohort_note, printed_note, suppressed
from recalib.adjust.points import NAN, Estimate
from recalib.adjust.pooling import pooled
from recalib.adjust.strata import strata
from recalib.cohorts.comparisons import COMPARISONS
from recalib.cohorts.counts import Cohort
from recalib.cohorts.labels import is_cohort
from recalib.contract.tables import TABLES
from recalib.contract.vocabulary import GRADES
from recalib.privacy.effects import effects_of
from recalib.privacy.redact import tells_no_count

Row = dict[str, Any]
_KEY = list(TABLES["adjustments"].key)


def printed_rows(curves: pd.DataFrame, provenance: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """Lay out what a visa need changes in each population printed by it.

    Parameters
    ----------
    curves : DataFrame
        As published.
    provenance : mapping of str to mapping
        Record of each source; its notes go along.

    Returns
    -------
    list of dict
        Columns of `adjustments.csv` without the edition.
    """
    rows = []
    for yes, no, estimate in strata(curves):
        sources = sorted({name for row in (yes, no) for name in str(row["sources"]).split("|")})
        rows.append(
            {
                **{name: yes[name] for name in _KEY if name in yes},
                **_compared("needs_visa"),
                **_numbers(estimate),
                # A difference is as good as the worse of its sides.
                "grade": max(str(yes["grade"]), str(no["grade"]), key=GRADES.index),
                "n": int(yes["n"]) + int(no["n"]),
                "sources": "|".join(sources),
                "suppressed": "",
                "note": printed_note(estimate, [provenance.get(name, {}) for name in sources]),
            }
        )
    return rows


@tells_no_count
def cohort_rows(cohorts: Iterable[Cohort]) -> list[Row]:
    """Lay out what each covariate of each cohort changes, those that are withheld among them.

    Parameters
    ----------
    cohorts : iterable of Cohort

    Returns
    -------
    list of dict
        Columns of `adjustments.csv` without the edition; every covariate that a cohort has has a
        row for each of its curves.
    """
    rows = []
    for one, estimates in pooled(each for cohort in cohorts for each in effects_of(cohort)):
        for name in [*one.effects, *one.left_out]:
            estimate = estimates.get(name)
            rows.append(
                {
                    **{part: getattr(one.key, part) for part in _KEY if part in one.key._fields},
                    **_compared(name),
                    **_numbers(estimate),
                    "grade": "C",
                    "n": one.people if estimate is not None else NAN,
                    "sources": one.source,
                    "suppressed": suppressed(one, name),
                    "note": cohort_note(one, name, estimate),
                }
            )
    return rows


def _compared(name: str) -> Row:
    comparison = COMPARISONS[name]
    return {"covariate": name, "level": comparison.level, "reference": comparison.reference}


def _numbers(estimate: Estimate | None) -> Row:
    names = ("odds_ratio", "points")
    columns = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    if estimate is None:
        return dict.fromkeys(columns, NAN) | {"status": "no_evidence"}
    values = (*estimate.odds_ratio, *estimate.points)
    return dict(zip(columns, values, strict=True)) | {"status": estimate.status}


def one_a_key(rows: Iterable[Row]) -> list[Row]:
    """Choose the row that is published for each key.

    A printed table stands before a cohort, and of two cohorts the one with more people, as long as
    it has numbers.
    """

    def right(row: Row) -> tuple[bool, bool, float, str]:
        sources, n = str(row["sources"]), float(row["n"])
        people = 0.0 if math.isnan(n) else n
        return row["status"] == "no_evidence", is_cohort(sources), -people, sources

    chosen: dict[tuple[str, ...], Row] = {}
    for row in sorted(rows, key=right):
        chosen.setdefault(tuple(str(row[name]) for name in _KEY), row)
    return list(chosen.values())


def adjustment_table(rows: Iterable[Row], edition: str) -> pd.DataFrame:
    """Lay rows out as `adjustments.csv`, one a key."""
    frame = pd.DataFrame(one_a_key(rows), columns=TABLES["adjustments"].column_names)
    return frame.assign(edition=edition)
