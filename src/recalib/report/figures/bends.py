"""The figure of bends: counts by score bin beside straight and bent logits, a panel a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from recalib.report import style
from recalib.report.line import Z
from recalib.report.view import View


def bends(work: View, cells: Sequence[dict[str, Any]]) -> Figure | None:
    """Draw the straight logit and the spline beside the counts of `bends.shapes`; None for none."""
    if not cells:
        return None
    figure, panels = style.grid(len(cells), 3, 3.0, 2.5, 0.3)
    names = []
    for panel, cell in zip(panels, cells, strict=True):
        inside = (cell["score"] >= cell["x"][0]) & (cell["score"] <= cell["x"][-1])
        score, n, success = (cell[name][inside] for name in ("score", "n_total", "n_success"))
        share = success / n
        # Half a person: a bin in which all or none succeeded has limits too.
        middle = (success + 0.5) / (n + 1)
        reach = Z * np.sqrt(cell["dispersion"] * middle * (1 - middle) / n)
        panel.vlines(
            score, (share - reach).clip(0), (share + reach).clip(max=1),
            color=style.MATCHED, linewidth=1.2, alpha=0.6,
        )  # fmt: skip
        panel.plot(score, share, linestyle="none", marker="o", markersize=4.5, color=style.MATCHED)
        panel.plot(cell["x"], cell["straight"], color=style.INK, linewidth=1.4)
        panel.plot(
            cell["x"], cell["spline"], color=style.NOT_MATCHED, linewidth=1.4, linestyle="--"
        )
        name = f"{work.label(cell['key'].specialty)}\n{cell['key'].cycle}"
        panel.set_title(name, fontsize=9)
        style.percent_axis(panel.yaxis)
        names.append(name.replace("\n", " "))
    for panel in panels[-3:]:
        panel.set_xlabel("Step 2 CK score")
    handles = [
        style.entry("printed, 95 % limits", style.MATCHED, "o", markersize=4.5),
        style.entry("straight logit", style.INK),
        style.entry("natural cubic spline", style.NOT_MATCHED, linestyle="--"),
    ]
    style.legend(figure, handles, 3)
    return style.describe(
        figure,
        "Share with success by score bin beside the straight logit and a spline, in "
        f"{'; '.join(names)}. The table below gives the numbers.",
    )
