"""Tables for people, laid out by great-tables; a table without rows is None."""

from recalib.report.sources import sources
from recalib.report.tables.adjustments import adjustments, adjustments_of, surcharges
from recalib.report.tables.audit import audit, guide_points, guides, rules
from recalib.report.tables.bands import bands
from recalib.report.tables.cycles import cycles_chances, cycles_edges
from recalib.report.tables.details import (
    by_score,
    cycles_of,
    denominators,
    edges,
    guide_lines,
    interviews,
)
from recalib.report.tables.details import standing as standing_short
from recalib.report.tables.details import ten_points as more_points
from recalib.report.tables.printed import bins, quantiles
from recalib.report.tables.run import bent, drift, facts, pools, statuses, worst
from recalib.report.tables.scores import standing, ten_points

__all__ = [
    "adjustments",
    "adjustments_of",
    "audit",
    "bands",
    "bent",
    "bins",
    "by_score",
    "cycles_chances",
    "cycles_edges",
    "cycles_of",
    "denominators",
    "drift",
    "edges",
    "facts",
    "guide_lines",
    "guide_points",
    "guides",
    "interviews",
    "more_points",
    "pools",
    "quantiles",
    "rules",
    "sources",
    "standing",
    "standing_short",
    "statuses",
    "surcharges",
    "ten_points",
    "worst",
]
