"""In: a guide's name; out: its printed bands beside what the data give them."""

from __future__ import annotations

from calib import _names
from calib._edition import Edition, current
from calib._values import AuditRow


def guides() -> tuple[str, ...]:
    """Return the guides that the edition audits, sorted.

    Returns
    -------
    tuple of str

    Raises
    ------
    EditionError
        If the installed table is missing or damaged.

    Examples
    --------
    >>> import calib
    >>> "general_surgery_img" in calib.guides()
    True
    """
    return tuple(_audits(current()))


def _audits(edition: Edition) -> dict[str, tuple[AuditRow, ...]]:
    """Return the rows of every guide, the guides sorted."""
    if not edition.audits:
        audit = edition.table("guide_audit")
        at = audit.columns["guide"]
        edition.audits = {
            guide: tuple(AuditRow(*map(audit.record(row).get, AuditRow.__slots__)) for row in rows)
            for (guide,), rows in sorted(audit.index(at, at + 1).items())
        }
    return edition.audits


def guide_audit(
    guide: str, *, specialty: str | None = None, applicant_group: str | None = None
) -> tuple[AuditRow, ...]:
    """Return the printed bands of a guide with the chance that the data give them and a verdict.

    Parameters
    ----------
    guide : str
        One of `guides`.
    specialty : str, optional
        Only the rows of this specialty.
    applicant_group : str, optional
        Only the rows audited against this group's curve. A guide for IMGs is audited against
        ``non_us_img`` and ``us_img`` apart.

    Returns
    -------
    tuple of AuditRow
        In the table's order.

    Raises
    ------
    UnknownNameError
        If a name is unknown (a KeyError).
    EditionError
        If the installed table is missing or damaged.

    Examples
    --------
    >>> import calib
    >>> rows = calib.guide_audit("general_surgery_img", applicant_group="non_us_img")
    >>> row = next(row for row in rows if row.label == "highly_competitive")
    >>> row.score_min, row.verdict
    (250.0, 'too_easy')
    >>> row.edge_low < row.probability_at_edge < row.edge_high
    True
    """
    edition = current()
    audits = _audits(edition)
    rows = audits[_names.known("guide", guide, tuple(audits))]
    if specialty is not None:
        edition.pairs()
        # A tier's row may stand under the tier's own name.
        named = (*edition.specialties, *(row.specialty for row in rows))
        specialty = _names.known("specialty", specialty, named)
        rows = tuple(row for row in rows if row.specialty == specialty)
    if applicant_group is not None:
        edition.pairs()
        group = _names.known("applicant group", applicant_group, edition.groups)
        rows = tuple(row for row in rows if row.curve_group == group)
    return rows
