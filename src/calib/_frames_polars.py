"""In: a Polars frame, lazy or not; out: the frame with bands, or one of chances; `calib.frames`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

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
Frame = pl.DataFrame | pl.LazyFrame

_WHOLE = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)


def add_bands(
    df: Frame,
    columns: Columns,
    request: Request,
    scheme: str,
    band: str,
    status: str | None,
) -> Frame:
    """Return a frame with bands; see `calib.frames.add_bands`."""

    def banded(part: pl.DataFrame, of: str) -> pl.DataFrame:
        label_codes, status_codes = band_codes(_rows(part, columns, of), request, scheme)
        added = [_enum(band, label_codes, _names.LABELS[scheme][::-1])]
        if status is not None:
            added.append(_enum(status, status_codes, BAND_STATUS))
        return part.with_columns(added)

    return _applied(df, banded)


def probabilities(df: Frame, columns: Columns, request: Request) -> Frame:
    """Return a frame of chances; see `calib.frames.probabilities`."""

    def chanced(part: pl.DataFrame, of: str) -> pl.DataFrame:
        found = chances(_rows(part, columns, of), request)
        numbers = {
            "probability": found.value,
            "probability_low": found.low,
            "probability_high": found.high,
            "extrapolated": found.extrapolated,
        }
        known = ~np.isnan(found.value)
        return pl.select(
            *(
                pl.when(pl.lit(pl.Series(known))).then(pl.lit(pl.Series(name, values))).alias(name)
                for name, values in numbers.items()
            ),
            _enum("status", found.status, CURVE_STATUS),
            _enum("grade", found.grade, GRADES),
        )

    return _applied(df, chanced)


def _applied(df: Frame, function: Callable[[pl.DataFrame, str], pl.DataFrame]) -> Frame:
    """Return what a function makes of a frame, or of a lazy frame when it is collected."""
    if isinstance(df, pl.DataFrame):
        return function(df, "")
    # Columns and keywords are checked now, and the result's schema is that of no rows.
    schema = function(pl.DataFrame(schema=df.collect_schema()), "").schema
    return df.map_batches(
        lambda part: function(part, " of a batch"),
        schema=schema,
        predicate_pushdown=False,
        projection_pushdown=False,
        streamable=True,
    )


def _enum(name: str, codes: Array, labels: Sequence[str]) -> pl.Series:
    values = pl.Series(name, labels, dtype=pl.Enum(labels))
    found = values.gather(pl.Series(np.maximum(codes, 0).view(np.uint8)))
    known = codes >= 0
    if known.all():
        return found
    return pl.select(pl.when(pl.lit(pl.Series(known))).then(pl.lit(found)).alias(name)).to_series()


def _rows(df: pl.DataFrame, columns: Columns, of: str) -> Rows:
    score, specialty, group = columns
    return Rows(
        score,
        _scores(_column(df, score)),
        _coded(_column(df, specialty)),
        _coded(_column(df, group)),
        of,
    )


def _column(df: pl.DataFrame, name: str) -> pl.Series:
    wanted = as_text(name)
    if wanted is None or wanted not in df.columns:
        raise UnknownNameError("column", name, tuple(df.columns))
    return df.get_column(wanted)


def _scores(column: pl.Series) -> Array:
    """Return a column of scores, integers where it is one without nulls, otherwise floats."""
    dtype = column.dtype
    if not (dtype.is_numeric() or isinstance(dtype, pl.Null)):
        raise ValueError(f"column {column.name!r} must hold numbers; it is of type {dtype}")
    if isinstance(dtype, _WHOLE) and not column.null_count():
        return column.to_numpy()
    return column.cast(pl.Float64).to_numpy()


def _coded(column: pl.Series) -> Names:
    """Return a column of names as codes."""
    dtype = column.dtype
    if isinstance(dtype, pl.String | pl.Categorical):
        dtype = pl.Enum(column.drop_nulls().unique().cast(pl.String))
        column = column.cast(dtype)
    if not isinstance(dtype, pl.Enum):  # no names: the first that is not null will be told
        codes = np.where(column.is_null().to_numpy(), -1, np.arange(len(column)))
        return Names(column.name, codes, column.to_list())
    physical = column.to_physical()
    if physical.dtype == pl.UInt8 and len(dtype.categories) < 128 and not column.null_count():
        return Names(column.name, physical.to_numpy().view(np.int8), dtype.categories.to_list())
    codes = physical.cast(pl.Int32).fill_null(-1).to_numpy()
    return Names(column.name, codes, dtype.categories.to_list())
