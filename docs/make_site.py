"""Build the documentation as a site, or list every problem and build nothing.

Strict: a warning is an error, and so are a link or a fragment that leads nowhere and anything that
a page would load from another host.

python docs/make_site.py [FOLDER]
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

from sphinx.cmd.build import main as sphinx

DOCS = Path(__file__).parent
GOAL = DOCS.parent / "build" / "docs"
#: Every site of Sphinx has this file: a folder without it is somebody else's.
MARK = "objects.inv"
_URL_IN_CSS = re.compile(r"""(?:url\(|@import)\s*["']?(?P<url>[^"')\s;]+)""")


class Page(HTMLParser):
    """Links, loads and fragments of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.fragments: set[str] = {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of what an element names."""
        found = {name: value or "" for name, value in attrs}
        self.fragments |= {found[name] for name in ("id", "name") if name in found}
        if tag in ("a", "area"):
            self.links += [found["href"]] if "href" in found else []
            return
        self.loads += [found[name] for name in ("src", "href", "data", "poster") if name in found]
        self.loads += [part.split()[0] for part in found.get("srcset", "").split(",") if part]
        self.loads += [each["url"] for each in _URL_IN_CSS.finditer(found.get("style", ""))]


def problems(site: Path) -> list[str]:
    """What is wrong with a built site, a sentence each."""
    pages = {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site)
        found += [f"{name} loads {load}." for load in page.loads if _elsewhere(load)]
        every = (*page.links, *page.loads)
        local = [link for link in every if not _elsewhere(link) and link[:5] != "data:"]
        for link in dict.fromkeys(local):
            file, fragment = urldefrag(link)
            target = (path.parent / unquote(urlsplit(file).path)).resolve() if file else path
            if not target.is_file():
                found.append(f"{name} links to {link}, which is not there.")
            elif target in pages and unquote(fragment) not in pages[target].fragments:
                found.append(f"{name} links to {link}, where nothing has that name.")
    for path in sorted(site.rglob("*.css")):
        urls = (each["url"] for each in _URL_IN_CSS.finditer(path.read_text("utf-8")))
        found += [f"{path.relative_to(site)} loads {url}." for url in urls if _elsewhere(url)]
    return found


def _elsewhere(url: str) -> bool:
    """Whether a URL leads to another host; what is written into the page itself does not."""
    parts = urlsplit(url)
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def render(site: Path, source: Path, place: Path, *told: str) -> bool:
    """Let Sphinx make a site; whether it had nothing to warn of.

    `told`: NAME=VALUE for the templates.
    """
    words = ["-W", "--keep-going", "-n", "-q", "-j", "1", "-d", str(place / "pages")]
    words += [f"--html-define={each}" for each in told]
    return sphinx([*words, str(source), str(site)]) == 0


def build(goal: Path, source: Path = DOCS) -> list[str]:
    """Build the site and put it in the place of `goal`; the problems, if there are any."""
    if goal.exists() and not (goal / MARK).is_file() and any(goal.iterdir()):
        return [f"{goal} is not empty and holds no site; name another folder."]
    goal.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=goal.parent) as place:
        site = Path(place, "site")
        if not render(site, source, Path(place)):
            return ["Sphinx has warnings, above; the site was not built."]
        found = problems(site)
        if not found:
            shutil.rmtree(goal, ignore_errors=True)
            site.rename(goal)
    return found


def main(words: list[str]) -> int:
    """Build into the folder named, or into build/docs."""
    goal = Path(words[0]) if words else GOAL
    found = build(goal.resolve())
    for sentence in found:
        print(f"docs: {sentence}", file=sys.stderr)
    if not found:
        print(f"Site: {goal / 'index.html'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
