"""Pictures of an own cohort: scores, expected against observed, verdicts, and published lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from statsmodels.stats.proportion import proportion_confint

from recalib.own.judge import ALL
from recalib.own.measures import NATIONAL, OWN
from recalib.own.people import UNIT
from recalib.report import style
from recalib.report.words import GROUPS, plain

#: Most panels of a picture; of more specialties those with most people are drawn.
PANELS = 6
#: Fewest people of a bin that is drawn.
SHOWN = 5
#: How people of each result are drawn: the legend's word, colour and line.
_RESULTS = (
    ("matched", style.MATCHED, "-"),
    ("did not match", style.NOT_MATCHED, "--"),
)


def _title(specialty: str, group: str) -> str:
    return f"{plain(specialty)}\n{GROUPS.get(group, group)}"


def _largest(people: pd.DataFrame) -> list[tuple[str, str]]:
    sizes = people.groupby(UNIT)["people"].sum().sort_values(ascending=False)
    return [(str(key[0]), str(key[1])) for key in sizes.index[:PANELS]]


def scores(people: pd.DataFrame) -> Figure:
    """Draw how scores of the matched and the others lie, a panel a specialty and group."""
    units = _largest(people)
    figure, panels = style.grid(len(units), 3, 3.1, 2.4, above=0.9, sharex=True)
    edges = np.arange(185, 301, 5)
    for panel, unit in zip(panels, units, strict=True):
        part = people[(people[UNIT] == list(unit)).all(axis="columns")]
        weights = (part["matched"], part["people"] - part["matched"])
        for weight, (_, colour, line) in zip(weights, _RESULTS, strict=True):
            panel.hist(
                part["score"], bins=list(edges), weights=weight, histtype="step", color=colour,
                linestyle=line, linewidth=1.6,
            )  # fmt: skip
        panel.set_title(_title(*unit), fontsize=9)
        panel.set_xlabel("Step 2 CK")
        panel.set_ylabel("people in 5 points")
    handles = [style.entry(label, colour, linestyle=line) for label, colour, line in _RESULTS]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return style.describe(figure, "Scores of those who matched and of those who did not.")


def reliability(table: pd.DataFrame) -> Figure | None:
    """Draw observed shares against expected ones, under both curves; None without any."""
    if table.empty:
        return None
    figure, panels = style.axes(7.4, 4.1, 1, 2, sharex=True, sharey=True)
    for panel, by, colour in zip(
        panels, (NATIONAL, OWN), (style.NOT_MATCHED, style.MATCHED), strict=True
    ):
        part = table[table["by"] == by]
        panel.axline((0, 0), slope=1, color=style.QUIET, linewidth=0.8, linestyle="--")
        panel.vlines(part["expected"], part["low"], part["high"], color=colour, linewidth=1.6)
        panel.plot(part["expected"], part["observed"], "o", color=colour)
        panel.set_title(by)
        panel.set(xlim=(0, 1), ylim=(0, 1), xlabel="chance by the curve")
        style.percent_axis(panel.xaxis)
    panels[0].set_ylabel("share who matched, 95 % interval")
    style.percent_axis(panels[0].yaxis)
    return style.describe(
        figure, "Share who matched against the chance that each curve gave, in bins of people."
    )


def by_score(people: pd.DataFrame, width: int = 10) -> Figure | None:
    """Draw observed and expected shares by score, a panel a specialty and group.

    None where no bin of any holds enough people to be drawn.
    """
    known = people[people["chance"].notna()]
    binned = {unit: _binned(known, unit, width) for unit in _largest(known)}
    binned = {unit: sums for unit, sums in binned.items() if len(sums)}
    if not binned:
        return None
    figure, panels = style.grid(len(binned), 3, 3.1, 2.6, above=0.9, sharex=True, sharey=True)
    for panel, (unit, sums) in zip(panels, binned.items(), strict=True):
        share = sums["matched"] / sums["people"]
        low, high = proportion_confint(sums["matched"], sums["people"], method="wilson")
        due = sums["due"] / sums["people"]
        panel.plot(sums.index, due, color=style.NOT_MATCHED, linestyle="--")
        panel.vlines(sums.index, low, high, color=style.MATCHED, linewidth=1.5)
        panel.scatter(sums.index, share, s=np.clip(sums["people"], 18, 120), color=style.MATCHED)
        panel.set_title(_title(*unit), fontsize=9)
        panel.set(xlabel="Step 2 CK", ylabel="share who matched", ylim=(0, 1))
        panel.label_outer()
    style.percent_axis(panels[0].yaxis)
    handles = [
        style.entry("observed, 95 % interval (area: people)", style.MATCHED, "o"),
        style.entry("national curve", style.NOT_MATCHED, linestyle="--"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return style.describe(
        figure, "Share who matched by score, and what the national curve expects."
    )


def _binned(known: pd.DataFrame, unit: tuple[str, str], width: int) -> pd.DataFrame:
    """People, matches and expected matches of a specialty and group by bins of the score."""
    part = known[(known[UNIT] == list(unit)).all(axis="columns")]
    middle = (part["score"] // width) * width + (width - 1) / 2
    due = part["people"] * part["chance"]
    sums = part.assign(due=due).groupby(middle)[["people", "matched", "due"]].sum()
    return sums[sums["people"] >= SHOWN]


def verdicts(table: pd.DataFrame) -> Figure | None:
    """Draw how far each specialty and group lies above the national curve; None without any."""
    told = table[table["points"].notna()].reset_index(drop=True)
    if told.empty:
        return None
    figure, panels = style.axes(8.6, 1.6 + 0.42 * len(told), 1, 2, sharey=True)
    rows: list[dict[Any, Any]] = told.to_dict("records")
    names = [
        ALL if row["specialty"] == ALL else _title(row["specialty"], row["applicant_group"])
        for row in rows
    ]
    for place, row in enumerate(rows):
        style.interval(
            panels[0], place, (row["points_low"], row["points_high"]), row["points"], style.MATCHED
        )
        if pd.notna(row["slope"]):
            ends = (row["slope_low"], row["slope_high"])
            style.interval(panels[1], place, ends, row["slope"], style.NOT_MATCHED, mark="s")
    style.name_rows(panels[0], [name.replace("\n", ", ") for name in names], 8)
    panels[0].axvline(0, color=style.QUIET, linewidth=0.8)
    panels[1].axvline(1, color=style.QUIET, linewidth=0.8)
    panels[0].set_xlabel("points of chance above\nthe national curve (0: holds)")
    panels[1].set_xlabel("slope, as a multiple of\nthe national one (1: holds)")
    return style.describe(
        figure, "Level and slope of the own cohort against the national curve, with 95 % intervals."
    )


def protected(table: pd.DataFrame) -> Figure | None:
    """Draw exact and published chances side by side; None where nothing would be published."""
    told = table[table["said"] == ""]
    keys = told[["cycle", *UNIT]].drop_duplicates().to_numpy(str).tolist()[:12]
    if not keys:
        return None
    sides = (
        ("exact", "exact", style.MATCHED, "o", -1.2),
        ("published", "as published", style.NOT_MATCHED, "s", 1.2),
    )
    figure, panels = style.grid(len(keys), 3, 3.0, 2.3, above=0.9, sharex=True, sharey=True)
    for panel, key in zip(panels, keys, strict=True):
        part = told[(told[["cycle", *UNIT]] == key).all(axis="columns")]
        for name, _, colour, mark, shift in sides:
            score = part["score"] + shift
            panel.vlines(score, part[f"{name}_low"], part[f"{name}_high"], color=colour)
            panel.plot(score, part[name], mark, color=colour)
        panel.set_title(f"{key[0]} {_title(key[1], key[2])}", fontsize=8.5)
        panel.set(xlabel="Step 2 CK", ylabel="chance", ylim=(0, 1))
        panel.label_outer()
    style.percent_axis(panels[0].yaxis)
    handles = [style.entry(label, colour, mark) for _, label, colour, mark, _ in sides]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return style.describe(
        figure, "Chances with 95 % intervals, exact and as they would be published."
    )
