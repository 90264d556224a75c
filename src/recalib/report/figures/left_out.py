"""Slopes predicted by pools that did not see them come in; marks beside their limits go out."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from recalib.report import words
from recalib.report.style import LINE, MATCHED, NOT_MATCHED, QUIET, axes, describe, styled
from recalib.report.view import View

_MARKS = ("o", "^", "s")


def pool_words(name: str) -> tuple[str, str]:
    """Return the group, and the outcome with the cycles, of a pool's name."""
    outcome, group, rest = (part.strip() for part in name.split(",", 2))
    return words.GROUPS.get(group, group), f"{words.OUTCOMES.get(outcome, outcome)} {rest}"


@styled
def left_out(work: View, slopes: pd.DataFrame) -> Figure | None:
    """Draw every raw slope beside what the rest of its pool predicts of it.

    Parameters
    ----------
    work : View
        A run, for the names of specialties.
    slopes : DataFrame
        From `recalib.criticism.held_out.slopes_left_out`.

    Returns
    -------
    Figure or None
        A panel a pool, a row a specialty; None without pools.
    """
    if slopes.empty:
        return None
    pools = list(dict.fromkeys(slopes["pool"]))
    names = sorted(set(slopes["specialty"]), key=work.label)
    cycles = sorted(set(slopes["cycle"]), reverse=True)
    figure, panels = axes(9.0, 0.27 * len(names) + 1.6, 1, len(pools), sharey=True, sharex=True)
    for panel, pool in zip(panels, pools, strict=True):
        part = slopes[slopes["pool"] == pool]
        held = [cycle for cycle in cycles if cycle in set(part["cycle"])]
        for _, row in part.iterrows():
            shift = (held.index(row["cycle"]) - (len(held) - 1) / 2) * 0.4
            place = names.index(row["specialty"]) + shift
            panel.plot(
                [row["low"], row["high"]], [place, place], color=LINE, linewidth=4,
                solid_capstyle="butt",
            )  # fmt: skip
            colour = MATCHED if row["inside"] else NOT_MATCHED
            panel.plot(
                row["slope_raw"], place, marker=_MARKS[cycles.index(row["cycle"]) % len(_MARKS)],
                markersize=4.5, color=colour, markerfacecolor=colour if row["inside"] else "white",
            )  # fmt: skip
        panel.axvline(0, color=QUIET, linewidth=1)
        panel.set_title("\n".join(pool_words(pool)), fontsize=9)
        panel.set_xlabel("Slope per 10 points")
    panels[0].set_yticks(range(len(names)), [work.label(name) for name in names], fontsize=8)
    panels[0].set_ylim(len(names) - 0.4, -0.6)
    handles = [
        Line2D([], [], color=MATCHED, linestyle="none", marker=_MARKS[index % len(_MARKS)],
               markersize=5, label=f"raw slope, {cycle}")
        for index, cycle in enumerate(cycles)
    ]  # fmt: skip
    handles.append(
        Line2D([], [], color=NOT_MATCHED, markerfacecolor="white", marker="o", linestyle="none",
               markersize=5, label="outside")
    )  # fmt: skip
    bars = Patch(facecolor=LINE, label="95 % limits by the others")
    figure.legend(
        handles=[*handles, bars], loc="outside upper center", ncols=min(5, len(handles) + 1)
    )
    outside = slopes[~slopes["inside"].astype(bool)]
    told = ", ".join(
        f"{work.label(str(row['specialty']))} {row['cycle']}" for _, row in outside.iterrows()
    )
    return describe(
        figure,
        f"Raw slopes beside the 95 % limits that the other specialties of the pool predict. "
        f"Outside: {told or 'none'}.",
    )
