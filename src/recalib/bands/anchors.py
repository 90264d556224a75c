"""The three anchor probabilities that the guides' labels stand for.

For each edge (top, middle, bottom) the probability that the printed edge has on its specialty's
non-U.S. IMG `ranked_first` curve is averaged on the logit, guides with equal weight, over guides
whose curve is `ok`. Tier rows carry no edge and take no part. The three numbers are a definition:
once frozen in `guides/anchors.yml` they are used as given.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from calib.line import Line, chance, fieller
from recalib.contract.keys import recency

#: Edge of the guides, label whose lower boundary it is, in rank order.
LABELS = {"top": "highly_competitive", "middle": "competitive", "bottom": "borderline"}
GROUP, OUTCOME, DENOMINATOR = "non_us_img", "match", "ranked_first"


def line_of(row: pd.Series) -> Line:
    """Read the line of one row of the curves."""
    names = ("intercept", "slope", "intercept_se", "slope_se", "correlation")
    return Line(*(float(row[name]) for name in names))


def anchor_points(guide_bands: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """Probability that each printed edge has on its specialty's curve.

    `guide_bands`: as in `guides/guide_bands.csv`, specialties canonical; `curves`: as published.
    Returns columns edge, guide, specialty, printed_edge, probability; one row an edge and guide.
    """
    usable = curves[
        (curves["status"] == "ok")
        & (curves["applicant_group"] == GROUP)
        & (curves["outcome"] == OUTCOME)
        & (curves["denominator"] == DENOMINATOR)
        & (curves["needs_visa"].fillna("") == "")
    ]
    newest: dict[str, pd.Series] = {}
    for _, curve in usable.iterrows():
        best = newest.get(curve["specialty"])
        if best is None or recency(curve["cycle"]) > recency(best["cycle"]):
            newest[curve["specialty"]] = curve
    rows = []
    marked = guide_bands[guide_bands["edge"].isin(LABELS) & guide_bands["score_min"].notna()]
    for _, band in marked.iterrows():
        held = newest.get(band["specialty"])
        if held is None or band["applicant_group"] not in (GROUP, "img"):
            continue
        probability = chance(line_of(held), float(band["score_min"]))[0]
        rows.append(
            (band["edge"], band["guide"], band["specialty"], float(band["score_min"]), probability)
        )
    columns = ["edge", "guide", "specialty", "printed_edge", "probability"]
    order = {edge: place for place, edge in enumerate(LABELS)}
    points = pd.DataFrame(rows, columns=columns)
    return points.sort_values(
        ["edge", "guide"],
        key=lambda column: column.map(order).fillna(-1) if column.name == "edge" else column,
        ignore_index=True,
    )


def anchors_from(points: pd.DataFrame) -> dict[str, float]:
    """Average the points on the logit, guides with equal weight.

    Returns: probability by edge, rounded to 4 decimals, only for edges that a guide gives, and only
    while top > middle > bottom holds (a middle that breaks the order is left out).
    """
    found: dict[str, float] = {}
    for edge in LABELS:
        part = points[points["edge"] == edge]
        if not part.empty:
            by_guide = part.assign(logit=logit(part["probability"])).groupby("guide")["logit"]
            found[edge] = round(float(expit(by_guide.mean().mean())), 4)
    kept: dict[str, float] = {}
    for edge, probability in found.items():
        if not kept or probability < min(kept.values()):
            kept[edge] = probability
    return kept


def leave_own_guide_out(points: pd.DataFrame, edge: str, guide: str) -> float:
    """Anchor of an edge from the other guides alone; NaN where there is no other."""
    rest = points[(points["edge"] == edge) & (points["guide"] != guide)]
    return anchors_from(rest).get(edge, float("nan"))


def _reached(line: Line, probability: float, curve: pd.Series) -> float:
    """Score at a probability; NaN where nobody defined it or no such score occurs."""
    if not np.isfinite(probability):
        return float("nan")
    score = fieller(line, probability)[0]
    return score if curve["score_low"] <= score <= curve["score_high"] else float("nan")


def anchor_table(
    points: pd.DataFrame, anchors: Mapping[str, float], curves: pd.DataFrame
) -> pd.DataFrame:
    """Lay out the anchors with what each guide says, and each edge without its own guide.

    A calibrated edge of an anchoring specialty is partly its own guide's printed edge; the edge
    that the other guides alone would give shows how much.

    Returns columns edge, guide, specialty, printed_edge, probability, anchor, anchor_without_own,
    calibrated_edge, calibrated_edge_without_own.
    """
    usable = curves[
        (curves["applicant_group"] == GROUP)
        & (curves["outcome"] == OUTCOME)
        & (curves["denominator"] == DENOMINATOR)
        & (curves["needs_visa"].fillna("") == "")
        & (curves["status"] == "ok")
    ]
    rows = []
    for _, point in points.iterrows():
        own = usable[usable["specialty"] == point["specialty"]]
        curve = max((row for _, row in own.iterrows()), key=lambda row: recency(row["cycle"]))
        anchor = anchors.get(point["edge"], np.nan)
        without = leave_own_guide_out(points, point["edge"], point["guide"])
        line = line_of(curve)
        edges = [_reached(line, p, curve) for p in (anchor, without)]
        rows.append([*point, anchor, without, *edges])
    columns = ["anchor", "anchor_without_own", "calibrated_edge", "calibrated_edge_without_own"]
    return pd.DataFrame(rows, columns=[*points.columns, *columns])
