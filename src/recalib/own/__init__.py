"""An own cohort for its owner's eyes: exact, marked, and never part of an edition."""
