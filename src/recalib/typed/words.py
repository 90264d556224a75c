"""The phrases of `words.yml`, and the plain form in which texts are compared with them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from recalib.contract.schema import shipped

_US = re.compile(r"\bu\.? ?s\.?(?![a-z])", re.IGNORECASE)
#: Signs that point to a footnote.
SIGNS = "†‡§¶‖*#^"
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱ⁺]+")
#: Characters that nobody sees: zero width, soft hyphen, marks of order and direction.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@cache
def phrases(name: str) -> dict[str, str]:
    """Plain phrase to what it means, of one list of `words.yml`."""
    known = shipped(str(__package__), "words.yml")[name]
    if isinstance(known, list):
        return {plain(phrase): phrase for phrase in known}
    return {plain(str(one)): str(word) for word, all_ in known.items() for one in all_}


@cache
def blanks() -> frozenset[str]:
    """Cells that stand for no figure, in small letters."""
    return frozenset(shipped(str(__package__), "words.yml")["blanks"])


def one_line(text: str) -> str:
    """A text without what nobody sees, any run of white space as one space."""
    return " ".join(_UNSEEN.sub("", text).split())


def unmarked(text: str) -> tuple[str, str]:
    """A word without its footnote marks, and the marks."""
    marks = "".join(_SUPERSCRIPT.findall(text))
    rest = _SUPERSCRIPT.sub("", text).strip()
    while rest and (rest[-1] in SIGNS or re.search(r"\[[a-z0-9]{1,2}\]$", rest)):
        cut = 1 if rest[-1] in SIGNS else len(rest) - rest.rindex("[")
        marks, rest = rest[-cut:] + marks, rest[:-cut].rstrip()
    return rest, marks


def plain(text: str) -> str:
    """Small letters and digits, one space between words; marks fall away."""
    bare = unmarked(one_line(text))[0] or one_line(text)
    bare = re.sub(r"%\s*-?\s*(?:ile|tile)s?", " percentile", bare, flags=re.IGNORECASE)
    bare = _US.sub("us ", unicodedata.normalize("NFKC", bare).casefold())
    bare = bare.replace("&", " and ").replace("%", " percent ").replace("#", " number ")
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


def find_phrase(tokens: list[str], name: str) -> tuple[str, list[str]] | None:
    """The longest phrase of a list among words: what it means, and the words without it."""
    known = phrases(name)
    longest = max(phrase.count(" ") + 1 for phrase in known)
    for length in range(min(len(tokens), longest), 0, -1):
        for start in range(len(tokens) - length + 1):
            word = known.get(" ".join(tokens[start : start + length]))
            if word is not None:
                return word, tokens[:start] + tokens[start + length :]
    return None
