"""The index page, which links all others and shows every newest match curve at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from recalib.report import text, words
from recalib.report.figures.overview import overview
from recalib.report.sentences import SENTENCES
from recalib.report.show import picture
from recalib.report.tables.sources import sources
from recalib.report.view import View, key_of

_TEMPLATES = Path(__file__).parent / "template"
_FOLDER = "specialties/"


def write_index(work: View, pages: Sequence[Mapping[str, str]], reports_dir: Path) -> Path:
    """Write `index.html` of the pages made (file, title, group)."""
    behind = [page for page in pages if not page["file"].startswith(_FOLDER)]
    links = {Path(page["file"]).stem: page["file"] for page in pages if page not in behind}
    rows = at_a_glance(work)
    listed = {row["specialty"] for row in rows}
    rows += [_without_curve(work, name) for name in links if name not in listed]
    rows.sort(key=lambda row: row["label"])
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    top = dict(work.band_notes["anchors"]).get("top")
    drawn = picture(
        overview(work.curves, work.bands, work.labels, top), text.overview_caption(work)
    )
    html = environment.get_template("index.html.j2").render(
        edition=work.edition,
        caveat=" ".join(filter(None, (text.synthetic(work), text.CAVEAT))),
        made_from=text.made_from(work),
        meaning=text.meaning(work),
        affiliation=text.AFFILIATION,
        overview=drawn.text if drawn else "",
        behind=behind,
        links=links,
        scored=[row for row in rows if row["specialty"] in links],
        totals=[row for row in rows if row["specialty"] not in links],
        sources=sources(work, notes=False),
    )
    index = reports_dir / "index.html"
    index.write_text(html, encoding="utf-8", newline="\n")
    return index


def at_a_glance(work: View) -> list[dict[str, Any]]:
    """Say in one row a curve what the newest match curve of each specialty and group claims.

    Text by column; `even` is the score of an even chance, or why there is none.
    """
    curves = work.newest
    bands = work.bands[work.bands["scheme"] == "chance"]
    withheld = {key_of(band) for _, band in bands[bands["suppressed"] != ""].iterrows()}
    edges = bands[(bands["label"] == "likely") & bands["boundary"].notna()]
    even = {key_of(band): band for _, band in edges.iterrows()}
    return [
        {
            "specialty": curve["specialty"],
            "label": work.label(curve["specialty"]),
            "group": words.group(curve),
            "cycle": curve["cycle"],
            "denominator": words.denominator(curve),
            "n": words.people(curve),
            "grade": curve["grade"] or words.NOTHING,
            "status": words.plain(curve["status"]),
            "even": _even(curve, even.get(key_of(curve)), key_of(curve) in withheld),
        }
        for _, curve in curves[curves["outcome"] == "match"].iterrows()
    ]


def _even(curve: pd.Series, band: pd.Series | None, withheld: bool) -> str:
    if withheld and band is None:
        return words.SUPPRESSED
    if curve["status"] != "ok":
        return str(SENTENCES["no_even_chance"][curve["status"]])
    return f"none: {text.out_of_reach(curve)}" if band is None else words.edge(band)


def _without_curve(work: View, name: str) -> dict[str, Any]:
    return dict.fromkeys(("group", "cycle", "denominator", "n", "grade"), words.NOTHING) | {
        "specialty": name,
        "label": work.label(name),
        "status": "no evidence",
        "even": "none: nothing on matching was published",
    }
