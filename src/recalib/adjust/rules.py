"""Holds the surcharges that guides print against the estimates.

A guide asks somebody with a visa need or a failure for so many points more. Where it prints that
for a specialty, the estimates of that specialty are held against it; otherwise those of every one:

- `understates`: the whole 95 % interval of the points lies above what the guide asks for;
- `overstates`: it lies below;
- `holds`: it holds some of what the guide asks for, and the points are known to 20 or better;
- `cannot_tell`: anything else. No points, people who reported themselves, another specialty and
  people who were made up judge nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recalib.bands.audit import MEMBERS
from recalib.cohorts.labels import is_cohort, is_synthetic
from recalib.contract.keys import recency
from recalib.evidence import self_reported

#: Longest interval, in points, with which a surcharge may be said to hold.
TELLING = 20.0
#: Rules of guides that are surcharges, and for which covariate; their unit is points.
RULES = {"step1_failure_surcharge": "step1_failures"}
#: The scheme in which a guide prints what it asks of people with a visa need and of others, and how
#: the labels of either begin.
SCHEME, NEEDS, NEEDS_NOT = "visa", "needs_visa", "no_visa"

#: What a row of `beside` has besides the columns of a surcharge and of an adjustment.
COLUMNS = ("own_specialty", "verdict", "why")


@dataclass(frozen=True)
class Surcharge:
    """What a guide asks for on top."""

    guide: str
    covariate: str
    #: Specialty; blank for all.
    asked_of: str
    #: Applicant group that the guide speaks to.
    group: str
    #: Points.
    least: float
    most: float
    #: What the guide prints.
    printed: str


def surcharges(bands: pd.DataFrame, rules: pd.DataFrame) -> list[Surcharge]:
    """Find the surcharges that guides print."""
    found = []
    for rule in rules.to_dict("records"):
        values = [float(rule[name]) for name in ("value_min", "value_max")]
        values = [value for value in values if np.isfinite(value)]
        if rule["rule"] in RULES and values and str(rule["unit"]).startswith("points"):
            printed = f"{'-'.join(f'{value:g}' for value in values)} {rule['unit']}"
            guide, specialty, group, name = (
                str(rule[each]) for each in ("guide", "specialty", "applicant_group", "rule")
            )
            least, most = min(values), max(values)
            found.append(Surcharge(guide, RULES[name], specialty, group, least, most, printed))
    visa = bands[(bands["guide_scheme"] == SCHEME) & bands["score_min"].notna()]
    for place, rows in visa.groupby(["guide", "specialty", "applicant_group"]):
        guide, specialty, group = (str(part) for part in place)
        rows = rows.sort_values("rank")
        need, other = (
            rows.loc[rows["label"].str.startswith(start), "score_min"].tolist()
            for start in (NEEDS, NEEDS_NOT)
        )
        if need and other:
            points = need[0] - other[0]
            printed = f"{need[0]:g} with a visa need, {other[0]:g} without"
            found.append(Surcharge(guide, "needs_visa", specialty, group, points, points, printed))
    return sorted(found, key=lambda one: (one.guide, one.covariate))


def beside(
    asked: Sequence[Surcharge],
    adjustments: pd.DataFrame,
    provenance: Mapping[str, dict[str, Any]],
) -> pd.DataFrame:
    """Hold surcharges against the newest estimates.

    A surcharge without any estimate has one row, whose columns of the estimate are blank.
    """
    newest = adjustments.assign(when=adjustments["cycle"].map(recency)).sort_values("when")
    place = ["specialty", "applicant_group", "outcome", "denominator", "covariate", "level"]
    newest = newest.drop_duplicates(place, keep="last").sort_values(place)
    rows: list[dict[str, Any]] = []
    for one in asked:
        groups = (one.group, *MEMBERS.get(one.group, ()))
        there = newest[
            (newest["covariate"] == one.covariate) & newest["applicant_group"].isin(groups)
        ]
        own = there["specialty"] == one.asked_of if one.asked_of else there["specialty"] != ""
        shown = there[own] if own.any() else there[there["points"].notna()]
        for _, row in shown.iterrows():
            spoken = not one.asked_of or row["specialty"] == one.asked_of
            verdict, why = _verdict(one, row, spoken, provenance)
            further = {"own_specialty": spoken, "verdict": verdict, "why": why}
            rows.append({**vars(one), **row.drop("when"), **further})
        if shown.empty:
            why = "there is no estimate"
            rows.append(vars(one) | {"own_specialty": False, "verdict": "cannot_tell", "why": why})
    columns = [*Surcharge.__dataclass_fields__, *adjustments.columns, *COLUMNS]
    return pd.DataFrame(rows, columns=list(dict.fromkeys(columns)))


def _verdict(
    one: Surcharge, row: pd.Series, spoken: bool, provenance: Mapping[str, dict[str, Any]]
) -> tuple[str, str]:
    """Judge one surcharge by one estimate; where nothing can be told, say why."""
    sources = str(row["sources"])
    printed = {name: provenance[name] for name in sources.split("|") if name in provenance}
    doubts = [
        (is_synthetic(sources), "made up"),
        (not is_cohort(sources) and bool(self_reported(printed)), "self-reported"),
        (not spoken, "of another specialty"),
    ]
    if row["suppressed"]:
        return "cannot_tell", "withheld"
    if pd.isna(row["points"]):
        return "cannot_tell", "no points are given"
    why = " and ".join(doubt for applies, doubt in doubts if applies)
    if why:
        return "cannot_tell", why
    low, high = (
        end if pd.isna(row[name]) else float(row[name])
        for name, end in (("points_low", -np.inf), ("points_high", np.inf))
    )
    if low > one.most:
        return "understates", ""
    if high < one.least:
        return "overstates", ""
    if high - low <= TELLING:
        return "holds", ""
    return "cannot_tell", "the interval is too wide"
