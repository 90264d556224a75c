"""Shows what the published version of an own cohort would say, and what its protection costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from calib.line import Line, chance
from recalib.cohorts.counts import Cohort
from recalib.cohorts.fit import Logistic, fit_counts
from recalib.own.people import UNIT
from recalib.privacy.score_fit import Counts, cell_of, counts_of, leave, raw_fit

_COLUMNS = [
    "cycle", *UNIT, "people", "score", "exact", "exact_low", "exact_high",
    "published", "published_low", "published_high", "moved", "wider", "said",
]  # fmt: skip


def published_beside_exact(cohort: Cohort, secret: str, scores: list[float]) -> pd.DataFrame:
    """Chance of a match at some scores, exact and as it would be published.

    One row a curve and score. `moved`: percentage points by which noise and rounding move the
    chance; `wider`: the published interval's width over the exact one's; `said`: why a curve is
    withheld. Published numbers are those that leave the cohort, before printed tables are pooled
    with them. `secret` draws the noise, as a run with the same key would.
    """
    rows: list[dict[str, Any]] = []
    for counts in counts_of(replace(cohort, secret=secret)):
        if counts.key.outcome == "match":
            rows += _rows(counts, scores)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _rows(counts: Counts, scores: list[float]) -> list[dict[str, Any]]:
    key = counts.key
    row: dict[str, Any] = {
        "cycle": key.cycle,
        "specialty": key.specialty,
        "applicant_group": key.applicant_group,
        "people": int(counts.people.sum()),
    }
    cell = cell_of(counts, "cohort")
    found = raw_fit(counts)
    if cell.bins is None or found is None:
        return [row | {"score": scores[0], "said": f"Withheld. {cell.aside.partition(':')[0]}."}]
    fit, wider = found
    exact = _line(replace(fit, covariance=fit.covariance * wider))
    table = leave(counts, fit, wider).table()
    released = fit_counts(table.low, table.n_total, table.n_success)
    assert released is not None
    out = _line(released)
    rows = []
    for score in scores:
        was, was_low, was_high = chance(exact, score)
        told, low, high = chance(out, score)
        moved, wider_by = 100 * (told - was), (high - low) / (was_high - was_low)
        values = (score, was, was_low, was_high, told, low, high, moved, wider_by, "")
        rows.append(row | dict(zip(_COLUMNS[len(row) :], values, strict=True)))
    return rows


def _line(fit: Logistic) -> Line:
    errors = np.sqrt(np.diag(fit.covariance))
    together = float(fit.covariance[0, 1] / (errors[0] * errors[1]))
    return Line(fit.intercept, fit.slope, float(errors[0]), float(errors[1]), together)


def cost(table: pd.DataFrame) -> str:
    """Say in a sentence what protection costs this cohort."""
    curves = table.groupby(["cycle", *UNIT]).ngroups
    withheld = int((table["said"] != "").sum())
    told = table[table["said"] == ""]
    said = f"{curves - withheld} of {curves} match curves would be published"
    said += f", {withheld} withheld for too few people." if withheld else "."
    if len(told):
        said += (
            f" Noise and rounding move their chances by {told['moved'].abs().median():.1f} points "
            f"at the median and {told['moved'].abs().max():.1f} at most, and widen the intervals "
            f"by {100 * (told['wider'].median() - 1):.0f} % at the median."
        )
    return said
