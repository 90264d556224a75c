"""Bands and chances of whole columns: pandas or Polars frames in, the same kind out.

Needs NumPy, narwhals and the library of the frame, never the other library. Each distinct name is
looked up once; rows then gather from one table of pairs (specialty and group) and whole scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

try:
    import narwhals as nw
    import numpy as np
    from narwhals.dependencies import is_pandas_dataframe, is_polars_dataframe
except ImportError as _error:
    raise ImportError(
        f"calib.frames needs NumPy, narwhals and a library of frames ({_error}). calib-bands has"
        " the extra frames for pandas and the extra polars for Polars: in a checkout of the"
        ' repository, pip install ".[frames]" or pip install ".[polars]"'
    ) from _error

from calib import names
from calib.answers import Curve
from calib.edition import current
from calib.line import Line, spread
from calib.lookup import held_by, number

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    from numpy.typing import NDArray

    # What is of pandas or of Polars: their types have no name in common.
    Eager = Any
    Column = Any
    Codes = NDArray[Any]
    Floats = NDArray[np.float64]

Frame = TypeVar("Frame", "pd.DataFrame", "pl.DataFrame", "pl.LazyFrame")

CURVE_STATUS = ("ok", "flat", "weak", "borrowed", "no_evidence")
BAND_STATUS = (*CURVE_STATUS, "unreachable", "extrapolated")
GRADES = ("D", "C", "B", "A")
_EXTRAPOLATED = BAND_STATUS.index("extrapolated")

#: Places of each pair in a table: 1-300 for whole scores, 0 for a missing one.
_SCORES = 301
#: Rows at a time: what they need in between stays in a processor's cache.
_BLOCK = 1 << 16


class Names(NamedTuple):
    """A column of names: `place[codes]` is each row's place in `found`, or its end if missing."""

    codes: Codes
    place: Codes
    found: tuple[str, ...]


class Rows(NamedTuple):
    """A frame's rows: `curves` holds that of every pair, None for one with a missing name."""

    score: Floats
    specialty: Names
    group: Names
    curves: list[Curve | None]

    def blocks(self) -> Iterator[tuple[slice, Floats, Codes]]:
        """Yield the slices of all rows, each with its scores and the places of its pairs."""
        first = self.specialty.place * (len(self.group.found) + 1)
        for start in range(0, len(self.score), _BLOCK):
            block = slice(start, start + _BLOCK)
            place = first.take(self.specialty.codes[block])
            place += self.group.place.take(self.group.codes[block])
            yield block, self.score[block], place


def add_bands(
    df: Frame,
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
) -> Frame:
    """Return the frame with each row's band and its status.

    Parameters
    ----------
    df : pandas.DataFrame, polars.DataFrame or polars.LazyFrame
        Not changed.
    score, specialty, applicant_group : str
        Columns of `df`: Step 2 CK 1-300 (a fraction belongs with the whole score below it), and
        names as in `calib.specialties` and `calib.applicant_groups`, as text or categories.
    scheme : str
        ``guide`` or ``chance``.
    outcome, cycle, denominator, needs_visa
        For all rows; see `calib.probability`.
    band, status : str
        Names of the columns to add; a column of that name is replaced in the result. None for
        `status` leaves it out.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or polars.LazyFrame
        As given, with the same rows and, in pandas, the same index. The band is an ordered
        categorical (in Polars an Enum), lowest label first; missing where the row misses a value
        or its curve claims no edge, which the status tells apart: it is missing only in the first
        case. The status is that of `calib.band`, but ``extrapolated`` where the row has a band
        and its score lies outside those that the curve was fitted on: the band is not supported
        there. Values of a lazy frame are checked when it is collected.

    Raises
    ------
    UnknownNameError
        If a column, or a name in one, is unknown (a KeyError).
    ValueError
        If a score is not a number from 1 to 300.
    TypeError
        If `df` is no such frame.
    EditionError
        If the installed table is missing or damaged.

    Examples
    --------
    >>> import pandas as pd
    >>> from calib.frames import add_bands
    >>> applicants = pd.DataFrame({
    ...     "step2_ck": [265, 150, 252, None],
    ...     "specialty": ["general_surgery"] * 2 + ["Family Medicine", "general_surgery"],
    ...     "applicant_group": "non_us_img",
    ... })
    >>> banded = add_bands(applicants)
    >>> banded["band"].tolist()
    ['highly_competitive', 'low', nan, nan]
    >>> banded["band_status"].tolist()
    ['ok', 'extrapolated', 'flat', nan]
    """
    scheme = names.resolve("scheme", scheme, names.LABELS)
    band, status = _new_column(band), None if status is None else _new_column(status)
    if band == status:
        raise ValueError(
            f"band and status are one column, {names.shown(band)}: give them two names"
        )
    request = (outcome, cycle, denominator, needs_visa)

    def banded(part: Eager, of: str) -> Eager:
        labels, statuses = _banded(
            _rows(part, (score, specialty, applicant_group), request, of), scheme
        )
        added = {band: _category(part, band, labels, names.LABELS[scheme][::-1], ordered=True)}
        if status is not None:
            added[status] = _category(part, status, statuses, BAND_STATUS)
        return _with(part, added)

    return _applied(df, banded)


def probabilities(
    df: Frame,
    *,
    score: str = "step2_ck",
    specialty: str = "specialty",
    applicant_group: str = "applicant_group",
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
) -> Frame:
    """Return each row's chance with its 95 % interval and what qualifies it.

    Parameters
    ----------
    df : pandas.DataFrame, polars.DataFrame or polars.LazyFrame
        Not changed.
    score, specialty, applicant_group : str
        Columns of `df`; see `add_bands`.
    outcome, cycle, denominator, needs_visa
        For all rows; see `calib.probability`.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or polars.LazyFrame
        A frame of the same kind, rows and (in pandas) index: ``probability``,
        ``probability_low``, ``probability_high`` (64-bit floats), ``extrapolated`` (boolean),
        ``status`` and ``grade`` (categorical, in Polars Enum; grades ordered, the best last). All
        are missing where the row misses a value; the first four also without evidence.

    Raises
    ------
    UnknownNameError
        If a column, or a name in one, is unknown (a KeyError).
    ValueError
        If a score is not a number from 1 to 300.
    TypeError
        If `df` is no such frame.
    EditionError
        If the installed table is missing or damaged.

    Examples
    --------
    >>> import polars as pl
    >>> from calib.frames import probabilities
    >>> applicants = pl.DataFrame({
    ...     "step2_ck": [251, 251],
    ...     "specialty": ["general_surgery", "internal_medicine"],
    ...     "applicant_group": ["non_us_img", "non_us_img"],
    ... })
    >>> found = probabilities(applicants)
    >>> found["status"].to_list()
    ['ok', 'ok']
    >>> bool((found["probability_low"] < found["probability"]).all())
    True
    """
    request = (outcome, cycle, denominator, needs_visa)

    def chanced(part: Eager, of: str) -> Eager:
        return _chances(part, _rows(part, (score, specialty, applicant_group), request, of))

    return _applied(df, chanced)


def _new_column(name: object) -> str:
    text = names.as_text(name)
    # No table holds half of a surrogate pair.
    if text is None or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError(f"a column to add needs a name, not {names.shown(name)}")
    return text


def _applied(df: Frame, function: Callable[[Eager, str], Eager]) -> Frame:
    """Return what a function makes of a frame, or of a lazy frame when it is collected."""
    if is_pandas_dataframe(df) or is_polars_dataframe(df):
        made: Frame = function(df, "")
        return made
    if not nw.dependencies.is_polars_lazyframe(df):
        raise TypeError(
            "a pandas DataFrame or a Polars DataFrame or LazyFrame is needed, not"
            f" {names.shown(type(df))}"
        )
    # Columns and keywords are checked now, and the result's schema is that of no rows.
    nothing = nw.get_native_namespace(df).DataFrame(schema=df.collect_schema())
    return df.map_batches(
        lambda part: function(part, " of a batch"),
        schema=function(nothing, "").schema,
        predicate_pushdown=False,
        projection_pushdown=False,
        streamable=True,
    )


def _rows(df: Eager, columns: tuple[str, str, str], request: tuple[object, ...], of: str) -> Rows:
    """Return a frame's scores and pairs; what is wrong in a row is an error that names the row."""
    edition = current()
    score, specialty, group = columns
    scores = _scores(_column(df, score), score, of)
    specialties = _coded(df, specialty, "specialty", edition.specialties, of)
    groups = _coded(df, group, "applicant group", edition.groups, of)
    if edition.specialties:
        # Wrong keywords are told without any row too.
        edition.find(edition.specialties[0], edition.groups[0], *request)
    curves: list[Curve | None] = []
    for name in specialties.found:
        curves += [edition.find(name, other, *request) for other in groups.found]
        curves.append(None)
    curves += [None] * (len(groups.found) + 1)
    return Rows(scores, specialties, groups, curves)


def _column(df: Eager, name: str) -> Column:
    columns = [names.as_text(column) for column in df.columns]
    wanted = names.as_text(name)
    if wanted is None or wanted not in columns:
        raise names.UnknownNameError("column", name, [c for c in columns if c is not None])
    if columns.count(wanted) > 1:
        raise ValueError(f"column {wanted!r} occurs more than once")
    return df[wanted]


def _scores(column: Column, name: str, of: str) -> Floats:
    """Return a column of scores as floats, NaN where missing."""
    kind = str(column.dtype)
    series = nw.from_native(column, series_only=True)
    if kind == "object":  # of pandas: anything, one by one
        try:
            listed = [np.nan if _missing(value) else number(value, name) for value in column]
            scores = np.array(listed, dtype=np.float64)
        except (ValueError, OverflowError):
            raise _no_numbers(name, kind) from None
    elif series.dtype.is_numeric() or kind.lower().startswith("float") or kind == "Null":
        scores = series.cast(nw.Float64).to_numpy()
    else:
        raise _no_numbers(name, kind)
    wrong = (scores < 1) | (scores > 300)
    if wrong.any():
        # A row number, not the score: it belongs to a person.
        raise ValueError(
            f"column {name!r}: scores must lie between 1 and 300; {int(wrong.sum())} do not, the"
            f" first in row {int(wrong.argmax())}{of} (counted from 0)"
        )
    return scores


def _no_numbers(name: str, kind: str) -> ValueError:
    return ValueError(f"column {name!r} must hold numbers; it is of type {kind}")


def _coded(df: Eager, column: str, kind: str, known: tuple[str, ...], of: str) -> Names:
    """Return a column of names; one that is unknown and occurs is an error."""
    codes, given = _factorized(_column(df, column))
    resolved: list[str | None] = []
    for code, name in enumerate(given):
        try:
            resolved.append(names.resolve(kind, name, known))
        except names.UnknownNameError:
            # A category may be unknown as long as no row has it.
            if len(rows := np.flatnonzero(codes == code)):
                place = f"column {column!r}, row {rows[0]}{of} (counted from 0)"
                raise names.UnknownNameError(kind, name, known, place) from None
            resolved.append(None)
    found = tuple(dict.fromkeys(name for name in resolved if name is not None))
    place_of = [len(found) if name is None else found.index(name) for name in resolved]
    return Names(codes, np.array([*place_of, len(found)], dtype=np.intp), found)


def _factorized(column: Column) -> tuple[Codes, list[object]]:
    """Return each row's place among the distinct values, -1 where missing, and these values."""
    kind = str(column.dtype).partition("(")[0]
    library: Any = nw.get_native_namespace(column)
    if kind == "category":  # of pandas
        return column.cat.codes.to_numpy(), column.cat.categories.to_list()
    if kind in ("String", "Categorical"):  # of Polars
        column = column.cast(library.Enum(column.drop_nulls().unique().cast(library.String)))
        kind = "Enum"
    if kind == "Enum":
        codes = column.to_physical().cast(library.Int32).fill_null(-1)
        return codes.to_numpy(), column.dtype.categories.to_list()
    if hasattr(column, "factorize"):
        try:
            codes, values = column.factorize()
            return codes, list(values)
        except Exception:  # noqa: S110 - something that cannot be hashed or compared
            pass
    # Every row is its own; the first that is not missing will be told.
    held = list(column)
    return np.array([-1 if _missing(value) else row for row, value in enumerate(held)]), held


def _missing(value: object) -> bool:
    nan = type(value) in (float, np.float64) and value != value
    return nan or value is None or names.type_name(value) in ("NAType", "NaTType")  # of pandas


def _banded(rows: Rows, scheme: str) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Return each row's code of its label (the lowest is 0) and of `BAND_STATUS`; -1 is missing."""
    labels = names.LABELS[scheme][::-1]
    label, status = np.full((2, len(rows.curves), _SCORES), -1, dtype=np.int8)
    for place, curve in enumerate(rows.curves):
        if curve is not None:
            bands = current().bands(curve, scheme)
            status[place, 1:] = BAND_STATUS.index(held_by(bands, 0).status)  # 0 is in no band
            for band in bands:
                if band.score_min is not None and band.score_max is not None:
                    held = slice(band.score_min, band.score_max + 1)
                    label[place, held] = labels.index(str(band.label))
                    status[place, held] = BAND_STATUS.index(band.status)
    low, high = _limits(rows)
    whole = np.arange(_SCORES)
    beyond = (label >= 0) & ((whole < low[:, None]) | (whole > high[:, None]))
    at_whole = np.where(beyond, _EXTRAPOLATED, status)
    found = np.empty((2, len(rows.score)), dtype=np.int8)
    for block, score, pair in rows.blocks():
        # A fraction belongs with the whole score below it, and NaN with 0.
        below = np.fmax(score, 0.0).astype(np.intp)
        at = pair * _SCORES
        at += below
        found[0, block], found[1, block] = label.take(at), at_whole.take(at)
        if (score > below).any():  # a limit of the fitted scores may lie between the two
            outside = (score < low.take(pair)) | (score > high.take(pair))
            outside &= found[0, block] >= 0
            found[1, block] = np.where(outside, _EXTRAPOLATED, status.take(at))
    return found[0], found[1]


def _limits(rows: Rows) -> tuple[Floats, Floats]:
    """Return the lowest and the highest fitted score of every pair."""
    limits = [
        (curve.score_low, curve.score_high) if curve else (None, None) for curve in rows.curves
    ]
    low = np.array([-np.inf if end is None else end for end, _ in limits])
    high = np.array([np.inf if end is None else end for _, end in limits])
    return low, high


def _chances(df: Eager, rows: Rows) -> Eager:
    """Return each row's chance with its interval and what qualifies it, as a frame of its kind."""
    lines = np.full((5, len(rows.curves)), np.nan)
    codes = np.full((2, len(rows.curves)), -1, dtype=np.int8)
    for place, curve in enumerate(rows.curves):
        if curve is not None:
            lines[:, place] = curve.line or np.nan
            codes[0, place] = CURVE_STATUS.index(curve.status)
            codes[1, place] = GRADES.index(curve.grade) if curve.grade in GRADES else -1
    low, high = _limits(rows)
    numbers = np.empty((3, len(rows.score)))
    coded = np.empty((3, len(rows.score)), dtype=np.int8)
    for block, score, pair in rows.blocks():
        # The mathematics of one curve serves arrays of them.
        line = Line(*(coefficient.take(pair) for coefficient in lines))  # type: ignore[arg-type]
        logit, half = spread(line, score, np.sqrt)  # type: ignore[arg-type]
        for row, value in enumerate((logit, logit - half, logit + half)):
            numbers[row, block] = 1.0 / (1.0 + np.exp(-np.maximum(value, -700.0)))
        beyond = (score < low.take(pair)) | (score > high.take(pair))
        coded[0, block] = np.where(np.isnan(logit), -1, beyond)
        coded[1:, block] = np.where(np.isnan(score), -1, codes.take(pair, axis=1))
    library: Any = nw.get_native_namespace(df)
    titles = ("probability", "probability_low", "probability_high")
    columns: dict[str, object] = dict(zip(titles, numbers, strict=True))
    columns["extrapolated"] = None  # its place
    columns["status"] = _category(df, "status", coded[1], CURVE_STATUS)
    columns["grade"] = _category(df, "grade", coded[2], GRADES, ordered=True)
    if is_pandas_dataframe(df):
        columns["extrapolated"] = library.arrays.BooleanArray(coded[0] == 1, coded[0] < 0)
        return library.DataFrame(columns, index=df.index)
    columns["extrapolated"] = _gathered(library.Series([False, True]), coded[0])
    return library.DataFrame(columns, nan_to_null=True)


def _category(
    df: Eager, name: str, codes: NDArray[np.int8], labels: Sequence[str], ordered: bool = False
) -> object:
    """Return codes of labels as a categorical of pandas or an Enum of Polars; -1 is missing."""
    library: Any = nw.get_native_namespace(df)
    if is_pandas_dataframe(df):
        kind = library.CategoricalDtype(library.Index(labels), ordered)
        return library.Categorical.from_codes(codes, dtype=kind, validate=False)
    return _gathered(library.Series(name, labels, dtype=library.Enum(labels)), codes)


def _gathered(values: pl.Series, codes: NDArray[np.int8]) -> pl.Series:
    """Return the values at codes, null at -1."""
    index = nw.get_native_namespace(values).Series(codes)
    return values.gather(index.set(index < 0, None))


def _with(df: Eager, added: dict[str, object]) -> Eager:
    """Return a frame with columns added or replaced."""
    if not is_pandas_dataframe(df):
        return df.with_columns(*added.values())
    found: Eager = df.copy(deep=False)
    for name, values in added.items():
        found[name] = values
    return found
