"""Specialty pages in a real Chromium: scores asked, nothing cut, nothing that axe-core finds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from calib.line import after_drift, chance
from recalib.bands.published import line_of
from recalib.report import words
from recalib.report.cards import at
from recalib.report.view import View

NAMES = ("general_surgery", "internal_medicine", "family_medicine", "preliminary_medicine")
#: Visible things outside boxes that scroll (for analysts alone) whose edge lies beyond the window.
BEYOND = """() => {
  const end = document.querySelector('#For-analysts');
  const wide = document.documentElement.clientWidth + 1;
  return [...document.querySelectorAll('main *')].filter((each) => {
    const box = each.getBoundingClientRect();
    const before = each.compareDocumentPosition(end) & Node.DOCUMENT_POSITION_FOLLOWING;
    return before && box.width > 1 && (box.right > wide || box.left < -1);
  }).map((each) => `${each.tagName} ${each.className} ${each.textContent.slice(0, 30)}`);
}"""
#: Text boxes of cards and tables whose words do not fit inside them.
CUT = """() => [...document.querySelectorAll('.card, .card p, details p, .fits, .fits :is(td, th)')]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)
  .map((each) => `${each.tagName} ${each.textContent.slice(0, 30)}`)"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.drawing svg text')].map((each) =>
  parseFloat(getComputedStyle(each).fontSize) * each.ownerSVGElement.getBoundingClientRect().width
  / each.ownerSVGElement.viewBox.baseVal.width))"""


def visit(browser: Any, page: Path, width: int = 1280, **options: Any) -> Any:
    """Open a page with every detail open; a message on its console is an error."""
    tab = browser.new_page(viewport={"width": width, "height": 800}, **options)
    tab.said = []
    tab.on("console", lambda message: tab.said.append(message.text))
    tab.on("pageerror", lambda error: tab.said.append(str(error)))
    tab.on("request", lambda request: tab.said.append(request.url))
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    return tab


@pytest.mark.parametrize("name", NAMES)
def test_cards_say_of_any_score_what_calib_says(
    browser: Any, pages: Path, work: View, name: str
) -> None:
    here = work.specialty(name)
    curves = here.newest[(here.newest["outcome"] == "match") & here.newest["slope"].notna()]
    tab = visit(browser, pages / "specialties" / f"{name}.html")
    for score in (203, 220, 234, 250, 261, 277):
        tab.fill("#score", str(score))
        cards = tab.locator(".card").all()
        assert len(cards) == len(curves)
        for card, (_, curve) in zip(cards, curves.iterrows(), strict=True):
            line = line_of(curve)
            value, (_, low, high) = (
                chance(line, score)[0],
                chance(after_drift(line, float(curve["drift_sd"])), score),
            )
            inside = curve["score_low"] <= score <= curve["score_high"]
            assert card.locator(".told").is_visible() == inside
            assert card.locator(".outside").is_visible() != inside
            text = {of: card.locator(f"[data-of={of}]").text_content() for of in _OF}
            assert text["of_100"] == words.of_100(value)
            assert text["range"] == words.people_range(low, high)
            assert text["percent"] == words.percent(value)
            told = at(here, curve, score)
            assert card.locator(".some").get_attribute("d") == told["dots"]
            if told["standing"]:
                assert card.locator(".standing").text_content() == told["standing"]
    assert tab.said == [(pages / "specialties" / f"{name}.html").as_uri()]


_OF = ("of_100", "range", "percent")


def test_a_link_holds_the_score_and_the_keyboard_changes_it(browser: Any, pages: Path) -> None:
    page = pages / "specialties" / "general_surgery.html"
    tab = browser.new_page()
    tab.goto(f"{page.as_uri()}#score=251")
    assert tab.input_value("#score") == "251"
    tab.focus("#slider")
    tab.keyboard.press("ArrowRight")
    assert tab.input_value("#score") == "252"
    tab.wait_for_function("location.hash === '#score=252'")
    assert tab.text_content("#told").startswith("At 252: Non-U.S. citizen IMGs:")
    before = tab.locator(".card").first.text_content()
    for wrong in ("", "12", "999"):
        tab.fill("#score", wrong)
        assert tab.get_attribute("#score", "aria-invalid") == "true"
        assert tab.locator(".card").first.text_content() == before


def test_marks_in_pictures_follow_the_score(browser: Any, pages: Path) -> None:
    tab = visit(browser, pages / "specialties" / "general_surgery.html")
    mark = tab.locator(".drawing [id$=mine]").first
    before = mark.bounding_box()["x"]
    tab.fill("#score", "265")
    # Twenty points of the eighty that the axis shows.
    moved = mark.bounding_box()["x"] - before
    axis = tab.locator(".drawing svg").first.bounding_box()["width"]
    assert 0.15 * axis < moved < 0.25 * axis


def test_without_scripts_the_example_and_a_plain_table_answer(browser: Any, pages: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((pages / "specialties" / "general_surgery.html").as_uri())
    assert not tab.locator("form.ask").is_visible()
    assert "25 of 100" in tab.locator(".card").first.text_content()
    tab.locator("summary").first.click()
    assert tab.locator("details table").first.is_visible()
    context.close()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 768, 1280])
def test_nothing_is_cut(browser: Any, pages: Path, width: int, look: str) -> None:
    for name in NAMES:
        page = pages / "specialties" / f"{name}.html"
        tab = visit(browser, page, width, color_scheme=look)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.evaluate(BEYOND) == []
        assert tab.evaluate(CUT) == []
        assert tab.evaluate(SMALLEST) >= 11
        tab.close()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, pages: Path, look: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for name in (*(f"specialties/{each}" for each in NAMES), "30_bands"):
        tab = visit(browser, pages / f"{name}.html", 375, color_scheme=look)
        found = axe.run(tab).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == []
        tab.close()


def test_a_specialty_prints_on_two_pages(browser: Any, pages: Path) -> None:
    for name in NAMES:
        tab = visit(browser, pages / "specialties" / f"{name}.html")
        printed = tab.pdf(format="A4", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2, name
        tab.close()


def test_whatever_a_label_or_note_holds_shows_as_text(
    browser: Any, hostile_pages: Path, hostile_label: str
) -> None:
    for name in ("40_specialty", "30_bands", "index", "explore"):
        tab = browser.new_page(viewport={"width": 375, "height": 800})
        tab.on("dialog", lambda dialog: pytest.fail("a label was run as a script"))
        tab.goto((hostile_pages / f"{name}.html").as_uri())
        assert hostile_label[:60] in " ".join(tab.inner_text("body").split()), name
        assert tab.evaluate("document.documentElement.scrollWidth") <= 375, name
        assert tab.locator("b:text-is('bold')").count() == 0, name
        # Those of the template alone.
        ours = {"40_specialty": 1, "30_bands": 0, "index": 2, "explore": 5}[name]
        assert tab.locator("script").count() == ours, name
        tab.close()
