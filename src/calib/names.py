"""The names that look-ups know: what a user may write for each, and the error for any other.

names.csv holds the labels of the sources and common short names. A short name that could stand for
two specialties ("surgery", "radiology") is left out of it on purpose.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

#: Applicant groups and how a sentence calls them.
GROUPS = {
    "us_md_senior": "U.S. MD seniors",
    "us_do_senior": "U.S. DO seniors",
    "us_md": "U.S. MD graduates and seniors",
    "us_do": "U.S. DO graduates and seniors",
    "us_img": "U.S. citizen IMGs",
    "non_us_img": "non-U.S. citizen IMGs",
    "img": "IMGs",
}
OUTCOMES = ("match", "interview")
#: In the order in which one is preferred when none is asked for.
DENOMINATORS = ("ranked_first", "ranked_any_pgy1", "applications")
#: The words of each scheme for the same bands, rank 1 first.
LABELS = {
    "guide": ("highly_competitive", "competitive", "borderline", "low"),
    "chance": ("very_likely", "likely", "possible", "unlikely"),
}
#: Chance at the lower edge of each band but the lowest.
EDGES = (0.75, 0.5, 0.25)
#: Stands wherever a chance of a match does.
WHOSE = "of those who had interviews enough to rank it"

#: Characters of a wrong name that a message repeats: it may be a whole file by mistake.
_SHOWN = 60
#: Accepted names that a message lists: a frame may have thousands of columns.
_LISTED = 100


class UnknownNameError(KeyError):
    """A name that this edition does not know.

    Parameters
    ----------
    kind : str
        What was looked for, such as ``specialty``.
    name : object
        What was given.
    known : tuple of str
        Every accepted name.
    place : str
        Where a frame holds it. The message then repeats the name only where it resembles an
        accepted one: anything else may be a person's.

    Attributes
    ----------
    nearest : tuple of str
        Up to three accepted names that look most alike, best first.
    """

    __module__ = "calib"  # where users find it

    def __init__(
        self, kind: str, name: object, known: Collection[str] = (), place: str = ""
    ) -> None:
        self.kind = kind
        self.name = name
        self.known: tuple[str, ...] = tuple(sorted(known))
        self.place = place
        self.nearest: tuple[str, ...] = _nearest(kind, as_text(name), self.known)
        super().__init__(kind, name, self.known, place)

    def __str__(self) -> str:
        at = f" in {self.place}" if self.place else ""
        if as_text(self.name) is None:
            given = f"an object of type {type_name(self.name)}" if at else shown(self.name)
            return f"{self.kind} must be a name, not {given}{at}. Known: {_listed(self.known)}."
        if self.nearest:
            meant = " or ".join(self.nearest)
            return f"Unknown {self.kind} {shown(self.name)}{at}. Did you mean {meant}?"
        given = "" if at else f" {shown(self.name)}"
        return f"Unknown {self.kind}{given}{at}. Known: {_listed(self.known)}."


def as_text(value: object) -> str | None:
    """Return text as a plain string, whatever a subclass makes of its methods, or None."""
    # type(), since `__class__` may claim anything.
    if not issubclass(type(value), str):
        return None
    return str.__str__(value)


def shown(value: object) -> str:
    """Return a short repr of anything; an object whose repr fails is named by its type."""
    try:
        text = str.__str__(repr(value))
    except Exception:
        return f"an object of type {type_name(value)}"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def type_name(value: object) -> str:
    """Return the name of an object's type as `type` has it: a metaclass may answer otherwise."""
    name: str = type.__dict__["__name__"].__get__(type(value))
    return name


def canonical(name: str) -> str:
    """Return a name as the tables spell it: lower case, underscores for spaces and hyphens."""
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _letters(name: str) -> str:
    """Return what two spellings of one label share: "PM & R" and "pm&r" are the same."""
    return "".join(filter(str.isalnum, name.casefold().replace("&", "and")))


@cache
def packaged(name: str) -> Traversable:
    """Return a file or folder of this package, which may lie in a zip."""
    from importlib.resources import files  # a quarter of the time that importing calib would take

    return files("calib") / name


def _rows(kind: str) -> list[dict[str, str]]:
    import csv

    text = packaged("names.csv").read_text(encoding="utf-8")
    return [row for row in csv.DictReader(text.splitlines()) if row["kind"] == kind]


@cache
def vocabulary(kind: str) -> dict[str, str]:
    """Return the canonical names of a kind by the letters of everything they are called."""
    found: dict[str, str] = {}
    for row in _rows(kind):
        called = [row["name"], row["label"], *filter(None, row["also"].split("|"))]
        found |= {_letters(word): row["name"] for word in called}
    return found


@cache
def meanings(kind: str) -> dict[str, str]:
    """Return what each ``status``, ``grade`` or ``verdict`` means, without a full stop."""
    return {row["name"]: row["label"] for row in _rows(kind)}


def resolve(kind: str, name: object, names: Collection[str] | None = None) -> str:
    """Return the canonical name that is meant.

    Parameters
    ----------
    kind : str
        What the name stands for: ``specialty`` and ``applicant group`` have a vocabulary of labels
        and short names, others only their own names.
    name : object
        What the user gave, in any case.
    names : collection of str, optional
        Accepted canonical names; by default all of the vocabulary.

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        If it is none of them (a KeyError).

    Examples
    --------
    >>> resolve("specialty", "Surgery-General"), resolve("specialty", "ent")
    ('general_surgery', 'otolaryngology')
    """
    words = vocabulary(kind)
    if names is None:
        names = set(words.values())
    text = as_text(name)
    if text is not None:
        for spelt in (canonical(text), words.get(_letters(text))):
            if spelt in names:
                return str(spelt)
    raise UnknownNameError(kind, name, names)


def resolve_visa(needs_visa: object) -> str | None:
    """Return ``yes``, ``no``, or None for everyone (None or blank)."""
    if needs_visa is None:
        return None
    if type_name(needs_visa) in ("bool", "bool_"):  # Python's, NumPy's
        return "yes" if needs_visa else "no"
    return resolve("needs_visa", needs_visa, ("", "yes", "no")) or None


def number(value: object, name: str) -> float:
    """Return any real number (Fraction, Decimal, a NumPy scalar) as an int or a float."""
    if type(value) is int or type(value) is float:
        return value
    try:
        # What has a length is text or a collection, even where it offers to be a float.
        if type(value) is not bool and not hasattr(value, "__len__"):
            dtype = getattr(value, "dtype", None)
            if dtype is None or dtype.kind in "iuf":
                return float(value)  # type: ignore[arg-type]  # what is no number raises
    except Exception:  # noqa: S110 - any object may be given, and fail in any way
        pass
    raise ValueError(f"{name} must be a number, not {shown(value)}")


def resolve_cycle(given: object, cycles: Collection[str]) -> str:
    """Return the cycle that is meant: 2026 and 2026.0 are ``2026``, and an en dash a hyphen."""
    text = as_text(given)
    if text is None:
        with suppress(ValueError, OverflowError):
            text = f"{number(given, 'cycle'):g}"
    if text is not None:
        # A float's text, as tables of other programs have it, is a year all the same.
        year, _, rest = (spelt := text.strip().replace("–", "-")).partition(".")
        if (spelt := spelt if rest.strip("0") else year) in cycles:
            return spelt
    raise UnknownNameError("cycle", given if as_text(given) is None else text, cycles)


def cycle_order(cycle: str) -> tuple[int, int]:
    """Return what cycles are sorted by: the last year, then the shorter span."""
    first, _, last = cycle.partition("-")
    return int(last or first), int(first)


def _nearest(kind: str, text: str | None, known: tuple[str, ...]) -> tuple[str, ...]:
    from difflib import SequenceMatcher, get_close_matches

    if text is None:
        return ()
    wanted = canonical(text[:_SHOWN])
    close = get_close_matches(wanted, known, n=3, cutoff=0.6)
    # A name that is far less alike than the best one was hardly meant.
    ratio = [SequenceMatcher(None, key, wanted).ratio() for key in close]
    close = [key for key, alike in zip(close, ratio, strict=True) if alike > ratio[0] - 0.1]
    # "radiology" is far from "diagnostic_radiology" by letters, yet it is what was meant.
    within = sorted((key for key in known if len(wanted) > 2 and wanted in key), key=len)
    found = [*close, *within] if ratio and ratio[0] > 0.85 else [*within, *close]
    if not found:
        words = vocabulary(kind)
        called = get_close_matches(_letters(text[:_SHOWN]), words, n=3, cutoff=0.8)
        found = [words[word] for word in called if words[word] in known]
    return tuple(dict.fromkeys(found))[:3]


def _listed(known: tuple[str, ...]) -> str:
    named = [name for name in known if name]
    if len(named) > _LISTED:
        return f"{', '.join(named[:_LISTED])} and {len(named) - _LISTED} more"
    if len(named) < len(known):  # one may also leave it blank
        return f"{', '.join(reversed(named))} or blank"
    return ", ".join(named) if named else "none"
