"""Curves: evidence in, one row a curve out (unit -> pool -> borrow -> grade -> check)."""
