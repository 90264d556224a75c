"""Reads which drifts somebody approved: of which edition, keys and kind, within which values."""

from __future__ import annotations

import os
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from recalib.contract.tables import EDITION_TABLES
from recalib.problems import RawDataError
from recalib.sources import door
from recalib.sources.catalogue import Findings
from recalib.sources.yml import Document, Value, check_keys_of, check_texts, read_yml_list

#: Belongs into a raw folder but is no data: no edition depends on it.
APPROVALS = "drift_approvals.yml"
#: Kinds of drift, and whether one has a value before and after.
KINDS = {
    "key_lost": False,
    "key_gained": False,
    "status_changed": True,
    "grade_changed": True,
    "verdict_changed": True,
    "score_min_changed": True,
    "edge_claimed": True,
    "edge_withdrawn": True,
    "boundary_moved": True,
    "probability_moved": True,
    "odds_ratio_moved": True,
    "points_claimed": True,
    "points_withdrawn": True,
    "figure_changed": True,
    "figure_gone": False,
}
_TEXTS = ("edition", "table", "key", "kind", "reason")
_VALUES = ("old", "new")
_NUMBER = re.compile(r"-?\d+(?:\.(\d+))?")
_RANGE = re.compile(rf"({_NUMBER.pattern}) to ({_NUMBER.pattern})")
#: What a pattern may consist of beside letters and digits.
_WILD = re.compile(r"\[.*?\]|[^A-Za-z0-9]")


@dataclass(frozen=True)
class Expected:
    """The values that an approval covers: numbers from `low` to `high`, or `words`."""

    words: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0

    @classmethod
    def of(cls, value: Value) -> Expected | None:
        """Read what stands in the file; None where it is neither a value, a range nor words."""
        if isinstance(value, list):
            words = tuple(word for word in value if isinstance(word, str) and word.strip())
            return cls(words) if words and len(words) == len(value) else None
        if not isinstance(value, str) or not value.strip():
            return None
        span = _RANGE.fullmatch(value.strip())
        if span:
            low, high = float(span[1]), float(span[3])
            return cls((), low, high) if low <= high else None
        if _NUMBER.fullmatch(value.strip()):
            return cls((), float(value), float(value))
        return cls((value.strip(),))

    def holds(self, text: str) -> bool:
        """Whether a value of a drift, such as ``ok``, ``244.7`` or ``0.378 at 245``, is covered.

        The last digit may differ by one: it does between machines.
        """
        if self.words:
            return text in self.words
        number = _NUMBER.match(text)
        if number is None:
            return False
        slack = 1.000001 * 10.0 ** -len(number[1]) if number[1] else 0.0
        return self.low - slack <= float(number[0]) <= self.high + slack

    def __str__(self) -> str:
        if self.words:
            return " or ".join(self.words)
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Approval:
    """An approval of drifts that lead to an edition; `key` is a pattern of keys, `row` its line."""

    edition: str
    table: str
    key: str
    kind: str
    reason: str
    old: Expected | None
    new: Expected | None
    row: int

    def names(self, drift: Mapping[Hashable, object]) -> bool:
        """Whether a drift is of its table, kind and keys."""
        same = drift["table"] == self.table and drift["kind"] == self.kind
        return same and fnmatchcase(str(drift["key"]), self.key)

    def covers(self, drift: Mapping[Hashable, object]) -> bool:
        """Whether it names a drift and expects its values."""
        spans = ((self.old, drift["old"]), (self.new, drift["new"]))
        return self.names(drift) and all(span is None or span.holds(str(v)) for span, v in spans)


def expected_values(texts: list[str]) -> Value:
    """Say which values were seen, as an approval has them: one, a range, or words."""
    numbers = [_NUMBER.match(text) for text in texts]
    if not all(numbers):
        words: list[Value] = [*sorted(set(texts))]
        return words[0] if len(words) == 1 else words
    found = sorted({number[0] for number in numbers if number}, key=float)
    return found[0] if len(found) == 1 else f"{found[0]} to {found[-1]}"


def check_approvals(path: Path, findings: Findings) -> list[Approval]:
    """Read a file of approvals, and note what is wrong with it; none where there is no file."""
    if not os.path.lexists(path):  # a link that leads nowhere is not nothing
        return []
    # Read here and not by the folder: no edition depends on it, so its hash is none of the inputs.
    try:
        text = door.content(path, door.MOST_YML_BYTES).decode("utf-8-sig")
    except door.RefusedError as error:
        findings.add(error.rule, path.name, error.found)
        return []
    except (OSError, UnicodeDecodeError) as error:
        findings.add("file-unreadable", path.name, f"The file cannot be read: {error}.")
        return []
    if not re.search(r"^[^#\s]", text, re.MULTILINE):
        return []
    read = [_approval(one, findings) for one in read_yml_list(text, path.name, findings) or []]
    return [one for one in read if one is not None]


def read_approvals(path: Path) -> list[Approval]:
    """Read a file of approvals; a RecalibError with every problem where there is one."""
    findings = Findings()
    approvals = check_approvals(path, findings)
    if findings.problems:
        raise RawDataError(findings.problems)
    return approvals


def _approval(document: Document, findings: Findings) -> Approval | None:
    before = len(findings.problems)
    kind, table, key = (document.text(name).strip() for name in ("kind", "table", "key"))
    valued = KINDS.get(kind, True)
    check_keys_of(document, (*_TEXTS, *(_VALUES if valued else ())), findings)
    check_texts(document, _TEXTS, findings)
    for name, given, known in (("kind", kind, KINDS), ("table", table, EDITION_TABLES)):
        if given and given not in known:
            found = f"There is no {name} {given!r}; there are {', '.join(known)}."
            document.note(findings, "approval-kind", found, name)
    if key and not _WILD.sub("", key):
        found = f"The pattern {key!r} stands for every key."
        document.note(findings, "approval-pattern", found, "key")
    spans = [_expected(document, name, findings) if valued else None for name in _VALUES]
    if len(findings.problems) > before:
        return None
    texts = {name: document.text(name).strip() for name in _TEXTS}
    return Approval(**texts, old=spans[0], new=spans[1], row=document.line or 1)


def _expected(document: Document, name: str, findings: Findings) -> Expected | None:
    if name not in document.entries:
        return None
    span = Expected.of(document.entries[name])
    if span is None:
        found = f"{name} is no value, no range from the lower to the higher, and no list of words."
        document.note(findings, "approval-range", found, name)
    return span
