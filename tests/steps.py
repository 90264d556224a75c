"""The main job without notebooks: the doors of the rooms in order, as a script would call them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recalib import (
    FittedRun,
    People,
    Readings,
    Run,
    adjustment_table,
    audit_table,
    band_table,
    build_cells,
    check_table,
    cohort_bands,
    cohort_curve_table,
    cohort_rows,
    cohort_scores,
    curve_table,
    distributions_of,
    estimate_drift,
    fit_curves,
    gather,
    means_of,
    points_of,
    printed_rows,
    read_raw,
    self_reported,
    standing_rows,
    standing_table,
)
from recalib.contract.store import digest
from recalib.curves.fit import Fitted
from recalib.curves.pools import Pools
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
    cells += build_cohort_cells(run.cohorts())
    fitted = fit_curves(cells, means=means_of(evidence), points=points_of(evidence))
    checked = check_table(evidence, fitted.curves)
    run.write("curves", curve_table(fitted.curves, run.edition))
    run.write("curve_notes", note_table(fitted.curves, run.edition))
    run.write("evidence", checked)
    run.write("score_distributions", score_table(fitted.curves))
    run.write("standing_by_score", standing_table(fitted.curves))
    run.write_beside("cohort_curves", cohort_curve_table(fitted.beside, run.edition))
    run.write_beside("cohort_scores", cohort_scores(fitted.beside))
    pools, drift = Pools(fitted.pools, fitted.reads), estimate_drift(fitted.curves)
    run.write_note("fit", fit_notes(fitted.curves, pools, checked, drift, fitted.bends))
    return fitted


def people_of(run: Run) -> People:
    scores = distributions_of(run.read("score_distributions"))
    return People(scores, run.read("standing_by_score"), Crowds(run.cohorts()))


def bands(work_dir: Path | str) -> Readings:
    run = Run(work_dir)
    curves, printed, people = run.read("curves"), run.view().guide_bands, people_of(run)
    readings = Readings.of(run.note("guides")["readings"])
    specialties = pd.DataFrame(run.note("guides")["specialties"])
    frames = {
        "band_table": band_table(curves, printed, readings, people),
        "standing": standing_rows(run.read("standing_by_score"), printed),
        "guide_audit": audit_table(printed, specialties, curves, readings, people),
    }
    for name, frame in frames.items():
        run.write(name, frame.assign(edition=run.edition))
    if run.has("cohort_curves"):
        own, scores = run.read("cohort_curves"), run.read("cohort_scores")
        beside = cohort_bands(own, scores, printed, readings, people.crowds)
        run.write_beside("cohort_bands", beside.assign(edition=run.edition))
    run.write_note("bands", {"least": readings.least, "curves": digest("curves", curves)})
    return readings


def adjust(work_dir: Path | str) -> pd.DataFrame:
    run = Run(work_dir)
    rows = printed_rows(run.read("curves"), run.note("inputs")["provenance"])
    table = adjustment_table(rows + cohort_rows(run.cohorts()), run.edition)
    run.write("adjustments", table)
    return table


def criticised(work_dir: Path | str) -> FittedRun:
    view = Run(work_dir).view()
    return FittedRun.fit(view.evidence, view.inputs["provenance"], view.newest, view.bands)
