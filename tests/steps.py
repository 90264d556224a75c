"""The main job without notebooks: the doors of the rooms in order, as a script would call them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from recalib import (
    FittedRun,
    Run,
    adjustment_table,
    audit_table,
    band_table,
    build_cells,
    check_table,
    cohort_rows,
    curve_table,
    distributions_of,
    fit_curves,
    gather,
    printed_rows,
    read_raw,
    self_reported,
)
from recalib.bands.anchors import anchor_points, anchor_table, anchors_from
from recalib.bands.tables import band_notes, printed_curves
from recalib.curves.fit import Fitted, Pools
from recalib.curves.tables import fit_notes, note_table, score_table
from recalib.privacy.score_fit import build_cohort_cells
from recalib.privacy.withhold import Crowds
from recalib.run.ingest import guides_of, inputs_of, sealed


def ingest(
    raw_dir: Path | str, work_dir: Path | str, cycle: str = "", engine: str = "duckdb"
) -> pd.DataFrame:
    raw = read_raw(Path(raw_dir), cycle or None, engine)
    run = Run(work_dir)
    evidence = run.write("evidence", gather(raw))
    run.write_note("inputs", inputs_of(raw, cycle))
    run.write_note("guides", guides_of(raw))
    run.write_cohorts(sealed(raw, raw_dir))
    return evidence


def fit(work_dir: Path | str) -> Fitted:
    run = Run(work_dir)
    evidence = run.read("evidence")
    cells = build_cells(evidence, self_reported(run.note("inputs")["provenance"]))
    fitted = fit_curves(cells + build_cohort_cells(run.cohorts()))
    checked = check_table(evidence, fitted.curves)
    run.write("curves", curve_table(fitted.curves, run.edition))
    run.write("curve_notes", note_table(fitted.curves, run.edition))
    run.write("evidence", checked)
    run.write("score_distributions", score_table(fitted.curves))
    run.write_note("fit", fit_notes(fitted.curves, Pools(fitted.pools, fitted.reads), checked))
    return fitted


def bands(work_dir: Path | str) -> dict[str, Any]:
    run = Run(work_dir)
    curves, view, frozen = run.read("curves"), run.view(), run.note("guides")["anchors"]
    scores, crowds = distributions_of(run.read("score_distributions")), Crowds(run.cohorts())
    points = anchor_points(view.guide_bands, printed_curves(curves))
    computed = anchors_from(points)
    anchors = dict(frozen) if frozen else computed
    specialties = pd.DataFrame(run.note("guides")["specialties"])
    frames = {
        "band_table": band_table(curves, anchors, view.guide_bands, scores, crowds),
        "guide_audit": audit_table(
            view.guide_bands, specialties, curves, points, anchors, scores, crowds
        ),
        "guide_anchors": anchor_table(points, anchors, printed_curves(curves)),
    }
    for name, frame in frames.items():
        run.write(name, frame.assign(edition=run.edition))
    notes = band_notes(anchors, computed, bool(frozen))
    run.write_note("bands", notes)
    return notes


def adjust(work_dir: Path | str) -> pd.DataFrame:
    run = Run(work_dir)
    rows = printed_rows(run.read("curves"), run.note("inputs")["provenance"])
    table = adjustment_table(rows + cohort_rows(run.cohorts()), run.edition)
    run.write("adjustments", table)
    return table


def criticised(work_dir: Path | str) -> FittedRun:
    view = Run(work_dir).view()
    anchors = dict(view.band_notes["anchors"])
    return FittedRun.fit(view.evidence, view.inputs["provenance"], view.newest, view.bands, anchors)
