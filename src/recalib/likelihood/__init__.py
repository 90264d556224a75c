"""Likelihoods of printed tables: one module a kind of table, all on one model.

In goes a cell (what was printed about one population) and parameters, out come the score vector,
the expected information and the objective that `recalib.curves.unit` climbs.
"""
