"""What pages show of a run: sentences, figures, tables, sections and the index.

Nothing is estimated here. Chances, limits and differences are read off a curve's published numbers
with the arithmetic of the package `calib`, so that a page and a look-up never disagree.
"""
