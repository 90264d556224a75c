"""Give a built site its address: a sitemap, and addresses of pictures and pages in full.

Shared links need them in full, and only who publishes knows where that is. Standard library only,
so that it runs where nothing is installed.

CALIB_SITE=https://example.org/bands/ python docs/site_address.py FOLDER
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit
from xml.sax.saxutils import escape

VARIABLE = "CALIB_SITE"
#: What Sphinx makes for itself.
_UNSOUGHT = re.compile(r"docs/(genindex|search|py-modindex|_static/.*)\.html|docs/_modules/.*")
_PICTURE = re.compile(r'(<meta property="og:image" content=")([^"]*)(">)')
_TITLE = '<meta property="og:title"'
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def give(site: Path, base: str) -> list[str]:
    """Write the sitemap and complete the pages of a site; what is wrong with the address."""
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        return [f"{VARIABLE} is {base!r}; it should look like https://example.org/bands/"]
    base = base.rstrip("/") + "/"
    listed = []
    for page in sorted(site.rglob("*.html")):
        name = page.relative_to(site).as_posix()
        own = base + quote("" if name == "index.html" else name)
        text = page.read_text(encoding="utf-8")
        done = _PICTURE.sub(lambda found, own=own: _full(found, own), text)
        done = done.replace(
            _TITLE, f'<meta property="og:url" content="{escape(own)}">\n{_TITLE}', 1
        )
        if done != text and 'property="og:url"' not in text:
            page.write_text(done, encoding="utf-8", newline="\n")
        if not _UNSOUGHT.fullmatch(name):
            listed.append(own)
    urls = "".join(f"<url><loc>{escape(each)}</loc></url>\n" for each in listed)
    sitemap = f'{_XML}<urlset xmlns="{_SPACE}">\n{urls}</urlset>\n'
    (site / "sitemap.xml").write_text(sitemap, encoding="utf-8", newline="\n")
    return []


def _full(found: re.Match[str], own: str) -> str:
    return f"{found[1]}{escape(urljoin(own, found[2]))}{found[3]}"


def main(words: list[str]) -> int:
    """Complete the site in the folder named, by the address that the environment names."""
    if len(words) != 1 or not Path(words[0], "index.html").is_file():
        print("site_address: name the folder of a built site.", file=sys.stderr)
        return 2
    found = give(Path(words[0]), os.environ.get(VARIABLE, ""))
    for sentence in found:
        print(f"site_address: {sentence}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
