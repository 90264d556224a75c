"""Bands and chances of whole columns: pandas or Polars frames in, the same kind out.

Needs NumPy, narwhals and the library of the frame, never the other library. Each distinct pair of
specialty and group is looked up once; rows then gather from tables of pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from calib.answers import Curve, Standing
from calib.edition import current
from calib.line import Line, spread
from calib.lookup import held_by
from calib.names import number

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

CURVE_STATUS = ("ok", "flat", "weak", "borrowed", "misfit", "no_evidence")
BAND_STATUS = (*CURVE_STATUS, "unreachable", "wide", "extrapolated")
GRADES = ("D", "C", "B", "A")


class Rows(NamedTuple):
    """A frame's rows: the score of each, and the place of its curve in `curves`.

    Scores are whole numbers as the column has them, or floats, NaN where missing. The last of
    `curves` is None, for rows that miss a name.
    """

    score: NDArray[Any]
    pair: Codes
    curves: list[Curve | None]


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
    source: str | None = None,
    band: str = "band",
    status: str | None = "band_status",
) -> Frame:
    """Return the frame with each row's band and its status.

    A chance of a match, which bands are cut from, is that of those who had interviews enough to
    rank it.

    Parameters
    ----------
    df : pandas.DataFrame, polars.DataFrame or polars.LazyFrame
        Not changed.
    score, specialty, applicant_group : str
        Columns of `df`: Step 2 CK 1-300 (a fraction belongs with the whole score below it), and
        names as in `calib.specialties` and `calib.applicant_groups`, as text or categories.
    scheme : str
        Whose words the band has; see `calib.bands`.
    outcome, cycle, denominator, needs_visa, source
        For all rows; see `calib.probability`.
    band, status : str
        Names of the columns to add; a column of that name is replaced in the result. None for
        `status` leaves it out.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or polars.LazyFrame
        As given, with the same rows and, in pandas, the same index. The band is an ordered
        categorical (in Polars an Enum), lowest label first; missing where the row misses a value or
        no band is claimed, which the status tells apart: it is missing only in the first case. The
        status is that of `calib.band`, but ``extrapolated`` where the row has a band and its score
        lies outside those that the curve was fitted on: the band is not supported there. Values of
        a lazy frame are checked when it is collected.

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
    ['borderline', 'low', nan, nan]
    >>> banded["band_status"].tolist()
    ['ok', 'extrapolated', 'flat', nan]
    """
    scheme = names.resolve("scheme", scheme, names.LABELS)
    band, status = _new_column(band), None if status is None else _new_column(status)
    if band == status:
        raise ValueError(
            f"band and status are one column, {names.shown(band)}: give them two names"
        )
    columns, request = (
        (score, specialty, applicant_group),
        (outcome, cycle, denominator, needs_visa, source),
    )

    def banded(part: Eager, of: str) -> Eager:
        labels, statuses = _banded(_rows(part, columns, request, of), scheme)
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
    source: str | None = None,
) -> Frame:
    """Return each row's chance with its 95 % intervals and what qualifies it.

    A chance of a match is that of those who had interviews enough to rank it.

    Parameters
    ----------
    df : pandas.DataFrame, polars.DataFrame or polars.LazyFrame
        Not changed.
    score, specialty, applicant_group : str
        Columns of `df`; see `add_bands`.
    outcome, cycle, denominator, needs_visa, source
        For all rows; see `calib.probability`.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or polars.LazyFrame
        A frame of the same kind, rows and (in pandas) index: ``probability``,
        ``probability_low``, ``probability_high``, ``next_low``, ``next_high`` (64-bit floats, see
        `calib.Probability`), ``extrapolated`` (boolean), ``status`` and ``grade`` (categorical, in
        Polars Enum; grades ordered, the best last). All are missing where the row misses a value;
        all but the last two also without evidence.

    Raises
    ------
    UnknownNameError, ValueError, TypeError, EditionError
        See `add_bands`.

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
    columns, request = (
        (score, specialty, applicant_group),
        (outcome, cycle, denominator, needs_visa, source),
    )
    return _applied(df, lambda part, of: _chances(part, _rows(part, columns, request, of)))


def standings(
    df: Frame,
    *,
    score: str = "step2_ck",
    specialty: str = "specialty",
    applicant_group: str = "applicant_group",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
    source: str | None = None,
) -> Frame:
    """Return which share of the matched, and of the not matched, is at or below each row's score.

    All of them had interviews enough to rank the specialty.

    Parameters
    ----------
    df : pandas.DataFrame, polars.DataFrame or polars.LazyFrame
        Not changed.
    score, specialty, applicant_group : str
        Columns of `df`; see `add_bands`.
    cycle, denominator, needs_visa, source
        For all rows; see `calib.probability`.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or polars.LazyFrame
        A frame of the same kind, rows and (in pandas) index: ``matched``, ``matched_low``,
        ``matched_high``, ``not_matched``, ``not_matched_low``, ``not_matched_high`` (64-bit
        floats), as in `calib.standing`; missing where none is told.

    Raises
    ------
    UnknownNameError, ValueError, TypeError, EditionError
        See `add_bands`.

    Examples
    --------
    >>> import pandas as pd
    >>> from calib.frames import standings
    >>> applicants = pd.DataFrame({
    ...     "step2_ck": [250, 150],
    ...     "specialty": "general_surgery",
    ...     "applicant_group": "non_us_img",
    ... })
    >>> standings(applicants)["matched"].notna().tolist()
    [True, False]
    """
    columns, request = (
        (score, specialty, applicant_group),
        ("match", cycle, denominator, needs_visa, source),
    )
    return _applied(df, lambda part, of: _standings(part, _rows(part, columns, request, of)))


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
    for name in specialties[1]:
        curves += [edition.find(name, other, *request) for other in groups[1]]
    # Half as wide as an index: of ten million rows each pass over wide numbers is felt.
    pair = np.multiply(specialties[0], len(groups[1]), dtype=np.int32, casting="same_kind")
    pair += groups[0]
    pair[np.minimum(specialties[0], groups[0]) < 0] = len(curves)
    return Rows(scores, pair, [*curves, None])


def _column(df: Eager, name: str) -> Column:
    columns = [names.as_text(column) for column in df.columns]
    wanted = names.as_text(name)
    if wanted is None or wanted not in columns:
        raise names.UnknownNameError("column", name, [c for c in columns if c is not None])
    if columns.count(wanted) > 1:
        raise ValueError(f"column {wanted!r} occurs more than once")
    return df[wanted]


def _scores(column: Column, name: str, of: str) -> NDArray[Any]:
    """Return a column of scores: whole numbers if none is else or missing, or floats with NaN."""
    kind = str(column.dtype)
    series = nw.from_native(column, series_only=True)
    if kind == "object":  # of pandas: anything, one by one
        try:
            listed = [np.nan if _missing(value) else number(value, name) for value in column]
            scores = np.array(listed, dtype=np.float64)
        except (ValueError, OverflowError):
            raise _no_numbers(name, kind) from None
    elif series.dtype.is_integer() and not series.null_count():
        scores = series.to_numpy()
    elif series.dtype.is_numeric() or kind.lower().startswith("float") or kind == "Null":
        scores = series.cast(nw.Float64).to_numpy()
    else:
        raise _no_numbers(name, kind)
    # NaN, of a missing score, says nothing of the others.
    within = scores.min(initial=1) >= 1 and scores.max(initial=1) <= 300
    if not within and (wrong := (scores < 1) | (scores > 300)).any():
        # A row number, not the score: it belongs to a person.
        raise ValueError(
            f"column {name!r}: scores must lie between 1 and 300; {int(wrong.sum())} do not, the"
            f" first in row {int(wrong.argmax())}{of} (counted from 0)"
        )
    return scores if scores.dtype.kind == "f" else scores.astype(np.intp, copy=False)


def _no_numbers(name: str, kind: str) -> ValueError:
    return ValueError(f"column {name!r} must hold numbers; it is of type {kind}")


def _coded(
    df: Eager, column: str, kind: str, known: tuple[str, ...], of: str
) -> tuple[Codes, tuple[str, ...]]:
    """Return each row's place among the names of a column, -1 if missing, and these names.

    One that is unknown and occurs is an error.
    """
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
    place_of = [-1 if name is None else found.index(name) for name in resolved]
    if place_of == [*range(len(found))]:
        return codes, found
    return np.array([*place_of, -1], dtype=np.intp)[codes], found


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
    # By pair and whole score; 0 stands for a missing one.
    label, status = np.full((2, len(rows.curves), 301), -1, dtype=np.int8)
    for place, curve in enumerate(rows.curves):
        if curve is not None:
            bands = current().bands(curve, scheme)
            status[place, 1:] = BAND_STATUS.index(held_by(bands, 0).status)  # 0 is in no band
            for band in bands:
                if band.score_min is not None and band.score_max is not None:
                    held = slice(band.score_min, band.score_max + 1)
                    label[place, held] = labels.index(band.label) if band.label else -1
                    status[place, held] = BAND_STATUS.index(band.status)
    scores, places = np.arange(301.0), np.arange(len(rows.curves))
    outside = [_outside(Rows(scores, np.full(301, place), rows.curves)) for place in places]
    extrapolated = BAND_STATUS.index("extrapolated")
    told = np.where((label >= 0) & np.array(outside), np.int8(extrapolated), status)
    # A fraction belongs with the whole score below it, and NaN with 0.
    fractions = rows.score.dtype.kind == "f"
    whole = np.fmax(rows.score, 0.0).astype(np.intp) if fractions else rows.score
    at = np.multiply(rows.pair, label.shape[1], dtype=np.intp)
    at += whole
    labels_of, statuses_of = label.ravel()[at], told.ravel()[at]
    # Where fitted scores end, a fraction may lie on the other side than its whole score.
    if fractions and len(between := np.flatnonzero(rows.score > whole)):
        some = Rows(rows.score[between], rows.pair[between], rows.curves)
        beyond = (labels_of[between] >= 0) & _outside(some)
        statuses_of[between] = np.where(beyond, extrapolated, status.ravel()[at[between]])
    return labels_of, statuses_of


def _outside(rows: Rows) -> NDArray[np.bool_]:
    """Return whether each row's score lies outside the fitted ones."""
    low = [curve.score_low if curve and curve.score_low else -np.inf for curve in rows.curves]
    high = [curve.score_high if curve and curve.score_high else np.inf for curve in rows.curves]
    found: NDArray[np.bool_] = rows.score < np.array(low)[rows.pair]
    return found | (rows.score > np.array(high)[rows.pair])


def _intervals(rows: Rows, lines: list[Line | None]) -> list[Floats]:
    """Return each row's chance with its limits, NaN where its pair has no line."""
    coefficients = np.array([line or [np.nan] * 5 for line in lines]).T
    # The mathematics of one curve serves arrays of them.
    line = Line(*(coefficient[rows.pair] for coefficient in coefficients))
    logit, half = spread(line, rows.score, np.sqrt)  # type: ignore[arg-type]
    logits = (logit, logit - half, logit + half)
    return [1.0 / (1.0 + np.exp(-np.maximum(value, -700.0))) for value in logits]


def _chances(df: Eager, rows: Rows) -> Eager:
    """Return each row's chance with its intervals and what qualifies it, as a frame of its kind."""
    own = _intervals(rows, [curve.line if curve else None for curve in rows.curves])
    later = _intervals(rows, [curve.next_line if curve else None for curve in rows.curves])
    titles = ("probability", "probability_low", "probability_high", "next_low", "next_high")
    columns: dict[str, object] = dict(zip(titles, [*own, *later[1:]], strict=True))
    library: Any = nw.get_native_namespace(df)
    outside = np.where(np.isnan(own[0]), -1, _outside(rows))
    if is_pandas_dataframe(df):
        columns["extrapolated"] = library.arrays.BooleanArray(outside == 1, outside < 0)
    else:
        columns["extrapolated"] = _gathered(library.Series([False, True]), outside)
    for name, words in (("status", CURVE_STATUS), ("grade", GRADES)):
        told = [curve and getattr(curve, name) for curve in rows.curves]
        codes = np.array([words.index(word) if word in words else -1 for word in told])
        codes = np.where(np.isnan(rows.score), -1, codes[rows.pair]).astype(np.int8)
        columns[name] = _category(df, name, codes, words, ordered=name == "grade")
    return _framed(df, columns)


def _standings(df: Eager, rows: Rows) -> Eager:
    """Return each row's standing, as a frame of its kind."""
    shares = np.full((6, len(rows.score)), np.nan)
    for place in np.unique(rows.pair):
        if (curve := rows.curves[place]) and (told := current().standing(curve)):
            held = rows.pair == place
            score, *knots = np.array(told).T
            for row, values in enumerate(knots):
                shares[row, held] = np.interp(rows.score[held], score, values, np.nan, np.nan)
    return _framed(df, dict(zip(Standing.__slots__[1:], shares, strict=True)))


def _framed(df: Eager, columns: Mapping[str, object]) -> Eager:
    library: Any = nw.get_native_namespace(df)
    if is_pandas_dataframe(df):
        return library.DataFrame(columns, index=df.index)
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
