"""Drift: what changed between two editions, why, who approved it, and what cycles did.

`causes` and `cycles` read curves as the fit does; they are imported by name where they are asked
for, so that `calib check` need not wait for the fit's libraries.
"""

from recalib.drift.approvals import approve as approve
from recalib.drift.approvals import judged as judged
from recalib.drift.approvals import stale as stale
from recalib.drift.approvals import unapproved as unapproved
from recalib.drift.compare import COLUMNS as COLUMNS
from recalib.drift.compare import compare as compare
from recalib.drift.compare import lost_keys as lost_keys
from recalib.drift.compare import no_drift as no_drift
from recalib.drift.compare import values_changed as values_changed
from recalib.drift.figures import changed_facts as changed_facts
from recalib.drift.record import Record as Record
from recalib.drift.record import read_record as read_record
from recalib.drift.record import write_record as write_record
from recalib.drift.told import to_markdown as to_markdown
from recalib.drift.told import to_text as to_text
