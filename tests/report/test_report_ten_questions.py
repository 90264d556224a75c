"""Ten questions of docs/ten-questions.md: the answer is on one screen, after one click at most."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Browser, Page, sync_playwright

from ask_pages import CHROMIUM, FROZEN, QUIET

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here")

DESK, PHONE = (1280, 800), (375, 800)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


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


def _why(page: Page) -> None:
    page.click("#why a")


def _compare(page: Page) -> None:
    page.fill("#second", "253")


def _link(name: str) -> Callable[[Page], None]:
    return lambda page: page.click(f"nav >> text={name}")


#: A question, what is done after the score is typed, where the answer stands, what is in it, and
#: after how many screens of a telephone it is seen; a desk shows every one on its first.
QUESTIONS: dict[str, tuple[Any, str, str, int]] = {
    "1 my chance in general surgery": (
        _specialty, "tr[data-of=general_surgery] .number", "2", 2),
    "2 the likeliest specialties": (_nothing, "tr[data-of] .name", "", 2),
    "3 how sure": (_nothing, "tr[data-of] .next", " to ", 2),
    "4 ten points more": (_specialty, "tr[data-of] .beside >> nth=1", "+", 2),
    "5 why no answer": (_why, "#nothing li", ":", 1),
    "6 what a guide's line is worth": (
        _link("Guides' audit"), "h3 >> text=All specialties IMG guide", "guide", 1),
    "7 two scores": (_compare, "tr[data-of] .beside", "+", 2),
    "8 the standing": (_nothing, "tr[data-of] .stand", "%", 2),
    "9 the table as a file": (_link("Data"), "a[href='band_table.csv']", "csv", 1),
    "10 what to cite": (_link("Cite"), "#cite + p", "Edition", 1),
}  # fmt: skip


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_one_screen_and_one_click_away(
    browser: Browser, site: Path, question: str, size: tuple[int, int]
) -> None:
    act, where, words, screens = QUESTIONS[question]
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto((site / "index.html").as_uri())
    page.fill("#score", "243")
    act(page)
    found = page.locator(where).first
    found.wait_for()
    assert words in (found.text_content() or "")
    box = found.bounding_box()
    assert box is not None
    seen = size[1] * (screens if size == PHONE else 1)
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= seen
    page.close()
