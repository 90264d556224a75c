"""The site is built strictly, and what it must not do is found."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Script = Callable[[str], ModuleType]
ROOT = Path(__file__).parents[2]
MAKE = ROOT / "docs" / "make_site.py"


def make(goal: Path) -> subprocess.CompletedProcess[str]:
    """Run what `make docs` runs."""
    return subprocess.run(
        [sys.executable, str(MAKE), str(goal)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    goal = tmp_path_factory.mktemp("docs") / "site"
    done = make(goal)
    assert done.returncode == 0, done.stderr
    return goal


def test_every_page_is_built_and_says_whose_it_is_not(site: Path) -> None:
    sources = {path.stem for path in MAKE.parent.glob("*.md")}
    assert sources <= {path.stem for path in site.glob("*.html")}
    for name in sources:
        text = " ".join((site / f"{name}.html").read_text(encoding="utf-8").split())
        assert "not affiliated with, endorsed or reviewed by NRMP, AAMC or ECFMG" in text
        assert "nothing is a promise to a person" in text


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    import calib

    text = (site / "api.html").read_text(encoding="utf-8")
    for name in set(calib.__all__) - {"__version__"}:
        assert f'id="calib.{name}"' in text, name
    for name in ("add_bands", "probabilities"):
        assert f'id="calib.frames.{name}"' in text


def test_no_folder_of_the_builder_is_in_the_site(site: Path) -> None:
    for path in site.rglob("*"):
        if path.suffix in (".html", ".js", ".txt"):
            assert str(ROOT) not in path.read_text(encoding="utf-8"), path.name


def test_a_site_is_replaced_and_nothing_else(site: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "thesis.doc").touch()
    done = make(foreign)
    assert (done.returncode, "holds no site" in done.stderr) == (1, True)
    assert [path.name for path in foreign.iterdir()] == ["thesis.doc"]


PAGES = {
    "fine.html": '<a id="here"></a><a href="#here"></a><a href="https://example.org/">x</a>'
    '<img src="data:image/gif;base64,R0"><a href="other%20page.html#part">y</a>',
    "other page.html": '<h1 id="part">z</h1><link rel="stylesheet" href="fine.css">',
    "fine.css": "a { background: url('data:image/gif;base64,R0') }",
}


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("a.html", '<script src="https://example.org/x.js"></script>', "loads https://"),
        ("a.html", '<link rel="preload" href="//example.org/font.woff2">', "loads //example"),
        ("a.html", '<img srcset="http://example.org/a.png 2x">', "loads http://"),
        ("a.html", '<p style="background: url(http://example.org/a.png)">', "loads http://"),
        ("a.css", '@import "https://example.org/a.css";', "loads https://"),
        ("a.css", "@font-face { src: url(https://example.org/a.woff) }", "loads https://"),
        ("a.html", '<a href="gone.html">x</a>', "links to gone.html, which is not there"),
        ("a.html", '<img src="gone.png">', "links to gone.png, which is not there"),
        ("a.html", '<a href="fine.html#gone">x</a>', "where nothing has that name"),
        ("a.html", '<a href="#gone">x</a>', "where nothing has that name"),
    ],
)
def test_what_a_page_must_not_do_is_found(
    script: Script, tmp_path: Path, file: str, text: str, words: str
) -> None:
    for name, content in PAGES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    problems = script("make_site").problems
    assert problems(tmp_path) == []
    (tmp_path / file).write_text(text, encoding="utf-8")
    (sentence,) = problems(tmp_path)
    assert sentence.startswith(file)
    assert words in sentence


@pytest.mark.parametrize(
    "text", ["# T\n\n[x](gone.md)\n", "# T\n\n[x](#gone)\n", "# T\n\n{py:func}`gone`\n"]
)
def test_a_reference_that_leads_nowhere_stops_the_build(tmp_path: Path, text: str) -> None:
    source, goal = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    (source / "conf.py").write_text("extensions = ['myst_parser']\n")
    (source / "index.md").write_text(text)
    code = (
        "import pathlib, runpy, sys;"
        "build = runpy.run_path(sys.argv[1])['build'];"
        "print(*build(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(MAKE), str(goal), str(source)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Sphinx has warnings" in done.stdout
    assert "gone" in done.stderr
    assert not goal.exists()


def test_the_docs_have_the_colours_of_the_pages(site: Path) -> None:
    pages = ROOT / "src" / "recalib" / "report" / "template"
    css = (pages / "base.css").read_text(encoding="utf-8")
    html = (site / "index.html").read_text(encoding="utf-8")
    told = re.findall(r"--color-brand-content: *(#\w{6});", html)
    looks = [_colours(css, look) for look in (0, 1)]
    assert [look["link"] for look in looks] == list(dict.fromkeys(told))
    for ours in looks:
        assert f"--color-background-primary: {ours['paper']};" in html


def _colours(css: str, look: int) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): (#\w{6});", re.findall(r":root \{([^}]*)\}", css)[look]))


@pytest.mark.parametrize(("look", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_in_the_docs(site: Path, browser: Any, look: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for name in ("index", "method", "data-dictionary", "search"):
        tab = browser.new_page(color_scheme=look, viewport={"width": width, "height": 800})
        tab.goto((site / f"{name}.html").as_uri())
        found = axe.run(tab).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == [], name
        tab.close()


def test_a_page_of_the_docs_says_what_it_is(site: Path) -> None:
    for name in ("index", "use", "decisions/index"):
        html = (site / f"{name}.html").read_text(encoding="utf-8")
        assert '<meta name="description" content="Step 2 CK score bands' in html
        assert '<meta property="og:title" content="' in html
        assert "og:image" not in html  # its picture lies in the whole site alone
