"""The pages that people open first: the index, which asks and links all others, and explorer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from calib.edition import Edition
from calib.names import WHOSE
from recalib.report import text, words
from recalib.report.ask import answers, asking, environment, write_explorer
from recalib.report.order import by_denominator
from recalib.report.sentences import SENTENCES
from recalib.report.sources import sources
from recalib.report.view import View, key_of

_FOLDER = "specialties/"


def write_index(
    work: View, pages: Sequence[Mapping[str, str]], reports_dir: Path, edition: Edition
) -> Path:
    """Write `index.html` of the pages made (file, title, group), and `explore.html` beside it.

    `edition`: what the run made, from which look-ups answer.
    """
    behind = [page for page in pages if not page["file"].startswith(_FOLDER)]
    links = {Path(page["file"]).stem: page["file"] for page in pages if page not in behind}
    provenance = work.inputs["provenance"]
    titles = {name: str(record["title"]) for name, record in provenance.items()}
    data = answers(edition, work.labels, links, titles)
    parts = at_a_glance(work)
    listed = {row["specialty"] for _, rows in parts for row in rows}
    without = [_without_curve(work, name) for name in links if name not in listed]
    if without:
        parts.append((words.COUNTED[""], sorted(without, key=lambda row: row["label"])))
    html = environment().get_template("index.html.j2").render(
        **asking(data),
        edition=work.edition,
        synthetic=text.synthetic(work),
        sentence=text.CAVEAT,
        made_from=text.made_from(work),
        meaning=text.meaning(work),
        two_doubts=SENTENCES["two_doubts"],
        whose=WHOSE,
        affiliation=text.AFFILIATION,
        cite=SENTENCES["cite"].format(edition=work.edition),
        behind=behind,
        links=links,
        listed=_listed(work, parts, links),
        parts=parts,
        sources=getattr(sources(work, notes=False), "text", ""),
    )  # fmt: skip
    index = reports_dir / "index.html"
    index.write_text(html, encoding="utf-8", newline="\n")
    write_explorer(data, edition, reports_dir, text.synthetic(work))
    return index


def _listed(
    work: View, parts: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], links: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return every specialty once, by label, with its page where it has one."""
    names = {str(row["specialty"]) for _, rows in parts for row in rows}
    every = [{"label": work.label(name), "file": links.get(name, "")} for name in names]
    return sorted(every, key=lambda row: row["label"])


def at_a_glance(work: View) -> list[tuple[str, list[dict[str, Any]]]]:
    """Say in one row a curve what the newest match curve of each specialty and group claims.

    By denominator, its heading and its rows: text by column; `even` is the score of an even chance
    with two doubts, or why there is none.
    """
    curves = work.newest[work.newest["outcome"] == "match"]
    even = work.bands[work.bands["label"] == "likely"]
    by_key = {key_of(band): band for _, band in even.iterrows()}
    return [
        (
            words.COUNTED[name],
            [
                {
                    "specialty": curve["specialty"],
                    "label": work.label(curve["specialty"]),
                    "group": words.group(curve),
                    "cycle": curve["cycle"],
                    "n": words.people(curve),
                    "grade": curve["grade"] or words.NOTHING,
                    "status": words.plain(curve["status"]),
                    "even": _even(curve, by_key[key_of(curve)]),
                }
                for _, curve in part.sort_values("specialty", key=_labels(work)).iterrows()
            ],
        )
        for name, part in by_denominator(curves)
    ]


def _labels(work: View) -> Callable[[Any], Any]:
    return lambda names: names.map(work.label)


def _even(curve: pd.Series, band: pd.Series) -> str:
    if not pd.isna(band["boundary"]):
        return words.edge(band)
    if band["suppressed"]:
        return words.SUPPRESSED
    if curve["status"] != "ok":
        return str(SENTENCES["no_even_chance"][curve["status"]])
    if band["status"] == "wide":
        return f"none: {words.STATUSES['wide']}"
    return f"none: {text.out_of_reach(curve)}"


def _without_curve(work: View, name: str) -> dict[str, Any]:
    return dict.fromkeys(("group", "cycle", "n", "grade"), words.NOTHING) | {
        "specialty": name,
        "label": work.label(name),
        "status": "no evidence",
        "even": "none: nothing on matching was published",
    }
