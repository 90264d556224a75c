"""The figure of slopes by specialty with their intervals, pooled and raw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from recalib.contract.keys import recency
from recalib.report import style, words
from recalib.report.line import Z
from recalib.report.view import View

_GROUPS = ("non_us_img", "us_md_senior", "us_do_senior")


def slopes(work: View) -> Figure | None:
    """Draw the slope of the newest match curve of every specialty, the steepest on top.

    A panel a group whose scores were printed; None without such a group.
    """
    found = work.newest
    found = found[(found["outcome"] == "match") & (found["grade"] != "D")]
    found = found[found["slope"].notna() & found["applicant_group"].isin(_GROUPS)]
    parts = [found[found["applicant_group"] == name] for name in _GROUPS]
    parts = [part for part in parts if len(part)]
    if not parts:
        return None
    order = parts[0].sort_values("slope", ascending=False)["specialty"]
    names = list(dict.fromkeys([*order, *sorted(set(found["specialty"]))]))
    figure, panels = style.axes(
        9.0, 0.235 * len(names) + 1.3, 1, len(parts), sharey=True, sharex=True
    )
    pools = [_pool(work, part) for part in parts]
    for panel, part, pool in zip(panels, parts, pools, strict=True):
        if pool is not None:
            mean, spread = float(pool["mean"]), float(pool["spread"])
            panel.axvspan(mean - spread, mean + spread, color=style.RANGE, zorder=0.5)
            panel.axvline(mean, color=style.QUIET, linewidth=1, linestyle="--")
        for _, curve in part.iterrows():
            place, reach = names.index(curve["specialty"]), Z * curve["slope_se"]
            colour = style.GROUP_COLOURS[curve["applicant_group"]]
            sure = curve["status"] == "ok"
            style.interval(
                panel, place, [curve["slope"] - reach, curve["slope"] + reach], curve["slope"],
                colour, hollow=not sure, line="-" if sure else ":",
            )  # fmt: skip
            # A blank raw slope draws nothing.
            panel.plot(curve["slope_raw"], place, marker="x", markersize=4.5, color=style.QUIET)
        panel.axvline(0, color=style.QUIET, linewidth=1)
        whom = words.GROUPS[part["applicant_group"].iloc[0]]
        panel.set_title(whom + words.cohorts_among(part))
    figure.supxlabel("Change of the logit for ten more points", fontsize="medium")
    style.name_rows(panels[0], [work.label(name) for name in names])
    panels[0].set_xlim(-0.35, 1.35)
    handles = [
        style.entry("pooled, with 95 % interval", style.QUIET, "o"),
        style.entry("claims no edge", style.QUIET, "o", markerfacecolor="white", linestyle=":"),
        style.entry("raw fit of the cell", style.QUIET, "x", linestyle="none"),
        Patch(facecolor=style.RANGE, label="pool: mean ± spread of specialties"),
    ]
    style.legend(figure, handles, 2)
    first = parts[0]
    told = [f"{work.label(row['specialty'])} {row['slope']:.2f}" for _, row in first.iterrows()]
    who = words.GROUPS[first["applicant_group"].iloc[0]]
    means = [
        f"{words.GROUPS[part['applicant_group'].iloc[0]]} {pool['mean']:.2f}"
        for part, pool in zip(parts, pools, strict=True)
        if pool is not None
    ]
    return style.describe(
        figure,
        f"Slopes of the match curves by specialty. {who}: {', '.join(told)}. Means of the pools: "
        f"{', '.join(means) or 'none'}.",
    )


def _pool(work: View, part: pd.DataFrame) -> Mapping[str, Any] | None:
    """Return the pool that lent to a group's newest curves: the one of the newest cycle."""
    group, cycle = part["applicant_group"].iloc[0], max(part["cycle"], key=recency)
    found = [
        pool
        for pool in work.fit_notes["pools"]
        if pool["pool"].startswith(f"match, {group}, ") and cycle in pool["pool"]
    ]
    return found[-1] if found else None
