"""Finds on pages the chances of a match that do not say whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup, Tag

from calib.names import WHOSE

#: A share that is not the level of an interval or of a range of such tables.
_SHARE = re.compile(r"(?<![\d.])(?!95 %( interval| limits| ribbon| range| of such))\d[\d.]* ?%")
#: Headings of tables with shares of statistics, of edges and of slopes.
_NO_PEOPLE = ("Table Checked", "Statistic Checked", "Alternative Edges")
_NO_PEOPLE += ("Pool Slopes", "Largest shift of each edge", "Shift of the calibrated edges")
_CHANCE = re.compile(r"\bchances?\b|\bmatch(ed)?\b", re.IGNORECASE)


def blocks(html: str) -> Iterator[str]:
    """Words of every figure (with its alternative text), table, paragraph and point of a page."""
    page = BeautifulSoup(html, "html.parser")
    for block in page.find_all(["figure", "table", "p", "li"]):
        inner = block.find_parent(["figure", "table", "li"])
        # What a source says of itself is no claim of the page.
        if not inner and not block.find_parent(class_="sources"):
            yield words(block)


def words(block: Tag) -> str:
    alternatives = [str(image["alt"]) for image in block.find_all("img")]
    alternatives += [str(image["aria-label"]) for image in block.select("svg[aria-label]")]
    return " ".join(" ".join([*alternatives, block.get_text(" ")]).replace("\u2060", "").split())


def holds_a_chance(said: str) -> bool:
    """Whether words give a chance of a match as a number, or head a column of them."""
    if said.startswith(_NO_PEOPLE):
        return False
    if re.search(r"\binvitation", said) and not re.search(r"chance of a match|matched", said):
        return False
    headed = re.search(r"\bchance(_\w+)?\b.* 0\.\d", said)
    return bool(_CHANCE.search(said) and _SHARE.search(said)) or bool(headed)


def without_clause(html: str) -> list[str]:
    """Blocks that hold a chance of a match and do not say whose."""
    found = [said for said in blocks(html) if holds_a_chance(said)]
    return [said for said in found if WHOSE not in said.replace("Of those", "of those")]


def shown_without_clause(parts: Iterable[str]) -> list[str]:
    """The same of what a notebook shows: HTML, and paragraphs and points of Markdown."""
    pages = []
    for part in parts:
        if part.startswith("<"):
            pages.append(part)
            continue
        lines = re.split(r"\n\n|\n(?=- )", part)
        pages += [f"<p>{line}</p>" for line in lines]
    return [said for page in pages for said in without_clause(page)]
