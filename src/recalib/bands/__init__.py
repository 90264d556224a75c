"""Bands: curves in, band table and audit of the guides out (edges -> anchors -> schemes)."""
