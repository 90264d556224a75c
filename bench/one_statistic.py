"""Results known by one median or mean, where scores are skewed, two-peaked or end at the top."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import worlds
from judge import Row, judge_curve, judge_printed
from tally import Figure, tally
from worlds import SHAPES, Truth, draw_world, populate

from recalib.curves.curve import Curve

#: One statistic of both results; one of those who did not match beside quartiles of the matched.
FORMS = ("means", "medians", "one_mean", "one_median")
SIZES = (100, 330, 1000, 3000)
CELLS = 20
#: Shapes that a world's scores may all have.
EACH = (*SHAPES, "narrow_top", "pile")


@dataclass(frozen=True)
class Setting:
    """Shapes of the scores, drawn with equal chances."""

    words: str
    shapes: tuple[str, ...]


SETTINGS = {
    "mixed": Setting("each population has one of the shapes below", EACH),
    "normal": Setting("every population's scores normal", ("normal",)),
    "left": Setting("every population's scores skewed to the left (skewness -.67)", ("left",)),
    "right": Setting("every population's scores skewed to the right (.67)", ("right",)),
    "two_peaked": Setting("every population's scores with two peaks", ("two_peaked",)),
    "narrow_top": Setting("every population's scores cut off above the middle", ("narrow_top",)),
    "pile": Setting("every population's best scores in a pile at the top", ("pile",)),
}
#: U.S. seniors, whose tables are printed so.
SENIORS = worlds.SETTINGS["one median"]


def judge(truth: Truth, curve: Curve) -> Row:
    """Hold a curve, as published, against the truth."""
    pooled = judge_curve(truth, curve)[0]
    row: Row = {
        "people": truth.size,
        "shape": truth.shape,
        "flagged": float(curve.status == "misfit"),
        "claims": float(curve.status == "ok"),
    }
    if "slope_covered" not in pooled:
        return row
    edges = 3 * pooled.get("edge_claimed", 0.0)
    return row | {
        "slope_covered": pooled["slope_covered"],
        "covered": pooled["probability_covered"],
        "slope_error": pooled["slope_error"],
        "edges": edges,
        "edges_covered": edges * pooled.get("claimed_edge_covered", 0.0),
    }


def replicate(name: str, seed: int) -> list[Row]:
    """Run one replicate of a setting."""
    random = np.random.default_rng([zlib.crc32(name.encode()), seed])
    setting = replace(SENIORS, shapes=SETTINGS[name].shapes, sizes=SIZES)
    truths = draw_world(setting, seed, random)[:CELLS]
    world = [(truth, populate(truth, random)) for truth in truths]
    return judge_printed(world, FORMS, judge, random)


FIGURES = (
    Figure("probability covered", "covered"),
    Figure("slope covered", "slope_covered"),
    Figure("edge covered, claimed only", "edges_covered", "edges"),
    Figure("edges claimed a cell", "edges"),
    Figure("flagged misfit", "flagged"),
    Figure("status ok", "claims"),
    Figure("slope bias", "slope_error"),
)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares by setting and what is printed; by people and by shape."""
    return tally(rows, FIGURES)
