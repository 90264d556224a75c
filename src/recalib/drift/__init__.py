"""Drift: what changed between two editions, why, who approved it, and what cycles did.

`causes` and `cycles` read curves as the fit does; they are imported by name where they are asked
for, so that `calib check` need not wait for the fit's libraries.
"""

from recalib.drift.approvals import approve, judged, stale, unapproved
from recalib.drift.compare import COLUMNS, compare, lost_keys, no_drift, values_changed
from recalib.drift.figures import changed_facts
from recalib.drift.record import Record, read_record, write_record
from recalib.drift.told import to_markdown, to_text

__all__ = [
    "COLUMNS",
    "Record",
    "approve",
    "changed_facts",
    "compare",
    "judged",
    "lost_keys",
    "no_drift",
    "read_record",
    "stale",
    "to_markdown",
    "to_text",
    "unapproved",
    "values_changed",
    "write_record",
]
