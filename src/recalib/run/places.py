"""Where the repository's own folders lie, and where editions that were published are kept."""

from __future__ import annotations

from pathlib import Path

import calib
import recalib

REPOSITORY = Path(recalib.__file__).resolve().parents[2]
NOTEBOOKS = REPOSITORY / "notebooks"
DEFAULT_OUT = REPOSITORY / "data" / "processed"
DEFAULT_RAW = REPOSITORY / "data" / "raw"
DEFAULT_LINE = REPOSITORY / "data" / "editions"
PACKAGE_COPY = Path(calib.__file__).resolve().parent / "edition"


def line_of(out: Path) -> Path:
    """Folder where the editions are kept that were published to `out`, each under its name."""
    if out.resolve() == DEFAULT_OUT.resolve():
        return DEFAULT_LINE
    return out.with_name(f"{out.name}.editions")
