"""Makes a synthetic cohort and its truth from an edition, a number of rows and a seed."""

from recalib.demo.folder import Demo, make_demo
from recalib.demo.labels import NAME, TITLE

__all__ = ["NAME", "TITLE", "Demo", "make_demo"]
