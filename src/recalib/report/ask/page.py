"""Writes the explorer, and the part of it that opens the index."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from calib import lookup, names, sentences
from calib.answers import Curve, Probability
from calib.edition import Edition
from recalib.report import words
from recalib.report.ask import chart
from recalib.report.ask.data import harmless, packed
from recalib.report.sentences import SENTENCES

_HERE = Path(__file__).parent
NAME = "explore.html"
#: Nothing is asked of any host; Vega builds functions from the chart's expressions.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "img-src data: blob:"
)
#: Scores of the tables that stand where no script runs.
SCORES = (230, 240, 250, 260)


@cache
def environment() -> jinja2.Environment:
    """Return the templates of the pages that people open first."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([_HERE, _HERE.parent / "template"]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def asking(data: Mapping[str, Any], *, draws: bool = False) -> dict[str, Any]:
    """Return what a template needs to include the form and its script; `draws` with the curve."""
    used = dict.fromkeys(
        mark
        for group in data["groups"]
        for curve in group["curves"]
        for mark in (curve["status"], curve["no_band"])
    )
    told = {**data["status"], **data["marks"]}
    return {
        "data": {
            **data,
            "used": [
                mark for mark in told if mark != "ok" and (mark in used or mark in data["marks"])
            ],
        },
        "packed": packed(data),
        "caveat": sentences.caveat("match"),
        "policy": POLICY,
        "engine": chart.engine() if draws else "",
        "chart": harmless(chart.spec()) if draws else "",
        "list_chart": harmless(chart.list_spec()) if draws else "",
    }


def write_explorer(
    data: Mapping[str, Any], edition: Edition, folder: Path, synthetic: str = ""
) -> Path:
    """Write `explore.html`, which answers on its own, without a server and without scripts."""
    text = environment().get_template("explore.html.j2").render(
        **asking(data, draws=True),
        later=f"next cycle ({data['next']})" if data["next"] else "next cycle",
        clause=names.WHOSE,
        plain=[_plain(edition, group, data) for group in data["groups"]],
        scores=SCORES,
        affiliation=SENTENCES["affiliation"],
        synthetic=synthetic,
    )  # fmt: skip
    page = folder / NAME
    page.write_text(text, encoding="utf-8", newline="\n")
    return page


def _plain(edition: Edition, group: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of a group for readers without scripts, a table a denominator."""
    labels = {name: one["label"] for name, one in data["specialties"].items()}
    found = [edition.find(one["of"], group["name"]) for one in group["curves"]]
    curves = sorted(found, key=lambda curve: labels[curve.specialty])
    parts = [(by, [curve for curve in curves if curve.denominator == by]) for by in group["lists"]]
    return {
        "name": group["name"],
        "label": group["label"],
        "parts": [
            {
                "counted": words.COUNTED[by],
                "rows": [_row(curve, labels, data) for curve in part],
            }
            for by, part in parts
        ],
        "none": [{"label": labels[one["of"]], "why": one["why"]} for one in group["none"]],
    }


def _row(curve: Curve, labels: Mapping[str, str], data: Mapping[str, Any]) -> dict[str, Any]:
    grade = data["words"]["grades"].get(curve.grade, ["", 0])[0]
    return {
        "label": labels[curve.specialty],
        "cells": [_cell(lookup.chance_at(curve, score)) for score in SCORES],
        "grade": f"{curve.grade or '-'} {grade}",
        "marks": "" if curve.status == "ok" else curve.status,
    }


def _cell(found: Probability) -> tuple[str, str]:
    if found.value is None or found.extrapolated:
        return words.NOTHING, ""
    if found.next_low is None or found.next_high is None:
        return words.of_100(found.value), ""
    return words.of_100(found.value), words.people_range(found.next_low, found.next_high)
