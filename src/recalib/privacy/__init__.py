"""Decides what may leave a cohort: noise, release, withholding, redaction, and the rule."""
