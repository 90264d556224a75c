"""Lone outliers: worlds in which a few slopes lie far from all others, and whether that is seen."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
import pandas as pd
import worlds
from judge import Row, judge_curve, judge_printed
from tally import Figure, tally
from worlds import Truth, draw_world, populate

from recalib.curves.curve import Curve

PRINTS = ("quartiles", "bins")
#: People of an outlier from which on it must be seen or covered.
SEEN = 200
SETTINGS = {
    name: replace(worlds.SETTINGS[of], words=words, prints=(), sizes=(100, 330, 1000, 3000))
    for name, of, words in (
        ("lone outlier", "lone outlier", worlds.SETTINGS["lone outlier"].words),
        ("outliers .05", "redrawn .05", worlds.SETTINGS["redrawn .05"].words),
        ("outliers .15", "redrawn .15", worlds.SETTINGS["redrawn .15"].words),
    )
}


def judge(truth: Truth, curve: Curve) -> Row:
    """Hold a curve, as published, against the truth: seen as a misfit, covered, or either."""
    pooled = judge_curve(truth, curve)[0]
    flagged = float(curve.status == "misfit")
    row: Row = {
        "people": truth.size,
        "shape": truth.shape,
        "kind": "outlier" if truth.odd else "other",
        "flagged": flagged,
    }
    if "slope_covered" not in pooled:
        return row
    slope, chance = pooled["slope_covered"], pooled["probability_covered"]
    return row | {
        "slope_covered": slope,
        "covered": chance,
        "slope_covered_or_flagged": max(slope, flagged),
        "covered_or_flagged": max(chance, flagged),
    }


def replicate(name: str, seed: int) -> list[Row]:
    """Run one replicate of a setting."""
    random = np.random.default_rng([zlib.crc32(name.encode()), seed])
    world = [(each, populate(each, random)) for each in draw_world(SETTINGS[name], seed, random)]
    return judge_printed(world, PRINTS, judge, random)


FIGURES = (
    Figure("slope covered or flagged", "slope_covered_or_flagged"),
    Figure("probability covered or flagged", "covered_or_flagged"),
    Figure("slope covered", "slope_covered"),
    Figure("probability covered", "covered"),
    Figure("flagged misfit", "flagged"),
)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares by setting, what is printed, outliers and others; by people, and of `SEEN` or more."""
    many = rows[rows["people"] >= SEEN]
    keys, by = ("setting", "table", "kind"), ("people",)
    seen = tally(many, FIGURES, keys, ()).assign(people=f">={SEEN}")
    table = pd.concat([tally(rows, FIGURES, keys, by), seen], ignore_index=True)
    return table[[*keys, *by, *table.columns.drop([*keys, *by])]]
