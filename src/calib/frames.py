"""In: a pandas or Polars frame with scores, specialties and groups; out: bands or chances by row.

Needs the library of the frame and NumPy, never the other library.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

try:
    from calib._frames_core import Request
except ImportError as _error:
    raise ImportError(
        f"calib.frames needs NumPy and a library of frames ({_error}). calib-bands has the extra"
        " frames for pandas and the extra polars for Polars: in a checkout of the repository,"
        ' pip install ".[frames]" or pip install ".[polars]"'
    ) from _error

from calib import _names
from calib._errors import as_text, shown

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Frame = TypeVar("Frame", "pd.DataFrame", "pl.DataFrame", "pl.LazyFrame")


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
    scheme = _names.known("scheme", scheme, _names.SCHEMES)
    band, status = _new_column(band), None if status is None else _new_column(status)
    if band == status:
        raise ValueError(f"band and status are one column, {shown(band)}: give them two names")
    request = Request(outcome, cycle, denominator, needs_visa)
    columns = (score, specialty, applicant_group)
    found: Frame = _door(df).add_bands(df, columns, request, scheme, band, status)
    return found


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
    request = Request(outcome, cycle, denominator, needs_visa)
    found: Frame = _door(df).probabilities(df, (score, specialty, applicant_group), request)
    return found


def _new_column(name: object) -> str:
    text = as_text(name)
    # No table holds half of a surrogate pair.
    if text is None or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError(f"a column to add needs a name, not {shown(name)}")
    return text


def _door(df: object) -> Any:
    """Return the module for a frame's library, which is loaded where there is a frame of it."""
    pandas, polars = _loaded("pandas"), _loaded("polars")
    if pandas is not None and issubclass(type(df), pandas.DataFrame):
        from calib import _frames_pandas

        return _frames_pandas
    if polars is not None and issubclass(type(df), (polars.DataFrame, polars.LazyFrame)):
        from calib import _frames_polars

        return _frames_polars
    raise TypeError(
        f"a pandas DataFrame or a Polars DataFrame or LazyFrame is needed, not {shown(type(df))}"
    )


def _loaded(name: str) -> Any:
    module: ModuleType | None = sys.modules.get(name)
    # A module that is being imported has no frames yet.
    return module if hasattr(module, "DataFrame") else None
