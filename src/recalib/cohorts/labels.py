"""Names cohorts as sources, and says of a source whether it is a cohort or synthetic.

The one place that knows how a cohort is named in `sources` and what pages call it.
"""

from __future__ import annotations

from collections.abc import Iterable

PREFIX = "cohort:"
_MADE_UP = " (SYNTHETIC)"


def source_name(name: str, *, synthetic: bool) -> str:
    """Return the name of a cohort as a source, such as `cohort:dean` or `cohort:x (SYNTHETIC)`."""
    return f"{PREFIX}{name}{_MADE_UP if synthetic else ''}"


def is_cohort(sources: str) -> bool:
    """Tell whether the sources of a curve (joined by |) are a cohort."""
    return sources.startswith(PREFIX)


def is_synthetic(sources: str) -> bool:
    """Tell whether a synthetic cohort is among the sources of a curve."""
    return any(is_cohort(name) and name.endswith(_MADE_UP) for name in sources.split("|"))


def kind(sources: str) -> str:
    """Return what pages call the source of a curve: "", `cohort` or `SYNTHETIC cohort`."""
    if not is_cohort(sources):
        return ""
    return "SYNTHETIC cohort" if is_synthetic(sources) else "cohort"


def warning(sources: Iterable[str]) -> str:
    """Return what every page says of a run with synthetic cohorts; "" where there is none."""
    if not any(is_synthetic(source) for source in sources):
        return ""
    return (
        "SYNTHETIC data: this run holds a cohort whose people were made up. What comes from it is "
        "marked SYNTHETIC, and no other curve rests on it."
    )


def remark(source: str) -> str:
    """Return the sentences that stand with every curve of a cohort."""
    made_up = "SYNTHETIC: the people of this curve were made up. " if is_synthetic(source) else ""
    return (
        f"{made_up}Fitted to a cohort, which need not stand for all applicants. "
        "Its numbers are blurred and rounded, so that none describes 1-10 people."
    )
