"""Finds the cohorts that say they are made up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from recalib.sources import door
from recalib.sources.catalogue import Findings
from recalib.sources.yml import read_yml


def says_synthetic(entries: Mapping[str, object]) -> bool:
    """Whether a cohort says that its people are made up."""
    title = str(entries.get("title") or "").strip().casefold()
    flag = str(entries.get("synthetic")).strip().casefold()
    return flag == "true" or title.startswith("synthetic")


def synthetic_cohorts(raw: Path) -> list[str]:
    """Name the cohorts of a raw folder that say they are synthetic.

    A .yml that cannot be read says nothing.
    """
    found = []
    for path in sorted((raw / "cohorts").glob("*.yml")):
        try:
            text = door.content(path, door.MOST_YML_BYTES).decode("utf-8-sig")
        except (OSError, ValueError):
            continue
        document = read_yml(text, path.name, Findings())
        if document is not None and says_synthetic(document.entries):
            found.append(path.stem)
    return found
