"""The figure of forecasts: chances that older curves predict against those fitted later."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import logit

from calib.names import WHOSE
from recalib.criticism.forecast import Forecast
from recalib.report import style, words
from recalib.report.view import View

_TICKS = (0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 0.997, 0.999)
#: Specialties named in each panel: those whose level is farthest off.
_NAMED = 4


def forecast(work: View, found: Sequence[Forecast]) -> Figure | None:
    """Draw the chances that older curves predict against those fitted to the newer tables.

    A panel a forecast, a line a specialty over the middle 80 % of its newer scores; None for none.
    """
    if not found:
        return None
    figure, panels = style.grid(len(found), 2, 4.5, 4.4)
    told = []
    for panel, each in zip(panels, found, strict=True):
        _panel(panel, work, each)
        told.append(f"{words.GROUPS[each.population[1]]}, {each.older} predicts {each.newer}")
    handles = [
        style.entry("specialty, middle 80 %", style.FAINT, "o", markersize=4.5),
        style.entry("as predicted", style.INK),
        style.entry("recalibration", style.NOT_MATCHED, linestyle="--"),
    ]
    style.legend(figure, handles, 3)
    return style.describe(
        figure,
        f"Chances of a match, {WHOSE}, fitted to a newer cycle against those that an older one "
        f"predicts: "
        f"{'; '.join(told)}. The table below gives the numbers.",
    )


def _panel(panel: Axes, work: View, each: Forecast) -> None:
    table = each.specialties
    colour = style.GROUP_COLOURS[each.population[1]]
    x, y = (logit(np.array(list(table[name]))) for name in ("predicted", "fitted"))
    low, high = float(min(x.min(), y.min())) - 0.2, float(max(x.max(), y.max())) + 0.2
    panel.plot([low, high], [low, high], color=style.INK, linewidth=1)
    if each.recalibration is not None:
        a, b = each.recalibration.intercept, each.recalibration.slope
        ends = [a + b * low, a + b * high]
        panel.plot([low, high], ends, color=style.NOT_MATCHED, linestyle="--", linewidth=1.2)
    named = set(table["z"].abs().nlargest(_NAMED).index)
    marks = []
    for (place, row), across, up in zip(table.iterrows(), x, y, strict=True):
        tint = colour if place in named else style.FAINT
        panel.plot(across, up, color=tint, linewidth=1.2, alpha=0.8)
        panel.plot(across[1], up[1], marker="o", markersize=4, color=tint)
        if place in named:
            marks.append((work.label(row["specialty"]), float(across[1]), float(up[1])))
    _name(panel, marks, low, high)
    ticks = [tick for tick in _TICKS if low <= logit(tick) <= high]
    names = [words.percent(tick, 1 if tick > 0.99 else 0) for tick in ticks]
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_ticks([float(logit(tick)) for tick in ticks], names, fontsize=8.5)
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
                arrowprops={"arrowstyle": "-", "color": style.FAINT, "lw": 0.7, "shrinkB": 3},
            )  # fmt: skip
