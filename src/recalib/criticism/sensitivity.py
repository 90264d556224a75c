"""Calibrated edges and alternatives in, how far each edge moves under each of them out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from calib.line import fieller
from recalib.contract.keys import KEY_COLUMNS, CurveKey
from recalib.criticism.alternatives import FAMILIES, alternatives
from recalib.criticism.fitted_run import EDGE_COLUMNS, FittedRun
from recalib.curves.curve import Curve

_SHIFT_COLUMNS = [*EDGE_COLUMNS, "family", "alternative", "shift", "share", "claimed", "gone"]


def shifts(run: FittedRun, edges: pd.DataFrame) -> pd.DataFrame:
    """Move every edge by every alternative.

    `edges`: from `FittedRun.edges`. Returns `EDGE_COLUMNS`, family, alternative, shift (score
    points, alternative less published), share (its size over the half-width of the edge's interval,
    blank where that is open), claimed (whether the alternative claims this edge too), gone (whether
    it leaves the curve without a slope of its own; the shift is then blank). One row an edge and
    alternative that touches it.
    """
    keys = [CurveKey(*row) for row in edges[KEY_COLUMNS].itertuples(index=False)]
    base = {curve.cell.key: curve for curve in run.fitted.curves}
    rows = []
    for alternative in alternatives(run, set(keys)):
        for key, (_, edge) in zip(keys, edges.iterrows(), strict=True):
            curve = alternative.curves.get(key)
            if curve is None and key not in alternative.gone:
                continue
            place = {name: edge[name] for name in EDGE_COLUMNS}
            place |= {"family": alternative.family, "alternative": alternative.name}
            if curve is None:
                blank = {"shift": np.nan, "share": np.nan, "claimed": False, "gone": True}
                rows.append(place | blank)
                continue
            probability = float(edge["probability"])
            moved = _edge(curve, probability)
            shift = moved - _edge(base[key], probability)
            low, high = curve.score_limits
            rows.append(
                place
                | {
                    "shift": shift,
                    "share": abs(shift) / float(edge["half_width"]),
                    "claimed": curve.status == "ok" and low <= moved <= high,
                    "gone": False,
                }
            )
    return pd.DataFrame(rows, columns=_SHIFT_COLUMNS)


def _edge(curve: Curve, probability: float) -> float:
    return fieller(curve.line, probability)[0]


def by_alternative(moved: pd.DataFrame) -> pd.DataFrame:
    """Summarise the shifts of each alternative.

    `moved`: from `shifts`. Returns columns family, alternative, edges (that it touches), median,
    ninety, largest (size of the shift in score points), median_share, ninety_share, largest_share
    (of the half-width), unclaimed (edges of curves that are left but claim it no more), gone (edges
    whose curve is lost).
    """
    return _summary(moved, ["family", "alternative"])


def by_family(moved: pd.DataFrame) -> pd.DataFrame:
    """Summarise the largest shift of each edge in each family; columns as in `by_alternative`.

    An edge counts as unclaimed or gone where any alternative of the family makes it so.
    """
    place = [*EDGE_COLUMNS, "family"]
    kept = moved.assign(size=moved["shift"].abs())
    kept = kept.sort_values("size", ascending=False).drop_duplicates(place)
    kept = kept.drop(columns=["claimed", "gone"])
    ever = moved.assign(lost=~moved["claimed"].astype(bool) & ~moved["gone"].astype(bool))
    ever = ever.groupby(place, sort=False)[["lost", "gone"]].any().reset_index()
    kept = kept.merge(ever.assign(claimed=~ever["lost"]), on=place)
    return _summary(kept, ["family"])


def _summary(moved: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    unclaimed = moved["shift"].notna() & ~moved["claimed"].astype(bool)
    told = moved.assign(size=moved["shift"].abs(), unclaimed=unclaimed)
    # Without rows a column has no kind of its own.
    told = told.astype({"size": float, "share": float, "gone": bool})
    found = told.groupby(by, sort=False).agg(
        edges=("size", "size"),
        median=("size", "median"),
        ninety=("size", _ninety),
        largest=("size", "max"),
        median_share=("share", "median"),
        ninety_share=("share", _ninety),
        largest_share=("share", "max"),
        unclaimed=("unclaimed", "sum"),
        gone=("gone", "sum"),
    )
    order = list(FAMILIES)
    return found.reset_index().sort_values(
        "family", key=lambda column: column.map(order.index), kind="stable", ignore_index=True
    )


def _ninety(column: pd.Series) -> float:
    return float(column.quantile(0.9))


def by_edge(edges: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    """Put the largest shift of each family beside every edge.

    `edges`, `moved`: from `FittedRun.edges` and `shifts`. Returns: the columns of `edges`; for each
    family its largest shift with its sign (blank where it does not touch the edge); largest (size
    of the largest of all, score points), share (of the half-width) and alternative (which one). The
    largest share first, then edges whose interval is open.
    """
    left = moved[~moved["gone"].astype(bool)]
    left = left.assign(size=left["shift"].abs()).sort_values("size", ascending=False)
    found = edges.copy()
    for family in FAMILIES:
        part = left[left["family"] == family].drop_duplicates(EDGE_COLUMNS)
        part = part[[*EDGE_COLUMNS, "shift"]].rename(columns={"shift": family})
        found = found.merge(part, on=EDGE_COLUMNS, how="left")
    worst = left.drop_duplicates(EDGE_COLUMNS)
    worst = worst.rename(columns={"size": "largest"})
    columns = [*EDGE_COLUMNS, "largest", "share", "alternative"]
    found = found.merge(worst[columns], on=EDGE_COLUMNS, how="left")
    return found.sort_values(["share", "largest"], ascending=False, ignore_index=True)
