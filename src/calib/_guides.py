"""In: a guide's name; out: its printed bands beside what the data give them."""

from __future__ import annotations

from calib import _names
from calib._edition import current
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
    """
    audit = current().table("guide_audit")
    at = audit.columns["guide"]
    return tuple(sorted({guide for (guide,) in audit.index(at, at + 1)}))


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
    """
    edition = current()
    guide = _names.known("guide", guide, guides())
    audit = edition.table("guide_audit")
    at = audit.columns["guide"]
    rows = [audit.record(row) for row in audit.index(at, at + 1)[guide,]]
    if specialty is not None:
        edition.pairs()
        # A tier's row may stand under the tier's own name.
        named = (*edition.specialties, *(str(row["specialty"]) for row in rows))
        specialty = _names.known("specialty", specialty, named)
        rows = [row for row in rows if row["specialty"] == specialty]
    if applicant_group is not None:
        edition.pairs()
        group = _names.known("applicant group", applicant_group, edition.groups)
        rows = [row for row in rows if row["curve_group"] == group]
    return tuple(AuditRow(*(row[name] for name in AuditRow._order)) for row in rows)
