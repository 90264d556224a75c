"""A small edition for tests: every published table, most with one plausible row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from calib.edition import Edition
from recalib import Run
from recalib.contract.store import empty_table
from recalib.contract.tables import TABLES
from recalib.publish import make_edition

KEY = {
    "edition": "2026.1",
    "cycle": "2026",
    "specialty": "general_surgery",
    "applicant_group": "non_us_img",
    "needs_visa": "",
    "outcome": "match",
    "denominator": "ranked_first",
}
CURVE = KEY | {
    "intercept": -0.5,
    "slope": 0.6,
    "intercept_se": 0.1,
    "slope_se": 0.1,
    "correlation": -0.2,
    "intercept_raw": -0.52,
    "slope_raw": 0.63,
    "slope_raw_se": 0.12,
    "own_share": 0.694,
    "drift_sd": 0.3,
    "bend_sd": 0.1,
    "p_slope_positive": 1.0,
    "score_low": 212.0,
    "score_high": 272.0,
    "base_rate": 0.28,
    "n": 539,
    "grade": "A",
    "status": "ok",
    "sources": "one|two",
}
BAND = KEY | {
    "rank": 1,
    "label": "very_likely",
    "guide_label": "highly_competitive",
    "score_min": 272,
    "score_max": 300,
    "boundary": 271.6,
    "boundary_low": 268.0,
    "boundary_high": 276.0,
    "boundary_next_low": 262.0,
    "boundary_next_high": 283.0,
    "probability": 0.8,
    "probability_low": 0.7,
    "probability_high": 0.9,
    "next_low": 0.6,
    "next_high": 0.92,
    "standing_matched": 0.95,
    "standing_not_matched": 0.99,
    "status": "ok",
    "guide_edge": None,
    "shift": None,
    "grade": "A",
    "n": 539,
    "sources": "one|two",
    "suppressed": "",
}
AUDIT = {
    "edition": "2026.1",
    "guide": "general_surgery_img",
    "guide_scheme": "target",
    "specialty": "general_surgery",
    "applicant_group": "img",
    "curve_group": "non_us_img",
    "cycle": "2026",
    "denominator": "ranked_first",
    "rank": 1,
    "label": "highly_competitive",
    "reading": "highly_competitive",
    "data_label": "borderline",
    "score_min": 250,
    "score_max": None,
    "edge": "top",
    "probability_at_edge": 0.3,
    "edge_low": 0.25,
    "edge_high": 0.35,
    "next_low": 0.18,
    "next_high": 0.45,
    "probability_in_band": 0.4,
    "band_low": 0.35,
    "band_high": 0.45,
    "standing_matched": 0.39,
    "standing_not_matched": 0.59,
    "calibrated_edge": 271.6,
    "shift": 21.6,
    "verdict": "overstates",
    "reason": "18-45 % in the next cycle: all of it below what highly competitive stands for.",
    "status": "ok",
    "grade": "A",
}
ADJUSTMENT = {name: value for name, value in KEY.items() if name != "needs_visa"} | {
    "covariate": "needs_visa",
    "level": "yes",
    "odds_ratio": 0.5,
    "odds_ratio_low": 0.3,
    "odds_ratio_high": 0.8,
    "points": 11.6,
    "points_low": 4.0,
    "points_high": 25.0,
    "grade": "B",
    "n": 80,
    "sources": "one",
    "suppressed": "",
    "reference": "no",
    "status": "ok",
    "note": "",
}
STANDING = KEY | {
    "score": 250,
    "matched_below": 0.39,
    "matched_low": 0.32,
    "matched_high": 0.47,
    "not_matched_below": 0.59,
    "not_matched_low": 0.53,
    "not_matched_high": 0.64,
}
FACT = KEY | {
    "kind": "quantiles",
    "result": "matched",
    "statistic": "median",
    "score_min": None,
    "score_max": None,
    "value": 253.0,
    "n": 102,
    "fitted": 252.8,
    "standard_deviation": 1.2,
    "z": 0.17,
    "source": "one",
    "file": "published/one.quantiles.csv",
    "row": 2,
}
INPUTS: dict[str, Any] = {
    "edition": "2026.1",
    "hashes": {"published/one.quantiles.csv": "0" * 64},
    "provenance": {
        "one": {"title": "One report", "publisher": "A publisher", "rights": "Cite it."},
        "two": {"title": "Another report"},
    },
    "guides": {"general_surgery_img": {"title": "A guide", "publisher": "Somebody"}},
}

Change = Callable[[dict[str, pd.DataFrame]], None]


def sample_frames() -> dict[str, pd.DataFrame]:
    """Return every published table, most with one plausible row."""
    rows = {
        "curves": CURVE,
        "band_table": BAND,
        "guide_audit": AUDIT,
        "standing": STANDING,
        "adjustments": ADJUSTMENT,
        "evidence": FACT,
    }
    frames = {name: empty_table(name) for name in TABLES}
    return frames | {name: pd.DataFrame([row]) for name, row in rows.items()}


def edition_of(work: Path, folder: Path) -> Edition:
    """What a run publishes; a table that it did not come to is empty."""
    run = Run(work)
    inputs = run.note("inputs") | {"guides": run.note("guides").get("guides", {})}
    frames = {name: run.read(name) if run.has(name) else empty_table(name) for name in TABLES}
    folder.mkdir()
    make_edition(frames, inputs, "0.1.0", folder)
    return Edition(folder)
