"""The figure of edges under other assumptions: a row of dots an alternative."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from recalib.criticism.alternatives import FAMILIES
from recalib.report import style, words

#: Letters of an alternative's name in one line.
_LETTERS = 46


def sensitivity(moved: pd.DataFrame) -> Figure | None:
    """Draw how far every edge moves under every alternative (`sensitivity.shifts`).

    A dot an edge; a bar holds the middle 80 % of the edges. None without edges.
    """
    left = moved[~moved["gone"].astype(bool)]
    if left.empty:
        return None
    families = [left[left["family"] == family] for family in FAMILIES]
    rows = [
        (family, name, part[part["alternative"] == name])
        for family, part in zip(FAMILIES, families, strict=True)
        for name in part["alternative"].unique()
    ]
    figure, (axis,) = style.axes(9.0, 0.34 * len(rows) + 1.4)
    groups = [name for name in style.GROUP_COLOURS if name in set(left["applicant_group"])]
    looks = dict(zip(groups, style.MARKS, strict=False))
    told, former = [], rows[0][0]
    for place, (family, name, part) in enumerate(rows):
        low, high = part["shift"].quantile([0.1, 0.9])
        axis.barh(place, high - low, left=low, height=0.62, color=style.LINE, zorder=1)
        for group, mark in looks.items():
            shifts = part.loc[part["applicant_group"] == group, "shift"].to_numpy(float)
            # Spread by rank, not at random: the same table gives the same picture.
            ranks = shifts.argsort().argsort()
            offsets = 0.22 * np.where(ranks % 2, 1, -1) * (len(shifts) > 1)
            axis.plot(
                shifts, place + offsets, linestyle="none", marker=mark, markersize=3.2,
                color=style.GROUP_COLOURS[group], alpha=0.7, zorder=3,
            )  # fmt: skip
        if not place or family != former:
            style.note(axis, 1, place - 0.4, FAMILIES[family], fontweight="bold", zorder=5,
                 transform=axis.get_yaxis_transform())  # fmt: skip
        if family != former:
            axis.axhline(place - 0.5, color=style.QUIET, linewidth=0.8)
        former = family
        told.append(f"{name} {words.signed(low)} to {words.signed(high)}")
    axis.axvline(0, color=style.INK, linewidth=1, zorder=2)
    low, high = left["shift"].min(), left["shift"].max()
    # Room for the names of the families, which would hide dots.
    axis.set_xlim(low - 0.05 * (high - low) - 0.1, high + 0.3 * (high - low) + 0.1)
    style.name_rows(axis, [_short(name) for _, name, _ in rows], 8)
    axis.grid(axis="y", visible=False)
    axis.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    axis.set_xlabel("Shift of a calibrated edge, score points")
    handles = [
        style.entry(
            words.GROUPS[group], style.GROUP_COLOURS[group], mark, linestyle="none", markersize=4.5
        )
        for group, mark in looks.items()
    ]
    style.legend(figure, handles, 4)
    return style.describe(
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
