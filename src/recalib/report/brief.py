"""The one sentence of verdict and the one of limits that a card of a specialty's page holds."""

from __future__ import annotations

from math import ceil

import pandas as pd

from recalib.report import words
from recalib.report.line import side_of
from recalib.report.sentences import SENTENCES
from recalib.report.view import Specialty

_SAID = SENTENCES["cards"]


def verdict(here: Specialty, curve: pd.Series) -> str:
    """Say what the data make of the guide's edges, and where the chance is even."""
    said = "; ".join(filter(None, [_guides(here, curve), _even(here, curve)]))
    return f"{said[:1].upper()}{said[1:]}."


def _guides(here: Specialty, curve: pd.Series) -> str:
    """Say of the guides' printed edges which verdict each has; "" where none has a reading."""
    rows = here.audit
    rows = rows[
        (rows["curve_group"] == curve["applicant_group"])
        & (rows["guide_scheme"] == "target")
        & (rows["reading"] != "")
        & rows["score_min"].notna()
        & (rows["denominator"] == curve["denominator"])
    ]
    parts = []
    for name, part in rows.groupby("verdict", sort=False):
        edges = sorted(part["score_min"].astype(int))
        parts.append(
            _SAID["guides"][name].format(
                edges=words.listed(list(map(str, edges))), s="s" if len(edges) == 1 else ""
            )
        )
    return f"the guide: {', '.join(parts)}" if parts else ""


def _even(here: Specialty, curve: pd.Series) -> str:
    rows = here.bands(curve)
    band = rows[rows["label"] == "likely"].iloc[0]
    if not pd.isna(band["boundary"]):
        later = words.whole_range(band["boundary_next_low"], band["boundary_next_high"])
        return str(_SAID["even"]).format(score=ceil(band["boundary"]), later=later)
    if rows["suppressed"].any():
        return f"the score of an even chance is withheld {words.SUPPRESSED}"
    if curve["status"] == "ok" and band["status"] == "wide":
        return str(_SAID["no_even"]["wide"])
    if curve["status"] == "ok":
        return str(_SAID["no_even"]["ok"]).format(side=side_of(curve))
    return str(_SAID["no_even"][curve["status"]])


def no_edge(rows: pd.DataFrame, curve: pd.Series) -> str:
    """Say why a curve has no bands."""
    if rows["suppressed"].any():
        return words.SUPPRESSED
    reason = "wide" if curve["status"] == "ok" else words.plain(curve["status"])
    return f"no bands claimed ({reason})"


def limit(here: Specialty, curve: pd.Series) -> str:
    """Say the gravest thing that a curve's numbers cannot tell."""
    limits = _SAID["limits"]
    if words.cohort(curve):
        return str(limits["cohort"])
    if curve["denominator"] == "ranked_any_pgy1":
        return str(limits["ranked_any_pgy1"])
    if curve["status"] == "borrowed":
        return str(limits["borrowed"][curve["grade"] or "D"])
    if curve["status"] != "ok":
        return str(limits[curve["status"]])
    if beyond := _at_the_end(here, curve):
        return str(limits["end"]).format(score=beyond)
    return str(limits["grade"][curve["grade"]])


def _at_the_end(here: Specialty, curve: pd.Series) -> str:
    """Return the highest matched score printed, where an edge begins no lower; else ""."""
    facts = here.facts(curve, "quantiles")
    highest = facts.loc[
        (facts["result"] == "matched") & (facts["statistic"] == "max"), "value"
    ].max()
    edges = here.bands(curve)
    claimed = edges.loc[edges["boundary"].notna(), "score_min"].max()
    there = not pd.isna(highest) and not pd.isna(claimed) and claimed >= highest
    return f"{highest:.0f}" if there else ""
