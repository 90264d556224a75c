"""Looks how a file begins, and whether it has changed since; never holds more than a block.

A gzip file is unpacked to its end, block by block: DuckDB does not look at its checksum. No file is
hashed: nothing may be published of a hash that would confirm a guess of the rows.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 1 << 20
_GZIP = 31  # window bits of zlib for a gzip header and trailer


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

    def changed(self) -> bool:
        """Whether the file is another one by now."""
        try:
            return state_of(self.path) != self.state
        except OSError:
            return True


def state_of(path: Path) -> tuple[int, ...]:
    """Give what changes when a file is written, replaced or touched."""
    stat = path.stat()
    return (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def take(path: Path, gzip: bool = False) -> Fingerprint:
    """Look at a file."""
    state = state_of(path)
    with path.open("rb") as file:
        if not gzip:
            return Fingerprint(path, state, file.read(_BLOCK))
        start, unpacking = b"", _Unpacking()
        while block := file.read(_BLOCK):
            content = unpacking.feed(block)
            if len(start) < _BLOCK:
                start += content[: _BLOCK - len(start)]
    return Fingerprint(path, state, start, unpacking.damage())


class _Unpacking:
    """A gzip file of one or several members, whose content is thrown away after a look."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._gzip: bool | None = None
        self._error = ""

    def feed(self, block: bytes) -> bytes:
        """Unpack a block; give the first bytes that come out."""
        first = b""
        if self._gzip is None:
            self._gzip = block.startswith(b"\x1f\x8b")
        while block and not self._error:
            try:
                content = self._member.decompress(block, _BLOCK)
            except zlib.error:
                self._error = "The gzip stream is damaged" if self._gzip else "This is no gzip file"
                break
            first = first or content
            block = self._member.unconsumed_tail
            if self._member.eof:
                block = self._member.unused_data.lstrip(b"\0")  # padding of tapes is allowed
                if block:
                    self._member = zlib.decompressobj(_GZIP)
        return first

    def damage(self) -> str:
        """Say what is wrong, once all blocks were fed."""
        if self._error:
            return self._error
        return "" if self._member.eof else "The gzip stream ends too early"
