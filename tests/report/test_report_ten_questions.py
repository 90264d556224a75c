"""Ten questions of docs/ten-questions.md: the answer is on one screen, after one click at most."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Browser, Page

from ask_pages import FROZEN

DESK, PHONE = (1280, 800), (375, 812)
#: Tells whether all of a thing lies in the window and nothing lies over its middle.
SEEN = """(one) => {
  const box = one.getBoundingClientRect();
  const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const across = box.left >= 0 && box.right <= innerWidth;
  const inside = across && box.top >= 0 && box.bottom <= innerHeight;
  return box.height > 0 && inside && (one.contains(there) || there.contains(one));
}"""


@pytest.fixture(scope="module")
def site(
    pages: Path, tmp_path_factory: pytest.TempPathFactory, script: Callable[[str], ModuleType]
) -> Path:
    """The pages of the frozen run as a site, without documentation."""
    folder = tmp_path_factory.mktemp("ten") / "site"
    shutil.copytree(pages, folder)
    whole = script("whole_site")
    whole.write_data(folder / "data", FROZEN)
    assert [wrong for page in folder.rglob("*.html") for wrong in whole.linked(folder, page)] == []
    return folder


def _nothing(page: Page) -> None: ...


def _specialty(page: Page) -> None:
    page.select_option("#one", "general_surgery")


def _click(what: str) -> Callable[[Page], None]:
    return lambda page: page.click(what)


_MINE, _LIST = "tr[data-of=general_surgery]", "#answers table:first-of-type tr[data-of]"
#: A question, what is done after the score is typed (one click, or typing), and what must be seen
#: then: of each place so many as answer it, and what stands in the first.
QUESTIONS: dict[str, tuple[Callable[[Page], None], list[tuple[str, int, str]]]] = {
    "1 my chance in general surgery": (
        _specialty,
        [(f"{_MINE} .number", 1, "24"), (f"{_MINE} .next", 1, " to "), (".people", 1, "24 of 100")],
    ),
    "2 the likeliest specialties": (
        _nothing, [(f"{_LIST} .name", 5, "Pediatrics"), (f"{_LIST} .number", 5, "73")]),
    "3 how sure": (_nothing, [(f"{_LIST} .next", 5, "58 to 83"), (f"{_LIST} .evidence", 5, "A")]),
    "4 ten points more": (_specialty, [(f"{_MINE} .beside >> nth=1", 1, "253")]),
    "5 why no answer": (_click("#why a"), [("#nothing li", 1, ":")]),
    "6 what a guide's line is worth": (
        _click("nav >> text=Guides' audit"),
        [("h3 >> text=All specialties IMG guide", 1, "guide")],
    ),
    "7 two scores": (
        lambda page: page.fill("#second", "253"),
        [(f"{_LIST} .number", 3, "73"), (f"{_LIST} .beside", 3, "80")],
    ),
    "8 the standing": (_nothing, [(f"{_LIST} .stand:not(.lesser)", 3, "56")]),
    "9 the table as a file": (_click("nav >> text=Data"), [("a[href='band_table.csv']", 1, "csv")]),
    "10 what to cite": (_click("nav >> text=Cite"), [("#cite + p", 1, "dition")]),
}  # fmt: skip


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_one_screen_and_one_click_away(
    browser: Browser, site: Path, question: str, size: tuple[int, int]
) -> None:
    act, answers = QUESTIONS[question]
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto((site / "index.html").as_uri())
    page.fill("#score", "243")
    act(page)
    for where, many, words in answers:
        found = page.locator(where)
        found.first.wait_for()
        assert words in (found.first.text_content() or ""), where
        shown = [found.nth(i).evaluate(SEEN) for i in range(many)]
        assert shown == [True] * many, where
    page.close()
