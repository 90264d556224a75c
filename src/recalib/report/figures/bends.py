"""Counts by score bin with straight and bent logits come in; a panel a cell goes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from calib.line import Z
from recalib.report.style import INK, MATCHED, NOT_MATCHED, axes, describe, percent_axis, styled
from recalib.report.view import View


@styled
def bends(work: View, cells: Sequence[dict[str, Any]]) -> Figure | None:
    """Draw the straight logit and the spline beside the counts by bin.

    Parameters
    ----------
    work : View
        A run, for the names of specialties.
    cells : sequence of dict
        From `recalib.criticism.bends.shapes`.

    Returns
    -------
    Figure or None
        Three panels a row; None without cells.
    """
    if not cells:
        return None
    columns = min(3, len(cells))
    rows = -(-len(cells) // columns)
    figure, panels = axes(3.0 * columns, 2.5 * rows + 0.3, rows, columns)
    told = []
    for panel, cell in zip(panels, cells, strict=False):
        inside = (cell["score"] >= cell["x"][0]) & (cell["score"] <= cell["x"][-1])
        score, n, success = (cell[name][inside] for name in ("score", "n_total", "n_success"))
        share = success / n
        # Half a person: a bin in which all or none succeeded has limits too.
        middle = (success + 0.5) / (n + 1)
        reach = Z * np.sqrt(cell["dispersion"] * middle * (1 - middle) / n)
        panel.vlines(
            score, (share - reach).clip(0), (share + reach).clip(max=1),
            color=MATCHED, linewidth=1.2, alpha=0.6,
        )  # fmt: skip
        panel.plot(score, share, linestyle="none", marker="o", markersize=4.5, color=MATCHED)
        panel.plot(cell["x"], cell["straight"], color=INK, linewidth=1.4)
        panel.plot(cell["x"], cell["spline"], color=NOT_MATCHED, linewidth=1.4, linestyle="--")
        key = cell["key"]
        name = work.label(key.specialty)
        panel.set_title(f"{name}\n{key.cycle}", fontsize=9)
        percent_axis(panel.yaxis)
        told.append(f"{name} {key.cycle}")
    for panel in panels[len(cells) :]:
        panel.set_axis_off()
    for panel in panels[: len(cells)][-columns:]:
        panel.set_xlabel("Step 2 CK score")
    figure.legend(
        handles=[
            Line2D([], [], color=MATCHED, marker="o", markersize=4.5, label="printed, 95 % limits"),
            Line2D([], [], color=INK, label="straight logit"),
            Line2D([], [], color=NOT_MATCHED, linestyle="--", label="natural cubic spline"),
        ],
        loc="outside upper center", ncols=3,
    )  # fmt: skip
    return describe(
        figure,
        "Share with success by score bin beside the straight logit and a spline, in "
        f"{'; '.join(told)}. The table below gives the numbers.",
    )
