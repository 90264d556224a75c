"""The words and numbers of pages, as a reader meets them.

A reworded page shows as a changed line in `test_report_snapshots/`; after a look at it,
`pytest tests/report/test_report_snapshots.py --force-regen` writes the new words.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from pytest_regressions.file_regression import FileRegressionFixture

_BLOCKS = ["h1", "h2", "h3", "p", "li", "tr", "caption", "figcaption", "summary", "img", "svg"]


def _line(block: Tag) -> str:
    if block.name in ("img", "svg"):
        return f"[picture] {block['alt'] if block.name == 'img' else block['aria-label']}"
    cells = block.find_all(["th", "td"]) if block.name == "tr" else [block]
    return " | ".join(" ".join(cell.get_text().split()) for cell in cells)


def page_text(html: str) -> str:
    """Return what a page says, a line a paragraph, point, row of a table or picture."""
    # Word joiners, which keep intervals in one line, would only hide in a diff.
    body = BeautifulSoup(html.replace("\u2060", ""), "html.parser").body
    for mark in body.select("a.anchor-link"):
        mark.decompose()
    for end in body.find_all("br"):
        end.replace_with(" ")
    for unseen in body.select("script, svg[aria-hidden], article [hidden]"):
        unseen.decompose()
    blocks = body.find_all(_BLOCKS)
    inside = ["li", "tr", "summary", "svg"]
    return "\n".join(_line(block) for block in blocks if not block.find_parent(inside))


@pytest.mark.parametrize(
    "name",
    ["index", "30_bands", "specialties/general_surgery", "specialties/preliminary_medicine"],
)
def test_a_page_says_what_it_said(
    pages: Path, name: str, file_regression: FileRegressionFixture
) -> None:
    said = page_text((pages / f"{name}.html").read_text(encoding="utf-8"))
    file_regression.check(said + "\n", basename=Path(name).name, encoding="utf-8")
