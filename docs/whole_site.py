"""Build the whole site: the pages of a run, what asks first, with documentation and data beside.

Strict as the documentation is: a link that leads nowhere, or anything loaded from another host, and
nothing is built. With CALIB_SITE, the address where it will lie, it has a sitemap too.

python docs/whole_site.py [--reports FOLDER] [--edition FOLDER] [FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from html import unescape
from pathlib import Path
from typing import Any

import jinja2
import make_site
import site_address

from recalib.report.ask import environment
from recalib.report.readme_picture import write_overview
from recalib.report.sentences import SENTENCES

DOCS = Path(__file__).parent
ROOT = DOCS.parent
MARK = "docs/" + make_site.MARK
#: Where a page of a run has room for links to what lies beside it in a site alone.
ROOM = "<!--site-->"
#: Files of an edition that its own description does not name.
_BESIDE = {
    "band_table.schema.json": "JSON Schema of band_table.json.",
    "datapackage.json": "Columns, types and CSV dialect of all tables (Data Package 2.0).",
    "edition.json": "Edition, version, SHA-256 of every other file and every raw file.",
    "CITATION.cff": "What to cite, for programs that read it (Citation File Format).",
}
_EDITION = re.compile(r"<title>[^<]*, edition ([^<]+)</title>")


def fill(site: Path, reports: Path, edition: Path) -> list[str]:
    """Put pages and data of a run into the folder of a site; what keeps them from being there."""
    index = reports / "index.html"
    if not index.is_file():
        return [f"{index} is not there; `make bands` writes it."]
    name = json.loads((edition / "edition.json").read_text(encoding="utf-8"))["edition"]
    found = _EDITION.search(index.read_text(encoding="utf-8"))
    of = unescape(found[1]) if found else ""
    if of != name:
        return [f"{index} is of edition {of or '?'}, {edition} of {name}; run `make bands` first."]
    # Notebooks that failed lie beside them.
    for page in (*reports.glob("*.html"), *reports.glob("specialties/*.html")):
        copy = site / page.relative_to(reports)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(page, copy)
    write_overview(edition, site / "overview.png", ROOT / "data" / "raw" / "specialties.csv")
    write_data(site / "data", edition)
    return [sentence for page in sorted(site.rglob("*.html")) for sentence in linked(site, page)]


def linked(site: Path, page: Path) -> list[str]:
    """Link a page to documentation and data."""
    name = page.relative_to(site)
    text = page.read_text(encoding="utf-8")
    if text.count(ROOM) != 1:
        return [f"{name} has no room for links to documentation and data; run `make bands` first."]
    up = "../" * (len(name.parts) - 1)
    links = f'<a href="{up}data/index.html">Data</a>\n<a href="{up}docs/index.html">Docs</a>'
    page.write_text(text.replace(ROOM, links), encoding="utf-8", newline="\n")
    return []


def write_data(folder: Path, edition: Path) -> None:
    """Copy an edition's files, with a page that says of each what it is."""
    folder.mkdir(parents=True)
    for file in (*sorted(edition.iterdir()), ROOT / "CITATION.cff"):
        if file.is_file() and file.suffix in (".csv", ".json", ".cff"):
            shutil.copyfile(file, folder / file.name)
    package = json.loads((edition / "datapackage.json").read_text(encoding="utf-8"))
    told = {each["path"]: each for each in package["resources"]}
    files = [_file(path, told.get(path.name)) for path in sorted(folder.iterdir())]
    # Bands first, then what is behind them; descriptions of files last.
    files.sort(key=lambda file: (not file["name"].startswith("band_table."), not file["title"]))
    page = _templates().get_template("data_page.html.j2").render(
        edition=package["version"],
        told=package["description"],
        rights=package["rights"],
        files=files,
        cite=SENTENCES["cite"].format(edition=package["version"]),
        caveat=SENTENCES["caveat"],
        affiliation=SENTENCES["affiliation"],
    )  # fmt: skip
    (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")


def _file(path: Path, told: dict[str, Any] | None) -> dict[str, str]:
    size = f"{max(1, round(path.stat().st_size / 1000))} kB"
    if told is None:
        return {"name": path.name, "size": size, "title": "", "told": _BESIDE[path.name]}
    return {"name": path.name, "size": size, "title": told["title"], "told": told["description"]}


def _templates() -> jinja2.Environment:
    loader = jinja2.ChoiceLoader([jinja2.FileSystemLoader(DOCS), environment().loader])
    return environment().overlay(loader=loader)


def build(goal: Path, reports: Path, edition: Path, base: str = "") -> list[str]:
    """Build the site and put it in the place of `goal`; the problems, if there are any."""
    if goal.exists() and not (goal / MARK).is_file() and any(goal.iterdir()):
        return [f"{goal} is not empty and holds no site; name another folder."]
    goal.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=goal.parent) as place:
        site = Path(place, "site")
        found = fill(site, reports, edition)
        if not found and not make_site.render(site / "docs", DOCS, Path(place), "whole_site=yes"):
            found = ["Sphinx has warnings, above; the site was not built."]
        found = found or make_site.problems(site)
        if base and not found:
            found = site_address.give(site, base)
        if not found:
            shutil.rmtree(goal, ignore_errors=True)
            site.rename(goal)
    return found


def main(words: list[str]) -> int:
    """Build into the folder named, or into build/site."""
    parser = argparse.ArgumentParser(description="Build the whole site.")
    parser.add_argument("goal", nargs="?", type=Path, default=ROOT / "build" / "site")
    parser.add_argument("--reports", type=Path, default=ROOT / "reports")
    parser.add_argument("--edition", type=Path, default=ROOT / "data" / "processed")
    asked = parser.parse_args(words)
    base = os.environ.get(site_address.VARIABLE, "")
    found = build(asked.goal.resolve(), asked.reports, asked.edition, base)
    for sentence in found:
        print(f"site: {sentence}", file=sys.stderr)
    if not found:
        print(f"Site: {asked.goal / 'index.html'}")
        if not base:
            print(f"No sitemap: {site_address.VARIABLE} names no address where the site will lie.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
