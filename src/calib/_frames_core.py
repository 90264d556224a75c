"""In: a frame's scores and names as arrays; out: codes of bands, or chances, row by row.

Each pair of specialty and group is looked up once; rows then gather from one table, in blocks that
stay in the processor's cache. Missing values are codes of -1, and NaN.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from calib import _names
from calib._answers import scheme_bands
from calib._edition import current
from calib._entry import Entry
from calib._errors import UnknownNameError, as_text, canonical
from calib._math import Z

CURVE_STATUS = ("ok", "flat", "weak", "borrowed", "no_evidence")
BAND_STATUS = (*CURVE_STATUS, "unreachable", "extrapolated")
_EXTRAPOLATED = BAND_STATUS.index("extrapolated")
GRADES = ("D", "C", "B", "A")

_BITS = 9
"""Each pair has 512 places in the table: 1-300 for scores, 0 for a missing one."""
_WRONG = -2
"""Code of a score that there is not."""
_LIMIT = -2
"""Code of the status of a score within one point of a limit of the fitted scores."""
_BLOCK = 1 << 17
"""Rows at a time: what they need in between fits a processor's second cache."""

Array = np.ndarray[Any, np.dtype[Any]]


class Names(NamedTuple):
    """A column of names: row by row the place in `names`, or -1 where missing."""

    column: str
    codes: Array
    names: Sequence[object]


class Request(NamedTuple):
    """What is the same for all rows; see `calib.probability`."""

    outcome: object
    cycle: object
    denominator: object
    needs_visa: object


class Rows(NamedTuple):
    """A frame's rows: whole scores, or floats with NaN where missing; `of` is for messages."""

    score_column: str
    scores: Array
    specialty: Names
    group: Names
    of: str


class Chances(NamedTuple):
    """Row by row the chance and its limits, and codes of what qualifies it."""

    value: Array
    low: Array
    high: Array
    extrapolated: Array
    status: Array
    grade: Array


class _Pairs:
    """The pairs of specialty and group, and each row's place among them.

    The place is counted from the end of `entries` where a name is missing: `entries` holds None
    there.
    """

    def __init__(self, rows: Rows, request: Request) -> None:
        edition = current()
        edition.pairs()
        self.specialty, specialties = _resolved(
            rows.specialty, "specialty", edition.specialties, rows.of
        )
        self.group, groups = _resolved(rows.group, "applicant group", edition.groups, rows.of)
        for specialty in (specialties or edition.specialties)[:1]:
            # Wrong keywords are told without any row too.
            edition.find(specialty, (groups or edition.groups)[0], *request)
        # One column more for a missing group, whose place is thus the one before a specialty's.
        self.width = len(groups) + 1
        self.entries: list[Entry | None] = []
        for specialty in specialties:
            self.entries += [edition.find(specialty, group, *request) for group in groups]
            self.entries.append(None)
        self.entries += [None] * (self.width + 1)
        self.dtype = np.int8 if len(self.entries) < 128 else np.int32

    def blocks(self, length: int) -> Iterator[tuple[slice, Array]]:
        """Yield the slices of all rows, each with the places of its pairs (one buffer)."""
        places = np.empty(min(length, _BLOCK), dtype=self.dtype)
        for start in range(0, length, _BLOCK):
            block = slice(start, min(start + _BLOCK, length))
            place = places[: block.stop - start]
            np.multiply(self.specialty[block], self.dtype(self.width), out=place)
            np.add(place, self.group[block], out=place)
            yield block, place


def _resolved(
    given: Names, kind: str, known: tuple[str, ...], of: str
) -> tuple[Array, tuple[str, ...]]:
    """Return codes of canonical names, and these; a name that is unknown and occurs is an error."""
    texts = [as_text(name) for name in given.names]
    spelt = ["" if text is None else canonical(text) for text in texts]
    accepted = frozenset(known)
    unknown = [code for code, name in enumerate(spelt) if name not in accepted]
    if unknown:
        occurs = np.bincount(given.codes[given.codes >= 0], minlength=len(spelt))
        for code in unknown:
            if occurs[code]:
                first = int((given.codes == code).argmax())
                place = f"column {given.column!r}, row {first}{of} (counted from 0)"
                raise UnknownNameError(kind, given.names[code], known, place)
    names = tuple(dict.fromkeys(name for name in spelt if name in accepted))
    if len(names) == len(spelt):
        return given.codes, names
    # Names that no row has fall away, and spellings of one name become one; the last is for -1.
    at = {name: code for code, name in enumerate(names)}
    table = np.array([*(at.get(name, -1) for name in spelt), -1], dtype=np.int32)
    return table[given.codes], names


def band_codes(rows: Rows, request: Request, scheme: str) -> tuple[Array, Array]:
    """Return each row's band and its status.

    Parameters
    ----------
    rows : Rows
        A frame's rows.
    request : Request
        What is the same for all of them.
    scheme : str
        ``guide`` or ``chance``.

    Returns
    -------
    array of int8
        Places in `_names.LABELS[scheme]`, lowest label first; -1 where none is claimed or a value
        is missing.
    array of int8
        Places in `BAND_STATUS`; -1 where a value is missing. ``extrapolated`` stands where the
        label's score lies outside those that the curve was fitted on.

    Raises
    ------
    UnknownNameError, ValueError, EditionError
        See `calib.frames.add_bands`.
    """
    pairs = _Pairs(rows, request)
    whole = rows.scores.dtype.kind in "iu"
    table, within = _band_tables(pairs.entries, scheme, whole)
    limits = np.array([_reach(entry) for entry in pairs.entries]).T
    length = len(rows.scores)
    label, status = np.empty(length, dtype=np.int8), np.empty(length, dtype=np.int8)
    at = np.empty(min(length, _BLOCK), dtype=np.intp)
    for block, place in pairs.blocks(length):
        index = at[: len(place)]
        np.copyto(index, place)
        index <<= _BITS
        index += _slots(rows, rows.scores[block])
        both = table.take(index)
        np.copyto(label[block], both, casting="unsafe")  # the low byte
        both >>= 8
        np.copyto(status[block], both, casting="unsafe")
        if not whole and (near := np.flatnonzero(status[block] == _LIMIT)).size:
            # A fraction belongs with the whole score below it, which may lie across a limit.
            x, (low, high) = rows.scores[block][near], limits.take(place[near], axis=1)
            outside = (x < low) | (x > high)
            status[block][near] = np.where(outside, _EXTRAPOLATED, within.take(index[near]))
        if label[block].min() == _WRONG:
            raise _wrong_scores(rows)
    return label, status


def _band_tables(entries: list[Entry | None], scheme: str, whole: bool) -> tuple[Array, Array]:
    """Return the code of every pair and score: of its status in the high byte, label in the low.

    Beside it the codes of the status that holds among the fitted scores: where scores are not
    whole, the first table has `_LIMIT` for a label near a limit of these.
    """
    labels = _names.LABELS[scheme][::-1]
    outside, near = np.zeros((2, len(entries), 1 << _BITS), dtype=np.bool_)
    scores = np.arange(1 << _BITS)
    label, status = np.full((2, len(entries), 1 << _BITS), -1, dtype=np.int16)
    for place, entry in enumerate(entries):
        if entry is not None:
            low, high = _reach(entry)
            outside[place] = (scores < low) | (scores > high)
            near[place] = (np.floor(low) == scores) | (np.floor(high) == scores)
            bands, nowhere = scheme_bands(entry, scheme)
            status[place, 1:] = BAND_STATUS.index(nowhere.status)
            for band in bands:
                if band.score_min is not None and band.score_max is not None:
                    held = slice(band.score_min, band.score_max + 1)
                    label[place, held] = labels.index(str(band.label))
                    status[place, held] = BAND_STATUS.index(band.status)
    label[:, 0] = _WRONG if whole else -1
    status[:, 0] = -1
    label[:, 301:] = _WRONG
    within = status.copy()
    status[outside & (label >= 0)] = _EXTRAPOLATED
    if not whole:
        status[near & (label >= 0)] = _LIMIT
    packed: Array = (status << 8) | (label & 255)
    return packed.ravel(), within.ravel()


def _slots(rows: Rows, scores: Array) -> Array:
    """Return whole scores below 512, 0 where missing; others are an error."""
    if scores.dtype.kind in "iu":
        # Wrong ones below 512 are told by the table; one pass over the bits finds the rest.
        if not 0 <= int(np.bitwise_or.reduce(scores)) < 1 << _BITS:
            raise _wrong_scores(rows)
        return scores.astype(np.intp) if scores.dtype == np.uint64 else scores
    if ((scores < 1) | (scores > 300)).any():
        raise _wrong_scores(rows)
    return np.where(scores >= 1, scores, 0).astype(np.intp)  # the comparison is false for NaN


def _wrong_scores(rows: Rows) -> ValueError:
    wrong = (rows.scores < 1) | (rows.scores > 300)
    # A row number, not the score: it belongs to a person.
    return ValueError(
        f"column {rows.score_column!r}: scores must lie between 1 and 300; {int(wrong.sum())} do"
        f" not, the first in row {int(wrong.argmax())}{rows.of} (counted from 0)"
    )


def chances(rows: Rows, request: Request) -> Chances:
    """Return each row's chance with its 95 % interval and what qualifies it.

    Parameters
    ----------
    rows : Rows
        A frame's rows.
    request : Request
        What is the same for all of them.

    Returns
    -------
    Chances
        Floats are NaN where a value is missing or there is no evidence; `extrapolated` is then
        false. `status` and `grade` are places in `CURVE_STATUS` and `GRADES`, or -1.

    Raises
    ------
    UnknownNameError, ValueError, EditionError
        See `calib.frames.probabilities`.
    """
    pairs = _Pairs(rows, request)
    lines = np.full((7, len(pairs.entries)), np.nan)
    codes = np.full((2, len(pairs.entries)), -1, dtype=np.int8)
    for i, entry in enumerate(pairs.entries):
        if entry is not None:
            curve = entry.curve
            lines[:, i] = (*(entry.line or lines[:5, i]), *_reach(entry))
            codes[0, i] = CURVE_STATUS.index(curve.status)
            codes[1, i] = GRADES.index(curve.grade) if curve.grade in GRADES else -1
    length = len(rows.scores)
    kinds = (np.float64, np.float64, np.float64, np.bool_, np.int8, np.int8)
    found = Chances._make(np.empty(length, dtype=kind) for kind in kinds)
    for block, place in pairs.blocks(length):
        x = rows.scores[block].astype(np.float64)
        if ((x < 1) | (x > 300)).any():
            raise _wrong_scores(rows)
        at = place.astype(np.intp)
        a, b, va, cov, vb, low, high = (line.take(at) for line in lines)
        u = (x - 245.0) / 10.0
        logit = a + b * u
        half = Z * np.sqrt(np.maximum(va + u * (2.0 * cov + u * vb), 0.0))
        found.value[block] = _expit(logit)
        found.low[block] = _expit(logit - half)
        found.high[block] = _expit(logit + half)
        found.extrapolated[block] = (x < low) | (x > high)
        missing = np.isnan(x)
        for column, code in ((found.status, codes[0]), (found.grade, codes[1])):
            column[block] = code.take(at)
            column[block][missing] = -1
    return found


def _reach(entry: Entry | None) -> tuple[float, float]:
    if entry is None:
        return -np.inf, np.inf
    low, high = entry.curve.score_low, entry.curve.score_high
    return -np.inf if low is None else low, np.inf if high is None else high


def _expit(logit: Array) -> Array:
    share: Array = 1.0 / (1.0 + np.exp(-np.clip(logit, -700.0, 700.0)))
    return share
