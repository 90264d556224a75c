"""The key that names a curve, and how cycles are ordered and overlap."""

from __future__ import annotations

from typing import NamedTuple


class CurveKey(NamedTuple):
    """The population and the result that one curve describes."""

    cycle: str
    specialty: str
    applicant_group: str
    needs_visa: str
    outcome: str
    denominator: str

    def __str__(self) -> str:
        visa = {"yes": ", needs a visa", "no": ", needs no visa"}.get(self.needs_visa, "")
        return (
            f"{self.specialty}, {self.applicant_group}{visa}, {self.outcome} "
            f"({self.denominator}), {self.cycle}"
        )


KEY_COLUMNS = list(CurveKey._fields)


def years(cycle: str) -> tuple[int, int]:
    """Return the first and the last match year of `cycle` (`2026` or `2020-2024`)."""
    first, _, last = cycle.partition("-")
    return int(first), int(last or first)


def recency(cycle: str) -> tuple[int, int]:
    """Sort key of a cycle: the last year, then the shorter span; the newest is the largest."""
    first, last = years(cycle)
    return last, first


def overlap(one: str, other: str) -> bool:
    """Whether two cycles share a match year, and with it the same people."""
    first, last = years(one)
    other_first, other_last = years(other)
    return first <= other_last and other_first <= last
