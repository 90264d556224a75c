"""The raw tables: in goes a folder of published tables and guides, out come checked frames."""

from recalib.sources.catalogue import RULES, Rule
from recalib.sources.provenance import reader_notes, trust_level
from recalib.sources.raw import RawData, check_raw, read_raw
from recalib.sources.vocabulary import cycle_years

__all__ = [
    "RULES",
    "RawData",
    "Rule",
    "check_raw",
    "cycle_years",
    "read_raw",
    "reader_notes",
    "trust_level",
]
