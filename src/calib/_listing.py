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

    Examples
    --------
    >>> import calib
    >>> "general_surgery" in calib.specialties("non_us_img")
    True
    """
    edition = current()
    edition.pairs()
    if applicant_group is None:
        return edition.specialties
    group = _names.known("applicant group", applicant_group, edition.groups)
    found = edition.lists.get(("specialties", group))
    if found is None:
        found = tuple(name for name in edition.specialties if _has_curve(edition, name, group))
        edition.lists["specialties", group] = found
    return found


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

    Examples
    --------
    >>> import calib
    >>> calib.applicant_groups("anesthesiology")
    ('us_md_senior', 'us_img', 'non_us_img')
    """
    edition = current()
    edition.pairs()
    names = edition.specialties
    if specialty is not None:
        specialty = _names.known("specialty", specialty, names)
        names = (specialty,)
    found = edition.lists.get(("groups", specialty))
    if found is None:
        groups = edition.groups
        found = tuple(g for g in groups if any(_has_curve(edition, name, g) for name in names))
        edition.lists["groups", specialty] = found
    return found


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

    Examples
    --------
    >>> import calib
    >>> calib.editions() == (calib.EDITION,)
    True
    """
    return (current().name,)


def table(name: str) -> list[dict[str, Cell]]:
    """Return a whole table of the edition.

    Parameters
    ----------
    name : str
        ``bands``, ``curves``, ``guide_audit``, ``guide_anchors``, ``curve_notes``, ``evidence`` or
        ``adjustments``.

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

    Examples
    --------
    >>> import calib
    >>> row = calib.table("curves")[0]
    >>> list(row)[:5]
    ['edition', 'cycle', 'specialty', 'applicant_group', 'needs_visa']
    >>> type(row["n"]), row["needs_visa"]
    (<class 'int'>, None)
    """
    found = current().table(_names.known("table", name, NAMES))
    return [found.record(row) for row in found.rows]
