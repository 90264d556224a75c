"""A raw folder in, the cohorts of it that say they are made up out."""

from __future__ import annotations

from pathlib import Path

import yaml


def synthetic_cohorts(raw: Path) -> list[str]:
    """Name the cohorts of a raw folder that say they are synthetic.

    Parameters
    ----------
    raw : Path
        Folder of raw tables.

    Returns
    -------
    list of str
        Names, sorted. A .yml that cannot be read says nothing; the reader reports it.
    """
    found = []
    for path in sorted((raw / "cohorts").glob("*.yml")):
        try:
            entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            continue
        if not isinstance(entries, dict):
            continue
        title = str(entries.get("title") or "").strip().casefold()
        if str(entries.get("synthetic")).casefold() == "true" or title.startswith("synthetic"):
            found.append(path.stem)
    return found
