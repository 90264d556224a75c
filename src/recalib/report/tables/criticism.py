"""Checks of the model come in; tables of misfit, bends and moved edges go out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recalib.criticism.alternatives import FAMILIES
from recalib.criticism.bends import SCORES
from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, layout, two
from recalib.report.view import View

_WORST = 10


def misfit_by_table(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out the posterior predictive check by printed table.

    Parameters
    ----------
    work : View
        A run, for the titles of the sources.
    found : DataFrame
        From `recalib.criticism.misfit.misfit` by source and kind.

    Returns
    -------
    Html or None
        One row a table; None where nothing was checked.
    """
    provenance = work.inputs["provenance"]
    rows = [
        {ROW: f"{provenance[row['source']]['title']}: {row['kind']}", **_misfit(row)}
        for _, row in found.iterrows()
    ]
    return layout(rows, "misfit-tables", first="Table")


def misfit_by_statistic(found: pd.DataFrame) -> Html | None:
    """Lay out the posterior predictive check by kind of statistic and result.

    Parameters
    ----------
    found : DataFrame
        From `recalib.criticism.misfit.misfit` by kind, result and statistic.

    Returns
    -------
    Html or None
        One row a statistic; None where nothing was checked.
    """
    rows = []
    for _, row in found.iterrows():
        result = f", {words.plain(str(row['result']))}" if row["result"] else ""
        name = words.plain(str(row["statistic"]))
        rows.append({GROUP: str(row["kind"]), ROW: f"{name}{result}", **_misfit(row)})
    return layout(
        rows, "misfit-statistics", first="Statistic",
        note="The standard error of the mean z takes the statistics for independent, which those "
        "of one cell are not.",
    )  # fmt: skip


def _misfit(row: pd.Series) -> dict[str, str]:
    error = words.NOTHING if pd.isna(row["mean_error"]) else f"± {row['mean_error']:.2f}"
    spread = words.NOTHING if pd.isna(row["sd"]) else f"{row['sd']:.2f}"
    return {
        "Checked": words.count(row["checked"]),
        "Mean z": words.signed(float(row["mean"]), 2),
        "Standard error": error,
        "SD of z": spread,
        "Beyond 1.96": words.percent(row["beyond"], 1),
        "Largest |z|": f"{row['largest']:.2f}",
    }


def bends(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out the tests for a bend in the logit and what a spline would change.

    Parameters
    ----------
    work : View
        A run, for the names of specialties.
    found : DataFrame
        From `recalib.criticism.bends.bends`.

    Returns
    -------
    Html or None
        One row a cell; None without bins.
    """
    rows = []
    for _, row in found.iterrows():
        cells = {
            GROUP: words.heading(row),
            ROW: work.label(str(row["specialty"])),
            "Bins": words.count(row["bins"]),
            "Quadratic term": _term(float(row["quadratic"])),
            "Errors times": f"{row['inflation']:.2f}",
            "Likelihood ratio": f"{row['likelihood_ratio']:.1f}",
            "p": _p(float(row["p"])),
        }
        for score in SCORES:
            cells[f"{score:.0f}"] = words.signed(100 * float(row[f"P_{score:.0f}"]))
        moved = "" if pd.isna(row["edge_shift"]) else words.signed(float(row["edge_shift"]))
        lost = f"{words.count(row['edges_lost'])} lost" if row["edges_lost"] else ""
        cells["Edges move"] = ", ".join(part for part in (moved, lost) if part) or words.NOTHING
        rows.append(cells)
    rows.sort(key=lambda cells: cells[GROUP])
    return layout(
        rows, "bends", first="Specialty",
        note="Likelihood ratio: quadratic against straight logit, 1 degree of freedom. 225 to 265: "
        "chance by spline less straight, percentage points. Edges move: the calibrated edge of the "
        "cell that moves farthest, score points; a dash where the cell claims none.",
    )  # fmt: skip


def _term(value: float) -> str:
    # Where all or none succeeded in the outer bins the best term is as good as infinite.
    return words.signed(value, 2) if abs(value) < 1 else f"beyond {words.signed(np.sign(value), 0)}"


def _p(value: float) -> str:
    return "<\u00a0.001" if value < 0.001 else f"{value:.3f}".lstrip("0")


def edges_by_family(found: pd.DataFrame) -> Html | None:
    """Lay out how far edges move within each family of alternatives.

    Parameters
    ----------
    found : DataFrame
        From `recalib.criticism.sensitivity.by_family`.

    Returns
    -------
    Html or None
        One row a family; None without edges.
    """
    rows = [{ROW: FAMILIES[row["family"]], **_moves(row)} for _, row in found.iterrows()]
    return layout(
        rows, "edges-families", first="Largest shift of each edge among",
        raw=_SIZES,
        note="Size of the shift in points of the score; below it the share of half the edge's 95 % "
        "interval (median, nine of ten and most are taken of each by itself). No longer claimed: "
        "the slope may then be 0, or no such score occurs. Lost with its curve: the table left out "
        "is the only one that gives the curve a slope.",
    )  # fmt: skip


def edges_by_alternative(found: pd.DataFrame) -> Html | None:
    """Lay out how far edges move under each alternative.

    Parameters
    ----------
    found : DataFrame
        From `recalib.criticism.sensitivity.by_alternative`.

    Returns
    -------
    Html or None
        One row an alternative; None without edges.
    """
    rows = [
        {GROUP: FAMILIES[row["family"]], ROW: str(row["alternative"]), **_moves(row)}
        for _, row in found.iterrows()
    ]
    return layout(rows, "edges-alternatives", first="Alternative", raw=_SIZES)


_SIZES = ("Median", "Nine of ten", "Most")


def _moves(row: pd.Series) -> dict[str, str]:
    return {
        "Edges": words.count(row["edges"]),
        **{
            heading: _sized(row[name], row[f"{name}_share"])
            for heading, name in zip(_SIZES, ("median", "ninety", "largest"), strict=True)
        },
        "No longer claimed": words.count(row["unclaimed"]),
        "Lost with its curve": words.count(row["gone"]),
    }


def _sized(size: float, share: float) -> str:
    if pd.isna(size):
        return words.NOTHING
    return two(f"{size:.1f}", "" if pd.isna(share) else f"{100 * share:.0f} %")


def worst_edges(work: View, edges: pd.DataFrame) -> Html | None:
    """Lay out the edges that move most of their own interval.

    Parameters
    ----------
    work : View
        A run, for the names of specialties.
    edges : DataFrame
        From `recalib.criticism.sensitivity.by_edge`.

    Returns
    -------
    Html or None
        The worst ten; None without edges.
    """
    return _edges(work, edges[edges["share"].notna()].head(_WORST), "edges-worst", which=True)


def all_edges(work: View, edges: pd.DataFrame) -> Html | None:
    """Lay out every edge with the largest shift of each family, folded.

    Parameters
    ----------
    work : View
        A run, for the names of specialties.
    edges : DataFrame
        From `recalib.criticism.sensitivity.by_edge`.

    Returns
    -------
    Html or None
        One row an edge, by curve; None without edges.
    """
    order = ["applicant_group", "specialty", "cycle", "scheme", "probability"]
    table = _edges(work, edges.sort_values(order, kind="stable"), "edges-all", which=False)
    if table is None:
        return None
    heading = f"All {len(edges)} edges"
    return Html(f"<details><summary>{heading}</summary>{table.text}</details>")


def _edges(work: View, edges: pd.DataFrame, name: str, *, which: bool) -> Html | None:
    rows = []
    for _, row in edges.iterrows():
        label = f"{words.plain(str(row['label']))} ({words.percent(row['probability'])})"
        cells = {
            ROW: f"{work.label(str(row['specialty']))}: {label}",
            "Curve": f"{words.group(row)} {row['cycle']}",
            "Edge": two(words.score(row["edge"]), _interval(row)),
        }
        for family, heading in FAMILIES.items():
            shift = row[family]
            cells[heading] = words.NOTHING if pd.isna(shift) else words.signed(float(shift))
        share = row["share"]
        cells["Share of half-width"] = words.NOTHING if pd.isna(share) else f"{100 * share:.0f} %"
        if which:
            cells["Under"] = str(row["alternative"])
        rows.append(cells)
    return layout(
        rows, name, first="Label", raw=("Edge",), left=("Curve", "Under"),
        note="Largest shift of each family in score points; a dash where the family does not touch "
        "the edge, or its interval is open.",
    )  # fmt: skip


def _interval(row: pd.Series) -> str:
    return words.score_interval(row["edge_low"], row["edge_high"])
