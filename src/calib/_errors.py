"""In: what was asked and what is known; out: errors that say what to do next."""

from __future__ import annotations

_SHOWN = 60
"""Characters of a wrong name that a message repeats: it may be a whole file by mistake."""

_LISTED = 100
"""Accepted names that a message lists: a frame may have thousands of columns."""


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
        self, kind: str, name: object, known: tuple[str, ...] = (), place: str = ""
    ) -> None:
        self.kind = kind
        self.name = name
        self.known: tuple[str, ...] = tuple(sorted(known))
        self.place = place
        self.nearest: tuple[str, ...] = _nearest(name, self.known)
        super().__init__(kind, name, self.known, place)

    def __str__(self) -> str:
        at = f" in {self.place}" if self.place else ""
        if as_text(self.name) is None:
            given = f"an object of type {_type_name(self.name)}" if at else shown(self.name)
            return f"{self.kind} must be a name, not {given}{at}. Known: {_listed(self.known)}."
        if self.nearest:
            meant = " or ".join(self.nearest)
            return f"Unknown {self.kind} {shown(self.name)}{at}. Did you mean {meant}?"
        given = "" if at else f" {shown(self.name)}"
        return f"Unknown {self.kind}{given}{at}. Known: {_listed(self.known)}."


class EditionError(RuntimeError):
    """The edition's files are missing, damaged or not what edition.json describes."""

    __module__ = "calib"


def as_text(value: object) -> str | None:
    """Return text as a plain string, whatever a subclass makes of its methods.

    Parameters
    ----------
    value : object
        What a user gave.

    Returns
    -------
    str or None
        None where it is no text.
    """
    # type(), since `__class__` may claim anything.
    if not issubclass(type(value), str):
        return None
    return str.__str__(value)  # pyright: ignore[reportArgumentType]


def shown(value: object) -> str:
    """Return a short printable form of anything.

    Parameters
    ----------
    value : object
        What a user gave.

    Returns
    -------
    str
        Its repr, cut when long; an object whose repr fails is named by its type.
    """
    try:
        text = str.__str__(repr(value))
    except Exception:
        return f"an object of type {_type_name(value)}"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _type_name(value: object) -> str:
    # As `type` has it: a metaclass may answer for `__name__` otherwise.
    name: str = type.__dict__["__name__"].__get__(type(value))
    return name


def _nearest(name: object, known: tuple[str, ...]) -> tuple[str, ...]:
    text = as_text(name)
    if text is None:
        return ()
    from difflib import SequenceMatcher, get_close_matches  # 10 ms: paid by errors only

    wanted = canonical(text[:_SHOWN])
    close = get_close_matches(wanted, known, n=3, cutoff=0.6)
    # A name that is far less alike than the best one was hardly meant.
    ratio = [SequenceMatcher(None, key, wanted).ratio() for key in close]
    close = [key for key, alike in zip(close, ratio, strict=True) if alike > ratio[0] - 0.1]
    # "radiology" is far from "diagnostic_radiology" by letters, yet it is what was meant.
    within = sorted((key for key in known if len(wanted) > 2 and wanted in key), key=len)
    found = [*close, *within] if ratio and ratio[0] > 0.85 else [*within, *close]
    return tuple(dict.fromkeys(found))[:3]


def _listed(known: tuple[str, ...]) -> str:
    named = [name for name in known if name]
    if len(named) > _LISTED:
        return f"{', '.join(named[:_LISTED])} and {len(named) - _LISTED} more"
    if len(named) < len(known):  # one may also leave it blank
        return f"{', '.join(reversed(named))} or blank"
    return ", ".join(named) if named else "none"


def canonical(name: str) -> str:
    """Return a name as the tables spell it.

    Parameters
    ----------
    name : str
        As a user wrote it.

    Returns
    -------
    str
        Lower case, underscores for spaces and hyphens.
    """
    return name.strip().lower().replace(" ", "_").replace("-", "_")
