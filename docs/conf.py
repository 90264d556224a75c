"""Settings of Sphinx for the site of `make docs`."""

import logging
import re
from pathlib import Path
from typing import Any

from sphinx.util.nodes import make_refnode

import calib
from calib.answers import Record

# pandas brings it where it is installed; it announces its threads.
logging.getLogger("numexpr").setLevel(logging.WARNING)

project = "calib-bands"
version = calib.__version__
release = f"{version}, edition {calib.EDITION}"
html_title = f"calib-bands {version}"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
templates_path = ["_templates"]

myst_heading_anchors = 3

# Docstrings are numpydoc; types are told in words there, and single backticks are code.
default_role = "code"
autodoc_member_order = "bysource"
# A default by its name: a folder of this machine is nobody's business.
autodoc_preserve_defaults = True
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options: dict[str, Any] = {"top_of_page_buttons": []}

#: Where the pages of a run have their colours, and what furo calls those.
PAGES = Path(__file__).parents[1] / "src" / "recalib" / "report" / "template" / "base.css"
FURO = {
    "ink": ["color-foreground-primary"],
    "quiet": ["color-foreground-secondary", "color-foreground-muted"],
    "edge": ["color-foreground-border"],
    "line": ["color-background-border"],
    "link": ["color-brand-primary", "color-brand-content"],
    "paper": ["color-background-primary"],
    "rows": [
        "color-background-secondary",
        "color-background-hover",
        "color-inline-code-background",
    ],
    "purple": ["color-brand-visited"],
}


def colours(css: str, look: str) -> dict[str, str]:
    """Return the colours of the pages' style sheet by furo's names, `light` or `dark`."""
    light, dark, *_ = re.findall(r":root \{([^}]*)\}", css)
    found = dict(re.findall(r"--(\w+): (#\w{6});", dark if look == "dark" else light))
    return {name: found[ours] for ours, names in FURO.items() for name in names}


for _look in ("light", "dark"):
    html_theme_options[f"{_look}_css_variables"] = {
        **colours(PAGES.read_text(encoding="utf-8"), _look),
        "font-stack": "system-ui, sans-serif",
    }
html_copy_source = False
#: What a search engine and a shared link show of every page.
html_context = {
    "description": (
        "Step 2 CK score bands for residency applicants, recalibrated from published outcome "
        "tables: how the numbers are made, read and used."
    )
}
html_show_copyright = False


def error_by_name(app: Any, env: Any, node: Any, text: Any) -> Any:
    """Resolve an error that a docstring names without its module, wherever it is documented."""
    if node.get("reftype") != "exc":
        return None
    named = {
        name: found
        for name, found in env.get_domain("py").objects.items()
        if name.rpartition(".")[2] == node["reftarget"]
    }
    if len(named) != 1:
        return None
    ((name, found),) = named.items()
    return make_refnode(app.builder, node["refdoc"], found.docname, found.node_id, text, name)


def is_answer(documented: Any) -> bool:
    """Tell whether it is a class of answers, which a look-up makes and no user."""
    return isinstance(documented, type) and issubclass(documented, Record)


def without_signature(_: Any, __: str, ___: str, documented: Any, *____: Any) -> Any:
    """Leave out the constructor of an answer."""
    return ("", None) if is_answer(documented) else None


def with_fields(_: Any, __: str, ___: str, documented: Any, ____: Any, lines: list[str]) -> None:
    """List the fields of an answer."""
    if is_answer(documented):
        lines += ["", "Fields: " + ", ".join(f"``{name}``" for name in documented.names()) + "."]


#: What axe-core finds in pages of Sphinx and furo: a heading without a level, landmarks alike,
#: boxes that scroll out of the keyboard's reach, a page without a heading.
MENDED = {
    'class="caption" role="heading"': 'class="caption" role="heading" aria-level="2"',
    '<aside class="sidebar-drawer"': '<aside aria-label="Pages" class="sidebar-drawer"',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<div id="search-results">': '<h1>Search</h1>\n<div id="search-results">',
}


def mended(app: Any, error: Exception | None) -> None:
    """Mend in every page what the theme leaves to a reader of the screen or of the keyboard."""
    for page in () if error else Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for theirs, ours in MENDED.items():
            text = text.replace(theirs, ours)
        page.write_text(text, encoding="utf-8", newline="\n")


def setup(app: Any) -> None:
    """Add what the extensions above do not know."""
    app.connect("build-finished", mended)
    app.connect("missing-reference", error_by_name)
    app.connect("autodoc-process-signature", without_signature)
    app.connect("autodoc-process-docstring", with_fields)
