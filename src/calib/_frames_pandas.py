"""In: a pandas frame; out: the frame with bands, or a frame of chances; see `calib.frames`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from calib import _names
from calib._errors import UnknownNameError, as_text
from calib._frames_core import (
    BAND_STATUS,
    CURVE_STATUS,
    GRADES,
    Array,
    Names,
    Request,
    Rows,
    band_codes,
    chances,
)

Columns = tuple[str, str, str]


def add_bands(
    df: pd.DataFrame,
    columns: Columns,
    request: Request,
    scheme: str,
    band: str,
    status: str | None,
) -> pd.DataFrame:
    """Return a frame with bands; see `calib.frames.add_bands`."""
    label_codes, status_codes = band_codes(_rows(df, columns), request, scheme)
    found = df.copy(deep=False)
    added = {band: _categorical(label_codes, _names.LABELS[scheme][::-1], ordered=True)}
    if status is not None:
        added[status] = _categorical(status_codes, BAND_STATUS, ordered=False)
    for name, values in added.items():
        found[name] = pd.Series(values, index=df.index, copy=False)
    return found


def probabilities(df: pd.DataFrame, columns: Columns, request: Request) -> pd.DataFrame:
    """Return a frame of chances; see `calib.frames.probabilities`."""
    found = chances(_rows(df, columns), request)
    return pd.DataFrame(
        {
            "probability": found.value,
            "probability_low": found.low,
            "probability_high": found.high,
            "extrapolated": pd.arrays.BooleanArray(found.extrapolated, np.isnan(found.value)),
            "status": _categorical(found.status, CURVE_STATUS, ordered=False),
            "grade": _categorical(found.grade, GRADES, ordered=True),
        },
        index=df.index,
    )


def _categorical(codes: Array, labels: Sequence[str], ordered: bool) -> pd.Categorical[Any]:
    kind: pd.CategoricalDtype[Any] = pd.CategoricalDtype(pd.Index(labels), ordered)
    return pd.Categorical.from_codes(codes, dtype=kind, validate=False)


def _rows(df: pd.DataFrame, columns: Columns) -> Rows:
    score, specialty, group = columns
    return Rows(
        score,
        _scores(_column(df, score), score),
        _coded(_column(df, specialty), specialty),
        _coded(_column(df, group), group),
        of="",
    )


def _column(df: pd.DataFrame, name: str) -> pd.Series[Any]:
    columns = [as_text(column) for column in df.columns]
    wanted = as_text(name)
    if wanted is None or wanted not in columns:
        raise UnknownNameError("column", name, tuple(c for c in columns if c is not None))
    if columns.count(wanted) > 1:
        raise ValueError(f"column {wanted!r} occurs more than once")
    return df.iloc[:, columns.index(wanted)]


def _scores(column: pd.Series[Any], name: str) -> Array:
    """Return a column of scores, integers where it is one, otherwise floats with NaN."""
    dtype = column.dtype
    if pd.api.types.is_object_dtype(dtype):
        kind = pd.api.types.infer_dtype(column, skipna=True)
        fit = kind in ("integer", "floating", "mixed-integer-float", "decimal", "empty")
    else:
        fit = pd.api.types.is_numeric_dtype(dtype) and not (
            pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_complex_dtype(dtype)
        )
    if fit:
        if isinstance(dtype, np.dtype) and dtype.kind in "iu":
            return column.to_numpy()
        try:
            return column.to_numpy(dtype=np.float64, na_value=np.nan)
        except Exception:  # noqa: S110 - such as a Decimal without a value: told below
            pass
    raise ValueError(f"column {name!r} must hold numbers; it is of type {dtype}")


def _coded(column: pd.Series[Any], name: str) -> Names:
    """Return a column of names as codes."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        # Its codes are not copied, those of `.cat` are.
        values: pd.Categorical[Any] = column.array
        return Names(name, values.codes, list(values.categories))
    try:
        codes, names = pd.factorize(column)
    except Exception:  # something that cannot be hashed or compared: every row is its own
        held = list(column)
        codes = np.array([-1 if _missing(value) else row for row, value in enumerate(held)])
        return Names(name, codes, held)
    return Names(name, codes, list(names))


def _missing(value: object) -> bool:
    nan = type(value) in (float, np.float64) and value != value
    return nan or value is None or value is pd.NA or value is pd.NaT
