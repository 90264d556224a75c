"""The numbers of a raw table against what is possible, by pandera schemas made from its layout.

All numbers are float64 here, so that a blank or unusable cell can be NaN; counts become whole once
nothing is wrong.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import pandas as pd

from recalib.contract.schema import Table, contract_file
from recalib.contract.tables import LAYOUTS
from recalib.sources.catalogue import RULES, Findings
from recalib.sources.cells import show, typed
from recalib.sources.pandera_door import errors, pa

_SPECIFICATION = contract_file("tables.yml")


def _holds(
    values: pd.Series,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
    whole: bool = False,
) -> pd.Series:
    fits: pd.Series = values.between(least, most) & (values > above)
    if whole:
        fits &= (values % 1 == 0) | (values.abs() > _SPECIFICATION["limit"])
    return fits


def _schema(layout: Table) -> pa.DataFrameSchema:
    checks: dict[str, dict[str, Any]] = _SPECIFICATION["checks"]
    types = typed(pd.DataFrame(), layout.name).dtypes
    columns = {name: pa.Column(str(kind), nullable=True) for name, kind in types.items()}
    for column in layout.columns:
        if column.kind in checks:
            columns[column.name].checks = [
                pa.Check(partial(_holds, **bounds), name=rule, error=rule)
                for rule, bounds in checks[column.kind].items()
            ]
    return pa.DataFrameSchema(columns, strict=True)


SCHEMAS = {kind: _schema(layout) for kind, layout in LAYOUTS.items() if layout.numbers}


def check_cells(frame: pd.DataFrame, kind: str, findings: Findings) -> pd.DataFrame:
    """Note and blank every impossible number, so that later checks compare only possible ones."""
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
