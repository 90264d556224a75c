"""Looks how a file begins, and whether it has changed since; never holds more than a block.

A gzip file is unpacked to its end, block by block: DuckDB does not look at its checksum. No file is
hashed: nothing may be published of a hash that would confirm a guess of the rows.
"""

from __future__ import annotations

import gzip as gzip_file
import itertools
import zlib
from dataclasses import dataclass
from pathlib import Path

from recalib.sources import door

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Fingerprint:
    """A file as it was when it was first looked at."""

    #: The file.
    path: Path
    #: Device, inode, size, time of the last change of its content and of its entry, in ns.
    state: tuple[int, ...]
    #: Its first bytes, unpacked where it is gzip.
    start: bytes
    #: What is wrong with the gzip stream; blank where nothing is.
    damage: str = ""
    #: Its first bytes as they lie on the disk.
    packed: bytes = b""

    def changed(self) -> bool:
        """Whether the file is another one by now."""
        try:
            return state_of(self.path) != self.state
        except OSError:
            return True


def state_of(path: Path) -> tuple[int, ...]:
    """Give what changes when a file is written, replaced or touched."""
    stat = door.regular(path)
    return (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def take(path: Path, gzip: bool = False) -> Fingerprint:
    """Look at a file."""
    state = state_of(path)
    with path.open("rb") as file:
        start = file.read(_BLOCK)
    return Fingerprint(path, state, *(_unpacked(path, start) if gzip else (start, "")), start)


def _unpacked(path: Path, packed: bytes) -> tuple[bytes, str]:
    """The first bytes of a gzip file, and what is wrong with the stream."""
    start = b""
    try:
        with gzip_file.open(path) as file:
            start = file.read(_BLOCK)
            unpacked, size = len(start), path.stat().st_size
            rest = iter(lambda: file.read(_BLOCK), b"")
            for block in door.lines_end(itertools.chain([start], rest)):
                unpacked += len(block)
                if door.swollen(size, unpacked):
                    found = f"Of its {size:,} bytes come more than {unpacked:,}."
                    raise door.RefusedError("packed-too-tight", found)
    except (gzip_file.BadGzipFile, zlib.error):
        is_gzip = packed.startswith(b"\x1f\x8b")
        return start, "The gzip stream is damaged" if is_gzip else "This is no gzip file"
    except EOFError:
        return start, "The gzip stream ends too early"
    return start, ""
