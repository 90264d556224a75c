"""Makes an edition of a raw folder without notebooks, in whatever surroundings it is started.

Called by test_run_determinism.py as `python edition_elsewhere.py RAW WORK OUT ORDER`; with the
order `backwards`, folders list their files from the last to the first.
"""

from __future__ import annotations

import locale
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))


class Backwards:
    """What os.scandir gives, from the last to the first."""

    def __init__(self, found: Any) -> None:
        self._entries = sorted(found, key=lambda entry: entry.name, reverse=True)

    def __enter__(self) -> Backwards:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._entries)

    def __next__(self) -> Any:
        return self._entries.pop(0)

    def close(self) -> None:
        return None


def main() -> None:
    raw, work, out = map(Path, sys.argv[1:4])
    locale.setlocale(locale.LC_ALL, "")
    time.tzset()
    from recalib.contract.tables import TABLES
    from recalib.publish import make_edition
    from recalib.run.tables import Run
    from steps import adjust, bands, fit, ingest

    if sys.argv[4] == "backwards":
        listdir, scandir = os.listdir, os.scandir
        os.listdir = lambda *path: sorted(listdir(*path), reverse=True)  # type: ignore[assignment]
        os.scandir = lambda *path: Backwards(scandir(*path))  # type: ignore[assignment]
    ingest(raw, work)
    fit(work)
    bands(work)
    adjust(work)
    run = Run(work)
    inputs = run.note("inputs") | {"guides": run.note("guides")["guides"]}
    out.mkdir()
    make_edition({name: run.read(name) for name in TABLES}, inputs, "0", out)


if __name__ == "__main__":
    main()
