"""The figure of levels: how far each specialty's moved, and the step learned without it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from recalib.curves.levels import Drift
from recalib.report import style, words
from recalib.report.line import Z
from recalib.report.view import View


def levels(work: View, drift: Drift, pairs: pd.DataFrame, without: pd.DataFrame) -> Figure | None:
    """Draw the moves of one population between neighbouring cycles, a row a specialty.

    Left: moves with 95 % limits of sampling, over what the step gives to such a move. Right: the
    step without the specialty. None without pairs.
    """
    if pairs.empty:
        return None
    names = sorted(set(pairs["specialty"]), key=work.label)
    cycles = list(dict.fromkeys(zip(pairs["older"], pairs["newer"], strict=True)))
    colours = list(dict.fromkeys(style.GROUP_COLOURS.values()))
    figure, (left, right) = style.axes(
        9.0, 0.3 * len(names) + 1.7, 1, 2, sharey=True, width_ratios=(2, 1)
    )
    for _, pair in pairs.iterrows():
        which = cycles.index((pair["older"], pair["newer"]))
        gap = 0.8 / len(cycles)
        place = names.index(pair["specialty"]) + (which - (len(cycles) - 1) / 2) * gap
        reach, error = Z * pair["expected"], Z * pair["error"]
        left.barh(place, 2 * reach, left=-reach, height=gap, color=style.LINE, alpha=0.6)
        style.interval(
            left, place, [pair["moved"] - error, pair["moved"] + error], pair["moved"],
            colours[which], mark=style.MARKS[which], size=4.5, width=1.2,
        )  # fmt: skip
    left.axvline(0, color=style.QUIET, linewidth=1)
    left.set_xlabel("Move of the logit at a common score")
    for _, row in without.iterrows():
        place = names.index(row["specialty"])
        style.interval(right, place, [row["low"], row["high"]], row["step"], style.QUIET)
    right.axvline(drift.step, color=style.INK, linewidth=1, linestyle="--")
    right.set_xlim(left=0)
    right.set_xlabel("Step of a year without it")
    style.name_rows(left, [work.label(name) for name in names], 8)
    handles = [
        style.entry(f"{older} to {newer}", colours[place], style.MARKS[place], markersize=4.5)
        for place, (older, newer) in enumerate(cycles)
    ]
    expected = Patch(facecolor=style.LINE, alpha=0.6, label="95 % of such moves by the step")
    whole = style.entry("step with all", style.INK, linestyle="--")
    style.legend(figure, [*handles, expected, whole], 4)
    farthest = pairs.iloc[int(np.argmax((pairs["moved"] / pairs["error"]).abs()))]
    return style.describe(
        figure,
        f"How far levels moved between cycles, {words.population(pairs['population'].iloc[0])}, by "
        f"specialty, and the step of a year without each; with all it is {drift.step:.2f}. "
        f"Farthest for its error: {work.label(farthest['specialty'])}, {farthest['older']} to "
        f"{farthest['newer']}, {words.signed(farthest['moved'], 2)}. The table below gives the "
        "numbers.",
    )
