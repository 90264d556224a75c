"""Curves of cohorts beside the printed ones of the same key, so that neither hides the other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from calib.line import after_drift, chance
from recalib.bands.published import key_of, line_of
from recalib.contract.keys import KEY_COLUMNS
from recalib.report import words
from recalib.report.plain import frame
from recalib.report.show import Html
from recalib.report.view import View

#: Where the two are compared; most people of most tables lie near it.
SCORE = 245
_NOTE = (
    f"Chances at {SCORE}, with the 95 % intervals of the next cycle; of a match, those of people "
    "who had interviews enough to rank it. By default look-ups answer from the printed curve; they "
    "give the cohort's with its source. [c]: withheld."
)


def beside(work: View, specialty: str = "") -> Html | None:
    """Show the curves of cohorts, each with the printed one of its key; None without any."""
    own = work.cohort_curves
    if specialty:
        own = own[own["specialty"] == specialty]
    if own.empty:
        return None
    rows = [_row(curve, work.curve_by_key.get(key_of(curve))) for _, curve in own.iterrows()]
    return frame(pd.DataFrame(rows), rows=60, note=_NOTE)


def _row(curve: pd.Series, default: pd.Series | None) -> dict[str, Any]:
    printed = default is not None and default["sources"] != curve["sources"]
    shown = {name: str(curve[name]) for name in KEY_COLUMNS if name != "needs_visa"}
    return {
        "cohort": str(curve["sources"]),
        **shown,
        "the cohort's": _chance(curve),
        "printed": _chance(default) if default is not None and printed else "",
        "answers by default": "printed" if printed else "the cohort",
        "status": str(curve["status"]),
    }


def _chance(curve: pd.Series) -> str:
    if pd.isna(curve["intercept"]):
        return words.SUPPRESSED if "cohort:" in str(curve["sources"]) else ""
    drift = 0.0 if pd.isna(curve["drift_sd"]) else float(curve["drift_sd"])
    value, low, high = chance(after_drift(line_of(curve), drift), SCORE)
    return f"{100 * value:.0f} % ({100 * low:.0f}-{100 * high:.0f})"
