"""In: nothing, or a table's name; out: what the edition holds, as names or as rows."""

from __future__ import annotations

from calib import _names
from calib._edition import Edition, current
from calib._tables import NAMES, Cell


def specialties(applicant_group: str | None = None) -> tuple[str, ...]:
    """Return the specialties of the edition, sorted.

    Parameters
    ----------
    applicant_group : str, optional
        Only those that have a curve for this group.

    Returns
    -------
    tuple of str
        Canonical names. Without a group also those of which nothing but a name is known.

    Raises
    ------
    UnknownNameError
        If the group is unknown (a KeyError).
    EditionError
        If the installed table is missing or damaged.
    """
    edition = current()
    edition.pairs()
    if applicant_group is None:
        return edition.specialties
    group = _names.known("applicant group", applicant_group, edition.groups)
    return tuple(name for name in edition.specialties if _has_curve(edition, name, group))


def _has_curve(edition: Edition, specialty: str, group: str) -> bool:
    # The preferred entry comes first: without evidence there, there is none.
    entries = edition.entries(specialty, group)
    return bool(entries) and entries[0].curve.status != "no_evidence"


def applicant_groups(specialty: str | None = None) -> tuple[str, ...]:
    """Return the applicant groups that have a curve.

    Parameters
    ----------
    specialty : str, optional
        Only those that have one in this specialty.

    Returns
    -------
    tuple of str
        From U.S. seniors to international graduates.

    Raises
    ------
    UnknownNameError
        If the specialty is unknown (a KeyError).
    EditionError
        If the installed table is missing or damaged.
    """
    edition = current()
    edition.pairs()
    names = edition.specialties
    if specialty is not None:
        names = (_names.known("specialty", specialty, names),)
    return tuple(g for g in edition.groups if any(_has_curve(edition, name, g) for name in names))


def editions() -> tuple[str, ...]:
    """Return the editions in this package, the newest last.

    Returns
    -------
    tuple of str
        One: each release of the package carries one edition.

    Raises
    ------
    EditionError
        If the installed edition is missing or damaged.
    """
    return (current().name,)


def table(name: str) -> list[dict[str, Cell]]:
    """Return a whole table of the edition.

    Parameters
    ----------
    name : str
        ``bands``, ``curves``, ``guide_audit``, ``adjustments``, ``evidence`` or ``guide_anchors``.

    Returns
    -------
    list of dict
        One dict a row, by column name; numbers as int or float, blanks as None. The rows are the
        caller's own to change.

    Raises
    ------
    UnknownNameError
        If there is no such table (a KeyError).
    EditionError
        If the installed table is missing or damaged.
    """
    found = current().table(_names.known("table", name, NAMES))
    return [found.record(row) for row in found.rows]
