"""Says which drifts are approved, which approvals are stale, and writes new ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from recalib.drift.compare import GAINED, KEYED, Tables, keyed
from recalib.problems import Problem, UsageError
from recalib.sources.approvals import KINDS, Approval, expected_values, read_approvals
from recalib.sources.catalogue import Findings

_HEADING = """\
# Drifts that were looked at and accepted, by the edition that they lead to, within the values that
# are expected. `calib approve` writes them, `calib check` finds those that went stale.
"""


def judged(changes: pd.DataFrame, approvals: Sequence[Approval], edition: str) -> pd.DataFrame:
    """Say which drifts to an edition are approved, and with what reason.

    Parameters
    ----------
    changes : DataFrame
        As from `compare`.
    approvals : sequence of Approval
    edition : str
        Name of the new edition; approvals of others are history.

    Returns
    -------
    DataFrame
        The same rows with approved and reason.
    """
    mine = [approval for approval in approvals if approval.edition == edition]
    reasons = [
        next((one.reason for one in mine if one.covers(row)), None)
        for row in changes.to_dict("records")
    ]
    return changes.assign(
        approved=pd.Series([reason is not None for reason in reasons], changes.index, dtype=bool),
        reason=pd.Series([reason or "" for reason in reasons], changes.index, dtype="str"),
    )


def unapproved(changes: pd.DataFrame) -> pd.DataFrame:
    """Keep the drifts that nobody approved; new keys need no approval."""
    return changes[~changes["approved"] & (changes["kind"] != GAINED)]


def stale(
    changes: pd.DataFrame,
    approvals: Sequence[Approval],
    edition: str,
    file: str,
    tables: Sequence[Tables] = (),
) -> list[Problem]:
    """Find the approvals of an edition that match no drift, no longer its values, or too much.

    Parameters
    ----------
    changes : DataFrame
        As from `compare`.
    approvals : sequence of Approval
    edition : str
        Name of the new edition.
    file : str
        Where the approvals are written, for the problems.
    tables : sequence of mapping of str to DataFrame
        Tables of both editions: a pattern that fits every key of a table there covers too much.

    Returns
    -------
    list of Problem
    """
    findings, rows = Findings(), changes.to_dict("records")
    known = _all_keys(tables)
    for approval in approvals:
        if approval.edition != edition:
            continue
        where: dict[str, Any] = {"row": approval.row, "column": "key"}
        every = known.get(approval.table, set())
        if len(every) > 1 and all(fnmatchcase(key, approval.key) for key in every):
            found = f"The pattern {approval.key!r} fits every key of {approval.table}."
            findings.add("approval-pattern", file, found, **where)
        elif not any(approval.covers(row) for row in rows):
            findings.add("approval-stale", file, _why(approval, rows), **where)
    return findings.problems


def _all_keys(tables: Sequence[Tables]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {name: set() for name in KEYED}
    for each in tables:
        for name, frame in keyed(each).items():
            found[name] |= set(frame.index)
    return found


def _why(approval: Approval, rows: Sequence[Mapping[Any, Any]]) -> str:
    named = f"{approval.kind} of {approval.table} {approval.key}"
    values = [f"{row['old']} -> {row['new']}" for row in rows if approval.names(row)]
    if not values:
        return f"No drift to edition {approval.edition} is a {named}."
    seen = ", ".join(values[:3]) + (", ..." if len(values) > 3 else "")
    return f"The {named} is {seen}, not {approval.old} -> {approval.new}."


def approve(
    changes: pd.DataFrame, keys: Collection[str], reason: str, edition: str, path: Path
) -> list[dict[str, Any]]:
    """Write approvals of drifts that were shown, with the values that they have.

    Parameters
    ----------
    changes : DataFrame
        As from `judged`.
    keys : collection of str
        Keys of drifts, or patterns of keys; without any, each drift that is not approved.
    reason : str
        Why they are accepted.
    edition : str
        Name of the new edition.
    path : Path
        The file of approvals. An approval of the same table, keys and kind is replaced.

    Returns
    -------
    list of dict
        What was written.

    Raises
    ------
    UsageError
        If the reason is blank, or a key is of no drift that waits for approval.
    RawDataError
        If the file cannot be read.
    """
    if not reason.strip():
        raise UsageError("--reason is blank: say why the drift is accepted.")
    waiting = unapproved(changes)
    entries = []
    for key in [*dict.fromkeys(keys)] or [*dict.fromkeys(waiting["key"])]:
        fits = [fnmatchcase(str(one), key) for one in waiting["key"]]
        if not any(fits):
            raise UsageError(f"No drift that waits for approval has the key {key}; see calib diff.")
        for (table, kind), rows in waiting[fits].groupby(["table", "kind"]):
            entry: dict[str, Any] = {"edition": edition, "table": table, "key": key, "kind": kind}
            if KINDS[str(kind)]:
                entry |= {side: expected_values([*rows[side]]) for side in ("old", "new")}
            entries.append(entry | {"reason": " ".join(reason.split())})
    if not entries:
        raise UsageError("No drift waits for approval.")
    _write(entries, path)
    return entries


def _write(entries: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Append entries to the file, in place of those of the same keys; leave the rest as it is."""
    text = path.read_text(encoding="utf-8") if path.is_file() else _HEADING
    lines = text.splitlines(keepends=True)
    old = read_approvals(path) if path.is_file() else []
    same = ("edition", "table", "key", "kind")
    written = {tuple(str(entry[name]) for name in same) for entry in entries}
    starts = [*(approval.row - 1 for approval in old), len(lines)]
    for number in reversed(range(len(old))):
        if tuple(getattr(old[number], name) for name in same) in written:
            del lines[starts[number] : starts[number + 1]]
    text = "".join(lines)
    text += "" if not text or text.endswith("\n") else "\n"
    for entry in entries:
        text += yaml.safe_dump([dict(entry)], sort_keys=False, width=100, allow_unicode=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8", newline="\n")
        read_approvals(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
