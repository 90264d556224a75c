"""In: a name as a user writes it; out: the name as the tables write it, or an error that helps."""

from __future__ import annotations

from calib._errors import UnknownNameError, as_text, canonical

GROUPS = ("us_md_senior", "us_do_senior", "us_md", "us_do", "us_img", "non_us_img", "img")
OUTCOMES = ("match", "interview")
DENOMINATORS = ("ranked_first", "ranked_any_pgy1", "applications")
"""In the order in which one is preferred when none is asked for."""
LABELS = {
    "guide": ("highly_competitive", "competitive", "borderline", "low"),
    "chance": ("very_likely", "likely", "possible", "unlikely"),
}
"""Labels of each scheme, rank 1 first."""
CHANCES = {"very_likely": 0.75, "likely": 0.5, "possible": 0.25}
"""Chance at the lower edge of each label of scheme ``chance``; the lowest label has none."""
SCHEMES = tuple(LABELS)


WORKSHOP = {
    "recalibrate": "fit the raw tables and write the edition and the reports",
    "check": "validate the raw tables",
    "diff": "compare two editions",
    "demo-cohort": "write a synthetic cohort and its truth",
}
"""Commands that the repository's workshop (recalib) carries out."""


def known(kind: str, name: object, names: tuple[str, ...]) -> str:
    """Return the known name that is meant.

    Parameters
    ----------
    kind : str
        What the name stands for, for the message.
    name : object
        What the user gave.
    names : tuple of str
        Every accepted name.

    Returns
    -------
    str
        One of `names`.

    Raises
    ------
    UnknownNameError
        If it is none of them.
    """
    text = as_text(name)
    if text is not None and (spelt := canonical(text)) in names:
        return spelt
    raise UnknownNameError(kind, name, names)


def visa(needs_visa: object) -> str | None:
    """Return the visa stratum that is meant.

    Parameters
    ----------
    needs_visa : object
        None or "" for everyone, ``yes``, ``no``.

    Returns
    -------
    str or None
        ``yes``, ``no``, or None for everyone.

    Raises
    ------
    UnknownNameError
        If it is anything else.
    """
    if needs_visa is None:
        return None
    return known("needs_visa", needs_visa, ("", "yes", "no")) or None


def cycle(given: object, cycles: tuple[str, ...]) -> str:
    """Return the cycle that is meant: 2026 is ``2026``, and an en dash a hyphen.

    Parameters
    ----------
    given : object
        Match year as a string or a whole number, or a span such as ``2020-2024``.
    cycles : tuple of str
        Every cycle of the edition.

    Returns
    -------
    str
        One of `cycles`.

    Raises
    ------
    UnknownNameError
        If it is none of them.
    """
    text = as_text(given)
    if text is None:
        text = _year(given)
    if text is not None and (spelt := text.strip().replace("–", "-")) in cycles:
        return spelt
    raise UnknownNameError("cycle", given if text is None else text, cycles)


def _year(given: object) -> str | None:
    from operator import index  # for numbers only; names do without the import

    try:
        year = index(given)  # type: ignore[arg-type]  # what is no whole number raises
    except Exception:
        return None
    return str(year) if 1900 <= year <= 9999 else None


def cycle_order(cycle: str) -> tuple[int, int]:
    """Return what cycles are sorted by: last year, then the shorter span.

    Parameters
    ----------
    cycle : str
        ``2026`` or ``2020-2024``.

    Returns
    -------
    tuple of int
        (last year, first year).
    """
    first, _, last = cycle.partition("-")
    return int(last or first), int(first)
