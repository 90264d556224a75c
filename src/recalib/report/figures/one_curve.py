"""The figure of one group's curve: both intervals, older cycles, and what was printed on it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calib.names import WHOSE
from recalib.report import style, words
from recalib.report.line import Line, chance, lines_of
from recalib.report.view import Specialty

SCORES = np.arange(205.0, 284.0, 3.0)
_OUTCOMES = {"match": f"Chance of a match, {WHOSE}", "interview": "Invitations per application"}
#: Heights at which scores of those who matched, and who did not, are drawn: above and below.
_ABOVE, _BELOW = 1.07, -0.07


def one_curve(here: Specialty, curve: pd.Series, score: float) -> Figure:
    """Draw a curve with a slope, its own interval in the next cycle's, and the printed figures.

    Score bins are dots at their share; statistics of those who matched lie above, of the others
    below: line from minimum to maximum, bar from quartile to quartile, tick at the median, diamond
    at the mean.
    """
    # By hand, as in `ridges`: of so many small figures a layout engine takes a fifth of the time.
    figure, (panel,) = style.small(2.55, engine="none")
    figure.subplots_adjust(left=0.14, right=0.985, bottom=0.1, top=0.9)
    colour = style.GROUP_COLOURS[curve["applicant_group"]]
    low, high = float(curve["score_low"]), float(curve["score_high"])
    inside = np.array([low, *SCORES[(low < SCORES) & (high > SCORES)], high])
    own, later = lines_of(curve)
    for line, alpha in ((later, 0.16), (own, 0.32)):
        _, lowest, highest = _limits(line, inside)
        panel.fill_between(inside, lowest, highest, color=colour, alpha=alpha, linewidth=0)
    sure = curve["status"] == "ok"
    value = _limits(own, inside)[0]
    panel.plot(inside, value, color=colour, linestyle="-" if sure else style.NO_EDGE, linewidth=1.8)
    style.mine(panel, score)
    drawn = _bins(panel, here, curve, colour) + _statistics(panel, here, curve)
    match = curve["outcome"] == "match"
    top = 1.0 if match else min(1.0, 1.15 * float(_limits(later, inside)[2].max()))
    panel.set_ylim((-0.13, 1.13) if match else (0, top))
    if match:
        panel.set_yticks([0, 0.25, 0.5, 0.75, 1])
    panel.set_xlim(SCORES[0], 285)
    panel.set_xticks(range(220, 281, 20))
    panel.grid(axis="x", visible=False)
    style.percent_axis(panel.yaxis)
    panel.set_title(f"{words.short_group(curve)}, {curve['cycle']}, grade {curve['grade']}")
    at = [words.percent(chance(own, x)[0], 0) for x in inside[[0, -1]]]
    also = f"; on it {drawn} figures as printed" if drawn else "; no scores were printed"
    return style.describe(
        figure,
        f"{_OUTCOMES[curve['outcome']]}, {words.heading(curve)}: from {at[0]} at {low:.0f} to "
        f"{at[1]} at {high:.0f}, with the ribbons of the next cycle and of its own{also}.",
    )


def _limits(line: Line, scores: np.ndarray) -> np.ndarray:
    return np.array([chance(line, float(score)) for score in scores]).T


def _bins(panel: Axes, here: Specialty, curve: pd.Series, colour: str) -> int:
    """Draw the share of every printed score bin at its middle; return how many."""
    facts = here.facts(curve, "bins")
    facts = facts[facts["statistic"].isin(["n_total", "n_success"])]
    if facts.empty:
        return 0
    wide = facts.pivot_table(
        index=["score_min", "score_max"], columns="statistic", values="value", dropna=False
    ).reset_index()
    wide = wide[wide["n_total"] > 0]
    # An open bin is drawn ten points wide.
    first = wide["score_min"].fillna(wide["score_max"] - 9)
    last = wide["score_max"].fillna(wide["score_min"] + 9)
    share = wide["n_success"] / wide["n_total"]
    panel.hlines(share, first, last, color=colour, linewidth=0.9)
    panel.scatter((first + last) / 2, share, s=14, color=colour, zorder=3)
    return len(wide)


def _statistics(panel: Axes, here: Specialty, curve: pd.Series) -> int:
    """Draw the printed statistics of scores by result; return how many."""
    facts, count = here.facts(curve, "quantiles"), 0
    for result, height, colour in (
        ("matched", _ABOVE, style.MATCHED),
        ("not_matched", _BELOW, style.NOT_MATCHED),
    ):
        found = facts[facts["result"] == result].set_index("statistic")["value"]
        for ends, width in ((("min", "max"), 0.9), (("q1", "q3"), 5.0)):
            if set(ends) <= set(found.index):
                panel.hlines(height, found[ends[0]], found[ends[1]], color=colour, linewidth=width)
        if "median" in found:
            panel.plot(found["median"], height, marker="|", color=style.INK, markersize=9)
        if "mean" in found:
            panel.plot(found["mean"], height, marker="D", color=style.INK, markersize=3)
        count += len(found.index.intersection(["min", "q1", "median", "q3", "max", "mean"]))
    return count
