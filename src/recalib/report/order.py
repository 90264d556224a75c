"""The order in which curves are shown, which of them look-ups show, and which stand together."""

from __future__ import annotations

from typing import Any

import pandas as pd

from calib.names import DENOMINATORS
from recalib.contract.keys import recency

#: The order in which groups are shown: those whom the guides address first.
GROUP_ORDER = ("non_us_img", "us_img", "img", "us_md_senior", "us_do_senior", "us_md", "us_do")


def ordered(curves: pd.DataFrame) -> pd.DataFrame:
    """Sort curves for showing: match first, then by group, denominator, newest cycle, visa."""

    def rank(place: int) -> tuple[object, ...]:
        row: Any = curves.iloc[place]
        last, span = recency(row["cycle"])
        return (
            row["specialty"],
            row["outcome"] != "match",
            GROUP_ORDER.index(row["applicant_group"]),
            DENOMINATORS.index(row["denominator"]),
            -last,
            -span,
            row["needs_visa"],
        )

    order = sorted(range(len(curves)), key=rank)
    return curves.iloc[order].reset_index(drop=True)


def newest(curves: pd.DataFrame) -> pd.DataFrame:
    """Keep one curve for each group, outcome and visa stratum: the one that a look-up answers from.

    Of curves in order of showing `ranked_first` comes before `ranked_any_pgy1`, then the newest
    cycle; those without evidence are kept only where there is no other.
    """
    last = curves.assign(nothing=curves["status"] == "no_evidence")
    last = last.sort_values("nothing", kind="stable")
    kept = last.drop_duplicates(["specialty", "applicant_group", "outcome", "needs_visa"])
    return curves.loc[curves.index.isin(kept.index)]


def by_denominator(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Part rows by whom their chance counts; rows without a curve ("") come last.

    Two denominators are two populations: they never share a list, a table or an axis.
    """
    parts = ((name, rows[rows["denominator"] == name]) for name in (*DENOMINATORS, ""))
    return [(name, part) for name, part in parts if len(part)]
