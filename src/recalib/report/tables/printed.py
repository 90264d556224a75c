"""Tables of what was printed of one specialty, above what its curves would have printed."""

from __future__ import annotations

import pandas as pd

from calib.line import Z
from recalib.report import words
from recalib.report.figures.printed import STATISTICS, curves_with
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, Cells, layout, two
from recalib.report.view import Specialty

_COUNTS = {"n_applicants": "People", "n_total": "In all", "n_success": "With success"}


def quantiles(here: Specialty) -> Html | None:
    """Lay out the printed score statistics, a row a result."""
    rows = []
    for curve, facts in curves_with(here, "quantiles"):
        for result, part in facts.groupby("result", sort=True):
            row = {
                GROUP: words.full(curve),
                ROW: words.plain(str(result)),
                "n": words.count(part["n"].iloc[0]),
            }
            rows.append(row | _facts(part, {name: name for name in (*STATISTICS, "sd")}))
    return layout(rows, "printed-quantiles")


def bins(here: Specialty) -> Html | None:
    """Lay out the printed counts by score bin, those open below first."""
    rows = []
    for curve, facts in curves_with(here, "bins"):
        by_bin = facts[facts["score_min"].notna() | facts["score_max"].notna()]
        for (low, high), part in by_bin.groupby(["score_min", "score_max"], dropna=False):
            row = {GROUP: words.full(curve), ROW: words.score_range(low, high)}
            rows.append(row | _facts(part, _COUNTS))
    empty = all(row["People"] == words.NOTHING for row in rows)
    # The bin that is open below comes first in its curve, though it has no lower bound to sort by.
    order = list(dict.fromkeys(row[GROUP] for row in rows))
    rows.sort(key=lambda row: (order.index(row[GROUP]), not row[ROW].startswith("up to")))
    return layout(rows, "printed-bins", hidden=("People",) if empty else ())


def _facts(facts: pd.DataFrame, headings: dict[str, str]) -> Cells:
    """Lay out facts, such as 251 above 250.4 ± 1.2; a dash for what was not printed."""
    found = {fact["statistic"]: _fact(fact) for _, fact in facts.iterrows()}
    return {heading: found.get(name, words.NOTHING) for name, heading in headings.items()}


def _fact(fact: pd.Series) -> str:
    value = float(fact["value"])
    shown = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    if pd.isna(fact["fitted"]):
        return shown
    digits = 1 if abs(value) < 1000 else 0
    reach = Z * fact["standard_deviation"]
    return two(shown, f"{fact['fitted']:,.{digits}f} ± {reach:,.{digits}f}")
