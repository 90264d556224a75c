"""Finds the cohorts that say they are made up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml


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
            entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            continue
        if not isinstance(entries, dict):
            continue
        if says_synthetic(entries):
            found.append(path.stem)
    return found
