"""In: a specialty, an applicant group and a score; out: calibrated bands with their uncertainty.

The shipped table is read at the first look-up, not at import. Standard library only.

Every look-up takes the same keywords: ``outcome="match"`` or ``"interview"``; ``cycle=None`` for
the newest with evidence; ``denominator=None`` for ``ranked_first`` where there is one, then
``ranked_any_pgy1``; ``needs_visa=None`` for everyone; bands also ``scheme="guide"`` or
``"chance"``. Nothing here is causal, and nothing is a promise to a person.
"""

from __future__ import annotations

from calib._errors import EditionError, UnknownNameError
from calib._explain import explain
from calib._guides import guide_audit, guides
from calib._listing import applicant_groups, editions, specialties, table
from calib._lookup import band, bands, gain, probability, score_for
from calib._values import AuditRow, Band, Boundary, Curve, CurveKey, Gain, Probability

__version__ = "0.2.0"

EDITION: str
"""Name of the shipped edition, such as ``2026.1``; read when first asked for."""

__all__ = [
    "EDITION",
    "AuditRow",
    "Band",
    "Boundary",
    "Curve",
    "CurveKey",
    "EditionError",
    "Gain",
    "Probability",
    "UnknownNameError",
    "__version__",
    "applicant_groups",
    "band",
    "bands",
    "editions",
    "explain",
    "gain",
    "guide_audit",
    "guides",
    "probability",
    "score_for",
    "specialties",
    "table",
]


def _late_attribute(name: str) -> str:
    """Return the edition's name on first use, so that importing reads no file."""
    if name == "EDITION":
        from calib._edition import current

        return current().name
    raise AttributeError(f"module 'calib' has no attribute {name!r}")


# Set by name so that type checkers do not take every misspelt attribute for a string.
globals()["__getattr__"] = _late_attribute
