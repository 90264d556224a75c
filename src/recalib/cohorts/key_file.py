"""Keeps the key that draws a cohort's noise: made once, found again by its mark.

`cohorts/.<name>.key` is the key of one cohort, `cohorts/.key` that of a folder's cohorts that have
none of their own. The .yml may hold the key's mark, which tells nothing of the key: with it the
loss of the key, or another key in its place, is found out before any number is drawn anew.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

from recalib.cohorts.counts import SECRET_FILE
from recalib.sources import door

_FORM = re.compile(r"[0-9a-f]{64}")
MARK = re.compile(r"[0-9a-f]{12}")


class KeyFileError(Exception):
    """A key that is lost or doubled; the message says which, in a sentence."""


class UnusableKeyError(KeyFileError):
    """A file in the place of a key that holds none."""


def own_key(folder: Path, name: str) -> Path:
    """Where the key of one cohort lies, in the folder of cohorts."""
    return folder / f".{name}.key"


def mark_of(key: str) -> str:
    """What the .yml says of a key, from which it cannot be found."""
    return hashlib.sha256(f"mark {key}".encode()).hexdigest()[:12]


def make_key(path: Path) -> str:
    """Write a new key, readable by its owner only; a FileExistsError where there is one."""
    # Nobody else may read it, from its first byte on; whoever made it first has made it.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    key = secrets.token_hex(32)
    with os.fdopen(handle, "w") as file:
        file.write(key + "\n")
    return key


def read_key(path: Path) -> str:
    """Read a key file; an UnusableKeyError where it holds none."""
    try:
        # The rest of the line is for people.
        text = door.content(path, 10_000).decode("ascii").split(" ", maxsplit=1)[0].strip()
    except UnicodeDecodeError:
        text = ""
    except door.RefusedError as error:
        raise UnusableKeyError(f"cannot be read: {error.found.removesuffix('.')}") from None
    if not _FORM.fullmatch(text):
        raise UnusableKeyError("is not 64 hexadecimal digits")
    return text


def find_key(raw: Path, name: str, mark: str) -> str | None:
    """Find the key of a cohort of a raw folder; None where none was made yet.

    A KeyFileError where the key of the mark is lost, or where two keys leave it open which is it.
    """
    shared = raw / SECRET_FILE
    own = own_key(shared.parent, name)
    there = {path.name: read_key(path) for path in (own, shared) if path.exists()}
    if mark:
        for key in there.values():
            if mark_of(key) == mark:
                return key
        if there:
            found = " and ".join(there)
            raise KeyFileError(
                f"The key of this cohort is lost: {found} in cohorts/ holds another key than the "
                "one its .yml was written with."
            )
        raise KeyFileError(
            f"The key of this cohort is lost: its .yml was written with one, and cohorts/ holds "
            f"neither {own.name} nor {shared.name}."
        )
    if len(set(there.values())) > 1:
        raise KeyFileError(
            f"This cohort has two keys, {own.name} and {shared.name}, and its .yml does not say "
            "which is its own: two draws of noise together tell more than one."
        )
    return next(iter(there.values()), None)


def keys_to_make(raw: Path) -> str:
    """Say that the next run makes a key, and for which cohorts; "" where all have one."""
    shared = raw / SECRET_FILE
    if shared.exists():
        return ""
    names = sorted(path.stem for path in shared.parent.glob("*.yml"))
    without = [name for name in names if not own_key(shared.parent, name).exists()]
    if not without:
        return ""
    return (
        f"A key is made now, {shared.parent.name}/{shared.name}, by which numbers of "
        f"{', '.join(without)} are blurred: keep it with the cohort, and show it to nobody. If "
        "they were published before, their key is lost, and both editions together tell a little "
        "more of single people: stop, and put it back."
    )
