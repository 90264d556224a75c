"""Reads and checks the raw tables and guides of a folder."""

from recalib.sources.catalogue import RULES, Rule
from recalib.sources.provenance import reader_notes, trust_level

__all__ = [
    "RULES",
    "Rule",
    "reader_notes",
    "trust_level",
]
