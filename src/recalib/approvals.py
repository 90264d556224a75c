"""Reads which drifts somebody approved, and says whether and why a drift is approved."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from recalib.contract.tables import TABLES
from recalib.problems import RecalibError
from recalib.sources.yml import cut_short

KINDS = (
    "key_lost",
    "key_gained",
    "status_changed",
    "grade_changed",
    "verdict_changed",
    "edge_claimed",
    "edge_withdrawn",
    "boundary_moved",
    "probability_moved",
    "odds_ratio_moved",
    "points_claimed",
    "points_withdrawn",
    "anchor_changed",
    "printed_edge_changed",
)


def read_approvals(path: Path) -> list[dict[str, str]]:
    """Read approved drifts: a YAML list with edition (the new one), table, key, kind and reason.

    A key is a pattern with `*`, of keys as `calib diff` prints them. A RecalibError if the file
    cannot be read, or an approval lacks a key or names an unknown table or kind.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
        cut = next(iter(cut_short(text)), None)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise RecalibError(f"{path} cannot be read as YAML: {error}") from error
    if cut is not None:
        raise RecalibError(f"{path}, row {cut[0]}: {cut[1]} Put the whole value in double quotes.")
    if content is None:
        return []
    wanted = {"edition", "table", "key", "kind", "reason"}
    if not isinstance(content, list):
        raise RecalibError(f"{path} must be a list of approvals with {', '.join(sorted(wanted))}.")
    approvals = []
    for number, entry in enumerate(content, start=1):
        if not isinstance(entry, dict) or set(entry) != wanted or not all(entry.values()):
            raise RecalibError(
                f"{path}, approval {number}: it needs exactly {', '.join(sorted(wanted))}, "
                "each with a value."
            )
        approval = {key: str(value) for key, value in entry.items()}
        for key, known in (("kind", KINDS), ("table", tuple(TABLES))):
            if approval[key] not in known:
                raise RecalibError(
                    f"{path}, approval {number}: unknown {key} {approval[key]!r}; "
                    f"there are {', '.join(known)}."
                )
        approvals.append(approval)
    return approvals


def reason_for(
    row: Mapping[Hashable, object], approvals: Sequence[Mapping[str, str]], edition: str
) -> str | None:
    """Return the reason of the first approval that covers a drift; None where none does."""
    for approval in approvals:
        if (
            approval["edition"] == edition
            and approval["table"] == row["table"]
            and approval["kind"] == row["kind"]
            and fnmatchcase(str(row["key"]), approval["key"])
        ):
            return approval["reason"]
    return None
