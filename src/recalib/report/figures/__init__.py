"""Figures of a run, by matplotlib, each with its alternative text as its label."""

from recalib.report.figures.adjustments import adjustments as adjustments
from recalib.report.figures.audit import audit as audit
from recalib.report.figures.cycles import cycles as cycles
from recalib.report.figures.dumbbell import dumbbell as dumbbell
from recalib.report.figures.foretold import foretold as foretold
from recalib.report.figures.gains import gains as gains
from recalib.report.figures.one_curve import one_curve as one_curve
from recalib.report.figures.overview import overview as overview
from recalib.report.figures.printed import printed as printed
from recalib.report.figures.ridges import ridges as ridges
from recalib.report.figures.slopes import slopes as slopes
from recalib.report.figures.widths import widths as widths
