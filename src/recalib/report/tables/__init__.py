"""Tables for people, laid out by great-tables; a table without rows is None."""

from recalib.report.tables.adjustments import adjustments, adjustments_of, surcharges
from recalib.report.tables.audit import audit, guide_points, rules
from recalib.report.tables.bands import bands
from recalib.report.tables.cycles import cycles_chances, cycles_edges
from recalib.report.tables.printed import bins, quantiles
from recalib.report.tables.run import bent, drift, facts, pools, statuses, worst
from recalib.report.tables.scores import standing, ten_points
from recalib.report.tables.sources import guides, sources

__all__ = [
    "adjustments",
    "adjustments_of",
    "audit",
    "bands",
    "bent",
    "bins",
    "cycles_chances",
    "cycles_edges",
    "drift",
    "facts",
    "guide_points",
    "guides",
    "pools",
    "quantiles",
    "rules",
    "sources",
    "standing",
    "statuses",
    "surcharges",
    "ten_points",
    "worst",
]
