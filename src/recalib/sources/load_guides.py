"""Guides of a folder: in goes the inventory, out come their bands, rules, titles and anchors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recalib.contract.vocabulary import LAYOUTS
from recalib.sources.files import Folder, Inventory
from recalib.sources.guides import (
    check_bands,
    check_guide_anchors,
    check_guide_names,
    check_rules,
    parse_guides,
    typed,
)
from recalib.sources.keys import check_keys, unsure_rows
from recalib.sources.labels import Labels
from recalib.sources.provenance import check_guide
from recalib.sources.schemas import check_cells


@dataclass(frozen=True)
class GuideData:
    """What a folder says of the guides.

    Parameters
    ----------
    bands, rules : DataFrame
        Guide tables, empty where the folder has none.
    guides : dict of str to dict
        title, publisher and citation by guide.
    anchors : dict of str to float, or None
        Frozen anchor probabilities, where the folder has them.
    """

    bands: pd.DataFrame
    rules: pd.DataFrame
    guides: dict[str, dict[str, str]]
    anchors: dict[str, float] | None


def load_guides(inventory: Inventory, folder: Folder, labels: Labels) -> GuideData:
    """Read and check everything about the guides.

    Parameters
    ----------
    inventory : Inventory
        The files.
    folder : Folder
        Where they are; its findings take the problems.
    labels : Labels
        Look-up of specialty labels.

    Returns
    -------
    GuideData
        Tables, titles and anchors.
    """
    findings = folder.findings
    bands, rules = (
        findings.guard(f"guides/{kind}.csv", typed(pd.DataFrame(), kind), _table, *given)
        for kind in ("guide_bands", "guide_rules")
        for given in [(kind, inventory, folder, labels)]
    )
    names = list(inventory.guides)
    findings.guard("guides", None, check_guide_names, [bands, rules], names, findings)
    guides = {
        guide: findings.guard(folder.name(path), {}, _guide, path, folder)
        for guide, path in inventory.guides.items()
    }
    anchors = findings.guard("guides/anchors.yml", None, _anchors, inventory, folder)
    return GuideData(bands, rules, guides, anchors)


def _table(kind: str, inventory: Inventory, folder: Folder, labels: Labels) -> pd.DataFrame:
    findings = folder.findings
    sheet = folder.sheet(inventory.guide_tables.get(kind), kind)
    if sheet is None:
        return typed(pd.DataFrame(), kind)
    frame = check_cells(parse_guides(sheet, kind, labels, findings), kind, findings)
    check_keys(frame, kind, unsure_rows(frame, ("rank",), findings), findings)
    unsure = unsure_rows(frame, LAYOUTS[kind].numbers, findings)
    (check_bands if kind == "guide_bands" else check_rules)(frame, unsure, findings)
    return frame


def _guide(path: Path, folder: Folder) -> dict[str, str]:
    document = folder.document(path)
    return {} if document is None else check_guide(document, folder.findings)


def _anchors(inventory: Inventory, folder: Folder) -> dict[str, float] | None:
    document = folder.document(inventory.anchors)
    return None if document is None else check_guide_anchors(document, folder.findings)
