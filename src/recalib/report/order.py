"""The order in which curves are shown, and which of them look-ups and panels show."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recalib.contract.keys import recency

#: The order in which groups are shown: those whom the guides address first.
GROUP_ORDER = ("non_us_img", "us_img", "img", "us_md_senior", "us_do_senior", "us_md", "us_do")
DENOMINATOR_ORDER = ("ranked_first", "ranked_any_pgy1", "applications")


def ordered(curves: pd.DataFrame) -> pd.DataFrame:
    """Sort curves for showing: match first, then by group, denominator, newest cycle, visa."""

    def rank(place: int) -> tuple[object, ...]:
        row: Any = curves.iloc[place]
        last, span = recency(row["cycle"])
        return (
            row["specialty"],
            row["outcome"] != "match",
            GROUP_ORDER.index(row["applicant_group"]),
            DENOMINATOR_ORDER.index(row["denominator"]),
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


def drawn(curves: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the curves of one specialty and outcome that share a panel from those hidden in it.

    Hidden are `ranked_any_pgy1` curves of groups that have a `ranked_first` curve to draw.
    """
    first = (curves["denominator"] == "ranked_first") & curves["slope"].notna()
    groups = set(curves.loc[first, "applicant_group"])
    anywhere = curves["denominator"] == "ranked_any_pgy1"
    hidden = anywhere & curves["applicant_group"].isin(groups)
    return curves[~hidden], curves[hidden]
