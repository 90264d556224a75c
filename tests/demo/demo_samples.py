"""Where the frozen inputs are, how large the cohort of the tests is, and a small edition."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
RAW, EDITION = (ROOT / "tests" / "frozen" / name for name in ("raw", "edition"))
ROWS, SEED = 400_000, 20_261


def small_edition(folder: Path) -> Path:
    """Copy what a demo reads of the frozen edition, with two specialties only: drawn sooner."""
    folder.mkdir()
    shutil.copyfile(EDITION / "edition.json", folder / "edition.json")
    lines = (EDITION / "curves.csv").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines[1:] if line.split(",")[2] in ("dermatology", "general_surgery")]
    (folder / "curves.csv").write_bytes("".join([lines[0], *kept]).encode())
    return folder
