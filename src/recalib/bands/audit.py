"""Audit of the guides: what the data give each printed edge and band, and a verdict.

A printed edge claims what its label means: the role that the guide's row carries (top, middle,
bottom), or `top` for the highest row of a guide's target scheme that carries none (the tiers); the
other rows (program lists, plans, visa rows, lowest labels) claim nothing that one number could hold
or break. The verdict compares the chance at the printed edge with the anchor probability of that
role; for a guide that has a vote in the anchor, with what the other guides alone would give, since
it cannot be judged by itself:

- `too_easy`: the whole 95 % interval of the chance lies below the anchor;
- `too_hard`: it lies above;
- `holds`: it holds the anchor, and the calibrated edge is known to 20 points (the width of two
  printed bands) or better;
- `cannot_tell`: anything else, and every curve that claims no edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from calib.line import chance, fieller
from recalib.bands.anchors import LABELS, line_of
from recalib.bands.edges import HIGHEST, LOWEST, mean_probability
from recalib.contract.keys import recency
from recalib.contract.tables import TABLES
from recalib.likelihood.model import Array
from recalib.privacy.withhold import Crowds

#: Longest interval of a calibrated edge, in points, that still tells one printed band from another.
TELLING = 20.0
MEMBERS = {"img": ("non_us_img", "us_img")}
DENOMINATORS = ("ranked_first", "ranked_any_pgy1")
NAN = float("nan")


def newest_match_curve(
    curves: pd.DataFrame, specialty: str, applicant_group: str
) -> pd.Series | None:
    """Return the curve that a guide's row is held against, or None.

    `ranked_first` before `ranked_any_pgy1`, then the newest cycle, among curves with evidence.
    """
    found = curves[
        (curves["specialty"] == specialty)
        & (curves["applicant_group"] == applicant_group)
        & (curves["outcome"] == "match")
        & (curves["needs_visa"].fillna("") == "")
        & (curves["status"] != "no_evidence")
    ]
    for denominator in DENOMINATORS:
        part = found[found["denominator"] == denominator]
        if not part.empty:
            return max((row for _, row in part.iterrows()), key=lambda row: recency(row["cycle"]))
    return None


def role_of(band: pd.Series) -> str:
    """Return the edge that a printed row claims to be: top, middle, bottom or nothing."""
    if band["edge"] in LABELS:
        return str(band["edge"])
    tier = str(band["specialty"]).startswith("tier:")
    return "top" if tier and band["guide_scheme"] == "target" and band["rank"] == 1 else ""


def _specialties(name: str, specialties: pd.DataFrame) -> list[str]:
    if name.startswith("tier:"):
        tier = name.removeprefix("tier:")
        return sorted(specialties.loc[specialties["tier"] == tier, "specialty"])
    return [name]


def _verdict(
    chance: tuple[float, float, float], anchor: float, interval: tuple[float, float]
) -> str:
    if not np.isfinite(anchor):
        return "cannot_tell"
    if chance[2] < anchor:
        return "too_easy"
    if chance[1] > anchor:
        return "too_hard"
    return "holds" if interval[1] - interval[0] <= TELLING else "cannot_tell"


def _audit_one(
    band: pd.Series,
    curve: pd.Series | None,
    anchors: Mapping[str, float],
    judges: Mapping[tuple[str, str], float],
    distributions: Mapping[tuple[str, ...], tuple[Array, Array]],
    key: tuple[str, ...],
    crowds: Crowds,
) -> dict[str, object]:
    edge = float(band["score_min"])
    row: dict[str, object] = {
        "denominator": "",
        "verdict": "cannot_tell",
        "status": "no_evidence",
        "grade": "",
    }
    if curve is None:
        return row
    line = line_of(curve)
    row |= {
        "denominator": curve["denominator"],
        "status": curve["status"],
        "grade": curve["grade"],
    }
    scores, density = distributions[key]
    low = edge if np.isfinite(edge) else LOWEST
    high = float(band["score_max"]) if np.isfinite(band["score_max"]) else HIGHEST
    inside = (scores >= low) & (scores <= high)
    if density[inside].sum() > 0 and crowds.are_enough(curve, low, high):
        names = ("probability_in_band", "band_low", "band_high")
        row |= dict(
            zip(names, mean_probability(line, scores[inside], density[inside]), strict=True)
        )
    if not np.isfinite(edge):
        return row
    at_edge = chance(line, edge)
    row |= dict(zip(("probability_at_edge", "edge_low", "edge_high"), at_edge, strict=True))
    role = role_of(band)
    anchor = anchors.get(role, NAN)
    if curve["status"] != "ok" or not np.isfinite(anchor):
        return row
    calibrated, *interval = fieller(line, anchor)
    if curve["score_low"] <= calibrated <= curve["score_high"]:
        calibrated = round(calibrated, 1)
        row |= {"calibrated_edge": calibrated, "shift": calibrated - edge}
    others = judges.get((role, str(band["guide"])))
    if others is not None:
        anchor = others
        interval = list(fieller(line, anchor)[1:]) if np.isfinite(anchor) else interval
    row["verdict"] = _verdict(at_edge, anchor, (interval[0], interval[1]))
    return row


def audit(
    guide_bands: pd.DataFrame,
    specialties: pd.DataFrame,
    curves: pd.DataFrame,
    anchors: Mapping[str, float],
    judges: Mapping[tuple[str, str], float],
    distributions: Mapping[tuple[str, ...], tuple[Array, Array]],
    crowds: Crowds | None = None,
) -> pd.DataFrame:
    """Hold every printed row of every guide against the curves.

    `guide_bands`: as in `guides/guide_bands.csv`, specialties canonical or `tier:<name>`;
    `specialties`: with the tiers; `curves`: as published; `judges` (mapping of (edge, guide) to
    float): for guides with a vote in an anchor: the anchor of the other guides; NaN without others;
    `distributions` (mapping of curve key to (scores, density)); `crowds`: people behind curves of
    cohorts: a band of too few gets no probability. Returns columns of `guide_audit.csv` without the
    edition.
    """
    rows = []
    for band, specialty, group in _cases(guide_bands, specialties):
        curve = newest_match_curve(curves, specialty, group)
        key: tuple[str, ...] = ()
        if curve is not None:
            visa = ""
            key = (
                curve["cycle"], specialty, group, visa, curve["outcome"], curve["denominator"],
            )  # fmt: skip
        found = _audit_one(band, curve, anchors, judges, distributions, key, crowds or Crowds())
        kept = ("guide", "guide_scheme", "applicant_group", "rank", "label", "edge")
        row = {name: band[name] for name in (*kept, "score_min", "score_max")}
        row["edge"] = role_of(band)
        rows.append(row | {"specialty": specialty, "curve_group": group} | found)
    # Named columns: where no curve claims an edge, no row brings the columns of one.
    columns = [name for name in TABLES["guide_audit"].column_names if name != "edition"]
    return pd.DataFrame(rows, columns=columns)


def _cases(
    guide_bands: pd.DataFrame, specialties: pd.DataFrame
) -> Iterator[tuple[pd.Series, str, str]]:
    """Every printed row with each specialty and each applicant group that it speaks of."""
    for _, band in guide_bands.iterrows():
        group = str(band["applicant_group"])
        for specialty in _specialties(str(band["specialty"]), specialties):
            for member in MEMBERS.get(group, (group,)):
                yield band, specialty, member
