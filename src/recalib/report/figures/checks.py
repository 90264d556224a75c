"""The figure of the posterior predictive check: how far printed and fitted lie apart.

Apart from the other figures, since it draws with seaborn, whose import a page can spare.
"""

from __future__ import annotations

import numpy as np
import seaborn
from matplotlib.figure import Figure

from recalib.report import style
from recalib.report.figures.printed import STATISTICS
from recalib.report.view import View

_LIMITS = {1.96: "--", 3.5: "-"}
_ORDER = (*STATISTICS, "sd", "n_success", "n_total", "n_applicants")


def checks(work: View) -> Figure | None:
    """Draw z of every printed statistic: all beside the normal density, and by statistic.

    None where nothing was checked.
    """
    checked = work.evidence[work.evidence["z"].notna()]
    if checked.empty:
        return None
    z = checked["z"].to_numpy(float)
    figure, (left, right) = style.axes(9.0, 3.9, 1, 2)
    grid = np.linspace(-4, 4, 161)
    seaborn.histplot(
        x=z, stat="density", binwidth=0.25, binrange=(-4, 4),
        color=style.MATCHED, alpha=0.45, edgecolor="white", ax=left,
    )  # fmt: skip
    left.plot(grid, np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi), color=style.INK, label="normal")
    left.legend(loc="upper left")
    left.set_title(f"All {len(checked)} checked statistics")
    kinds = [name for name in _ORDER if name in set(checked["statistic"])]
    seaborn.stripplot(
        x=z, y=checked["statistic"].to_numpy(str), order=kinds,
        color=style.MATCHED, size=3, alpha=0.55, jitter=0.28, ax=right,
    )  # fmt: skip
    right.set_title("By statistic")
    right.set_ylabel("")
    for panel in (left, right):
        for limit, dashes in _LIMITS.items():
            for side in (-limit, limit):
                panel.axvline(side, color=style.INK, linewidth=0.9, linestyle=dashes)
        panel.set_xlim(-4, 4)
        panel.set_xlabel("z = (printed − fitted) / standard deviation")
    found = work.fit_notes["checks"]
    return style.describe(
        figure,
        f"Distribution of z over {len(checked)} printed statistics: "
        f"{100 * found['beyond_1.96']:.1f} % beyond 1.96, the largest {found['largest']:.2f}.",
    )
