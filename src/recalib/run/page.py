"""Converts an executed notebook to an HTML page without code and outside requests."""

from __future__ import annotations

import html
import re
import sys
import threading
from functools import cache
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

import recalib
from recalib.problems import RecalibError

TEMPLATES = Path(recalib.__file__).parent / "report" / "template"
_ONE_AT_A_TIME = threading.Lock()  # an exporter changes while it works
_HEADING = re.compile(r"^#\s+(.+?)\s*$", re.MULTILINE)
_OUTSIDE = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
_CSS_OUTSIDE = re.compile(r"(?:url\(|@import)\s*['\"]?\s*(?:https?:)?//[^'\")\s;]*", re.IGNORECASE)
# Attributes that a browser follows by itself; a link that a person clicks (a href) is no request.
_LOADED = frozenset({"src", "srcset", "poster", "data", "background", "xlink:href"})
_LED_TO = frozenset({"href", "xlink:href", "action", "formaction", "src", "srcdoc"})
_RUNS = re.compile(r"(?:javascript|vbscript|data:text)[:/]", re.IGNORECASE)
_IGNORED = re.compile(r"[\x00-\x20]+")  # which browsers leave out of an address
_LOADING_HREF = frozenset({"link", "image", "use", "base"})


def write_page(executed: Path, page: Path, root: str = "") -> str:
    """Convert an executed notebook to a page and return its title.

    `root` is the relative address of the folder that holds the index: "" or "../". A RecalibError
    if the page would load something from another host, or if one of its links would run something:
    texts are escaped, but Markdown in them still makes links.
    """
    notebook = nbformat.read(executed, as_version=4)  # type: ignore[no-untyped-call]
    heading = title(notebook) or executed.stem
    with _ONE_AT_A_TIME:
        made, _ = _exporter().from_notebook_node(
            notebook, resources={"metadata": {"name": heading}, "calib_root": root}
        )
    outside = outside_requests(made)
    if outside:
        raise RecalibError(f"The page {page.name} would load or run {', '.join(outside[:3])}.")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(made, encoding="utf-8", newline="\n")
    return heading


class _Exporter(HTMLExporter):
    def get_prefix_root_dirs(self) -> list[str]:
        """Name the folder of nbconvert's own templates; those of the user's home are not meant."""
        return [str(Path(sys.prefix, "share", "jupyter"))]


@cache
def _exporter() -> _Exporter:
    return _Exporter(  # type: ignore[no-untyped-call]
        template_name="calib",
        extra_template_basedirs=[str(TEMPLATES)],
        # So that a template includes its parts by the same names as the index does.
        extra_template_paths=[str(TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )


def title(notebook: nbformat.NotebookNode) -> str:
    """Return the first heading of level 1, of a text cell or of Markdown that a cell displayed."""
    for cell in notebook.cells:
        texts = [cell.source] if cell.cell_type == "markdown" else []
        outputs = cell.get("outputs", [])
        texts += ["".join(output.get("data", {}).get("text/markdown", "")) for output in outputs]
        found = _HEADING.search("\n".join(texts))
        if found:
            # What a cell displayed is escaped; so is a heading where it is shown.
            return html.unescape(found.group(1))
    return ""


def outside_requests(page: str) -> list[str]:
    """List what a browser would load from other hosts when it opens a page, and links that run."""
    found: list[str] = []
    for tag in BeautifulSoup(page, "html.parser").find_all(True):
        for name, value in tag.attrs.items():
            text = str(value)
            loads = name in _LOADED or (name == "href" and tag.name in _LOADING_HREF)
            if name.startswith("on") or (name in _LED_TO and _RUNS.match(_IGNORED.sub("", text))):
                found.append(text.strip())
            if loads and any(_OUTSIDE.match(part) for part in text.split(",")):
                found.append(text.strip())
            if name == "style":
                found += _CSS_OUTSIDE.findall(text)
        if tag.name == "style":
            found += _CSS_OUTSIDE.findall(tag.get_text())
    return found
