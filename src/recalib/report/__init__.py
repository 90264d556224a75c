"""The files of a run come in; figures, tables, sentences and pages go out.

Nothing is estimated here. Chances, limits and differences are read off a curve's published numbers
with the arithmetic of the package `calib`, so that a page and a look-up never disagree.
"""
