"""Tells which entries of a reports folder are ours, and whether the folder may be replaced."""

from __future__ import annotations

import json
from pathlib import Path

from recalib.problems import RecalibError
from recalib.publish.atomic import HARMLESS, check_foreign

MANIFEST = ".calib-reports.json"
FAILED = "failed"
# The picture of the README lies among the reports and is not made by a run.
_KEPT = HARMLESS | {"overview.png", FAILED}


def write_manifest(folder: Path) -> None:
    """Note which entries of a new reports folder, now complete, this project wrote."""
    names = sorted(entry.name for entry in folder.iterdir())
    (folder / MANIFEST).write_text(json.dumps(names) + "\n", encoding="utf-8")


def ours(entry: Path) -> bool:
    """Tell whether this project wrote an entry: manifest, what it names, failed notebooks."""
    return entry.name in {MANIFEST, FAILED, *_manifest(entry.parent)}


def check_goal(folder: Path) -> None:
    """Refuse a folder that is a file, or is not empty and holds no reports of this project."""
    if folder.exists() and not folder.is_dir():
        raise RecalibError(f"{folder} is a file; reports need a folder.")
    if folder.is_dir() and not (folder / MANIFEST).is_file():
        check_foreign(folder, _KEPT, "reports of calib", "one with reports")


def _manifest(folder: Path) -> list[str]:
    try:
        names = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []
