"""Turns the rows of a sheet into rows of a raw table, with the cell that each value came from."""

from __future__ import annotations

from recalib.typed.numbers import (
    BOUND,
    PERCENT,
    SCORE,
    SD,
    SHARE,
)

KIND_OF = dict.fromkeys(("min", "q1", "median", "q3", "max", "mean"), SCORE) | {
    "sd": SD,
    "score_min": BOUND,
    "score_max": BOUND,
    "probability": SHARE,
    "rate": PERCENT,
    "reading_error": SHARE,
    "dispersion": "dispersion",
}
