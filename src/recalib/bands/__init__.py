"""Bands cut from curves, anchors of the guides' labels, and the audit of the guides."""
