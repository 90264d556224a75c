"""Forecasts of a newer cycle come in; predicted against fitted chances go out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.special import logit

from recalib.criticism.forecast import Forecast
from recalib.report import words
from recalib.report.style import FAINT, GROUP_COLOURS, INK, NOT_MATCHED, axes, describe, styled
from recalib.report.view import View

_TICKS = (0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 0.997, 0.999)
#: Specialties named in each panel: those whose level is farthest off.
_NAMED = 4


@styled
def forecast(work: View, found: Sequence[Forecast]) -> Figure | None:
    """Draw the chances that older curves predict against those fitted to the newer tables.

    Parameters
    ----------
    work : View
        A run, for the names of specialties.
    found : sequence of Forecast

    Returns
    -------
    Figure or None
        Two panels a row, a line a specialty over the middle 80 % of its newer scores; None without
        forecasts.
    """
    if not found:
        return None
    columns = min(2, len(found))
    rows = -(-len(found) // columns)
    figure, panels = axes(4.5 * columns + (1.0 if columns == 1 else 0.0), 4.4 * rows, rows, columns)
    told = []
    for panel, each in zip(panels, found, strict=False):
        _panel(panel, work, each)
        told.append(f"{words.GROUPS[each.population[1]]}, {each.older} predicts {each.newer}")
    for panel in panels[len(found) :]:
        panel.set_axis_off()
    figure.legend(
        handles=[
            Line2D([], [], color=FAINT, marker="o", markersize=4.5, label="specialty, middle 80 %"),
            Line2D([], [], color=INK, label="as predicted"),
            Line2D([], [], color=NOT_MATCHED, linestyle="--", label="recalibration"),
        ],
        loc="outside upper center", ncols=3,
    )  # fmt: skip
    return describe(
        figure,
        f"Chances fitted to a newer cycle against those that an older one predicts: "
        f"{'; '.join(told)}. The table below gives the numbers.",
    )


def _panel(panel: Axes, work: View, each: Forecast) -> None:
    table = each.specialties
    colour = GROUP_COLOURS[each.population[1]]
    x = [logit(np.array(values)) for values in table["predicted"]]
    y = [logit(np.array(values)) for values in table["fitted"]]
    ends = np.concatenate([*x, *y])
    low, high = float(ends.min()) - 0.2, float(ends.max()) + 0.2
    panel.plot([low, high], [low, high], color=INK, linewidth=1)
    if each.recalibration is not None:
        a, b = each.recalibration.intercept, each.recalibration.slope
        panel.plot(
            [low, high], [a + b * low, a + b * high], color=NOT_MATCHED, linestyle="--",
            linewidth=1.2,
        )  # fmt: skip
    named = set(table["z"].abs().nlargest(_NAMED).index)
    for place, across, up in zip(table.index, x, y, strict=True):
        panel.plot(across, up, color=colour if place in named else FAINT, linewidth=1.2, alpha=0.8)
        panel.plot(
            across[1], up[1], marker="o", markersize=4, color=colour if place in named else FAINT
        )
    marks = [
        (work.label(str(table.loc[place, "specialty"])), float(across[1]), float(up[1]))
        for place, across, up in zip(table.index, x, y, strict=True)
        if place in named
    ]
    _name(panel, marks, low, high)
    ticks = [tick for tick in _TICKS if low <= logit(tick) <= high]
    places, names = [float(logit(t)) for t in ticks], [words.percent(t, _digits(t)) for t in ticks]
    panel.set_xticks(places, names, fontsize=8.5)
    panel.set_yticks(places, names, fontsize=8.5)
    panel.set_xlim(low, high)
    panel.set_ylim(low, high)
    panel.set_title(f"{words.GROUPS[each.population[1]]}: {each.older} for {each.newer}")
    panel.set_xlabel(f"Chance by the curve of {each.older}")
    panel.set_ylabel(f"Chance fitted to {each.newer}")


def _name(panel: Axes, marks: list[tuple[str, float, float]], low: float, high: float) -> None:
    """Name marks at the edge of the panel on their side of the diagonal, one below the other."""
    gap = 0.055 * (high - low)
    for above in (True, False):
        last = high
        for name, x, y in sorted(marks, key=lambda mark: -mark[2]):
            if (y > x) != above:
                continue
            last = min(y + (2 * gap if above else -gap), last - gap)
            panel.annotate(
                name, (x, y), xytext=(low + gap / 2 if above else high - gap / 2, last),
                fontsize=8, va="center", ha="left" if above else "right",
                arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 0.7, "shrinkB": 3},
            )  # fmt: skip


def _digits(value: float) -> int:
    return 0 if abs(100 * value - round(100 * value)) < 1e-9 else 1
