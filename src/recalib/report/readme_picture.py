"""Write the picture of the README, as PNG, from an edition folder.

`python -m recalib.report.readme_picture data/processed overview.png data/raw/specialties.csv`
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from recalib.contract.store import read_table
from recalib.problems import RecalibError
from recalib.report.figures.overview import overview

_TABLES = ("curves", "band_table")


def write_overview(edition_dir: Path, picture: Path, specialties: Path | None = None) -> None:
    """Write the overview of an edition as a PNG file.

    `specialties` is a table with the columns `specialty` and `label`; None for canonical names.
    """
    labels = None
    if specialties is not None:
        with specialties.open(encoding="utf-8", newline="") as rows:
            labels = {row["specialty"]: row["label"] for row in csv.DictReader(rows)}
    curves, bands = (read_table(edition_dir / f"{name}.csv", name) for name in _TABLES)
    figure = overview(curves, bands, labels)
    if figure is None:
        raise RecalibError(f"The edition in {edition_dir} has no curve that the picture shows.")
    figure.savefig(picture, dpi=160, metadata={"Software": None})


if __name__ == "__main__":
    write_overview(*map(Path, sys.argv[1:]))
