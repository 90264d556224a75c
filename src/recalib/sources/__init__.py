"""The raw tables: in goes a folder of published tables and guides, out come checked frames."""

from recalib.sources.catalogue import RULES, Rule
from recalib.sources.provenance import reader_notes, trust_level

__all__ = [
    "RULES",
    "Rule",
    "reader_notes",
    "trust_level",
]
