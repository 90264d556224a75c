"""The curves of a run come in; slopes by specialty with their intervals go out."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from calib.line import Z
from recalib.report import words
from recalib.report.style import GROUP_COLOURS, QUIET, axes, describe, styled
from recalib.report.view import View

_GROUPS = ("non_us_img", "us_md_senior")


@styled
def slopes(work: View) -> Figure | None:
    """Draw the slope of the newest match curve of every specialty, pooled and raw.

    Parameters
    ----------
    work : View
        A run.

    Returns
    -------
    Figure or None
        One panel a group whose scores were printed; specialties in rows, the steepest on top. None
        without such a group.
    """
    found = work.newest
    found = found[(found["outcome"] == "match") & (found["grade"] != "D")]
    found = found[found["slope"].notna() & found["applicant_group"].isin(_GROUPS)]
    groups = [name for name in _GROUPS if (found["applicant_group"] == name).any()]
    if not groups:
        return None
    first = found[found["applicant_group"] == groups[0]]
    order = first.set_index("specialty")["slope"].sort_values(ascending=False)
    names = list(order.index) + sorted(set(found["specialty"]) - set(order.index))
    figure, panels = axes(9.0, 0.235 * len(names) + 1.3, 1, len(groups), sharey=True, sharex=True)
    for panel, group in zip(panels, groups, strict=True):
        part = found[found["applicant_group"] == group]
        for _, curve in part.iterrows():
            _row(panel, names.index(curve["specialty"]), curve)
        panel.axvline(0, color=QUIET, linewidth=1)
        panel.set_title(words.GROUPS[group] + words.cohorts_among(part))
        panel.set_xlabel("Change of the logit for ten more points")
    panels[0].set_yticks(range(len(names)), [work.label(name) for name in names], fontsize=8.5)
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    panels[0].set_xlim(-0.35, 1.35)
    figure.legend(
        handles=[
            Line2D([], [], color=QUIET, marker="o", label="pooled, with 95 % interval"),
            Line2D([], [], color=QUIET, marker="o", markerfacecolor="white", linestyle=":",
                   label="borrowed or weak or flat"),
            Line2D([], [], color=QUIET, marker="x", linestyle="none", label="raw fit of the cell"),
        ],
        loc="outside upper center", ncols=3,
    )  # fmt: skip
    told = ", ".join(
        f"{work.label(str(curve['specialty']))} {curve['slope']:.2f}"
        for _, curve in found[found["applicant_group"].isin(groups[:1])].iterrows()
    )
    who = words.GROUPS[groups[0]]
    return describe(figure, f"Slopes of the match curves by specialty. {who}: {told}.")


def _row(panel: Axes, place: int, curve: pd.Series) -> None:
    colour = GROUP_COLOURS[str(curve["applicant_group"])]
    reach = Z * float(curve["slope_se"])
    sure = curve["status"] == "ok"
    panel.plot(
        [curve["slope"] - reach, curve["slope"] + reach], [place, place],
        color=colour, linestyle="-" if sure else ":", linewidth=1.5,
    )  # fmt: skip
    panel.plot(
        curve["slope"], place, marker="o", markersize=5, color=colour,
        markerfacecolor=colour if sure else "white",
    )  # fmt: skip
    if not pd.isna(curve["slope_raw"]):
        panel.plot(curve["slope_raw"], place, marker="x", markersize=4.5, color=QUIET)
