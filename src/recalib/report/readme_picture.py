"""An edition folder comes in; the picture of the README goes out, as PNG.

`python -m recalib.report.readme_picture data/processed reports/overview.png`
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib

from recalib.problems import RecalibError
from recalib.publish.write import read_table
from recalib.report.figures.overview import overview
from recalib.report.style import RC


def write_overview(edition_dir: Path, picture: Path) -> None:
    """Write the overview of an edition as a picture.

    Parameters
    ----------
    edition_dir : Path
        Holds `curves.csv` and `band_table.csv`.
    picture : Path
        PNG file to write.
    """
    curves, bands = (
        read_table(edition_dir / f"{name}.csv", name) for name in ("curves", "band_table")
    )
    figure = overview(curves, bands)
    if figure is None:
        raise RecalibError(f"The edition in {edition_dir} has no curve that the picture shows.")
    with matplotlib.rc_context(RC):
        figure.savefig(picture, dpi=160, metadata={"Software": None})


if __name__ == "__main__":
    write_overview(Path(sys.argv[1]), Path(sys.argv[2]))
