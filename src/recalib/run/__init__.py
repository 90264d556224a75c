"""Runs the notebooks in their order, by papermill, and keeps the tables they hand on."""
