"""Estimates what stands beside the score: covariates as odds ratios and as Step 2 CK points.

strata (printed curves) and pooling (cohorts) -> points -> tables -> adjustments.csv; rules holds
the guides' own surcharges against it.
"""
