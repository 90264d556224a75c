"""Curves fitted to the evidence: cells, pools, borrowed curves and their check."""
