"""The workshop: raw tables to calibrated edition and reports.

The doors of its rooms, for notebooks and scripts. They are imported when first asked for, so that
processes which only hand on tasks stay light.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_DOORS = {
    "adjust.tables": ("adjustment_table", "cohort_rows", "printed_rows"),
    "bands.agreement": ("agreement_table",),
    "bands.audit": ("audit_table",),
    "bands.published": ("People", "distributions_of"),
    "bands.readings": ("Readings",),
    "bands.tables": ("band_table", "cohort_bands", "standing_rows"),
    "criticism.fitted_run": ("FittedRun",),
    "curves.alone": ("fit_alone", "learn_bends"),
    "curves.bends": ("with_bends",),
    "curves.fit": (
        *("borrowed_curves", "cohort_curves", "fit_curves", "one_a_key", "pooled_curves"),
        "with_drift",
    ),
    "curves.levels": ("estimate_drift",),
    "curves.pools": ("pool_slopes",),
    "curves.printed_curve": ("points_of", "printed_curves"),
    "curves.priors": ("Priors",),
    "curves.standing": ("standing_table",),
    "curves.tables": (
        *("check_table", "cohort_curve_table", "cohort_scores", "compare_curves", "curve_table"),
    ),
    "curves.two_groups": ("means_of", "translated_curves"),
    "evidence": ("gather", "self_reported"),
    "likelihood.cells": ("build_cells",),
    "raw": ("read_raw",),
    "run.tables": ("Run",),
}
_ROOMS = {name: room for room, names in _DOORS.items() for name in names}

__all__ = sorted(_ROOMS)


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(import_module(f"recalib.{_ROOMS[name]}"), name)
    raise AttributeError(f"module 'recalib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
