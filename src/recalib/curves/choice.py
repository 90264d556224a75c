"""Picks one population out of all that were fitted, to be looked at by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from calib.line import chance
from calib.names import resolve, resolve_cycle
from recalib.contract.keys import KEY_COLUMNS, recency
from recalib.curves.alone import Alone
from recalib.curves.curve import Curve
from recalib.curves.units import Unit
from recalib.problems import UsageError

#: What the errors of `calib.names` call a column.
_KINDS = {"applicant_group": "applicant group"}


def choose(alone: Alone, **wanted: str) -> Unit | None:
    """Pick the unit with these values in its key; of several the newest, and then the largest.

    Parameters
    ----------
    alone : Alone
    **wanted : str
        Columns of a curve's key with their values, names as in `calib`; "" is any.

    Returns
    -------
    Unit or None
        None where nothing is wanted and no table tells a slope.

    Raises
    ------
    UnknownNameError
        If nothing at all has such a name; it says which is nearest.
    UsageError
        If names are known and no table of theirs tells a slope; it says which would.
    """
    known = pd.DataFrame([cell.key for cell in alone.cells], columns=KEY_COLUMNS)
    named = {
        column: _resolved(column, value, set(known[column]))
        for column, value in wanted.items()
        if value
    }
    units = [unit for unit in alone.units if _has(unit, named)]
    if not units and named:
        raise UsageError(_instead(alone, named))
    return max(units, key=_size, default=None)


def _size(unit: Unit) -> tuple[bool, tuple[int, int], int]:
    key = unit.key
    return key.outcome == "match", recency(key.cycle), sum(cell.people for cell in unit.cells)


def _resolved(column: str, value: str, known: Collection[str]) -> str:
    if column == "cycle":
        return resolve_cycle(value, known)
    return resolve(_KINDS.get(column, column), value, known)


def _has(unit: Unit, named: Mapping[str, str]) -> bool:
    return all(getattr(unit.key, column) == value for column, value in named.items())


def _instead(alone: Alone, named: Mapping[str, str]) -> str:
    """Say which of the names would have a unit, were another one left open."""
    asked = ", ".join(named.values())
    for column in ("cycle", "denominator", "outcome", "applicant_group", "specialty"):
        others = {name: value for name, value in named.items() if name != column}
        found = sorted({getattr(u.key, column) for u in alone.units if _has(u, others)})
        if column in named and found:
            told = ", ".join(found)
            return f"No table tells a slope of {asked}; with another {column} it does: {told}."
    return f"No table tells a slope of {asked}."


def chances_of(curves: Mapping[str, Curve], scores: Collection[float]) -> pd.DataFrame:
    """Chances by curve and score, with the limits of the curve's own cycle.

    Parameters
    ----------
    curves : mapping of str to Curve
        By the name that a picture gives them.
    scores : collection of float

    Returns
    -------
    DataFrame
        curve, score, chance, low, high; only scores between each curve's score limits.
    """
    rows = []
    for name, curve in curves.items():
        low, high = curve.score_limits
        rows += [
            (name, float(score), *chance(curve.line, float(score)))
            for score in scores
            if not (score < low or score > high)
        ]
    frame = pd.DataFrame(rows, columns=["curve", "score", "chance", "low", "high"])
    return frame.astype(dict.fromkeys(["score", "chance", "low", "high"], np.float64))
