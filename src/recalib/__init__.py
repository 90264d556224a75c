"""The workshop: raw tables in, calibrated edition and reports out."""
