"""Reads and checks the guides of a raw folder: bands and rules, titles and frozen anchors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from recalib.contract.tables import LAYOUTS
from recalib.contract.vocabulary import EDGES, nearest
from recalib.sources.catalogue import Findings
from recalib.sources.files import GUIDE_TABLES, Folder, Inventory
from recalib.sources.labels import Labels
from recalib.sources.provenance import check_guide
from recalib.sources.values import (
    check_cells,
    check_keys,
    check_rows,
    parse,
    parse_number,
    quote,
    show,
    typed,
    unsure_rows,
)
from recalib.sources.yml import Document, check_keys_of, check_texts

_SCHEME = ["guide", "specialty", "applicant_group", "guide_scheme"]


@dataclass(frozen=True)
class GuideData:
    """What a folder says of the guides: tables (empty where it has none), titles by guide.

    `anchors` are the frozen anchor probabilities by edge, where the folder has them.
    """

    bands: pd.DataFrame
    rules: pd.DataFrame
    guides: dict[str, dict[str, str]]
    anchors: dict[str, float] | None


def load_guides(inventory: Inventory, folder: Folder, labels: Labels) -> GuideData:
    """Read and check everything about the guides."""
    findings = folder.findings
    bands, rules = (
        findings.guard(f"guides/{kind}.csv", none, _table, kind, inventory, folder, labels)
        for kind, none in ((kind, typed(pd.DataFrame(), kind)) for kind in GUIDE_TABLES)
    )
    texts = inventory.by_name("guides")
    findings.guard("guides", None, check_guide_names, [bands, rules], list(texts), findings)
    guides = {
        guide: findings.guard(folder.name(path), {}, _guide, path, folder)
        for guide, path in texts.items()
    }
    anchors = findings.guard("guides/anchors.yml", None, _anchors, inventory, folder)
    return GuideData(bands, rules, guides, anchors)


def _table(kind: str, inventory: Inventory, folder: Folder, labels: Labels) -> pd.DataFrame:
    findings = folder.findings
    sheet = folder.sheet(inventory.path("guide_tables", kind), kind)
    if sheet is None:
        return typed(pd.DataFrame(), kind)
    frame = check_cells(parse(sheet, kind, "", labels, findings), kind, findings)
    check_keys(frame, kind, findings)
    sure = frame[~unsure_rows(frame, set(LAYOUTS[kind].numbers), findings)]
    check_rows(sure, kind, findings)
    if kind == "guide_bands":
        check_edges(sure, findings)
    return frame


def _guide(path: Path, folder: Folder) -> dict[str, str]:
    document = folder.document(path)
    return {} if document is None else check_guide(document, folder.findings)


def _anchors(inventory: Inventory, folder: Folder) -> dict[str, float] | None:
    document = folder.document(inventory.path("anchors"))
    return None if document is None else check_guide_anchors(document, folder.findings)


def check_edges(frame: pd.DataFrame, findings: Findings) -> None:
    """Check the edges of each scheme. Printed overlaps and gaps are kept and are no problem."""
    marked = frame[frame["edge"].isin(EDGES)]
    for _, scheme in marked.dropna(subset=[*_SCHEME, "score_min"]).groupby(_SCHEME):
        order = scheme.assign(place=scheme["edge"].map(EDGES.index)).sort_values(["place", "row"])
        for upper, lower in pairwise(order.to_dict("records")):
            if upper["edge"] == lower["edge"] or upper["score_min"] <= lower["score_min"]:
                found = (
                    f"The edge {lower['edge']} is {show(lower['score_min'])}; row {upper['row']}"
                    f" has {upper['edge']} at {show(upper['score_min'])}."
                )
                findings.add(
                    "guide-edges-ordered", lower["file"], found, row=lower["row"], column="edge"
                )


def check_guide_names(frames: Iterable[pd.DataFrame], known: list[str], findings: Findings) -> None:
    """Check that every guide of the tables has its .yml file."""

    def found(row: dict[str, str]) -> str:
        near = nearest(row["guide"], known)
        said = f'The guide "{row["guide"]}" has no guides/{row["guide"]}.yml.'
        return said + (f" The nearest is guides/{near}.yml." if near else "")

    for frame in frames:
        first = frame[frame["guide"].notna() & ~frame["guide"].isin(known)]
        findings.each("missing-provenance", first.drop_duplicates("guide"), "guide", found)


def check_guide_anchors(document: Document, findings: Findings) -> dict[str, float] | None:
    """Check guides/anchors.yml, the frozen anchor probabilities; None where unusable."""
    check_keys_of(document, (*EDGES, "edition", "reason"), findings)
    check_texts(document, ("edition", "reason"), findings)
    anchors: dict[str, float] = {}
    if not all(edge in document.entries for edge in EDGES):
        return None
    for edge in EDGES:
        number = parse_number(document.text(edge))
        if number is None or not 0 < number < 1:
            found = f"{edge} is {quote(document.text(edge))}."
            document.note(findings, "guide-anchors", found, edge)
        else:
            anchors[edge] = number
    if len(anchors) < len(EDGES):
        return None
    if not anchors["top"] > anchors["middle"] > anchors["bottom"]:
        found = ", ".join(f"{edge} is {show(anchors[edge])}" for edge in EDGES)
        findings.add("guide-anchors", document.file, f"{found}.", row=document.lines["top"])
        return None
    return anchors
