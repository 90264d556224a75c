"""Published tables of a folder: in goes the inventory, out come one frame a kind and provenance."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recalib.contract.vocabulary import LAYOUTS
from recalib.sources.bins import check_bins
from recalib.sources.catalogue import Findings
from recalib.sources.files import Folder, Inventory, TableFile
from recalib.sources.keys import check_keys, unsure_rows
from recalib.sources.labels import Labels
from recalib.sources.printed_figures import check_anchors
from recalib.sources.provenance import check_provenance
from recalib.sources.published import gather, parse_published
from recalib.sources.quantiles import check_quantiles
from recalib.sources.schemas import check_cells
from recalib.sources.totals import check_success
from recalib.sources.yml import Value


def load_published(kind: str, inventory: Inventory, folder: Folder, labels: Labels) -> pd.DataFrame:
    """Read and check all tables of a kind.

    Parameters
    ----------
    kind : str
        `quantiles`, `bins` or `totals`.
    inventory : Inventory
        The files.
    folder : Folder
        Where they are; its findings take the problems.
    labels : Labels
        Look-up of specialty labels.

    Returns
    -------
    DataFrame
        All rows under each other; NaN where a cell could not be used.
    """
    findings = folder.findings
    frames = [
        findings.guard(file.name, None, _table, file, folder, labels)
        for file in inventory.tables
        if file.kind == kind
    ]
    frame = gather([one for one in frames if one is not None], kind)
    return findings.guard(".", frame, _check, frame, kind, findings)


def _table(file: TableFile, folder: Folder, labels: Labels) -> pd.DataFrame | None:
    sheet = folder.sheet(file.path, file.kind)
    if sheet is None:
        return None
    return parse_published(sheet, file.kind, file.source, labels, folder.findings)


def _check(frame: pd.DataFrame, kind: str, findings: Findings) -> pd.DataFrame:
    layout = LAYOUTS[kind]
    checked = check_cells(frame, kind, findings)
    key_numbers = tuple(name for name in layout.key if name in layout.numbers)
    unsure = unsure_rows(checked, key_numbers, findings)
    check_keys(checked, kind, unsure, findings)
    if kind == "quantiles":
        check_quantiles(checked, findings)
    elif kind == "bins":
        check_bins(checked, unsure, findings)
    else:
        check_success(checked, findings)
    return checked


def load_provenance(
    inventory: Inventory, folder: Folder, tables: dict[str, pd.DataFrame], labels: Labels
) -> dict[str, dict[str, Value]]:
    """Read the provenance of every source and check that the tables reproduce its anchors.

    Parameters
    ----------
    inventory, folder, labels
        As in `load_published`.
    tables : dict of str to DataFrame
        All rows of each kind.

    Returns
    -------
    dict of str to dict
        Values of each source's .yml by source.
    """
    findings = folder.findings
    told: set[str] = set()
    for table in inventory.tables:
        if table.source not in inventory.provenance and table.source not in told:
            told.add(table.source)
            found = f"There is no published/{table.source}.yml."
            findings.add("missing-provenance", table.name, found)
    known: dict[str, dict[str, Value]] = {}
    for source, path in inventory.provenance.items():
        name = folder.name(path)
        known[source] = findings.guard(name, {}, _provenance, source, path, folder, tables, labels)
    return known


def _provenance(
    source: str, path: Path, folder: Folder, tables: dict[str, pd.DataFrame], labels: Labels
) -> dict[str, Value]:
    document = folder.document(path)
    if document is None:
        return {}
    values = check_provenance(document, folder.findings)
    if labels:  # without names of specialties nothing can be picked; that was noted already
        check_anchors(document, source, tables, labels, folder.findings)
    return values
