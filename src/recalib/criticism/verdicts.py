"""What of the criticism matters for which specialty: one row a curve, verdicts in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recalib.contract.keys import KEY_COLUMNS, CurveKey
from recalib.criticism.alternatives import FAMILIES
from recalib.criticism.fitted_run import FittedRun
from recalib.curves.bends import Bend
from recalib.curves.curve import Curve

#: Normal score beyond which a printed statistic is odd in its own right.
ODD = 3.5
#: Share of an edge's half-width that another assumption must move it by to count.
MUCH = 0.5
#: A bend that chance would show in fewer cells than this is worth a look.
LEANING = 0.05

COLUMNS = [
    "specialty", "applicant_group", "cycle", "status", "own_share", "bend", "printed", "edges",
    "pool", "matters",
]  # fmt: skip


def verdicts(
    run: FittedRun, by_edge: pd.DataFrame, left_out: pd.DataFrame, drift: float
) -> pd.DataFrame:
    """Say of each newest match curve with scores of its own what its numbers hang on.

    Parameters
    ----------
    run : FittedRun
    by_edge : DataFrame
        As from `sensitivity.by_edge`.
    left_out : DataFrame
        As from `held_out.slopes_left_out`.
    drift : float
        Standard deviation of a year's move of the level, on the logit.

    Returns
    -------
    DataFrame
        `COLUMNS`: `own_share` of the slope; `bend`, `printed`, `edges`, `pool`: what was found,
        in words; `matters`: what to heed first.
    """
    newest = {CurveKey(*row) for row in run.newest[KEY_COLUMNS].itertuples(index=False)}
    odd = run.evidence[KEY_COLUMNS].fillna("").assign(z=run.evidence["z"].abs())
    largest = odd.groupby(KEY_COLUMNS)["z"].max()
    rows = []
    for curve in run.fitted.curves:
        key = curve.cell.key
        told = curve.parameters is not None
        if key not in newest or key.outcome != "match" or not told:
            continue
        bend = run.fitted.bends.cells.get(key)
        hangs = _hangs(key, by_edge)
        predicted = _predicted(key, left_out)
        z = float(largest.get(tuple(key), np.nan))
        rows.append(
            {
                "specialty": key.specialty,
                "applicant_group": key.applicant_group,
                "cycle": key.cycle,
                "status": curve.status,
                "own_share": curve.own_share,
                "bend": _bend(bend),
                "printed": f"one off by {z:.1f} SD" if z > ODD else "all fit",
                "edges": hangs,
                "pool": predicted,
                "matters": _matters(curve, bend, z, hangs, predicted, drift),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _bend(bend: Bend | None) -> str:
    if bend is None:
        return "cannot be seen"
    if bend.contradicts:
        return "contradicted"
    if bend.p < LEANING:
        return "leans to one"
    return "none seen"


def _hangs(key: CurveKey, by_edge: pd.DataFrame) -> str:
    """Family of assumptions that moves an edge most, where it moves it by much."""
    own = by_edge[(by_edge[KEY_COLUMNS].astype(str) == list(key)).all(axis=1)]
    if own.empty:
        return "none claimed"
    worst = own.sort_values("share", ascending=False).iloc[0]
    if not worst["share"] > MUCH:
        return "hold"
    moves = {name: abs(worst[name]) for name in FAMILIES if pd.notna(worst[name])}
    return f"hang on: {FAMILIES[max(moves, key=lambda name: moves[name])].lower()}"


def _predicted(key: CurveKey, left_out: pd.DataFrame) -> str:
    own = left_out[
        (left_out["specialty"] == key.specialty)
        & (left_out["cycle"] == key.cycle)
        & left_out["pool"].str.startswith(f"{key.outcome}, {key.applicant_group},")
    ]
    if own.empty:
        return "no slope to foretell"
    return "as foretold" if bool(own["inside"].all()) else "unlike the others"


def _matters(
    curve: Curve, bend: Bend | None, z: float, hangs: str, predicted: str, drift: float
) -> str:
    """What an analyst heeds first, the gravest before the rest."""
    if curve.status == "misfit":
        return "The tables contradict the curve: read the printed figures."
    if curve.status == "borrowed":
        return "Most of the slope is lent: read the level, not the slope."
    said = []
    if curve.status in ("weak", "flat"):
        said.append("The score tells few apart, or the data cannot tell: read the level.")
    if z > ODD:
        said.append("A printed figure does not fit: look it up.")
    if curve.cell.is_thin:
        said.append("One mean or median is all of a result: the shape of the scores is assumed.")
    if hangs.startswith("hang"):
        said.append("An edge hangs on an assumption.")
    if bend is not None and bend.p < LEANING:
        said.append("The logit may bend: edges off the middle are unsure.")
    if predicted.startswith("unlike"):
        said.append("Its slope is unlike the others': the pool pulls at it.")
    if not said and drift > 2 * float(np.hypot(curve.intercept_se, curve.bend_sd)):
        said.append("The next cycle's move outweighs all else.")
    return " ".join(said) or "Nothing stands out."
