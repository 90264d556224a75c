"""Tables of the model's criticism: misfit, bends and edges that other assumptions move."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recalib.criticism.alternatives import FAMILIES
from recalib.criticism.bends import SCORES
from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, Cells, layout, two
from recalib.report.view import View

_WORST = 10
_SIZES = {"Median": "median", "Nine of ten": "ninety", "Most": "largest"}


def misfit_by_table(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out the posterior predictive check by printed table (`misfit` by source and kind)."""
    provenance = work.inputs["provenance"]
    rows = [
        {ROW: f"{provenance[row['source']]['title']}: {row['kind']}"} | _misfit(row)
        for _, row in found.iterrows()
    ]
    return layout(rows, "misfit-tables")


def misfit_by_statistic(found: pd.DataFrame) -> Html | None:
    """Lay out the posterior predictive check (`misfit`) by kind, result and statistic."""
    rows = []
    for _, row in found.iterrows():
        name = [words.plain(row[part]) for part in ("statistic", "result") if row[part]]
        rows.append({GROUP: row["kind"], ROW: ", ".join(name)} | _misfit(row))
    return layout(rows, "misfit-statistics")


def _misfit(row: pd.Series) -> Cells:
    error = "" if pd.isna(row["mean_error"]) else "± "
    return {
        "Checked": words.count(row["checked"]),
        "Mean z": words.signed(row["mean"], 2),
        "Standard error": f"{error}{words.number(row['mean_error'], 2)}",
        "SD of z": words.number(row["sd"], 2),
        "Beyond 1.96": words.percent(row["beyond"], 1),
        "Largest |z|": words.number(row["largest"], 2),
    }


def bends(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out the tests for a bend in the logit of each cell, and what a spline would change."""
    rows = []
    for _, row in found.iterrows():
        moved = "" if pd.isna(row["edge_shift"]) else words.signed(row["edge_shift"])
        lost = f"{words.count(row['edges_lost'])} lost" if row["edges_lost"] else ""
        rows.append(
            {
                GROUP: words.heading(row),
                ROW: work.label(row["specialty"]),
                "Bins": words.count(row["bins"]),
                "Quadratic term": _term(row["quadratic"]),
                "Errors times": words.number(row["inflation"], 2),
                "Likelihood ratio": words.number(row["likelihood_ratio"]),
                "p": words.p_value(row["p"]),
                **{f"{at:.0f}": words.signed(100 * row[f"P_{at:.0f}"]) for at in SCORES},
                "Edges move": ", ".join(filter(None, (moved, lost))) or words.NOTHING,
            }
        )
    return layout(sorted(rows, key=lambda cells: cells[GROUP]), "bends")


def _term(value: float) -> str:
    # Where all or none succeeded in the outer bins the best term is as good as infinite.
    return words.signed(value, 2) if abs(value) < 1 else f"beyond {words.signed(np.sign(value), 0)}"


def edges_by_family(found: pd.DataFrame) -> Html | None:
    """Lay out how far edges move within each family of alternatives (`by_family`)."""
    rows = [{ROW: FAMILIES[row["family"]]} | _moves(row) for _, row in found.iterrows()]
    return layout(rows, "edges-families")


def edges_by_alternative(found: pd.DataFrame) -> Html | None:
    """Lay out how far edges move under each alternative (`by_alternative`)."""
    rows = [
        {GROUP: FAMILIES[row["family"]], ROW: row["alternative"]} | _moves(row)
        for _, row in found.iterrows()
    ]
    return layout(rows, "edges-alternatives")


def _moves(row: pd.Series) -> Cells:
    sizes = {
        heading: two(words.number(row[name]), _share(row[f"{name}_share"], ""))
        for heading, name in _SIZES.items()
    }
    return {
        "Edges": words.count(row["edges"]),
        **sizes,
        "No longer claimed": words.count(row["unclaimed"]),
        "Lost with its curve": words.count(row["gone"]),
    }


def _share(share: float, blank: str) -> str:
    return blank if pd.isna(share) else f"{100 * share:.0f} %"


def worst_edges(work: View, edges: pd.DataFrame) -> Html | None:
    """Lay out the ten edges (`by_edge`) that move most of their own interval."""
    worst = edges[edges["share"].notna()].head(_WORST)
    under = worst["alternative"]
    rows = [row | {"Under": name} for row, name in zip(_edges(work, worst), under, strict=True)]
    return layout(rows, "edges-worst", "edges")


def all_edges(work: View, edges: pd.DataFrame) -> Html | None:
    """Lay out every edge (`by_edge`) with the largest shift of each family, folded."""
    order = ["applicant_group", "specialty", "cycle", "probability"]
    rows = _edges(work, edges.sort_values(order, kind="stable"))
    table = layout(rows, "edges-all", "edges")
    heading = f"All {len(edges)} edges"
    return table and Html(f"<details><summary>{heading}</summary>{table.text}</details>")


def _edges(work: View, edges: pd.DataFrame) -> list[Cells]:
    rows = []
    for _, row in edges.iterrows():
        label = f"{words.plain(row['label'])} ({words.percent(row['probability'])})"
        limits = words.score_interval(row["edge_low"], row["edge_high"])
        rows.append(
            {
                ROW: f"{work.label(row['specialty'])}: {label}",
                "Curve": f"{words.group(row)} {row['cycle']}",
                "Edge": two(words.number(row["edge"]), limits),
                **{heading: words.signed(row[family]) for family, heading in FAMILIES.items()},
                "Share of half-width": _share(row["share"], words.NOTHING),
            }
        )
    return rows


def matters(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out what matters for which specialty (`verdicts`), a group after the other."""
    rows = []
    for _, row in found.sort_values(["applicant_group", "specialty"]).iterrows():
        rows.append(
            {
                GROUP: words.GROUPS[row["applicant_group"]],
                ROW: f"{work.label(row['specialty'])}, {row['cycle']}",
                "Status": words.plain(row["status"]),
                "Slope its own": words.percent(row["own_share"]),
                "Bend": row["bend"],
                "Printed figures": row["printed"],
                "Edges": row["edges"],
                "Slope by the others": row["pool"],
                "To heed": row["matters"],
            }
        )
    return layout(rows, "matters")
