"""Reads any run of white space as one space, and names characters that hide in a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

#: What Python calls white space: no-break and line-separating kinds too. Engines know fewer.
WHITE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
#: Marks that show nothing although Unicode calls them letters or symbols.
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
#: Different characters that a message names.
_NAMED = 3


def plain(text: str) -> str:
    """Text with one space for any run of white space, none around it, and accents composed."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def visible(text: str) -> str:
    """Text on one line of a terminal: what is no letter, mark, sign or space becomes \ufffd."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text)


def without_unseen(text: str) -> str:
    """Text without characters that cannot be seen."""
    return plain("".join(one for one in text if not _is_unseen(one)))


def unseen(text: str) -> str:
    """Names of the characters of a plain text that cannot be seen; blank where there is none."""
    return _named(one for one in text if _is_unseen(one))


@cache
def all_unseen() -> str:
    """Every character that cannot be seen, but NUL, which no engine takes in a pattern."""
    return "".join(chr(code) for code in range(1, 0x10000) if _is_unseen(chr(code)))


def odd_spaces(text: str) -> str:
    """Name what looks like a space, or like nothing, and is none, to follow what is wrong."""
    names = _named(one for one in text if _is_unseen(one) or (one.isspace() and one not in " \n\r"))
    return f" There is {names} here." if names else ""


def holds(text: str) -> str:
    """Say which characters no keyboard's English has, to follow a text that was not understood.

    Begins with a space; blank for a text without any. It may look like what was expected.
    """
    names = _named(one for one in plain(text) if not one.isascii() or _is_unseen(one))
    return f" It holds {names}." if names else ""


def _is_unseen(one: str) -> bool:
    return (unicodedata.category(one) in ("Cc", "Cf") and not one.isspace()) or one in _BLANK


def _named(found: Iterable[str]) -> str:
    names = [
        f"{unicodedata.name(one, 'a control character')} (U+{ord(one):04X})"
        for one in dict.fromkeys(found)
    ]
    more = len(names) - _NAMED
    return " and ".join([*names[:_NAMED], *([f"{more} more"] if more > 0 else [])])
