"""Holds new figures against the cycle before: a typing error betrays itself by its size.

A new table has no drift to look at. What moved further than such figures move from cycle to cycle
becomes a question in the provenance, which the check refuses until somebody has looked.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from recalib.contract.keys import recency
from recalib.sources.values import show
from recalib.typed.gather import frame_of
from recalib.typed.last_cycle import Known
from recalib.typed.remarks import Remarks
from recalib.typed.tables import Row

#: How far a figure may move, in points or as a ratio, before somebody is asked to look again.
POINTS = {"q1": 12, "median": 12, "q3": 12, "mean": 12, "min": 35, "max": 25}
RATIO = {"n": 3.0, "n_success": 3.0, "n_total": 3.0, "sd": 1.8}
#: Counts below are too small for a ratio to tell.
FEW = 20
#: How far mean and median of one row may lie apart: in points, or in standard errors of the mean.
APART, ERRORS, SPREAD = 8, 3, 14


def look(rows: list[Row], known: Known, wanted: str, remarks: Remarks) -> None:
    """Note what came, what went, and what moved further than figures do."""
    frame = frame_of(rows)
    kind, cycle = rows[0].kind, rows[0].key["cycle"]
    frame["label"] = frame["specialty"]
    frame["specialty"] = [known.labels.resolve(label) for label in frame["specialty"]]
    _within(frame, kind, remarks)
    for group, new in frame.groupby("applicant_group", sort=False):
        old = known.rows(kind, str(group), cycle, wanted)
        if kind == "totals":  # other denominators count other people
            old = old[old["denominator"].isin(set(new["denominator"]))]
        if old.empty:
            of = f"{', '.join(dict.fromkeys(new['denominator']))} of " if kind == "totals" else ""
            told = f"There is no {kind} table of {of}{group} before {cycle} to compare with."
            remarks.told.append(told)
            continue
        newest = max(old["cycle"], key=recency)
        old = old[old["cycle"] == newest]
        _came_and_went(new, old, f"{kind} of {group}", newest, remarks)
        _moved(new, old, kind, newest, remarks)


def _came_and_went(
    new: pd.DataFrame, old: pd.DataFrame, what: str, cycle: str, remarks: Remarks
) -> None:
    came = sorted(set(new["specialty"]) - set(old["specialty"]))
    went = sorted(set(old["specialty"]) - set(new["specialty"]))
    if came:
        remarks.told.append(f"Came since {cycle} ({what}): {', '.join(came)}.")
    if went:
        remarks.told.append(f"Gone since {cycle} ({what}): {', '.join(went)}.")


def _moved(new: pd.DataFrame, old: pd.DataFrame, kind: str, cycle: str, remarks: Remarks) -> None:
    key = [
        name
        for name in ("specialty", "result", "score_min", "outcome", "denominator")
        if name in new
    ]
    key = [name for name in key if kind == "totals" or name != "denominator"]
    names = [name for name in (*POINTS, *RATIO) if name in new and name in old]
    figures = new.assign(
        **{
            name: pd.to_numeric(new[name].replace("", None))
            for name in {*names, *(k for k in key if k == "score_min")}
        }
    )
    both = figures.merge(old.drop_duplicates(key), on=key, suffixes=("", "_before"))
    for row in both.to_dict("records"):
        for name in names:
            told = _told(row, name, cycle)
            if told:
                remarks.questions.append(told)


def _told(row: dict[Any, Any], name: str, cycle: str) -> str:
    """What is odd about one figure; blank where nothing is."""
    now, before = row[name], row[f"{name}_before"]
    if pd.isna(now) or pd.isna(before) or max(now, before) <= 0:
        return ""
    if name in POINTS:
        odd = abs(now - before) > POINTS[name]
    else:
        least = 0 if name == "sd" else FEW
        odd = max(now, before) >= least and max(now, before) > RATIO[name] * max(
            min(now, before), least / RATIO[name] if least else 1e-9
        )
    if not odd:
        return ""
    return (
        f"{_named(row)}: {name} is {show(now)}, and was {show(before)} in {cycle}. "
        "Compare it with the source; then say here that it is printed so, or correct the table."
    )


def _named(row: dict[Any, Any]) -> str:
    return ", ".join(str(row[name]) for name in ("label", "result") if row.get(name))


def _within(frame: pd.DataFrame, kind: str, remarks: Remarks) -> None:
    """Mean and median of a row lie near each other, as far as scores are concerned."""
    if kind != "quantiles":
        return
    for row in frame.to_dict("records"):
        if row["mean"] and row["median"]:
            apart = float(row["mean"]) - float(row["median"])
            most = max(APART, ERRORS * SPREAD / max(float(row["n"] or 1), 1.0) ** 0.5)
            if abs(apart) > most:
                remarks.questions.append(
                    f"{_named(row)}: the mean is {row['mean']} and the median {row['median']}. "
                    "Compare both with the source; then say here that they are printed so."
                )
