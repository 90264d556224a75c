"""Reads and checks the published tables of a raw folder, one frame a kind, and their provenance."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recalib.contract.vocabulary import DEFAULT_DENOMINATOR, OUTCOME_OF_DENOMINATOR
from recalib.sources.bins import check_bins
from recalib.sources.catalogue import Findings
from recalib.sources.files import Folder, Inventory, RawFile
from recalib.sources.labels import Labels
from recalib.sources.printed_figures import check_printed_figures
from recalib.sources.provenance import check_provenance
from recalib.sources.quantiles import check_quantiles
from recalib.sources.questions import check_questions
from recalib.sources.typed_twice import check_typed_twice
from recalib.sources.values import check_cells, check_keys, check_rows, parse, typed
from recalib.sources.yml import Value


def read_published(kind: str, inventory: Inventory, folder: Folder, labels: Labels) -> pd.DataFrame:
    """Read all tables of a kind as they were printed; NaN where a cell could not be used."""
    findings = folder.findings
    frames = [
        findings.guard(file.file, None, _table, file, folder, labels)
        for file in inventory.of("tables")
        if file.kind == kind
    ]
    found = [one for one in frames if one is not None]
    return pd.concat(found, ignore_index=True) if found else typed(pd.DataFrame(), kind)


def _table(file: RawFile, folder: Folder, labels: Labels) -> pd.DataFrame | None:
    sheet = folder.sheet(file.path, file.kind)
    if sheet is None:
        return None
    return fill_defaults(parse(sheet, file.kind, file.name, labels, folder.findings))


def fill_defaults(frame: pd.DataFrame) -> pd.DataFrame:
    """Put in, where they are blank, the denominator of an outcome and a dispersion of 1."""
    blank = frame["denominator"] == ""
    default = frame["outcome"].map(DEFAULT_DENOMINATOR).astype("str")
    frame["denominator"] = frame["denominator"].mask(blank, default)
    if "dispersion" in frame:
        frame["dispersion"] = frame["dispersion"].fillna(1.0)
    return frame


def _check_denominators(frame: pd.DataFrame, findings: Findings) -> None:
    outcome = frame["denominator"].map(OUTCOME_OF_DENOMINATOR)
    wrong = outcome.notna() & frame["outcome"].notna() & (outcome != frame["outcome"])
    findings.each(
        "denominator-outcome",
        frame[wrong],
        "denominator",
        lambda row: f"The outcome is {row['outcome']} and the denominator {row['denominator']}.",
    )


def check_published(frame: pd.DataFrame, kind: str, findings: Findings) -> pd.DataFrame:
    """Check all tables of a kind; impossible numbers come out as NaN."""
    if frame.empty:
        return frame  # pandas takes as long over no row as over a hundred
    _check_denominators(frame, findings)
    checked = check_cells(frame, kind, findings)
    unsure = check_keys(checked, kind, findings)
    check_rows(checked, kind, findings)
    if kind == "quantiles":
        check_quantiles(checked, findings)
    elif kind in ("bins", "probabilities"):
        check_bins(checked, unsure, kind, findings)
    return checked


def load_provenance(
    inventory: Inventory, folder: Folder, tables: dict[str, pd.DataFrame], labels: Labels
) -> dict[str, dict[str, Value]]:
    """Read the .yml of every source and check that its tables reproduce its printed figures."""
    findings = folder.findings
    texts = inventory.by_name("provenance")
    tables_of = {table.name: table.file for table in reversed(inventory.of("tables"))}
    for source in tables_of.keys() - texts.keys():
        found = f"There is no published/{source}.yml."
        findings.add("missing-provenance", tables_of[source], found)
    return {
        source: findings.guard(
            folder.name(path), {}, _provenance, source, path, folder, tables, labels
        )
        for source, path in texts.items()
    }


def _provenance(
    source: str, path: Path, folder: Folder, tables: dict[str, pd.DataFrame], labels: Labels
) -> dict[str, Value]:
    document = folder.document(path)
    if document is None:
        return {}
    values = check_provenance(document, folder.findings, ("added", "typed_twice"))
    values.pop("added", None)  # for the check alone
    own = {
        str(file).removeprefix(f"published/{source}.").removesuffix(".csv"): rows
        for frame in tables.values()
        for file, rows in frame[frame["source"] == source].groupby("file")
    }
    check_questions(document, own, folder.findings)
    check_typed_twice(document, source, folder)
    if labels:  # without names of specialties nothing can be picked; that was noted already
        check_printed_figures(document, source, tables, labels, folder.findings)
    return values
