"""Reads cohorts (files with a row per applicant or application) and counts them, naming nobody."""
