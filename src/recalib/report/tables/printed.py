"""Printed facts and what the curves predict of them come in; tables of both go out."""

from __future__ import annotations

import pandas as pd

from calib.line import Z
from recalib.report import words
from recalib.report.figures.printed import STATISTICS, curves_with
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, layout, two
from recalib.report.view import Specialty


def quantiles(here: Specialty) -> Html | None:
    """Lay out the printed score statistics, fitted values below them.

    Parameters
    ----------
    here : Specialty
        Any.

    Returns
    -------
    Html or None
        One row a result; a dash stands for a statistic that was not printed.
    """
    rows = []
    for curve, facts in curves_with(here, "quantiles"):
        for result, part in facts.groupby("result", sort=True):
            row = {
                GROUP: f"{words.heading(curve)} ({words.quality(curve)})",
                ROW: words.plain(str(result)),
                "n": words.count(part["n"].iloc[0]),
            }
            facts_here = _by_statistic(part)
            for name in (*STATISTICS, "sd"):
                row[name] = _fact(facts_here.get(name))
            rows.append(row)
    return layout(
        rows,
        "printed-quantiles",
        first="Result",
        raw=(*STATISTICS, "sd"),
        note=(
            "Above: as printed, in score points. Below: what the fitted curve would have printed, "
            "± half its 95 % range. A dash: not printed. n: people whom the statistics describe, "
            "those who consented to research."
        ),
    )


def bins(here: Specialty) -> Html | None:
    """Lay out the printed counts by score bin, fitted values below them.

    Parameters
    ----------
    here : Specialty
        Any.

    Returns
    -------
    Html or None
        One row a bin.
    """
    rows = []
    for curve, facts in curves_with(here, "bins"):
        by_bin = facts[facts["score_min"].notna() | facts["score_max"].notna()]
        for (low, high), part in by_bin.groupby(["score_min", "score_max"], dropna=False):
            facts_here = _by_statistic(part)
            row = {
                GROUP: f"{words.heading(curve)} ({words.quality(curve)})",
                ROW: words.score_range(low, high),
            }
            for name, heading in _COUNTS.items():
                row[heading] = _fact(facts_here.get(name))
            rows.append(row)
    if all(row["People"] == words.NOTHING for row in rows):
        rows = [{name: cell for name, cell in row.items() if name != "People"} for row in rows]
    # The bin that is open below comes first in its curve, though it has no lower bound to sort by.
    order = list(dict.fromkeys(row[GROUP] for row in rows))
    rows.sort(key=lambda row: (order.index(row[GROUP]), not row[ROW].startswith("up to")))
    return layout(
        rows,
        "printed-bins",
        first="Scores",
        raw=tuple(_COUNTS.values()),
        note=(
            "Above: as printed. Below: what the fitted curve expects there, ± half its 95 % range. "
            "In all: people for a match, applications for an interview invitation."
        ),
    )


_COUNTS = {"n_applicants": "People", "n_total": "In all", "n_success": "With success"}


def _by_statistic(facts: pd.DataFrame) -> dict[str, pd.Series]:
    return {str(fact["statistic"]): fact for _, fact in facts.iterrows()}


def _fact(fact: pd.Series | None) -> str:
    if fact is None:
        return words.NOTHING
    value = float(fact["value"])
    shown = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    if pd.isna(fact["fitted"]):
        return two(shown, "")
    digits = 1 if abs(value) < 1000 else 0
    reach = Z * float(fact["standard_deviation"])
    return two(shown, f"{float(fact['fitted']):,.{digits}f} ± {reach:,.{digits}f}")
