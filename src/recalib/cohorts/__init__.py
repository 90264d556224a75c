"""Cohorts: files with a row per applicant or application in, counts that name nobody out."""
