"""Keeps editions, so that a new one is compared with the last and none is lost.

A line of editions is a folder with a folder for each edition, by its name: edition.json as it was
published, every table packed by gzip, and what the edition was compared with and how it differed
(`drift.csv`, `drift.json`). An edition is released when it is kept: a run that publishes keeps it.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path

from calib.edition import edition_order
from recalib.publish.atomic import OWN, Staging, every_entry, writing
from recalib.publish.commit import commit, recover
from recalib.publish.describe import EDITION_FILE, read_bytes
from recalib.publish.edition import is_edition
from recalib.publish.opened import PACKED, opened, unpack


def kept_editions(line: Path) -> list[str]:
    """Names of the editions that a line keeps, the oldest first."""
    if not line.is_dir():
        return []
    found = [entry.name for entry in line.iterdir() if _holds(entry)]
    return sorted(found, key=edition_order)


def released_before(line: Path, out: Path | None, edition: str) -> Path | None:
    """Find the edition that a new one is compared with: the last one released before it.

    It is the newest that the line keeps, or that `out` (None for none) holds, of those before
    `edition`; an earlier try of the same name is none. Where there is none before, it is whatever
    `out` holds.
    """
    found = {name: line / name for name in kept_editions(line)}
    there = "" if out is None else opened(out).name
    if out is not None and there:
        found.setdefault(there, out)
    before = [name for name in found if edition_order(name) < edition_order(edition)]
    if before:
        return found[max(before, key=edition_order)]
    return out if there else None


def keep(folder: Path, line: Path, further: Mapping[str, bytes] | None = None) -> None:
    """Keep an edition in a line, in place of one of its name (see `staged`)."""
    staging = staged(folder, line, further or {})
    if staging is not None:
        try:
            commit([staging])
        finally:
            staging.discard()


def staged(folder: Path, line: Path, further: Mapping[str, bytes]) -> Staging | None:
    """Prepare to keep an edition in a line; None where it is kept already, byte for byte.

    `folder`: the edition; `further`: files to lie beside its tables.
    """
    edition = opened(folder)
    goal = line / edition.name
    files = {
        EDITION_FILE: read_bytes(folder / EDITION_FILE),
        **{file: edition.content(file) or b"" for file in edition.record["tables"]},
        **further,
    }
    with writing(goal):
        for sentence in recover(goal, every_entry):
            print(sentence, file=sys.stderr)
        # Compared unpacked: another version of zlib packs otherwise.
        if all(_unpacked(goal, name) == content for name, content in files.items()):
            return None
        staging = Staging(goal)
        try:
            for name, content in files.items():
                packed = name in edition.record["tables"]
                held = gzip.compress(content, 9, mtime=0) if packed else content
                (staging.new / (f"{name}{PACKED}" if packed else name)).write_bytes(held)
            staging.prepare(every_entry)
        except BaseException:
            staging.discard()
            raise
    return staging


def recover_kept(line: Path, held: Collection[Path]) -> list[str]:
    """Complete or clean up what killed runs left in a line, of whichever edition; see `recover`."""
    own = [entry.name for entry in line.iterdir()] if line.is_dir() else []
    names = sorted({one[1:].rpartition(".calib-")[0] for one in own if OWN.match(one)})
    return [said for name in names for said in recover(line / name, every_entry, held)]


def find_edition(named: Path, line: Path) -> Path:
    """Find an edition by its folder, or by its name in a line; the path itself where it is none."""
    if not is_edition(named) and str(named) in kept_editions(line):
        return line / named
    return named


def _holds(entry: Path) -> bool:
    return entry.is_dir() and not entry.name.startswith(".") and opened(entry).name == entry.name


def _unpacked(folder: Path, name: str) -> bytes | None:
    """Content of a file of a kept edition; None where it is not there or cannot be read."""
    try:
        if (folder / name).is_file():
            return read_bytes(folder / name)
        return unpack(folder / f"{name}{PACKED}")
    except (OSError, EOFError, zlib.error):
        return None
