"""Draws random numbers from a secret and one curve's counts: the same for the same counts.

Statistical offices call it cell-key perturbation: whoever lacks the secret cannot tell what was
drawn, nobody gets a second draw by asking again, and any change of the counts is a new draw.

B. Fraser and J. Wooton (2005). A proposed method for confidentialising tabular output to protect
against differencing. UNECE work session on statistical data confidentiality.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

import numpy as np
from scipy.special import ndtri

from recalib.cohorts.counts import SECRET_FILE
from recalib.cohorts.key_file import (
    KeyFileError,
    UnusableKeyError,
    find_key,
    make_key,
    own_key,
    read_key,
)
from recalib.likelihood.model import Array
from recalib.problems import RecalibError

_FORM = re.compile(r"[0-9a-f]{64}")


def secret_of(raw: Path) -> str:
    """Read the secret of a raw folder; where there is none, make it."""
    path = raw / SECRET_FILE
    try:
        make_key(path)
    except FileExistsError:
        pass
    except OSError as error:
        raise _unusable(path, f"could not be written: {error.strerror}") from None
    return _read(path)


def secret_for(raw: Path, name: str, mark: str = "") -> str:
    """Read the secret of a cohort: its own, or that of its folder, made where there is none.

    `mark`: what its .yml says of its key; a RecalibError where that key is lost or doubled.
    """
    try:
        found = find_key(raw, name, mark)
    except (OSError, UnusableKeyError):
        # One of them cannot be read; the other is not taken in its place.
        for path in (own_key((raw / SECRET_FILE).parent, name), raw / SECRET_FILE):
            if path.exists():
                _read(path)
        raise
    except KeyFileError as error:
        raise RecalibError(f"Cohort {name}: {error} Nothing was published.") from None
    return secret_of(raw) if found is None else found


def _read(path: Path) -> str:
    try:
        return read_key(path)
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror}") from None
    except UnusableKeyError as error:
        raise _unusable(path, str(error)) from None


def _unusable(path: Path, what: str) -> RecalibError:
    mend = "Put back the file that was there"
    if path.name == SECRET_FILE.name:
        mend += ", or make its folder writable and delete it for a new secret"
    return RecalibError(
        f"cohorts/{path.name} in the folder of raw tables {what}. It holds the secret by which "
        f"numbers of cohorts are blurred. {mend}. Nothing was published."
    )


class Draws:
    """Numbers drawn for one curve."""

    def __init__(self, secret: str, *what: str | Array) -> None:
        if not _FORM.fullmatch(secret):
            raise RuntimeError("numbers of a cohort leave with a secret only")
        digest = hmac.new(bytes.fromhex(secret), digestmod=hashlib.sha256)
        for part in what:
            content = (
                part.encode() if isinstance(part, str) else np.ascontiguousarray(part, "<f8").data
            )
            digest.update(f"{len(content)};".encode())
            digest.update(content)
        self._seed = digest.digest()
        self._drawn = 0

    def uniform(self) -> float:
        """Draw a number from (0, 1)."""
        block = hashlib.sha256(self._seed + self._drawn.to_bytes(8, "little")).digest()
        self._drawn += 1
        return float(((int.from_bytes(block[:8], "little") >> 11) + 0.5) / 2**53)

    def normal(self, size: int) -> Array:
        """Draw standard normal deviates."""
        return np.asarray(ndtri([self.uniform() for _ in range(size)]), dtype=float)

    def whole(self, most: int) -> int:
        """Draw a whole number from 0 to `most`."""
        return int(self.uniform() * (most + 1))
