"""In: a row of curves.csv; out: the curve with what look-ups compute from it once."""

from __future__ import annotations

from calib import _names
from calib._tables import Cell
from calib._values import Band, Curve, Gain

TYPE_CHECKING = False  # known to the checkers; importing typing costs more than a look-up may
if TYPE_CHECKING:
    from typing import TypeAlias

    Bands: TypeAlias = tuple[tuple[Band, ...], Band]


class Entry:
    """A curve with what look-ups compute from it once.

    `line` is (intercept, slope, intercept variance, covariance, slope variance), or None where the
    curve has no numbers. `bands` holds each scheme's bands once asked for, with the answer for a
    score in none of them, and once more for scores outside the fitted ones; `gains` the latest
    differences.
    """

    __slots__ = ("bands", "curve", "gains", "line")

    def __init__(self, curve: Curve) -> None:
        self.curve = curve
        self.line: tuple[float, float, float, float, float] | None = None
        self.bands: dict[str, tuple[Bands, Bands]] = {}
        self.gains: dict[tuple[float, float], Gain] = {}
        c = curve
        if (
            c.intercept is not None
            and c.slope is not None
            and c.intercept_se is not None
            and c.slope_se is not None
        ):
            covariance = (c.correlation or 0.0) * c.intercept_se * c.slope_se
            self.line = (c.intercept, c.slope, c.intercept_se**2, covariance, c.slope_se**2)


def curve_of(row: dict[str, Cell]) -> Curve:
    """Return the curve of a row.

    Parameters
    ----------
    row : dict
        A typed row of curves.csv.

    Returns
    -------
    Curve
    """
    names = row["sources"]
    sources = tuple(str(names).split("|")) if names else ()
    values: dict[str, object] = {**row, "available": (), "sources": sources}
    return Curve(*(values[name] for name in Curve.__slots__))


def preference(entry: Entry) -> tuple[bool, int, tuple[int, int]]:
    """Return what the curves of one specialty and group are sorted by, the preferred first.

    Parameters
    ----------
    entry : Entry
        One of them.

    Returns
    -------
    tuple
        Without evidence last, then the usual denominators, then the newest cycle.
    """
    curve = entry.curve
    last, first = _names.cycle_order(str(curve.cycle))
    usual = _names.DENOMINATORS
    rank = usual.index(curve.denominator) if curve.denominator in usual else len(usual)
    return curve.status == "no_evidence", rank, (-last, -first)
