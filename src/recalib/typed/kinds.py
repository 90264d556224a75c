"""Says which kind of raw table a sheet is, from its columns."""

from __future__ import annotations

from recalib.contract.tables import PUBLISHED
from recalib.typed.grid import Grid
from recalib.typed.headings import BOUNDS, Header
from recalib.typed.remarks import Remarks

STATISTICS = ("min", "q1", "median", "q3", "max", "mean", "sd")


def kind_of(grid: Grid, header: Header, asked: str, remarks: Remarks) -> str | None:
    """Kind of the raw table; None, and noted, where the columns do not tell."""
    guess = asked or _guess(header)
    if guess:
        if not asked and guess == "quantiles" and not _spread(header):
            remarks.told.append(
                f"{grid.name} has means only: taken as quantiles (--kind means says otherwise)."
            )
        return guess
    return remarks.ask(
        f"{grid.prefix}kind",
        grid.name,
        "The headings do not tell what kind of table it is.",
        "Head the columns as docs/add-a-cycle.md does.",
        PUBLISHED,
    )


def _spread(header: Header) -> bool:
    """Whether more than the mean is printed."""
    return bool(header.of(*(name for name in STATISTICS if name != "mean")))


def _guess(header: Header) -> str:
    bounds = bool(header.of(*BOUNDS))
    counts = bool(header.of("n_success", "n_failed", "n_total", "n")) or any(
        one.result and not one.column for one in header.columns
    )
    if header.of("probability") or (bounds and header.of("rate") and not counts):
        return "probabilities"
    if header.of(*STATISTICS):
        return "quantiles" if _spread(header) or header.of("n") else "means"
    if bounds:
        return "bins" if counts else ""
    return "totals" if counts else ""
