"""Figures of a run, by matplotlib, each with its alternative text as its label."""

from recalib.report.figures.adjustments import adjustments
from recalib.report.figures.audit import audit
from recalib.report.figures.cycles import cycles
from recalib.report.figures.dumbbell import dumbbell
from recalib.report.figures.foretold import foretold
from recalib.report.figures.gains import gains
from recalib.report.figures.one_curve import one_curve
from recalib.report.figures.overview import overview
from recalib.report.figures.printed import printed
from recalib.report.figures.ridges import ridges
from recalib.report.figures.slopes import slopes
from recalib.report.figures.widths import widths

__all__ = [
    "adjustments",
    "audit",
    "cycles",
    "dumbbell",
    "foretold",
    "gains",
    "one_curve",
    "overview",
    "printed",
    "ridges",
    "slopes",
    "widths",
]
