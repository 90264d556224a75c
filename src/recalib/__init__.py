"""The workshop: raw tables to calibrated edition and reports.

The doors of its rooms, for notebooks and scripts. They are imported when first asked for, so that
processes which only hand on tasks stay light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recalib.adjust.tables import adjustment_table, cohort_rows, printed_rows
    from recalib.bands.agreement import agreement_table
    from recalib.bands.published import People, distributions_of
    from recalib.bands.readings import Readings
    from recalib.bands.tables import audit_table, band_table, cohort_bands, standing_rows
    from recalib.criticism.fitted_run import FittedRun
    from recalib.curves.alone import fit_alone, learn_bends
    from recalib.curves.bends import with_bends
    from recalib.curves.fit import (
        borrowed_curves,
        cohort_curves,
        fit_curves,
        one_a_key,
        pooled_curves,
        translated_curves,
        with_drift,
    )
    from recalib.curves.levels import estimate_drift
    from recalib.curves.pools import pool_slopes
    from recalib.curves.printed_curve import points_of, printed_curves
    from recalib.curves.priors import Priors
    from recalib.curves.standing import standing_table
    from recalib.curves.tables import (
        check_table,
        cohort_curve_table,
        cohort_scores,
        compare_curves,
        curve_table,
    )
    from recalib.curves.two_groups import means_of
    from recalib.evidence import gather, self_reported
    from recalib.likelihood.cells import build_cells
    from recalib.raw import read_raw
    from recalib.run.tables import Run

_DOORS = {
    "FittedRun": "criticism.fitted_run",
    "People": "bands.published",
    "Priors": "curves.priors",
    "Readings": "bands.readings",
    "Run": "run.tables",
    "adjustment_table": "adjust.tables",
    "agreement_table": "bands.agreement",
    "audit_table": "bands.tables",
    "band_table": "bands.tables",
    "borrowed_curves": "curves.fit",
    "build_cells": "likelihood.cells",
    "check_table": "curves.tables",
    "cohort_bands": "bands.tables",
    "cohort_curve_table": "curves.tables",
    "cohort_curves": "curves.fit",
    "cohort_rows": "adjust.tables",
    "cohort_scores": "curves.tables",
    "compare_curves": "curves.tables",
    "curve_table": "curves.tables",
    "distributions_of": "bands.published",
    "estimate_drift": "curves.levels",
    "fit_alone": "curves.alone",
    "fit_curves": "curves.fit",
    "gather": "evidence",
    "learn_bends": "curves.alone",
    "means_of": "curves.two_groups",
    "one_a_key": "curves.fit",
    "points_of": "curves.printed_curve",
    "pool_slopes": "curves.pools",
    "pooled_curves": "curves.fit",
    "printed_curves": "curves.printed_curve",
    "printed_rows": "adjust.tables",
    "read_raw": "raw",
    "self_reported": "evidence",
    "standing_rows": "bands.tables",
    "standing_table": "curves.standing",
    "translated_curves": "curves.fit",
    "with_bends": "curves.bends",
    "with_drift": "curves.fit",
}

__all__ = [
    "FittedRun",
    "People",
    "Priors",
    "Readings",
    "Run",
    "adjustment_table",
    "agreement_table",
    "audit_table",
    "band_table",
    "borrowed_curves",
    "build_cells",
    "check_table",
    "cohort_bands",
    "cohort_curve_table",
    "cohort_curves",
    "cohort_rows",
    "cohort_scores",
    "compare_curves",
    "curve_table",
    "distributions_of",
    "estimate_drift",
    "fit_alone",
    "fit_curves",
    "gather",
    "learn_bends",
    "means_of",
    "one_a_key",
    "points_of",
    "pool_slopes",
    "pooled_curves",
    "printed_curves",
    "printed_rows",
    "read_raw",
    "self_reported",
    "standing_rows",
    "standing_table",
    "translated_curves",
    "with_bends",
    "with_drift",
]


def __getattr__(name: str) -> object:
    if name in _DOORS:
        return getattr(import_module(f"recalib.{_DOORS[name]}"), name)
    raise AttributeError(f"module 'recalib' has no attribute {name!r}")
