"""One run: its tables, the order of its notebooks, and papermill in parallel processes."""
