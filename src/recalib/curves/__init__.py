"""Curves: evidence in, one row a curve out (sites -> pools -> fit, lend -> check)."""
