"""In: a pandas frame with scores, specialties and groups; out: bands or chances, row by row.

Each pair of specialty and group that occurs is looked up once; rows then gather from one array.
"""

from __future__ import annotations

from typing import Any, NamedTuple

try:
    import numpy as np
    import pandas as pd
except ImportError as error:
    raise ImportError(
        f"calib.frames needs pandas ({error}): pip install 'calib-bands[frames]'"
    ) from error

from calib import _names
from calib._edition import current
from calib._entry import Entry
from calib._errors import UnknownNameError
from calib._lookup import _bands
from calib._math import Z
from calib._values import Band

_SLOTS = 301
"""Scores 1-300; slot 0 stands for a missing score."""

_CURVE_STATUS = ("ok", "flat", "weak", "borrowed", "no_evidence")
_BAND_STATUS = (*_CURVE_STATUS, "unreachable")
_GRADES = ("D", "C", "B", "A")

Array = np.ndarray[Any, np.dtype[Any]]


class _Keys(NamedTuple):
    """Row by row the place of the curve in `entries`, counted from 1; 0 where a name is missing."""

    codes: Array
    entries: list[Entry]


def add_bands(
    df: pd.DataFrame,
    *,
    score: str = "step2_ck",
    specialty: str = "specialty",
    applicant_group: str = "applicant_group",
    scheme: str = "guide",
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
    band: str = "band",
    status: str | None = "band_status",
) -> pd.DataFrame:
    """Return the frame with each row's band and its status.

    Parameters
    ----------
    df : pandas.DataFrame
        Not changed.
    score, specialty, applicant_group : str
        Columns of `df`: Step 2 CK 1-300 (a fraction belongs with the whole score below it), and
        names as in `calib.specialties` and `calib.applicant_groups`.
    scheme : str
        ``guide`` or ``chance``.
    outcome, cycle, denominator, needs_visa
        For all rows; see `calib.probability`.
    band, status : str
        Names of the columns to add; a column of that name is replaced in the result. None for
        `status` leaves it out.

    Returns
    -------
    pandas.DataFrame
        A new frame with the same index. The band is an ordered categorical, lowest label first;
        missing where the row misses a value or its curve claims no edge, which the status tells
        apart: it is missing only in the first case.

    Raises
    ------
    UnknownNameError
        If a column, or a name in one, is unknown (a KeyError).
    ValueError
        If a score is not a number from 1 to 300.
    EditionError
        If the installed table is missing or damaged.
    """
    scheme = _names.known("scheme", scheme, _names.SCHEMES)
    keys = _keys(df, specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    labels = _names.LABELS[scheme][::-1]
    label_at = np.full((len(keys.entries) + 1, _SLOTS), -1, dtype=np.int8)
    status_at = np.full_like(label_at, -1)
    for place, entry in enumerate(keys.entries, start=1):
        rows, nowhere = _bands(entry, scheme)
        status_at[place, 1:] = _BAND_STATUS.index(nowhere.status)
        for row in rows:
            _fill(label_at[place], status_at[place], row, labels)
    slots = _scores(df, score)
    # Slot 0 for a missing score; the comparison is false for NaN.
    whole = np.where(slots >= 1, slots, 0).astype(np.int32)
    at = keys.codes * np.int32(_SLOTS) + whole
    added = {band: _categorical(label_at.ravel()[at], labels, ordered=True)}
    if status is not None:
        added[status] = _categorical(status_at.ravel()[at], _BAND_STATUS, ordered=False)
    return df.assign(**added)


def _fill(label_at: Array, status_at: Array, row: Band, labels: tuple[str, ...]) -> None:
    if row.score_min is not None and row.score_max is not None:
        held = slice(row.score_min, row.score_max + 1)
        label_at[held] = labels.index(str(row.label))
        status_at[held] = _BAND_STATUS.index(row.status)


def probabilities(
    df: pd.DataFrame,
    *,
    score: str = "step2_ck",
    specialty: str = "specialty",
    applicant_group: str = "applicant_group",
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
) -> pd.DataFrame:
    """Return each row's chance with its 95 % interval and what qualifies it.

    Parameters
    ----------
    df : pandas.DataFrame
        Not changed.
    score, specialty, applicant_group : str
        Columns of `df`; see `add_bands`.
    outcome, cycle, denominator, needs_visa
        For all rows; see `calib.probability`.

    Returns
    -------
    pandas.DataFrame
        Same index, columns ``probability``, ``probability_low``, ``probability_high`` (float64, NaN
        where missing or without evidence), ``extrapolated`` (boolean), ``status`` and ``grade``
        (categorical).

    Raises
    ------
    UnknownNameError
        If a column, or a name in one, is unknown (a KeyError).
    ValueError
        If a score is not a number from 1 to 300.
    EditionError
        If the installed table is missing or damaged.
    """
    keys = _keys(df, specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    none = (np.nan,) * 5
    line = np.array([none, *(entry.line or none for entry in keys.entries)], dtype=np.float64)
    curves = [entry.curve for entry in keys.entries]
    reach = [(c.score_low or -np.inf, c.score_high or np.inf) for c in curves]
    low, high = np.array([(-np.inf, np.inf), *reach], dtype=np.float64).T

    x = _scores(df, score).astype(np.float64)
    codes = keys.codes
    a, b, va, cov, vb = (column[codes] for column in line.T)
    u = (x - 245.0) / 10.0
    logit = a + b * u
    half = Z * np.sqrt(np.maximum(va + u * (2.0 * cov + u * vb), 0.0))
    known = ~np.isnan(logit)
    outside = (x < low[codes]) | (x > high[codes])
    asked = ~np.isnan(x)
    status = np.array([-1, *(_CURVE_STATUS.index(c.status) for c in curves)], dtype=np.int8)
    graded = [_GRADES.index(c.grade) if c.grade in _GRADES else -1 for c in curves]
    grade = np.array([-1, *graded], dtype=np.int8)
    return pd.DataFrame(
        {
            "probability": _expit(logit),
            "probability_low": _expit(logit - half),
            "probability_high": _expit(logit + half),
            "extrapolated": pd.arrays.BooleanArray(outside, ~known),
            "status": _categorical(np.where(asked, status[codes], -1), _CURVE_STATUS, False),
            "grade": _categorical(np.where(asked, grade[codes], -1), _GRADES, True),
        },
        index=df.index,
    )


def _expit(logit: Array) -> Array:
    share: Array = 1.0 / (1.0 + np.exp(-np.clip(logit, -700.0, 700.0)))
    return share


def _categorical(codes: Array, labels: tuple[str, ...], ordered: bool) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes, categories=pd.Index(labels), ordered=ordered)


def _column(df: pd.DataFrame, name: str) -> pd.Series[Any]:
    if not isinstance(df, pd.DataFrame):
        raise TypeError(f"a pandas DataFrame is needed, not {type(df).__name__}")
    columns = tuple(str(column) for column in df.columns)
    if columns.count(name) > 1:
        raise ValueError(f"column {name!r} occurs more than once")
    if name not in columns:
        raise UnknownNameError("column", name, columns)
    return df.iloc[:, columns.index(name)]


def _scores(df: pd.DataFrame, name: str) -> Array:
    """Return a column of scores, integers where it is one, otherwise floats with NaN."""
    column = _column(df, name)
    dtype = column.dtype
    if pd.api.types.is_object_dtype(dtype):
        kind = pd.api.types.infer_dtype(column, skipna=True)
        fit = kind in ("integer", "floating", "mixed-integer-float", "decimal", "empty")
    else:
        fit = pd.api.types.is_numeric_dtype(dtype) and not (
            pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_complex_dtype(dtype)
        )
    if not fit:
        raise ValueError(f"column {name!r} must hold numbers; it is of type {dtype}")
    if isinstance(dtype, np.dtype) and dtype.kind in "iu":
        values = column.to_numpy()
    else:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = (values < 1) | (values > 300)
    if wrong.any():
        # A row number, not the score: it belongs to a person.
        raise ValueError(
            f"column {name!r}: {int(wrong.sum())} scores do not lie between 1 and 300, the first"
            f" in row {int(wrong.argmax())} (counted from 0)"
        )
    return values


def _keys(df: pd.DataFrame, specialty: str, applicant_group: str, *rest: object) -> _Keys:
    specialty_codes, specialty_names = _factorised(df, specialty)
    group_codes, group_names = _factorised(df, applicant_group)
    width = len(group_names)
    pair = specialty_codes * np.int32(width) + group_codes
    pair[(specialty_codes < 0) | (group_codes < 0)] = -1
    used = np.flatnonzero(np.bincount(pair + 1, minlength=1)[1:])
    find = current().find
    entries = [find(specialty_names[p // width], group_names[p % width], *rest) for p in used]
    if not entries:
        find(*_anyone(), *rest)  # wrong keywords are told on an empty frame too
    place = np.zeros(len(specialty_names) * width + 1, dtype=np.int32)
    place[used] = np.arange(1, len(used) + 1)
    return _Keys(place[pair], entries)  # pair -1 takes the last place, which is 0


def _anyone() -> tuple[str, str]:
    specialty, group = next(iter(current().pairs()))
    return specialty, group


def _factorised(df: pd.DataFrame, name: str) -> tuple[Array, list[object]]:
    """Return a column's codes (-1 where missing) and its names."""
    column = _column(df, name)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(dtype=np.int32), list(column.cat.categories)
    try:
        codes, names = pd.factorize(column)
    except TypeError:
        wrong = next(value for value in column if not isinstance(value, str))
        raise UnknownNameError(f"value in column {name!r}", wrong) from None
    return codes.astype(np.int32), list(names)
