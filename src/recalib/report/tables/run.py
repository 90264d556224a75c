"""The notes of a run come in; tables of facts, statuses, pools, checks and drift go out."""

from __future__ import annotations

import pandas as pd

from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, layout
from recalib.report.view import View


def facts(work: View) -> Html | None:
    """Count what came in: printed facts by source and kind of table.

    Parameters
    ----------
    work : View
        A run with its evidence.

    Returns
    -------
    Html or None
        One row a source, kind and cycle.
    """
    provenance = work.inputs["provenance"]
    rows = []
    columns = ["source", "kind", "cycle"]
    for (source, kind, cycle), part in work.evidence.groupby(columns, sort=True):
        groups = [words.GROUPS[name] for name in sorted(set(part["applicant_group"]))]
        rows.append(
            {
                GROUP: str(provenance[source]["title"]),
                ROW: f"{kind}, {cycle}",
                "Outcome": words.listed(sorted(set(part["outcome"]))),
                "Applicant groups": words.listed(groups),
                "Specialties": words.count(part["specialty"].nunique()),
                "Rows": words.count(part[["file", "row"]].drop_duplicates().shape[0]),
                "Facts": words.count(len(part)),
            }
        )
    return layout(
        rows, "facts", first="Kind of table, cycle", left=("Outcome", "Applicant groups"),
        note="A fact is one printed number.",
    )  # fmt: skip


def statuses(work: View) -> Html | None:
    """Count the curves by status.

    Parameters
    ----------
    work : View
        A run with its curves.

    Returns
    -------
    Html or None
        One row an outcome, denominator and applicant group.
    """
    rows = []
    columns = ["outcome", "denominator", "applicant_group"]
    for key, part in work.curves.groupby(columns, sort=True):
        outcome, denominator, group = (str(name) for name in key)
        row = {
            GROUP: f"{words.OUTCOMES[outcome].capitalize()}, {words.DENOMINATORS[denominator]}",
            ROW: words.GROUPS[group],
        }
        counts = part["status"].value_counts()
        for status in ("ok", "flat", "weak", "borrowed", "no_evidence"):
            row[words.STATUSES[status]] = words.count(counts.get(status, 0))
        row["Cycles"] = words.listed(sorted(set(part["cycle"])))
        rows.append(row)
    return layout(
        rows, "statuses", first="Applicant group", left=("Cycles",),
        note="Only curves with the status ok claim edges.",
    )  # fmt: skip


def pools(work: View) -> Html | None:
    """Lay out how much slopes differ within each pool, with and without its outlier.

    Parameters
    ----------
    work : View
        A run with its curves.

    Returns
    -------
    Html or None
        One row a pool.
    """
    rows = []
    for pool in work.fit_notes["pools"]:
        outlier = pool.get("outlier")
        rows.append(
            {
                ROW: _pool(str(pool["pool"])),
                "Cells": words.count(pool["sites"]),
                "Mean slope": f"{pool['mean']:.3f}\u00a0±\u00a0{pool['mean_sd']:.3f}",
                "Spread between specialties": f"{pool['spread']:.3f}",
                "Spread between cycles": f"{pool['cycle_spread']:.3f}",
                "Largest outlier": work.label(outlier) if outlier else words.NOTHING,
                "Mean without it": _three(pool.get("mean_without")),
                "Spread without it": _three(pool.get("spread_without")),
            }
        )
    return layout(
        rows, "pools", first="Pool", left=("Largest outlier",),
        note="Slopes are changes of the logit for ten more points; ± is one standard deviation. A "
        "pool of one cell shows little more than what was assumed beforehand.",
    )  # fmt: skip


def _pool(name: str) -> str:
    outcome, group, cycles = (part.strip() for part in name.split(",", 2))
    return f"{words.GROUPS.get(group, group)}, {outcome} {cycles}"


def _three(value: float | None) -> str:
    return words.NOTHING if value is None else f"{value:.3f}"


def worst(work: View) -> Html | None:
    """Lay out the printed statistics that lie farthest from their curves.

    Parameters
    ----------
    work : View
        A run with its curves.

    Returns
    -------
    Html or None
        The worst ten.
    """
    rows = []
    for fact in work.fit_notes["worst"]:
        where = words.plain(str(fact["result"] or ""))
        if fact["kind"] == "bins":
            where = words.score_range(fact["score_min"], fact["score_max"])
        rows.append(
            {
                ROW: f"{work.label(fact['specialty'])}: {words.heading(pd.Series(fact))}",
                "Statistic": f"{words.plain(fact['statistic'])}, {where}".rstrip(", "),
                "Printed": f"{fact['value']:,.0f}",
                "Fitted": f"{fact['fitted']:,.1f}",
                "Standard deviation": f"{fact['standard_deviation']:,.1f}",
                "z": words.signed(fact["z"], 2),
            }
        )
    return layout(
        rows, "worst", first="Curve", left=("Statistic",),
        note="For counts, minima and maxima z is the normal score of a probability.",
    )  # fmt: skip


def bent(work: View) -> Html | None:
    """Lay out the cells whose logit is not quite straight.

    Parameters
    ----------
    work : View
        A run with its curves.

    Returns
    -------
    Html or None
        One row a cell; None where no bins bend.
    """
    rows = [
        {
            ROW: f"{work.label(cell['specialty'])}: {words.heading(pd.Series(cell))}",
            "Standard errors times": f"{cell['inflation']:.2f}",
        }
        for cell in sorted(work.fit_notes["bent"], key=lambda cell: -cell["inflation"])
    ]
    return layout(rows, "bent", first="Curve")


def drift(changes: pd.DataFrame) -> Html | None:
    """Lay out what changed since the edition before.

    Parameters
    ----------
    changes : DataFrame
        As from `recalib.drift.compare`.

    Returns
    -------
    Html or None
        One row a change; None without any.
    """
    rows = [
        {
            GROUP: words.plain(str(change["kind"])),
            ROW: str(change["key"]).replace("/", ", "),
            "Table": str(change["table"]),
            "Before": str(change["old"]) or words.NOTHING,
            "Now": str(change["new"]) or words.NOTHING,
            "Approved": f"yes: {change['reason']}" if change["approved"] else "no",
        }
        for _, change in changes.iterrows()
    ]
    return layout(rows, "drift", first="Key", left=("Table", "Approved"))
