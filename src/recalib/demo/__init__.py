"""Makes a synthetic cohort and its truth from an edition, a number of rows and a seed."""

from recalib.demo.labels import NAME, TITLE
from recalib.demo.make import Demo, make_demo

__all__ = ["NAME", "TITLE", "Demo", "make_demo"]
