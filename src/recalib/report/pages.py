"""The list of pages that a run made comes in; the index page that links them goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from recalib.report import words
from recalib.report.figures.overview import overview
from recalib.report.show import picture
from recalib.report.tables.sources import sources
from recalib.report.text import (
    AFFILIATION,
    CAVEAT,
    made_from,
    meaning,
    out_of_reach,
    overview_caption,
    synthetic,
)
from recalib.report.view import View, key_of

_TEMPLATES = Path(__file__).parent / "template"
_FOLDER = "specialties/"


def write_index(work: View, pages: Sequence[Mapping[str, str]], reports_dir: Path) -> Path:
    """Write the index of the reports.

    Parameters
    ----------
    work : View
        The run.
    pages : sequence of mapping
        The pages made: file, title, group.
    reports_dir : Path
        Where they lie.
    """
    linked = {Path(page["file"]).stem: page for page in pages if _specialty(page)}
    rows = at_a_glance(work)
    listed = [row["specialty"] for row in rows]
    missing = [name for name in linked if name not in listed]
    rows += [_without_curve(work, name) for name in missing]
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
        overview(work.curves, work.bands, work.labels, top),
        overview_caption(work),
    )
    html = environment.get_template("index.html.j2").render(
        edition=work.edition,
        caveat=" ".join(part for part in (synthetic(work), CAVEAT) if part),
        made_from=made_from(work),
        meaning=meaning(work),
        affiliation=AFFILIATION,
        overview=drawn.text if drawn else "",
        behind=[page for page in pages if not _specialty(page)],
        links={name: page["file"] for name, page in linked.items()},
        scored=[row for row in rows if row["specialty"] in linked],
        totals=[row for row in rows if row["specialty"] not in linked],
        sources=sources(work, notes=False),
    )
    index = reports_dir / "index.html"
    index.write_text(html, encoding="utf-8", newline="\n")
    return index


def _specialty(page: Mapping[str, str]) -> bool:
    return page["file"].startswith(_FOLDER)


def at_a_glance(work: View) -> list[dict[str, Any]]:
    """Say in one row a curve what the newest match curve of each specialty and group claims.

    Parameters
    ----------
    work : View
        A run with its bands.

    Returns
    -------
    list of dict
        Text by column: specialty, label, first (whether it opens its specialty), group, cycle,
        denominator, n, grade, status, even (score of an even chance, or why there is none).
    """
    curves = work.newest
    bands = work.bands[work.bands["scheme"] == "chance"]
    withheld = {key_of(band) for _, band in bands[bands["suppressed"] != ""].iterrows()}
    edges = bands[bands["label"] == "likely"]
    even = {key_of(band): band for _, band in edges.iterrows()}
    rows = []
    for _, curve in curves[curves["outcome"] == "match"].iterrows():
        specialty = str(curve["specialty"])
        rows.append(
            {
                "specialty": specialty,
                "label": work.label(specialty),
                "group": words.group(curve),
                "cycle": str(curve["cycle"]),
                "denominator": words.DENOMINATORS[str(curve["denominator"])],
                "n": words.people(curve),
                "grade": str(curve["grade"]) or words.NOTHING,
                "status": words.STATUSES[str(curve["status"])],
                "even": _even(curve, even.get(key_of(curve)), key_of(curve) in withheld),
            }
        )
    return rows


def _even(curve: pd.Series, band: pd.Series | None, withheld: bool) -> str:
    if withheld and (band is None or pd.isna(band["boundary"])):
        return words.SUPPRESSED
    if curve["status"] != "ok":
        return _REASONS[str(curve["status"])]
    if band is None or pd.isna(band["boundary"]):
        return f"none: {out_of_reach(curve)}"
    return words.edge(band["boundary"], band["boundary_low"], band["boundary_high"])


_REASONS = {
    "flat": "none: the score hardly separates applicants",
    "weak": "none: the data cannot tell whether the score matters",
    "borrowed": "none: the slope is borrowed",
    "no_evidence": "none: too little was printed",
}


def _without_curve(work: View, name: str) -> dict[str, Any]:
    blank = dict.fromkeys(("group", "cycle", "denominator", "n", "grade"), words.NOTHING)
    return {
        "specialty": name,
        "label": work.label(name),
        **blank,
        "status": words.STATUSES["no_evidence"],
        "even": "none: nothing on matching was published",
    }
