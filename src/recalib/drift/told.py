"""Lays out drifts for a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from recalib.drift.approvals import unapproved
from recalib.drift.compare import GAINED
from recalib.problems import many

_HEADER = ("table", "key", "kind", "old", "new", "why", "approved")
#: What a summary shows of a long list.
MOST = 200


def counted(changes: pd.DataFrame) -> str:
    """Say in a clause how many drifts there are, how many are not approved, and how many new keys.

    `changes`: as from `judged`.
    """
    gained = int((changes["kind"] == GAINED).sum())
    drifts, left = len(changes) - gained, len(unapproved(changes))
    parts = [many(drifts, "drift")]
    if drifts:
        parts[0] += f" ({left} not approved)" if left else " (all approved)"
    return ", ".join([*parts, *([many(gained, "new key")] if gained else [])])


def to_text(changes: pd.DataFrame) -> str:
    """Lay out drifts as an aligned table for a terminal: a header and one line a drift."""
    rows = [_HEADER, *_rows(changes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def to_markdown(changes: pd.DataFrame, before: str, now: str) -> str:
    """Lay out drifts as Markdown: a heading, a count, those not approved, then the others.

    `before`, `now`: names of the editions.
    """
    lines = [f"## Drift: edition {now} against {before}", "", f"{counted(changes)}.", ""]
    waiting = unapproved(changes)
    rest = changes.drop(waiting.index)
    if len(waiting):
        lines += ["### Not approved", "", *_table(waiting), ""]
    if len(rest):
        title = f"Approved drifts and new keys ({len(rest)})"
        lines += ["<details>", f"<summary>{title}</summary>", "", *_table(rest), "", "</details>"]
    return "\n".join(lines).rstrip() + "\n"


def _table(changes: pd.DataFrame) -> list[str]:
    rows = [[cell.replace("|", "\\|") for cell in row] for row in _rows(changes.head(MOST))]
    lines = [
        f"| {' | '.join(_HEADER)} |",
        f"|{'---|' * len(_HEADER)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    if len(changes) > MOST:
        lines += ["", f"{len(changes) - MOST} more; `calib diff` lists all."]
    return lines


def _rows(changes: pd.DataFrame) -> list[Sequence[str]]:
    return [
        (*(str(row[name]) for name in _HEADER[:5]), why(row), approved(row))
        for _, row in changes.iterrows()
    ]


def why(row: pd.Series) -> str:
    """Say which raw rows explain a drift."""
    return f"{row['cause']}: {row['rows']}" if row["rows"] else str(row["cause"])


def approved(row: pd.Series) -> str:
    """Say whether a drift is approved, and why."""
    if row["approved"]:
        return f"yes: {row['reason']}"
    return "new, needs none" if row["kind"] == GAINED else "no"
