"""What bands and audit read of a run: published curves, distributions of scores, standing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from calib.line import Line, after_drift
from recalib.contract.keys import KEY_COLUMNS
from recalib.likelihood.model import Array
from recalib.privacy.withhold import Crowds

Key = tuple[str, ...]
Distributions = Mapping[Key, tuple[Array, Array]]
LOWEST, HIGHEST = 1.0, 300.0
NAN = float("nan")
#: Standing at a score: share of the matched and of the not matched below it, each with its limits.
NOWHERE = (NAN,) * 6


def line_of(row: pd.Series) -> Line:
    """Read the line of one row of the curves."""
    return Line(*(float(row[name]) for name in Line._fields))


def lines_of(row: pd.Series) -> tuple[Line, Line]:
    """Read the line of one row of the curves, and that of the next cycle."""
    line = line_of(row)
    return line, after_drift(line, float(row["drift_sd"]))


def key_of(row: pd.Series) -> Key:
    """Read the key of a curve from one of its rows."""
    return tuple(str(row[name]) for name in KEY_COLUMNS)


def distributions_of(scores: pd.DataFrame) -> dict[Key, tuple[Array, Array]]:
    """Fitted distributions of scores by curve key, from their table."""
    return {
        tuple(str(part) for part in key): (
            rows["score"].to_numpy(float),
            rows["density"].to_numpy(float),
        )
        for key, rows in scores.groupby(KEY_COLUMNS, sort=False)
    }


@dataclass(frozen=True)
class People:
    """Whom the curves speak of.

    `distributions`: scores and their density by curve; `standing`: table at every whole score;
    `crowds`: how many people curves of cohorts have.
    """

    distributions: Distributions
    standing: pd.DataFrame | None = None
    crowds: Crowds = field(default_factory=Crowds)

    @cached_property
    def _at(self) -> dict[tuple[Key, int], tuple[float, ...]]:
        if self.standing is None:
            return {}
        keys = self.standing[KEY_COLUMNS].astype(str).itertuples(index=False, name=None)
        numbers = self.standing.drop(columns=KEY_COLUMNS).itertuples(index=False, name=None)
        rows = zip(keys, numbers, strict=True)
        return {(key, int(score)): tuple(told) for key, (score, *told) in rows}

    def stand(self, key: Key, score: float) -> tuple[float, ...]:
        """Standing at a whole score; NaN outside the fitted ones, or without."""
        return self._at.get((key, int(score)), NOWHERE) if np.isfinite(score) else NOWHERE
