"""An edition, a number of rows and a seed in, a synthetic cohort with its truth out."""

from recalib.cohorts.demo.labels import NAME, TITLE
from recalib.cohorts.demo.make import Demo, make_demo

__all__ = ["NAME", "TITLE", "Demo", "make_demo"]
