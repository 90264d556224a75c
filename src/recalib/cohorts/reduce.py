"""Writes the GROUP BY that counts a cohort by cycle, specialty, group, score and covariates.

It is an Ibis expression without an engine: any for which Ibis has a dialect can run its SQL. Keys
are grouped as they are written, since reading a word twenty million times costs more than the
rest; `keys` reads each distinct one once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis
import pandas as pd
from ibis.expr.types import (
    BooleanValue,
    Column,
    NumericColumn,
    NumericScalar,
    StringValue,
    Table,
)

from recalib.cohorts.columns import LIMITS
from recalib.cohorts.counts import COVARIATES, KEY, MEASURES
from recalib.sources.characters import WHITE

#: `interview_square` is summed in whole 2**-20ths: a sum of fractions depends on its order, and
#: with it on the number of threads. What is cut off is below 1e-6 a row.
_GRAIN = 1 << 20

#: What `recalib.sources.values.parse_number` takes, for the engines.
_NUMBER = "^-?[0-9]+([.][0-9]+)?$"
#: What Python takes off a text's ends; engines take off less.
_OUTER = f"^[{WHITE}]+|[{WHITE}]+$"
#: Widths of the groups in which large cohorts are counted by their covariates too.
COARSE = {"step2_ck": 5, "years_since_graduation": 4, "us_clinical_months": 6}


def covariates_of(types: Mapping[str, str]) -> list[str]:
    """Name the covariates that a file has."""
    return [column for column in COVARIATES if column in types]


def as_table(types: Mapping[str, str], name: str) -> Table:
    """Describe a table of a cohort's columns to Ibis, without data and without an engine."""
    return ibis.table(ibis.schema(dict(types)), name=name)


def counting(
    types: Mapping[str, str], name: str, covariates: Sequence[str] = (), coarse: bool = False
) -> Table:
    """Write the GROUP BY.

    The measures of a `Cohort` (`interview_square` in 2**-20ths), and `broken`: rows with impossible
    numbers, whose counts mean nothing.
    """
    rows = as_table(types, name)
    keys = {column: rows[column] for column in (*KEY, *covariates)}
    if coarse:
        keys |= {column: _grouped(rows, column) for column in COARSE if column in keys}
    matched = number(rows, "matched")
    broken = ibis.or_(*(breach.rows for breach in number_breaches(rows)))
    found = {"people": rows.count(), "results": matched.count(), "matched": matched.sum()}
    found |= _interviews(rows) | {"broken": ibis.ifelse(broken, 1, None).count()}
    return rows.group_by(keys).aggregate(found).select(*keys, *MEASURES, "broken")


def _interviews(rows: Table) -> dict[str, NumericScalar]:
    """Sums over the rows that say how many applications led to how many interviews."""
    applications = number(rows, "n_applications")
    interviews = number(rows, "n_interviews")
    no_applications, no_interviews = (value.isnull() for value in (applications, interviews))  # noqa: PD003
    # Null where either is unknown or there was no application: such rows say nothing of interviews.
    # In doubles, which are faster than int64 and exact: the product stays below 2**53.
    wide = interviews.cast("float64")
    square = ((wide * wide * _GRAIN) / applications.cast("float64").nullif(0)).floor()
    # Without an application both numbers are 0, so that only unknown ones must be kept out.
    asked = ibis.ifelse(no_interviews, None, applications)
    often = asked.cast("float64")
    return {
        "applications": asked.sum(),
        "interviews": ibis.ifelse(no_applications, None, interviews).sum(),
        "applied": square.count(),
        "interview_square": square.sum(),
        "application_square": (often * often).sum(),
    }


def _grouped(rows: Table, column: str) -> Column:
    """The middle of a number's group; what is no number within the limits as it is."""
    value = number(rows, column)
    step = COARSE[column]
    low, high = LIMITS[column]
    highest = COVARIATES[column][1] if column in COVARIATES else high
    # Fractions stay as they are too, to be refused.
    usable = (value.between(low, high) & (value % 1 == 0)).fill_null(False)
    whole = value.try_cast("int64")
    middle = ibis.ifelse(whole >= highest, highest, whole - whole % step + step // 2)
    if rows[column].type().is_string():
        return ibis.ifelse(usable, middle.cast("string"), rows[column])
    return ibis.ifelse(usable, middle, value)


def number(rows: Table, column: str) -> NumericColumn:
    """A column as numbers of any type, null where blank and where there is no plain decimal."""
    value = rows[column]
    kind = value.type()
    if kind.is_string():
        whole = value.try_cast("int32")
        return ibis.cases(
            # Quicker than the pattern, and most numbers are written so.
            (whole.cast("string") == value, whole.cast("float64")),
            # Engines read more: 2e1, +20, and DuckDB 20_0.
            (_inner(value).re_search(_NUMBER), _inner(value).try_cast("float64")),
        )
    return value.cast("int8") if kind.is_boolean() else value


def _inner(value: StringValue) -> StringValue:
    """A text without white space around it, of whatever kind."""
    return value.re_replace(_OUTER, "")


@dataclass(frozen=True)
class Breach:
    """A rule that rows break."""

    #: Id of the rule, and the column that is blamed.
    rule: str
    column: str
    #: What the rows are said to hold.
    what: str
    #: True for those that break it; null counts as not.
    rows: BooleanValue
    #: A further sentence; blank for none.
    hint: str = ""


def number_breaches(rows: Table) -> Iterator[Breach]:
    """What the numbers that are summed can break."""
    for column in ("n_applications", "n_interviews", "matched"):
        value, kind = number(rows, column), rows[column].type()
        odd = {"count-negative": value < 0, "cohort-range": value > LIMITS[column][1]}
        if not kind.is_integer() and not kind.is_boolean():
            # No double of this size has a fraction, and the limit is for these.
            odd["cohort-number"] = ((value % 1) != 0) & (value.abs() < 2.0**53)
        if kind.is_string():
            odd["cohort-number"] |= value.isnull() & (_inner(rows[column]) != "")  # noqa: PD003
        if column == "matched":
            yield Breach("cohort-matched", column, "something else", ibis.or_(*odd.values()))
            continue
        for rule, what in (
            ("cohort-number", "something that is no whole number"),
            ("count-negative", "a number below 0"),
            ("cohort-range", f"a number above {LIMITS[column][1]:,}"),
        ):
            if rule in odd:
                yield Breach(rule, column, what, odd[rule])
    more = number(rows, "n_interviews") > number(rows, "n_applications")
    yield Breach("cohort-interviews", "n_interviews", "more interviews than applications", more)


def finish(counted: pd.DataFrame) -> pd.DataFrame:
    """Give what an engine returned its types."""
    frame = counted.copy()
    whole = [*MEASURES, "broken"]
    frame[whole] = frame[whole].astype("float64").fillna(0.0)  # exact below 2**53
    # Sums of rows that are broken anyway may be anything.
    frame.loc[frame["broken"] > 0, list(MEASURES)] = 0.0
    frame[whole] = frame[whole].astype("int64")
    frame["interview_square"] = frame["interview_square"] / _GRAIN
    return frame


def sum_up(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Add up counts by some keys, sorted by them."""
    return frame.groupby(keys, as_index=False, sort=True)[list(MEASURES)].sum()
