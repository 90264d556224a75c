"""Figures of a run, by matplotlib, each with its alternative text as its label."""

from recalib.report.figures.adjustments import adjustments
from recalib.report.figures.audit import audit
from recalib.report.figures.bands import bands
from recalib.report.figures.curves import curves
from recalib.report.figures.cycles import cycles
from recalib.report.figures.overview import overview
from recalib.report.figures.printed import printed
from recalib.report.figures.slopes import slopes

__all__ = ["adjustments", "audit", "bands", "curves", "cycles", "overview", "printed", "slopes"]
