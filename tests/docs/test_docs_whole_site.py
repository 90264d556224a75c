"""The whole site is of one edition, links its parts, and has its address where one is named."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from ask_pages import FROZEN, index
from calib.edition import Edition

Script = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def whole(script: Script) -> ModuleType:
    return script("whole_site")


@pytest.fixture(scope="module")
def filled(whole: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index and an explorer as a site, with data and without documentation."""
    folder = tmp_path_factory.mktemp("whole")
    reports, site = folder / "reports", folder / "site"
    reports.mkdir()
    index(reports)
    (reports / "failed").mkdir()
    (reports / "failed" / "20_fit.html").write_text("half of a page")
    assert whole.fill(site, reports, FROZEN) == []
    return site


def test_every_page_leads_to_data_and_docs(filled: Path) -> None:
    pages = {page.relative_to(filled).as_posix(): page for page in filled.rglob("*.html")}
    assert set(pages) == {"index.html", "explore.html", "data/index.html"}
    for name, page in pages.items():
        up = "../" * name.count("/")
        html = page.read_text(encoding="utf-8")
        for goal in (f"{up}data/index.html", f"{up}docs/index.html"):
            assert f'href="{goal}"' in html
        assert f'<meta property="og:image" content="{up}overview.png">' in html
    assert (filled / "overview.png").stat().st_size > 10_000


def test_every_file_of_the_edition_is_there_with_what_it_is(filled: Path) -> None:
    html = (filled / "data" / "index.html").read_text(encoding="utf-8")
    told = dict(re.findall(r'<a href="([^"/]+)" download>.*?</dt>\s*<dd>(.*?)</dd>', html))
    files = {path.name for path in FROZEN.iterdir() if path.suffix in (".csv", ".json")}
    assert set(told) == files | {"CITATION.cff"}
    assert all(len(words) > 20 for words in told.values())
    for name in files:
        assert (filled / "data" / name).read_bytes() == (FROZEN / name).read_bytes()
    assert f"Edition {Edition(FROZEN).name}." in html


def test_pages_of_another_edition_stop_the_build(
    whole: ModuleType, filled: Path, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(FROZEN, tmp_path / "old"))
    record = json.loads((old / "edition.json").read_text(encoding="utf-8"))
    (old / "edition.json").write_text(json.dumps(record | {"edition": "1999.1"}))
    goal = tmp_path / "site"
    (sentence,) = whole.build(goal, filled, old)
    assert "of 1999.1" in sentence
    assert "make bands" in sentence
    (sentence,) = whole.build(goal, tmp_path, old)
    assert "is not there" in sentence
    # Pages that are in a site already, or older than sites, have no room for its links.
    assert any("no room" in each for each in whole.build(goal, filled, FROZEN))
    assert not goal.exists()


def test_nothing_but_a_site_is_replaced(whole: ModuleType, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").touch()
    (sentence,) = whole.build(tmp_path, filled, FROZEN)
    assert "holds no site" in sentence
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_named_address_is_in_the_sitemap_and_on_the_pages(
    script: Script, filled: Path, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(filled, tmp_path / "site"))
    (site / "docs").mkdir()
    (site / "docs" / "genindex.html").write_text("made by Sphinx for itself")
    address = script("site_address")
    for _ in range(2):  # a second time changes nothing
        assert address.give(site, "https://example.org/bands") == []
    urls = [each.text for each in ElementTree.parse(site / "sitemap.xml").getroot().iter()][2::2]
    base = "https://example.org/bands/"
    assert urls == [f"{base}data/index.html", f"{base}explore.html", base]
    html = (site / "data" / "index.html").read_text(encoding="utf-8")
    assert f'<meta property="og:image" content="{base}overview.png">' in html
    assert html.count(f'<meta property="og:url" content="{base}data/index.html">') == 1
    assert f'<meta property="og:url" content="{base}">' in (site / "index.html").read_text("utf-8")


@pytest.mark.parametrize("base", ["", "example.org", "ftp://example.org/", "https://a.org/?b=c"])
def test_what_is_no_address_is_refused(script: Script, filled: Path, base: str) -> None:
    (sentence,) = script("site_address").give(filled, base)
    assert "should look like" in sentence
    assert not (filled / "sitemap.xml").exists()
