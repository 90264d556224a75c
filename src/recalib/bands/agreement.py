"""Whether guides agree on a chance or on a standing, leaving each guide out in turn."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from calib.line import fieller
from recalib.bands.published import People, line_of
from recalib.contract.keys import KEY_COLUMNS

GROUP, DENOMINATOR = "non_us_img", "ranked_first"


def agreement_table(audited: pd.DataFrame, curves: pd.DataFrame, people: People) -> pd.DataFrame:
    """Predict each printed edge from the other guides, by their mean chance and mean standing.

    Edges with a reading, on curves of non-U.S. IMGs who ranked the specialty first that know their
    slope. Means are of logits. Returns reading, guide, specialty, printed_edge, chance, standing
    (at the printed edge), chance_of_others, standing_of_others, edge_by_chance, edge_by_standing
    (scores at which this curve has the others' mean); one row an edge.
    """
    rows = audited[
        (audited["curve_group"] == GROUP)
        & (audited["denominator"] == DENOMINATOR)
        & (audited["status"] == "ok")
        & audited["score_min"].notna()
        & audited["standing_matched"].notna()
        & ~audited["reading"].isin(["", "low"])
    ]
    found = []
    for _, row in rows.iterrows():
        others = rows[(rows["reading"] == row["reading"]) & (rows["guide"] != row["guide"])]
        if others.empty:
            continue
        chance, standing = (
            float(expit(logit(others[name].astype(float)).mean()))
            for name in ("probability_at_edge", "standing_matched")
        )
        mine = curves[
            (curves["specialty"] == row["specialty"])
            & (curves["applicant_group"] == GROUP)
            & (curves["denominator"] == DENOMINATOR)
            & (curves["outcome"] == "match")
            & (curves["needs_visa"].fillna("") == "")
            & (curves["cycle"] == row["cycle"])
        ].iloc[0]
        found.append(
            {
                "reading": row["reading"],
                "guide": row["guide"],
                "specialty": row["specialty"],
                "printed_edge": float(row["score_min"]),
                "chance": float(row["probability_at_edge"]),
                "standing": float(row["standing_matched"]),
                "chance_of_others": chance,
                "standing_of_others": standing,
                "edge_by_chance": fieller(line_of(mine), chance)[0],
                "edge_by_standing": _score_at(people, mine, standing),
            }
        )
    names = ["reading", "guide", "specialty", "printed_edge", "chance", "standing"]
    names += ["chance_of_others", "standing_of_others", "edge_by_chance", "edge_by_standing"]
    return pd.DataFrame(found, columns=names)


def _score_at(people: People, curve: pd.Series, standing: float) -> float:
    """Score up to which a share of the matched lies, linear between whole scores."""
    assert people.standing is not None
    table = people.standing
    own = table[
        (table[KEY_COLUMNS].astype(str) == [str(curve[c]) for c in KEY_COLUMNS]).all(axis=1)
    ]
    order = own.sort_values("score")
    return float(np.interp(standing, order["matched_below"], order["score"]))


def misses(agreement: pd.DataFrame) -> pd.DataFrame:
    """Root mean square miss of the printed edges, in points: by chance and by standing."""
    rows = [
        {
            "guides agree on": what,
            "edges": len(agreement),
            "miss": float(
                np.sqrt(((agreement[f"edge_by_{what}"] - agreement["printed_edge"]) ** 2).mean())
            ),
        }
        for what in ("chance", "standing")
    ]
    return pd.DataFrame(rows)
