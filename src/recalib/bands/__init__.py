"""Curves cut into bands, and the guides held against them: band table and audit."""
