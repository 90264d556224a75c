"""Curves cut into bands, and the guides held against them: band table and audit."""

from __future__ import annotations

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
from recalib.likelihood.model import Array
from recalib.privacy.withhold import FEW_IN_BAND, Crowds

NAN = float("nan")
Distributions = dict[tuple[str, ...], tuple[Array, Array]]


def distributions_of(scores: pd.DataFrame) -> Distributions:
    """Fitted distributions of scores by curve key, from their table."""
    return {
        tuple(str(part) for part in key): (
            rows["score"].to_numpy(float),
            rows["density"].to_numpy(float),
        )
        for key, rows in scores.groupby(KEY_COLUMNS, sort=False)
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


def audit_table(
    guide_bands: pd.DataFrame,
    specialties: pd.DataFrame,
    curves: pd.DataFrame,
    points: pd.DataFrame,
    anchors: dict[str, float],
    distributions: Distributions,
    crowds: Crowds | None = None,
) -> pd.DataFrame:
    """Hold every printed edge and band against the data; see `recalib.bands.audit.audit`.

    A guide that has a vote in an anchor is held against what the other guides alone would give; a
    cohort's curve judges only where no printed table speaks.
    """
    judges = {
        (edge, guide): anchor_rules.leave_own_guide_out(points, edge, guide)
        for edge, guide in zip(points["edge"], points["guide"], strict=True)
    }
    against = _printed_first(curves)
    crowds = crowds or Crowds()
    return audit(guide_bands, specialties, against, anchors, judges, distributions, crowds)


def printed_curves(curves: pd.DataFrame) -> pd.DataFrame:
    """Curves of printed tables: cohorts have no vote in what a label means."""
    return curves[~curves["sources"].map(is_cohort)]


def band_notes(used: dict[str, float], computed: dict[str, float], frozen: bool) -> dict[str, Any]:
    """Anchors used, whether they were frozen, and how far those of these curves lie from them."""
    moved = {edge: computed.get(edge, np.nan) - value for edge, value in used.items()}
    return {
        "anchors": used,
        "frozen": frozen,
        "computed": computed,
        "difference": {
            edge: round(by, 4) for edge, by in moved.items() if edge in computed and abs(by) > 5e-5
        },
    }
