"""Pages: real notebooks run by the runner, and the index that links them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from recalib.report import text
from recalib.report.pages import at_a_glance
from recalib.report.view import View
from recalib.run.page import outside_requests

Changed = Callable[..., View]


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.images: list[str] = []
        self.tags: dict[str, int] = {}
        self.links: list[str] = []
        self.lang = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        if tag == "img":
            self.images.append(values.get("alt", ""))
        if tag == "svg" and "aria-label" in values:
            self.images.append(values["aria-label"])
        if tag == "html":
            self.lang = values.get("lang", "")
        if tag == "a" and "href" in values:
            self.links.append(values["href"])


@pytest.mark.parametrize(
    "name",
    ["index.html", "30_bands.html", "35_adjustments.html", "specialties/general_surgery.html"],
)
def test_a_page_is_whole_and_asks_nobody(pages: Path, work: View, name: str) -> None:
    html = (pages / name).read_text(encoding="utf-8")
    page = _Page(html)
    assert outside_requests(html) == []
    assert page.lang == "en"
    # The index asks, and so does a specialty's page; all else is read.
    scripts = page.tags.get("script", 0)
    assert scripts == 1 if name.startswith("specialties/") else bool(scripts) == (name[0] == "i")
    assert page.tags.get("link", 0) == 0
    assert page.tags["h1"] == 1
    assert page.headings[0] == "h1"
    levels = [int(tag[1]) for tag in page.headings]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.images or name == "index.html"
    assert all(len(alternative) > 40 for alternative in page.images)
    assert page.tags["th"] > 5
    assert re.search(rf"<title>[^<]+edition {re.escape(work.edition)}</title>", html)
    assert "nothing is a promise to a person" in " ".join(html.split())
    assert "not affiliated with NRMP, AAMC or ECFMG" in " ".join(html.split())
    assert "recalib.report" not in html


@pytest.mark.parametrize(
    "name",
    ["30_bands.html", "35_adjustments.html", "specialties/general_surgery.html"],
)
def test_boxes_that_scroll_are_reached_by_keyboard_and_named(pages: Path, name: str) -> None:
    html = (pages / name).read_text(encoding="utf-8")
    boxes = re.findall(r'<div [^>]*class="scroll"[^>]*>', html)
    # What fits a telephone needs no box.
    fits = re.findall(r'<div class="fits">|<figure class="drawing"', html)
    assert boxes
    assert len(boxes) + len(fits) == len(re.findall(r"<figure\b|<table", html))
    for box in boxes:
        assert 'tabindex="0"' in box
        assert 'role="group"' in box
        assert re.search(r'aria-label="(Figure|Table), may scroll sideways"', box)


def test_the_index_says_what_the_curves_were_fitted_to(pages: Path, changed: Changed) -> None:
    html = " ".join((pages / "index.html").read_text(encoding="utf-8").split())
    assert "recalibrated from published outcome tables.</p>" in html

    def made_up(curves: pd.DataFrame) -> None:
        curves["sources"] = "cohort:demo (SYNTHETIC)"

    told = text.made_from(changed(curves=made_up))
    assert told == "SYNTHETIC cohorts, whose people were made up"


def test_a_specialty_page_has_every_section(pages: Path) -> None:
    html = (pages / "specialties" / "general_surgery.html").read_text(encoding="utf-8")
    found = re.findall(r"<h2[^>]*>(.*?)<", html)
    assert found == [
        "Ranked first: people whose preferred specialty it was",
        "Other scores, ten points more",
        "The curves, with what was printed",
        "Where a score stands",
        "Bands with their intervals",
        "The guides, line by line",
        "This cycle beside the last",
        "Interview invitations",
        "For analysts",
    ]
    analysts = html[html.index('id="For-analysts"') :]
    assert re.findall(r"<h3[^>]*>(.*?)<", analysts) == [
        "Curve by curve",
        "Printed beside fitted",
        "Every number",
        "The guides' verdicts with reasons",
        "What these numbers cannot say",
        "Sources",
    ]


#: What is asked of a page before the part for analysts, and of the whole.
MOST_WORDS, MOST_BYTES = 600, 300_000


@pytest.mark.parametrize(
    "name", ["general_surgery", "internal_medicine", "family_medicine", "preliminary_medicine"]
)
def test_a_specialty_page_reads_in_a_minute_and_is_light(pages: Path, name: str) -> None:
    html = (pages / "specialties" / f"{name}.html").read_text(encoding="utf-8")
    assert len(html.encode("utf-8")) < MOST_BYTES
    said = words_before_analysts(html)
    assert 100 < len(said) <= MOST_WORDS


def words_before_analysts(html: str) -> list[str]:
    """Words with letters that a page shows before its part for analysts, every detail open."""
    page = BeautifulSoup(html, "html.parser")
    # Pictures have their words in tables; of two texts of a card only one is shown.
    for unseen in page.select("script, style, svg, .unseen, .anchor-link, article [hidden]"):
        unseen.decompose()
    said: list[str] = []
    for section in page.select("main > section"):
        if section.select_one("#For-analysts"):
            return [word for word in said if re.search("[A-Za-z]{2}", word)]
        said += section.get_text(" ").split()
    raise AssertionError("the page has no part for analysts")


def test_links_between_pages_lead_somewhere(pages: Path) -> None:
    index = _Page((pages / "index.html").read_text(encoding="utf-8"))
    assert sorted(set(index.links)) == [
        "#cite",
        "#further-title",
        "#specialties",
        "30_bands.html",
        "30_bands.html#The-guides,-line-by-line",
        "35_adjustments.html",
        "explore.html",
        "explore.html#tables",
        "specialties/family_medicine.html",
        "specialties/general_surgery.html",
        "specialties/internal_medicine.html",
        "specialties/preliminary_medicine.html",
    ]
    for link in index.links:
        name, _, place = link.partition("#")
        goal = pages / (name or "index.html")
        assert goal.is_file()
        assert not place or f'id="{place}"' in goal.read_text(encoding="utf-8")
    page = _Page((pages / "specialties" / "general_surgery.html").read_text(encoding="utf-8"))
    up = {"../explore.html", "../index.html", "../30_bands.html#The-guides,-line-by-line"}
    assert up | {"../index.html#sources"} <= set(page.links)
    assert not [link for link in page.links if link.startswith("index")]


def test_a_page_tells_search_engines_and_shared_links_what_it_is(pages: Path) -> None:
    for name in ("index.html", "explore.html", "30_bands.html", "specialties/general_surgery.html"):
        html = (pages / name).read_text(encoding="utf-8")
        head = BeautifulSoup(html, "html.parser").head
        told = {each["property"]: each["content"] for each in head.select("meta[property]")}
        assert told["og:title"] == head.title.get_text()
        (description,) = (each["content"] for each in head.select("meta[name=description]"))
        assert told["og:description"] == description
        assert 50 < len(description) < 250
        assert told["og:image"] == ("../" if "/" in name else "") + "overview.png"
        assert html.count("<!--site-->") == 1  # room for what lies beside it in a site
    surgery = BeautifulSoup(html, "html.parser").head.title.get_text()
    assert surgery.startswith("General Surgery: ")


def test_the_index_lists_every_specialty_linked_or_not(pages: Path, work: View) -> None:
    html = (pages / "index.html").read_text(encoding="utf-8").replace("&#39;", "'")
    for name in set(work.curves.loc[work.curves["outcome"] == "match", "specialty"]):
        assert work.label(name).replace("&", "&amp;") in html


def _place(row: dict[str, str]) -> tuple[str, str]:
    return row["specialty"], row["group"]


def test_a_glance_gives_the_even_chance_or_the_reason(work: View) -> None:
    first, anywhere = ({_place(row): row for row in rows} for _, rows in at_a_glance(work))
    # U.S. IMGs are translated where the other group has a curve; nobody counted them.
    assert first["general_surgery", "U.S. citizen IMGs"]["n"] == "–"
    assert anywhere["preliminary_medicine", "U.S. citizen IMGs"]["n"] == "297"
    assert not set(first) & set(anywhere)
    rows = first | anywhere
    medicine = rows["internal_medicine", "Non-U.S. citizen IMGs"]
    assert medicine["even"].replace("\u2060", "") == (
        "247.7 (next cycle likely 229.4–266.1; 241.6–253.9 for the people of 2026)"
    )
    wide = rows["psychiatry", "Non-U.S. citizen IMGs"]["even"]
    assert (
        wide
        == "none: the interval of the edge, or of one above it, is open or wider than 40 points"
    )
    assert (medicine["grade"], medicine["status"], medicine["n"]) == ("A", "ok", "6,992")
    assert rows["plastic_surgery", "U.S. citizen IMGs"]["even"].startswith("none: the slope is")
    assert rows["family_medicine", "Non-U.S. citizen IMGs"]["even"].startswith("none: the score")
    assert rows["diagnostic_radiology", "Non-U.S. citizen IMGs"]["even"].startswith(
        "none: the data"
    )
    outside = rows["internal_medicine", "U.S. MD seniors"]["even"]
    assert outside == "none: above even at every fitted score"
