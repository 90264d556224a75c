"""Tables of a run: facts, statuses, pools, checks and drift."""

from __future__ import annotations

import pandas as pd

from recalib.drift.compare import GAINED
from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, breakable, layout
from recalib.report.view import View

_STATUSES = ("ok", "flat", "weak", "borrowed", "misfit", "no_evidence")


def facts(work: View) -> Html | None:
    """Count the printed facts that came in, by source, kind of table and cycle."""
    provenance = work.inputs["provenance"]
    rows = []
    for (source, kind, cycle), part in work.evidence.groupby(["source", "kind", "cycle"]):
        groups = [words.GROUPS[name] for name in sorted(set(part["applicant_group"]))]
        rows.append(
            {
                GROUP: provenance[source]["title"],
                ROW: f"{kind}, {cycle}",
                "Outcome": words.listed(sorted(set(part["outcome"]))),
                "Applicant groups": words.listed(groups),
                "Specialties": words.count(part["specialty"].nunique()),
                "Rows": words.count(len(part[["file", "row"]].drop_duplicates())),
                "Facts": words.count(len(part)),
            }
        )
    return layout(rows, "facts")


def statuses(work: View) -> Html | None:
    """Count the curves by status, for each outcome, denominator and applicant group."""
    rows = []
    columns = ["outcome", "denominator", "applicant_group"]
    for key, part in work.curves.groupby(columns):
        outcome, denominator, group = map(str, key)
        counts = part["status"].value_counts()
        rows.append(
            {
                GROUP: f"{words.OUTCOMES[outcome].capitalize()}, {words.DENOMINATORS[denominator]}",
                ROW: words.GROUPS[group],
                **{words.plain(name): words.count(counts.get(name, 0)) for name in _STATUSES},
                "Cycles": words.listed(sorted(set(part["cycle"]))),
            }
        )
    return layout(rows, "statuses")


def pools(work: View) -> Html | None:
    """Lay out how much slopes differ within each pool, with and without its outlier."""
    rows = []
    for pool in work.fit_notes["pools"]:
        outlier = pool.get("outlier")
        rows.append(
            {
                ROW: ", ".join(words.pool(pool["pool"], {})),
                "Cells": words.count(pool["sites"]),
                "Mean slope": f"{pool['mean']:.3f}\u00a0±\u00a0{pool['mean_sd']:.3f}",
                "Spread between specialties": words.number(pool["spread"], 3),
                "Spread between cycles": words.number(pool["cycle_spread"], 3),
                "Largest outlier": work.label(outlier) if outlier else words.NOTHING,
                "Mean without it": words.number(pool.get("mean_without"), 3),
                "Spread without it": words.number(pool.get("spread_without"), 3),
            }
        )
    return layout(rows, "pools")


def worst(work: View) -> Html | None:
    """Lay out the ten printed statistics that lie farthest from their curves."""
    rows = []
    for fact in work.fit_notes["worst"]:
        where = words.plain(fact["result"] or "")
        if fact["kind"] == "bins":
            where = words.score_range(fact["score_min"], fact["score_max"])
        rows.append(
            {
                ROW: words.named(work, pd.Series(fact)),
                "Statistic": f"{words.plain(fact['statistic'])}, {where}".rstrip(", "),
                "Printed": f"{fact['value']:,.0f}",
                "Fitted": f"{fact['fitted']:,.1f}",
                "Standard deviation": f"{fact['standard_deviation']:,.1f}",
                "z": words.signed(fact["z"], 2),
            }
        )
    return layout(rows, "worst")


def bent(work: View) -> Html | None:
    """Lay out the cells whose logit is not quite straight."""
    rows = [
        {
            ROW: words.named(work, pd.Series(cell)),
            "Standard errors times": words.number(cell["inflation"], 2),
        }
        for cell in sorted(work.fit_notes["bent"], key=lambda cell: -cell["inflation"])
    ]
    return layout(rows, "bent")


def drift(changes: pd.DataFrame) -> Html | None:
    """Lay out what changed since the edition before (`changes` of `recalib.drift`).

    What nobody approved comes first, new keys last; what shares kind, cause and reason stands
    together under them.
    """
    gained = changes["kind"] == GAINED
    place = (~(changes["approved"] | gained)).astype(int) * -1 + gained.astype(int)
    order = changes.assign(place=place).sort_values(
        ["place", "kind", "reason", "cause", "table", "key"]
    )
    rows = [
        {
            GROUP: _shared(change),
            ROW: change["key"].replace("/", ", "),
            "Table": change["table"],
            "Before": str(change["old"]).strip("-") or words.NOTHING,
            "Now": str(change["new"]).strip("-") or words.NOTHING,
            "Raw rows": breakable(change["rows"].replace("published/", "")),
        }
        for _, change in order.iterrows()
    ]
    return layout(rows, "drift", hidden=() if changes["rows"].ne("").any() else ("Raw rows",))


def _shared(change: pd.Series) -> str:
    kind = words.plain(change["kind"]).capitalize()
    if change["approved"]:
        said = f"approved: {change['reason']}"
    else:
        said = "needs no approval" if change["kind"] == GAINED else "not approved"
    cause = f" ({change['cause']})" if change["cause"] else ""
    return f"{kind}{cause}; {said}"
