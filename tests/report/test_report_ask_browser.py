"""The page that one can ask, in a real browser: by keyboard, by link, without scripts, hostile."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

import calib
from ask_pages import FROZEN, LABELS, explorer, index
from calib import edition as editions
from recalib.report.words import of_100, people_range, percent, signed

NAMES = {label: name for name, label in LABELS.items()}
LIST_FILE = "chances-non_us_img-250"
GROUPS = ("non_us_img", "us_img", "us_md_senior", "us_do_senior")
HOSTILE = {
    "general_surgery": "<script>window.hit = 1</script>",
    "internal_medicine": "=cmd()|\"quotes\", 'single' & {score}",
    "neurology": "long " + "x" * 10_000,
    "pathology": "</script><img src=x onerror='window.hit = 2'>",
}
Opened = Callable[..., Page]

_HERE = Path(__file__).parent
#: Cells of the lists as people read them, a row a specialty, in order.
ROWS = (_HERE / "ask_rows.js").read_text(encoding="utf-8")
#: What is wider than its place: beyond the window, or cut by its own box; and text too small.
CUT = (_HERE / "cut.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return explorer(tmp_path_factory.mktemp("explorer"))


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index with its explorer."""
    return index(tmp_path_factory.mktemp("front")).parent


@pytest.fixture
def look(browser: Browser, page_file: Path) -> Iterator[Opened]:
    """Open a page; no test may leave a console message, an error or a request behind."""
    contexts, wrong = [], []

    def opened(hash_: str = "", file: Path = page_file, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: wrong.append(asked.url) if _leaves(asked.url) else None)
        page.goto(file.as_uri() + hash_)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def _leaves(url: str) -> bool:
    return not url.startswith(("file:", "data:", "blob:"))


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "SHIPPED", FROZEN)


def ask(page: Page, group: str, score: float | str) -> None:
    """Choose and type by keyboard alone."""
    page.focus("#group")
    page.keyboard.press("Home")
    for _ in range(GROUPS.index(group)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(str(score))


def told(group: str, score: float) -> tuple[list[dict[str, Any]], list[str]]:
    """What the lists must say, and of whom they must say that there is no answer."""
    rows, without = [], []
    for name in calib.specialties():
        found = calib.probability(score, name, group)
        if found.value is None or found.extrapolated:
            without.append(LABELS[name])
            continue
        stands = calib.standing(score, name, group)
        beside = [_beside(score, score + more, name, group) for more in (5, 10)]
        assert found.next_low is not None
        assert found.next_high is not None
        row = {
            "of": name,
            "by": found.denominator,
            "chance": of_100(found.value),
            "next": people_range(found.next_low, found.next_high),
            "stand": "not told" if stands.matched is None else percent(stands.matched),
            "beside": beside,
        }
        few = found.n is not None and found.n < 11
        by = ("ranked_first", "ranked_any_pgy1").index(str(found.denominator))
        rows.append(((by, few, -found.value, name), row))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])], without


def _beside(start: float, end: float, name: str, group: str) -> list[str]:
    found = calib.gain(start, end, name, group)
    if found.extrapolated or end > 300:
        return ["", ""]
    there = calib.probability(end, name, group).value
    assert there is not None
    return [of_100(there), f"{gap(found.value)} ({gap(found.low)} to {gap(found.high)})"]


def gap(difference: float) -> str:
    return signed(100 * difference, 0)


def test_sixty_questions_by_keyboard_give_the_numbers_of_the_look_ups(look: Opened) -> None:
    page, chance = look(), random.Random(15)
    answered = 0
    for _ in range(60):
        group, score = chance.choice(GROUPS), chance.randint(205, 285)
        ask(page, group, score)
        rows, without = told(group, score)
        shown = page.evaluate(ROWS)
        for row in shown:
            del row["evidence"]
        assert shown == rows, (group, score)
        missing = page.inner_text("#nothing")
        assert [label for label in without if label not in missing] == []
        answered += len(rows)
    assert answered > 1000


def test_marks_are_those_of_the_short_list(look: Opened) -> None:
    page = look("#s=243")
    rows, _ = calib.sentences.short_list(calib.chances(243, "non_us_img"), "non_us_img")
    expected = {str(row["specialty"]): row["marks"] for row in rows}
    for row in page.evaluate(ROWS):
        if row["by"] == "ranked_first":
            marks = ", ".join(row["evidence"].split(", ")[1:]) or None
            assert marks == expected[row["of"]], row["of"]


def test_a_score_outside_says_so_and_a_wrong_one_is_refused(look: Opened) -> None:
    page = look()
    assert page.inner_text("#example") == "243 is only an example: type your score."
    ask(page, "non_us_img", 180)
    assert page.query_selector_all("#answers table") == []
    assert "180 lies outside the scores that the curve was fitted on" in page.inner_text("#nothing")
    ask(page, "non_us_img", 350)
    assert page.inner_text("#wrong") == "A Step 2 CK score lies between 1 and 300."
    assert page.evaluate(ROWS) == []


def test_a_link_keeps_what_is_asked_and_nothing_else(look: Opened) -> None:
    page = look()
    assert page.evaluate("location.hash") == ""
    ask(page, "us_md_senior", 250)
    page.keyboard.press("Tab")
    page.click("#more summary")
    page.focus("#second")
    page.keyboard.type("260")
    page.check("#only input[value=neurology]")
    page.check("#only input[value=pathology]")
    page.click("tr[data-of=neurology] button")
    link = page.evaluate("location.href")
    assert link.endswith("#g=us_md_senior&s=250&t=260&p=neurology%2Cpathology&o=neurology&e=2026.7")
    before = page.inner_text("#answers")
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector(".plot[data-drawn]")
    assert page.inner_text("#answers") == before
    assert page.input_value("#group") == "us_md_senior"
    assert page.inner_text("#notes") == ""
    page.click("#more summary")
    page.click("#reset")
    page.wait_for_function("document.querySelector('#score').value === ''")
    assert page.evaluate("location.hash") == ""


def test_sliding_answers_at_once_and_writes_the_link_when_it_ends(look: Opened) -> None:
    page = look()
    box = page.locator("#slider").bounding_box()
    assert box is not None
    at = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, at)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 20, at, steps=5)
    score = page.input_value("#score")
    assert score == page.input_value("#slider")
    assert f"With {score}, of 100" in page.inner_text("#answers thead")
    assert page.evaluate("location.hash") == ""
    page.mouse.up()
    assert f"s={score}" in page.evaluate("location.hash")


def test_a_link_from_elsewhere_says_what_it_cannot_keep(look: Opened) -> None:
    page = look("#g=%3Cb%3E&s=999&p=neurology,alchemy&e=1999.1&%E0%A4%A")
    said = page.inner_text("#notes")
    assert "made from edition 1999.1; the numbers here are those of edition 2026.7" in said
    assert "something that edition 2026.7 does not have" in said
    assert {row["of"] for row in page.evaluate(ROWS)} == {"neurology"}
    page.evaluate("location.hash = '#g=us_do_senior&s=251'")
    page.wait_for_function("document.querySelector('#score').value === '251'")
    assert page.input_value("#group") == "us_do_senior"


def test_one_specialty_is_opened_by_keyboard_and_says_all_of_it(look: Opened) -> None:
    page = look("#s=243")
    page.focus("tr[data-of=general_surgery] button")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.wait_for_selector(".plot[data-drawn=general_surgery]")
    said = page.inner_text(".detail")
    found = calib.probability(243, "general_surgery", "non_us_img")
    assert (
        f"interviews enough to rank general surgery first, about {of_100(found.value)} of" in said
    )
    assert f"likely {people_range(found.next_low, found.next_high)} of 100" in said
    assert "of those who did not had that score or a lower one" in said
    assert "Its band is “low” in the guides' words" in said
    assert "overstates" in said
    assert calib.sentences.GAIN in said
    dots = page.inner_text(".hundred")
    assert (dots.count("●"), dots.count("○")) == (24, 76)
    alternative = page.get_attribute(".plot", "aria-label")
    assert alternative is not None
    assert "General Surgery, 24 of 100 at 243" in alternative
    assert page.get_attribute(".detail a", "href") == "specialties/general_surgery.html"
    page.keyboard.press("Enter")
    assert page.query_selector(".detail") is None


def test_two_denominators_are_never_drawn_together(look: Opened) -> None:
    page = look("#s=250&t=262&p=general_surgery,neurology,preliminary_medicine&o=neurology")
    page.wait_for_selector(".plot[data-drawn='neurology general_surgery']")
    assert "count different people: Preliminary Medicine" in page.inner_text("figcaption")
    assert page.query_selector_all("#answers table").__len__() == 2
    captions = page.evaluate(
        "[...document.querySelectorAll('caption')].map((one) => one.textContent)"
    )
    shown = [caption for caption in captions if "250" in caption]
    assert len(shown) == 2
    assert all("who had interviews enough to rank" in caption for caption in shown)


def test_what_is_saved_is_what_is_seen(look: Opened) -> None:
    page = look("#s=250&o=neurology")
    page.wait_for_selector(".plot[data-drawn=neurology]")
    page.click("#more summary")
    rows = _saved_table(page)
    first = next(row for row in rows if row["specialty"] == "Neurology")
    found = calib.probability(250, "neurology", "non_us_img")
    for column, value in {
        "chance": found.value,
        "low": found.low,
        "next_high": found.next_high,
    }.items():
        assert value is not None
        assert float(first[column]) == pytest.approx(value, abs=5e-5)
    gains = [float(row["difference"]) for row in rows if row["specialty"] == "Neurology"]
    expected = [calib.gain(250, 250 + more, "neurology", "non_us_img").value for more in (5, 10)]
    assert gains == pytest.approx(expected, abs=5e-5)
    assert all(row["why_no_answer"] for row in rows if not row["chance"])
    for kind, begins in {"svg": b"<svg", "png": b"\x89PNG"}.items():
        for button, name in {"export": "neurology-non_us_img", "list": LIST_FILE}.items():
            with page.expect_download() as download:
                page.click(f"button.{button}[data-kind={kind}]")
            content = Path(download.value.path()).read_bytes()
            assert content.startswith(begins)
            assert download.value.suggested_filename == f"{name}.{kind}"
            if kind == "svg":
                assert b"who had interviews enough to rank" in content
                assert b"edition 2026.7" in content


def _saved_table(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as download:
        page.click("#csv")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = [*csv.reader(io.StringIO(text, newline=""))]
    assert {len(row) for row in rows} == {21}
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_hostile_labels_show_as_text_and_no_spreadsheet_runs_them(
    look: Opened, tmp_path: Path
) -> None:
    hostile = explorer(tmp_path, LABELS | HOSTILE)
    page = look("#s=243&o=general_surgery", file=hostile)
    page.wait_for_selector(".plot[data-drawn]")
    for name, label in HOSTILE.items():
        assert page.text_content(f"tr[data-of={name}] button") == label
        assert label in page.text_content(f"#only label:has(input[value={name}])")
    assert HOSTILE["general_surgery"] in page.text_content(".plot svg")
    assert page.evaluate("window.hit") is None
    assert page.evaluate(CUT) == []
    page.click("#more summary")
    labels = {row["specialty"] for row in _saved_table(page)}
    assert "'" + HOSTILE["internal_medicine"] in labels
    assert not [label for label in labels if label.lstrip().startswith(("=", "+", "-", "@"))]
    plain = look(file=hostile, java_script_enabled=False)
    text = plain.text_content("#tables")
    assert all(label in text for label in HOSTILE.values())


def test_without_scripts_it_still_answers(look: Opened) -> None:
    page = look(java_script_enabled=False)
    assert not page.is_visible("#ask")
    assert page.locator("#tables table:visible").count() == 6
    row = page.locator("#tables table").first.locator("tr", has_text="General Surgery").inner_text()
    found = calib.probability(250, "general_surgery", "non_us_img")
    assert f"{of_100(found.value)}" in row
    scripted = look()
    assert not scripted.is_visible("#tables")


@pytest.mark.parametrize("name", ["explore.html", "index.html"])
def test_axe_finds_nothing(look: Opened, front: Path, name: str) -> None:
    page = look("#s=243&t=253&p=neurology&o=neurology", file=front / name)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        _drawn(page)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


#: 375, 768 and 1280 pixels at 100 and at 200 %: a zoomed window is so many times narrower.
WIDTHS = (375, 768, 1280, 187, 384, 640)


@pytest.mark.parametrize("name", ["explore.html", "index.html"])
def test_nothing_is_cut(look: Opened, front: Path, name: str) -> None:
    asked = "#s=243&t=250&p=general_surgery,preliminary_medicine&o=general_surgery"
    for hash_ in (asked, ""):
        page = look(hash_, file=front / name)
        if not hash_:
            page.evaluate(
                "for (const one of document.querySelectorAll('.plain')) one.hidden = false"
            )
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                _drawn(page)
                assert page.evaluate(CUT) == [], (width, scheme)


def _drawn(page: Page) -> None:
    page.wait_for_timeout(30)  # until the page has seen the change
    page.wait_for_function(
        "!document.querySelector('.plot') || document.querySelector('.plot[data-drawn]')"
    )


def test_the_index_answers_and_leads_on(look: Opened, front: Path) -> None:
    page = look(file=front / "index.html")
    ask(page, "us_img", 250)
    page.keyboard.press("Tab")
    rows, _ = told("us_img", 250)
    assert [row["chance"] for row in page.evaluate(ROWS)] == [row["chance"] for row in rows]
    page.click("tr[data-of=anesthesiology] button")
    page.click(".draw a")
    page.wait_for_selector(".plot[data-drawn=anesthesiology]")
    assert page.input_value("#score") == "250"
    assert page.input_value("#group") == "us_img"


def test_the_index_without_scripts_leads_to_the_tables(look: Opened, front: Path) -> None:
    page = look(file=front / "index.html", java_script_enabled=False)
    page.click("text=tables of all specialties, one a group")
    assert page.locator("#tables table:visible").count() == 6
