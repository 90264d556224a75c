"""The room of the bands: the fit's files in the work folder in, band table and audit out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recalib.bands import anchors as anchor_rules
from recalib.bands.audit import MEMBERS, audit
from recalib.bands.schemes import (
    Band,
    Scheme,
    blank_bands,
    chance_scheme,
    guide_scheme,
    join_small,
    make_bands,
)
from recalib.cohorts.labels import is_cohort, is_synthetic
from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.store import read_table, write_tables
from recalib.likelihood.model import Array
from recalib.privacy.withhold import FEW_IN_BAND, Crowds
from recalib.run.private_counts import read_cohorts

NAN = float("nan")
Distributions = dict[tuple[str, ...], tuple[Array, Array]]


def read_distributions(path: Path) -> Distributions:
    """Read the fitted distributions of scores by curve key."""
    frame = pd.read_csv(path, dtype=dict.fromkeys(KEY_COLUMNS, str), keep_default_na=False)
    return {
        tuple(str(part) for part in key): (
            rows["score"].to_numpy(float),
            rows["density"].to_numpy(float),
        )
        for key, rows in frame.groupby(KEY_COLUMNS, sort=False)
    }


def printed_edges(guide_bands: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Printed edge by (specialty, applicant group, edge).

    Where two guides print the same edge, the one first in alphabetical order stands; the audit
    shows all.
    """
    found: dict[tuple[str, str, str], float] = {}
    marked = guide_bands[guide_bands["edge"].isin(anchor_rules.LABELS)]
    for _, band in marked.sort_values("guide", kind="stable").iterrows():
        group = str(band["applicant_group"])
        for member in (group, *MEMBERS.get(group, ())):
            key = (str(band["specialty"]), member, str(band["edge"]))
            found.setdefault(key, float(band["score_min"]))
    return found


def _bands(
    curve: pd.Series, scheme: Scheme, distributions: Distributions, crowds: Crowds
) -> list[tuple[Band, str]]:
    """Bands of a curve, each with the reason why its numbers are withheld."""
    if curve["status"] != "ok":
        why = crowds.withholds(curve)
        return [(band, why) for band in blank_bands(scheme, str(curve["status"]))]
    if scheme.name == "guide" and curve["outcome"] != "match":
        # The anchors are chances of a match; an invitation for one application is another thing.
        return [(band, "") for band in blank_bands(scheme, "no_evidence")]
    key = tuple(str(curve[name]) for name in KEY_COLUMNS)
    limits = (float(curve["score_low"]), float(curve["score_high"]))
    line = anchor_rules.line_of(curve)
    bands, joined = join_small(
        lambda ranks: make_bands(line, scheme, *distributions[key], limits, ranks),
        lambda low, high: crowds.are_enough(curve, low, high),
    )
    few = {rank: FEW_IN_BAND.format(label=label) for rank, label in joined.items()}
    return [(band, few.get(band.rank, "")) for band in bands]


def _printed_first(curves: pd.DataFrame) -> pd.DataFrame:
    """Curves that guides are held against: a cohort's only where no printed table speaks.

    Synthetic cohorts judge nobody.
    """
    cohort = curves["sources"].map(is_cohort)
    place = ["specialty", "applicant_group", "outcome"]
    printed = curves.loc[~cohort & (curves["status"] != "no_evidence"), place].apply(tuple, axis=1)
    spoken = curves[place].apply(tuple, axis=1).isin(set(printed))
    return curves[~cohort | ~(spoken | curves["sources"].map(is_synthetic))]


def band_table(
    curves: pd.DataFrame,
    anchors: dict[str, float],
    guide_bands: pd.DataFrame,
    distributions: Distributions,
    crowds: Crowds | None = None,
) -> pd.DataFrame:
    """Lay out every label of both schemes for every curve.

    Parameters
    ----------
    curves : DataFrame
        As published, that is rounded: who recomputes a boundary from the file gets this one.
    anchors : dict of str to float
    guide_bands : DataFrame
    distributions : mapping of curve key to (scores, density)
    crowds : Crowds or None
        People behind curves of cohorts, where there are any.

    Returns
    -------
    DataFrame
        Columns of `band_table.csv` without the edition.
    """
    printed = printed_edges(guide_bands)
    crowds = crowds or Crowds()
    roles = [*anchor_rules.LABELS, ""]
    rows = []
    for _, curve in curves.iterrows():
        carried = {name: curve[name] for name in (*KEY_COLUMNS, "grade", "n", "sources")}
        for scheme in (chance_scheme(), guide_scheme(anchors)):
            for band, why in _bands(curve, scheme, distributions, crowds):
                edge = NAN
                if scheme.name == "guide" and curve["outcome"] == "match":
                    place = (curve["specialty"], curve["applicant_group"], roles[band.rank - 1])
                    edge = printed.get(place, NAN)
                shift = band.boundary - edge
                rows.append(
                    carried | vars(band) | {"guide_edge": edge, "shift": shift, "suppressed": why}
                )
    return pd.DataFrame(rows)


def make(work_dir: Path | str) -> dict[str, Any]:
    """Write band table, audit and anchors into the work folder.

    Parameters
    ----------
    work_dir : Path or str
        Holds `curves.csv`, `score_distributions.csv`, `guides.json` and the counts of cohorts, if
        any.

    Returns
    -------
    dict
        `anchors` used, `computed` from these curves, and `difference` where they are not the same.
    """
    work = Path(work_dir)
    guides = json.loads((work / "guides.json").read_text(encoding="utf-8"))
    guide_bands = pd.DataFrame(guides["bands"], columns=guides["band_columns"])
    guide_bands[["score_min", "score_max"]] = guide_bands[["score_min", "score_max"]].astype(float)
    specialties = pd.DataFrame(guides["specialties"])
    curves = read_table(work / "curves.csv", "curves")
    curves["needs_visa"] = curves["needs_visa"].fillna("")
    edition = str(guides["edition"])
    distributions = read_distributions(work / "score_distributions.csv")

    crowds = Crowds(read_cohorts(work))
    printed = curves[~curves["sources"].map(is_cohort)]
    points = anchor_rules.anchor_points(guide_bands, printed)
    computed = anchor_rules.anchors_from(points)
    frozen = guides["anchors"]
    anchors = dict(frozen) if frozen else computed
    table = band_table(curves, anchors, guide_bands, distributions, crowds)
    judges = {
        (edge, guide): anchor_rules.leave_own_guide_out(points, edge, guide)
        for edge, guide in zip(points["edge"], points["guide"], strict=True)
    }
    against = _printed_first(curves)
    audited = audit(guide_bands, specialties, against, anchors, judges, distributions, crowds)
    anchored = anchor_rules.anchor_table(points, anchors, printed)
    frames = {"band_table": table, "guide_audit": audited, "guide_anchors": anchored}
    for frame in frames.values():
        frame.insert(0, "edition", edition)
    write_tables(frames, work)
    notes = {
        "anchors": anchors,
        "frozen": bool(frozen),
        "computed": computed,
        "difference": {
            edge: round(computed.get(edge, np.nan) - value, 4)
            for edge, value in anchors.items()
            if edge in computed and abs(computed[edge] - value) > 5e-5
        },
    }
    (work / "band_notes.json").write_text(json.dumps(notes, indent=2) + "\n", encoding="utf-8")
    return notes
