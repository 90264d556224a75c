"""Damages files: as bytes, as text, as tables, and the parts of packed ones."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz_readers import Reader

#: What readers stumble over: numbers, blanks, marks of CSV, YAML, XML, SQL, JSON and spreadsheets.
_PIECES = (
    *("0", "-1", "1e308", "1e999", "nan", "inf", "0x1F", "١٢", "2026", "2020-2024", "null", "true"),
    *("~", "?", "%s", "{0}", "${x}", "../../x", "<script>alert(1)</script>", "</script>", "<!--"),
    *("&lt;", "<a", "=cmd()", "@SUM(1)", "+1", "\\", "\\n", "]", "}", "{", "[", "tier:", "sum"),
    *("tier:broad_access", "img", "match", "interview", "matched", "ranked_first", "leave_out"),
    *("", " ", '"', '""', "'", ",", ",,,,", ";", "\t", "|", "\n", "\r", "\r\n", "\n\n", "9" * 30),
    *("\0", "\x1b[2J", "\x7f", "\ufeff", "\u200b", "\u202e", "\u00a0", "\u2028", "e\u0301", "ﬁ"),
    *("\ud800", "\U0001f600", "&x ", "*x", "<<: ", "!!python/object:os.system ", "- ", ": ", "? "),
    *("# a b", "|\n ", ">-\n", "%TAG", "---\n", "'; DROP TABLE x; --"),
)
_BINARY = (b"\0", b"\xff", b"\xff\xfe", b"\xc3", b"PK\x03\x04", b"PAR1", b"\x1f\x8b", b"\xed\xa0")


def damaged(reader: Reader, rng: random.Random) -> dict[str, bytes]:
    """Some of a reader's files, damaged; of an edition mostly with the hashes that they have."""
    names = rng.choices(reader.damaged, k=rng.choice((1, 1, 1, 2)))
    files = {name: _damage(name, reader.seeds[name], rng) for name in dict.fromkeys(names)}
    if "edition.json" in reader.seeds and "edition.json" not in files and rng.random() < 0.9:
        record = json.loads(reader.seeds["edition.json"])
        for name, content in files.items():
            for of in (record["tables"], record["files"]):
                if name in of:
                    of[name]["sha256"] = hashlib.sha256(content).hexdigest()
        files["edition.json"] = json.dumps(record).encode()
    return files


def _damage(name: str, content: bytes, rng: random.Random) -> bytes:
    if rng.random() < 0.75:
        if name.endswith(".gz"):
            return gzip.compress(_plainly(gzip.decompress(content), rng), 1, mtime=0)
        if name.endswith((".xlsx", ".ods")):
            return _archive(content, rng)
    if name.endswith((".gz", ".xlsx", ".ods", ".parquet")):
        for _ in range(rng.choice((1, 1, 2, 8))):
            content = _bytes(content, rng)
        return content
    return _plainly(content, rng)


def _archive(content: bytes, rng: random.Random) -> bytes:
    """Damage one part of a zip file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chosen = rng.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    parts[chosen] = _plainly(parts[chosen], rng)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def _plainly(content: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        content = rng.choice(_WAYS)(content, rng)
    return content


def _bytes(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    to = min(len(content), at + rng.choice((0, 1, 1, 2, 4, 50)))
    put = rng.choice((*_BINARY, rng.randbytes(rng.randrange(5)), b""))
    return content[:at] + put + content[to:]


def _piece(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + _any_piece(rng) + content[at + rng.choice((0, 0, 1, 5)) :]


def _any_piece(rng: random.Random) -> bytes:
    times = rng.choice((1,) * 12 + (2, 9, 300, 40_000))
    return (rng.choice(_PIECES) * times).encode("utf-8", "surrogatepass")[:300_000]


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _cell(content: bytes, rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    at = rng.randrange(len(lines))
    mark = rng.choice((b",", b",", b": ", b";", b'"'))
    cells = lines[at].split(mark)
    which = rng.randrange(len(cells))
    other = rng.choice(rng.choice(lines).split(mark))
    cells[which] = rng.choice((other, _any_piece(rng), _any_piece(rng)))
    lines[at] = mark.join(cells)
    return b"\n".join(lines)


def _line(content: bytes, rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    way = rng.randrange(4)
    if way == 0:
        del lines[at]
    elif way == 1:
        lines.insert(to, lines[at])
    elif way == 2:
        lines[at], lines[to] = lines[to], lines[at]
    else:
        lines[at:at] = [lines[to]] * rng.choice((3, 100, 5_000))
    return b"\n".join(lines)[:8_000_000]


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_bytes, _piece, _piece, _cell, _cell, _cell, _line, _cut),
)
