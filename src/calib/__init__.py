"""Calibrated score bands, with their uncertainty, by specialty and applicant group.

The shipped table is read at the first look-up, not at import. Standard library only.

A chance of a match is that of those who had interviews enough to rank it. Every look-up takes the
same keywords: ``outcome="match"`` or ``"interview"``; ``cycle=None`` for the newest with evidence;
``denominator=None`` for ``ranked_first`` where there is one, then ``ranked_any_pgy1``;
``needs_visa=None`` for everyone; ``source=None`` for printed tables before cohorts; bands also
``scheme="guide"`` or ``"chance"``, whose words they speak. Names may be the sources' labels or
common short names, in any case. Nothing here is causal, and nothing is a promise to a person.
`load` opens an earlier edition, with the same look-ups.
"""

from typing import TYPE_CHECKING

from calib.answers import AuditRow, Band, Boundary, Curve, CurveKey, Gain, Probability, Standing
from calib.edition import EditionError, shipped
from calib.loaded import LoadedEdition, load
from calib.lookup import (
    applicant_groups,
    band,
    bands,
    chances,
    cohorts,
    editions,
    gain,
    guide_audit,
    guides,
    probability,
    score_for,
    specialties,
    standing,
    table,
)
from calib.names import UnknownNameError
from calib.sentences import explain

__version__ = "0.6.0"

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
    "LoadedEdition",
    "Probability",
    "Standing",
    "UnknownNameError",
    "__version__",
    "applicant_groups",
    "band",
    "bands",
    "chances",
    "cohorts",
    "editions",
    "explain",
    "gain",
    "guide_audit",
    "guides",
    "load",
    "probability",
    "score_for",
    "specialties",
    "standing",
    "table",
]

# Checkers would take every misspelt attribute for a string.
if not TYPE_CHECKING:  # pragma: no branch

    def __getattr__(name: str) -> str:
        """Return the edition's name on first use, so that importing reads no file."""
        if name == "EDITION":
            return shipped().name
        raise AttributeError(f"module 'calib' has no attribute {name!r}")
