"""The figure of covariates beside the score: odds ratios by specialty with their intervals."""

from __future__ import annotations

from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from recalib.report import style, words
from recalib.report.order import GROUP_ORDER
from recalib.report.view import View

_TICKS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)


def adjustments(work: View, outcome: str) -> Figure | None:
    """Draw the odds ratio of every covariate (newest cycles), a panel each; None without any."""
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
    figure, panels = style.axes(width, height, 1, len(covariates), sharey=True)
    for panel, covariate in zip(panels, covariates, strict=True):
        part = rows[rows["covariate"] == covariate]
        for _, row in part.iterrows():
            group = groups.index(row["applicant_group"])
            shift = (group - (len(groups) - 1) / 2) * 0.7 / len(groups)
            style.interval(
                panel, names.index(row["specialty"]) + shift,
                [row["odds_ratio_low"], row["odds_ratio_high"]], row["odds_ratio"],
                style.GROUP_COLOURS[row["applicant_group"]], mark=style.MARKS[group], size=4.5,
                hollow=row["status"] != "ok",
            )  # fmt: skip
        _dress(panel, words.compared(part.iloc[0]))
    style.name_rows(panels[0], [work.label(name) for name in names])
    handles = [
        style.entry(words.GROUPS[name], style.GROUP_COLOURS[name], style.MARKS[place], markersize=5)
        for place, name in enumerate(groups)
    ]
    style.legend(figure, handles, 3, title=words.cohorts_among(rows).strip(" ()") or None)
    told = [
        f"{words.compared(row)}, {work.label(row['specialty'])}, "
        f"{words.within(words.group(row))}, {words.number(row['odds_ratio'], 2)}"
        for _, row in rows.iterrows()
    ]
    what = words.OUTCOMES[outcome]
    return style.describe(
        figure, f"Odds ratios of {what} at the same score, with 95 % intervals. {'; '.join(told)}."
    )


def _dress(panel: Axes, title: str) -> None:
    panel.axvline(1, color=style.QUIET, linewidth=1)
    panel.set_xscale("log")
    # Limits are those of the data; a handful of plain numbers reads better than powers of ten.
    low, high = panel.get_xlim()
    panel.set_xlim(min(low, 0.45), max(high, 2.2))
    panel.xaxis.set_major_locator(FixedLocator(_TICKS))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:g}"))
    panel.set_title("\n".join(wrap(title, 18)), fontsize=8.5)
    panel.set_xlabel("Odds ratio")
