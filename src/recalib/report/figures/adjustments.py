"""Covariates beside the score come in; odds ratios by specialty with their intervals go out."""

from __future__ import annotations

from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from recalib.report import words
from recalib.report.order import GROUP_ORDER
from recalib.report.style import GROUP_COLOURS, QUIET, axes, describe, styled
from recalib.report.view import View

_MARKS = ("o", "s", "^", "D", "v", "P", "X")
_TICKS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)


@styled
def adjustments(work: View, outcome: str) -> Figure | None:
    """Draw the odds ratio of every covariate, newest cycles only.

    Parameters
    ----------
    work : View
        A run.
    outcome : str
        `match` or `interview`.

    Returns
    -------
    Figure or None
        A panel a covariate, specialties in rows; None without an odds ratio.
    """
    rows = work.adjustments
    rows = rows[(rows["outcome"] == outcome) & rows["odds_ratio"].notna()]
    rows = rows.drop_duplicates(["specialty", "applicant_group", "covariate", "level"])
    if rows.empty:
        return None
    covariates = [name for name in words.COVARIATES if name in set(rows["covariate"])]
    groups = [name for name in GROUP_ORDER if name in set(rows["applicant_group"])]
    names = sorted(set(rows["specialty"]), key=work.label)
    height = max(2.4, (0.13 + 0.13 * len(groups)) * len(names) + 1.7)
    width = min(9.0, 3.4 + 1.9 * len(covariates))
    figure, panels = axes(width, height, 1, len(covariates), sharey=True)
    for panel, covariate in zip(panels, covariates, strict=True):
        part = rows[rows["covariate"] == covariate]
        for _, row in part.iterrows():
            group = groups.index(row["applicant_group"])
            shift = (group - (len(groups) - 1) / 2) * 0.7 / len(groups)
            _row(panel, names.index(row["specialty"]) + shift, row, _MARKS[group])
        _dress(panel, words.compared(part.iloc[0]))
    panels[0].set_yticks(range(len(names)), [work.label(name) for name in names], fontsize=8.5)
    panels[0].set_ylim(len(names) - 0.4, -0.6)
    handles = [
        Line2D([], [], color=GROUP_COLOURS[name], marker=_MARKS[place], markersize=5,
               label=words.GROUPS[name])
        for place, name in enumerate(groups)
    ]  # fmt: skip
    among = words.cohorts_among(rows).strip(" ()")
    figure.legend(handles=handles, loc="outside upper center", ncols=3, title=among or None)
    told = [
        f"{words.compared(row)}, {work.label(row['specialty'])}, "
        f"{words.within(words.group(row))}, "
        f"{words.ratio(row['odds_ratio'])}"
        for _, row in rows.iterrows()
    ]
    what = words.OUTCOMES[outcome]
    return describe(
        figure, f"Odds ratios of {what} at the same score, with 95 % intervals. {'; '.join(told)}."
    )


def _row(panel: Axes, place: float, row: pd.Series, mark: str) -> None:
    colour = GROUP_COLOURS[str(row["applicant_group"])]
    ends = [float(row["odds_ratio_low"]), float(row["odds_ratio_high"])]
    panel.plot(ends, [place, place], color=colour, linewidth=1.5)
    panel.plot(
        float(row["odds_ratio"]), place, marker=mark, markersize=4.5, color=colour,
        markerfacecolor=colour if row["status"] == "ok" else "white",
    )  # fmt: skip


def _dress(panel: Axes, title: str) -> None:
    panel.axvline(1, color=QUIET, linewidth=1)
    panel.set_xscale("log")
    # Limits are those of the data; a handful of plain numbers reads better than powers of ten.
    low, high = panel.get_xlim()
    panel.set_xlim(min(low, 0.45), max(high, 2.2))
    panel.xaxis.set_major_locator(FixedLocator(_TICKS))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:g}"))
    panel.set_title("\n".join(wrap(title, 18)), fontsize=8.5)
    panel.set_xlabel("Odds ratio")
