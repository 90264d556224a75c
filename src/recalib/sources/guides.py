"""Reads and checks the guides of a raw folder: bands and rules, titles and readings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from recalib.contract.tables import LAYOUTS
from recalib.contract.vocabulary import EDGES, nearest
from recalib.sources.catalogue import Findings
from recalib.sources.files import GUIDE_TABLES, Folder, Inventory
from recalib.sources.labels import Labels, unsafe
from recalib.sources.provenance import check_guide
from recalib.sources.readings import check_readings
from recalib.sources.values import (
    check_cells,
    check_keys,
    check_rows,
    parse,
    show,
    typed,
    unsure_rows,
)

_SCHEME = ["guide", "specialty", "applicant_group", "guide_scheme"]


@dataclass(frozen=True)
class GuideData:
    """What a folder says of the guides: tables (empty where it has none), titles by guide.

    `readings`: what the guides' labels stand for, where the folder says it.
    """

    bands: pd.DataFrame
    rules: pd.DataFrame
    guides: dict[str, dict[str, str]]
    readings: dict[str, Any] | None


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
    readings = findings.guard("guides/readings.yml", None, _readings, inventory, folder, bands)
    return GuideData(bands, rules, guides, readings)


def _table(kind: str, inventory: Inventory, folder: Folder, labels: Labels) -> pd.DataFrame:
    findings = folder.findings
    sheet = folder.sheet(inventory.path("guide_tables", kind), kind)
    if sheet is None:
        return typed(pd.DataFrame(), kind)
    frame = check_cells(parse(sheet, kind, "", labels, findings), kind, findings)
    check_keys(frame, kind, findings)
    sure = frame[~unsure_rows(frame, set(LAYOUTS[kind].numbers), findings)]
    check_rows(sure, kind, findings)
    for column in ("label", "guide_scheme"):
        if column in sheet:
            odd = sheet[sheet[column].map(unsafe) != ""].rename(columns={column: "unsafe"})
            findings.each("label-unsafe", odd, column, lambda row: unsafe(row["unsafe"]))
    if kind == "guide_bands":
        check_edges(sure, findings)
    return frame


def _guide(path: Path, folder: Folder) -> dict[str, str]:
    document = folder.document(path)
    return {} if document is None else check_guide(document, folder.findings)


def _readings(inventory: Inventory, folder: Folder, bands: pd.DataFrame) -> dict[str, Any] | None:
    document = folder.document(inventory.path("readings"))
    return None if document is None else check_readings(document, bands, folder.findings)


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
