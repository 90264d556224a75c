"""In: what was asked and what is known; out: errors that say what to do next."""

from __future__ import annotations

_SHOWN = 60
"""Characters of a wrong name that a message repeats: it may be a whole file by mistake."""


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

    Attributes
    ----------
    nearest : tuple of str
        Up to three accepted names that look most alike, best first.
    """

    def __init__(self, kind: str, name: object, known: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(sorted(known))
        self.nearest = _nearest(name, self.known)
        super().__init__(kind, name, self.known)

    def __str__(self) -> str:
        given = shown(self.name)
        if not isinstance(self.name, str):
            return f"{self.kind} must be a name, not {given}. Known: {_listed(self.known)}."
        if self.nearest:
            return f"Unknown {self.kind} {given}. Did you mean {' or '.join(self.nearest)}?"
        return f"Unknown {self.kind} {given}. Known: {_listed(self.known)}."


class EditionError(RuntimeError):
    """The edition's files are missing, damaged or not what edition.json describes."""


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
        text = repr(value)
    except Exception:
        return f"an object of type {type(value).__name__}"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _nearest(name: object, known: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(name, str):
        return ()
    from difflib import get_close_matches  # costs 10 ms: paid by errors only

    wanted = canonical(name[:_SHOWN])
    close = get_close_matches(wanted, known, n=3, cutoff=0.6)
    # "surgery" is far from "general_surgery" by letters, yet it is what was meant.
    within = [key for key in known if len(wanted) > 2 and wanted in key and key not in close]
    return tuple((close + within)[:3])


def _listed(known: tuple[str, ...]) -> str:
    named = [name for name in known if name]
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
