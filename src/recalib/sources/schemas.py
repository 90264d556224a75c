"""Frame schemas at the door: in goes a parsed frame, out come the cells outside what is possible.

Each check bears the id of its rule in the catalogue. All numbers are float64 here, so that a blank
or unusable cell can be NaN; the reader makes counts whole once nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from recalib.contract.vocabulary import CELL
from recalib.sources.catalogue import RULES, Findings
from recalib.sources.pandera_door import errors, pa

COUNT_LIMIT = 1_000_000
DISPERSION_LIMIT = 1_000


def _check(rule: str, holds: Callable[[pd.Series], pd.Series]) -> pa.Check:
    return pa.Check(holds, name=rule, error=rule, description=RULES[rule].sentence)


def _whole(values: pd.Series) -> pd.Series:
    return (values % 1 == 0) | (values.abs() > COUNT_LIMIT)


def _number(*checks: pa.Check) -> pa.Column:
    return pa.Column(float, checks=list(checks), nullable=True)


def _count() -> pa.Column:
    return _number(
        _check("count-negative", lambda counts: counts >= 0),
        _check("count-fraction", _whole),
        _check("count-too-large", lambda counts: counts <= COUNT_LIMIT),
    )


def _score(*more: pa.Check) -> pa.Column:
    return _number(_check("score-range", lambda scores: scores.between(1, 300)), *more)


def _bound() -> pa.Column:
    return _score(_check("score-fraction", _whole))


def _word() -> pa.Column:
    return pa.Column("str", nullable=True)


def _frame(columns: dict[str, pa.Column]) -> pa.DataFrameSchema:
    place = {"source": pa.Column("str"), "file": pa.Column("str"), "row": pa.Column("int64")}
    return pa.DataFrameSchema({**columns, **place}, strict=True)


_CELL_COLUMNS = {name: _word() for name in CELL}

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "quantiles": _frame(
        {
            **_CELL_COLUMNS,
            "result": _word(),
            "n": _count(),
            **{name: _score() for name in ("min", "q1", "median", "q3", "max", "mean")},
            "sd": _number(_check("sd-positive", lambda sds: sds > 0)),
        }
    ),
    "bins": _frame(
        {
            **_CELL_COLUMNS,
            "score_min": _bound(),
            "score_max": _bound(),
            "n_applicants": _count(),
            "n_success": _count(),
            "n_total": _count(),
            "dispersion": _number(
                _check("dispersion-range", lambda values: values.between(1, DISPERSION_LIMIT))
            ),
        }
    ),
    "totals": _frame({**_CELL_COLUMNS, "n_success": _count(), "n_total": _count()}),
    "guide_bands": _frame(
        {
            **{name: _word() for name in ("guide", "specialty", "applicant_group")},
            "guide_scheme": _word(),
            "rank": _number(
                _check("guide-rank", lambda ranks: (ranks >= 1) & (ranks <= 99) & (ranks % 1 == 0))
            ),
            "label": _word(),
            "score_min": _score(),
            "score_max": _score(),
            "edge": _word(),
            "note": _word(),
        }
    ),
    "guide_rules": _frame(
        {
            **{name: _word() for name in ("guide", "rule", "specialty", "applicant_group")},
            **{
                name: _number(
                    _check("count-negative", lambda values: values >= 0),
                    _check("count-too-large", lambda values: values <= COUNT_LIMIT),
                )
                for name in ("value_min", "value_max")
            },
            "unit": _word(),
            "note": _word(),
        }
    ),
}


def show(value: float) -> str:
    """Write a number as a table would: whole where it is whole."""
    return f"{value:.15g}"


def check_cells(frame: pd.DataFrame, kind: str, findings: Findings) -> pd.DataFrame:
    """Hold a frame against its schema.

    Parameters
    ----------
    frame : DataFrame
        Parsed rows with unique index.
    kind : str
        A key of `SCHEMAS`.
    findings : Findings
        Where problems go.

    Returns
    -------
    DataFrame
        The frame with every impossible number blanked, so that later checks compare only numbers
        that can be meant.
    """
    try:
        SCHEMAS[kind].validate(frame, lazy=True)
    except errors.SchemaErrors as broken:
        cases = broken.failure_cases
        if not set(cases["check"]) <= set(RULES):
            raise  # the frame has another shape: a fault of the reader, not of the data
    else:
        return frame
    checked = frame.copy()
    for column, rule, at in zip(cases["column"], cases["check"], cases["index"], strict=True):
        row = frame.loc[at]
        found = f"{column} is {show(float(row[column]))}."
        findings.add(rule, str(row["file"]), found, row=int(row["row"]), column=str(column))
        checked.loc[at, column] = float("nan")
    return checked
