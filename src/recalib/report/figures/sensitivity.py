"""Shifts of edges under other assumptions come in; a row of dots an alternative goes out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from recalib.criticism.alternatives import FAMILIES
from recalib.report import words
from recalib.report.style import GROUP_COLOURS, INK, LINE, QUIET, axes, describe, styled

_MARKS = ("o", "^", "s", "v", "D", "P", "X")
#: Letters of an alternative's name in one line.
_LETTERS = 46


@styled
def sensitivity(moved: pd.DataFrame) -> Figure | None:
    """Draw how far every edge moves under every alternative.

    Parameters
    ----------
    moved : DataFrame
        From `recalib.criticism.sensitivity.shifts`.

    Returns
    -------
    Figure or None
        A row an alternative, a dot an edge; a bar holds the middle 80 % of the edges. None without
        edges.
    """
    left = moved[~moved["gone"].astype(bool)]
    if left.empty:
        return None
    rows = [
        (family, str(name))
        for family in FAMILIES
        for name in dict.fromkeys(left.loc[left["family"] == family, "alternative"])
    ]
    figure, (axis,) = axes(9.0, 0.34 * len(rows) + 1.4)
    groups = [name for name in GROUP_COLOURS if name in set(left["applicant_group"])]
    told, former = [], ""
    for place, (family, name) in enumerate(rows):
        part = left[(left["family"] == family) & (left["alternative"] == name)]
        low, high = part["shift"].quantile([0.1, 0.9])
        axis.barh(place, high - low, left=low, height=0.62, color=LINE, zorder=1)
        for index, group in enumerate(groups):
            shifts = part.loc[part["applicant_group"] == group, "shift"].to_numpy(float)
            # Spread by rank, not at random: the same table gives the same picture.
            ranks = shifts.argsort().argsort()
            offsets = 0.22 * np.where(ranks % 2, 1, -1) * (len(shifts) > 1)
            axis.plot(
                shifts, place + offsets, linestyle="none", marker=_MARKS[index % len(_MARKS)],
                markersize=3.2, color=GROUP_COLOURS[group], alpha=0.7, zorder=3,
            )  # fmt: skip
        if family != former:
            axis.text(
                1, place - 0.4, FAMILIES[family], ha="right", va="top", fontsize=8,
                fontweight="bold", transform=axis.get_yaxis_transform(), zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
        if former and family != former:
            axis.axhline(place - 0.5, color=QUIET, linewidth=0.8)
        former = family
        told.append(f"{name} {words.signed(low)} to {words.signed(high)}")
    axis.axvline(0, color=INK, linewidth=1, zorder=2)
    low, high = left["shift"].min(), left["shift"].max()
    # Room for the names of the families, which would hide dots.
    axis.set_xlim(low - 0.05 * (high - low) - 0.1, high + 0.3 * (high - low) + 0.1)
    axis.set_yticks(range(len(rows)), [_short(name) for _, name in rows], fontsize=8)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.grid(axis="y", visible=False)
    axis.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    axis.set_xlabel("Shift of a calibrated edge, score points")
    figure.legend(
        handles=[
            Line2D([], [], color=GROUP_COLOURS[group], linestyle="none", markersize=4.5,
                   marker=_MARKS[index % len(_MARKS)], label=words.GROUPS[group])
            for index, group in enumerate(groups)
        ],
        loc="outside upper center", ncols=4,
    )  # fmt: skip
    return describe(
        figure,
        "Shift of the calibrated edges under other assumptions, middle 80 % of the edges in score "
        f"points: {'; '.join(told)}.",
    )


def _short(name: str) -> str:
    """Break a long name into two lines, a third is cut."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines[:2]) + ("…" if len(lines) > 2 else "")
