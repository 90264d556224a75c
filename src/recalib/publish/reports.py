"""A reports folder comes in; what in it is ours, and whether it may be replaced, goes out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from recalib.problems import RecalibError
from recalib.publish.atomic import HARMLESS

MANIFEST = ".calib-reports.json"
FAILED = "failed"
# The picture of the README lies among the reports and is not made by a run.
_KEPT = HARMLESS | {"overview.png", FAILED}


def write_manifest(folder: Path) -> None:
    """Note which entries of a new reports folder this project wrote.

    Parameters
    ----------
    folder : Path
        The folder, complete.
    """
    names = sorted(entry.name for entry in folder.iterdir())
    (folder / MANIFEST).write_text(json.dumps(names) + "\n", encoding="utf-8")


def ours(entry: Path) -> bool:
    """Tell whether an entry of a reports folder is one that this project wrote.

    Parameters
    ----------
    entry : Path
        Path of the entry.

    Returns
    -------
    bool
        True for what the folder's manifest names, the manifest, and copies of failed notebooks.
    """
    return entry.name in {MANIFEST, FAILED, *_manifest(entry.parent)}


def check_goal(folder: Path) -> None:
    """Refuse a folder that is somebody else's, before anything is done.

    Parameters
    ----------
    folder : Path
        Where reports shall go.

    Raises
    ------
    RecalibError
        If it is a file, or is not empty and holds no reports of this project.
    """
    if folder.exists() and not folder.is_dir():
        raise RecalibError(f"{folder} is a file; reports need a folder.")
    if not folder.is_dir() or (folder / MANIFEST).is_file():
        return
    foreign: Iterable[str] = sorted(entry.name for entry in folder.iterdir())
    foreign = [name for name in foreign if name not in _KEPT]
    if foreign:
        raise RecalibError(
            f"{folder} is not empty and holds no reports of calib ({', '.join(foreign[:3])}"
            f"{', ...' if len(foreign) > 3 else ''}); name an empty folder or one with reports."
        )


def _manifest(folder: Path) -> list[str]:
    try:
        names = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []
