"""Reads a folder of raw tables, guides and cohorts whole, or finds every problem with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from recalib.contract.keys import years
from recalib.contract.tables import LAYOUTS, PUBLISHED
from recalib.contract.vocabulary import cycle_years, read_cycle
from recalib.problems import Problem, RawDataError, UsageError
from recalib.sources.approvals import APPROVALS, check_approvals
from recalib.sources.catalogue import Findings
from recalib.sources.corrections import Correction, apply_corrections
from recalib.sources.files import Folder, Inventory, take_inventory
from recalib.sources.guides import load_guides
from recalib.sources.labels import COLUMNS, Labels, check_specialties
from recalib.sources.missing import check_missing
from recalib.sources.provenance import check_edition
from recalib.sources.published import check_published, load_provenance, read_published
from recalib.sources.totals import check_against_totals
from recalib.sources.unlikely import check_likely
from recalib.sources.yml import Value

if TYPE_CHECKING:
    from recalib.cohorts.counts import Cohort


@dataclass(frozen=True)
class RawData:
    """A folder of raw tables after reading and checking.

    Parameters
    ----------
    edition : str
        Name of the edition, such as `2026.1`.
    quantiles, bins, totals, means, probabilities : DataFrame
        Published tables: cycle, specialty (canonical), applicant_group, needs_visa ("" for
        everyone), outcome, denominator, then the columns of the kind (people as int64, or float64
        where they may be blank; scores in points as float64; NaN where not published or open),
        then source, file and row. Without such a table the frame is empty.
    specialties : DataFrame
        specialty, label, tier, aliases (`|` between aliases).
    guide_bands, guide_rules : DataFrame
        Guide tables as in the contract, `specialty` canonical, `tier:<name>` or "", with file and
        row.
    guides : dict of str to dict
        title, publisher and citation by guide.
    readings : dict, or None
        What the guides' labels stand for: `words` (word to its least chance and reason) and
        `guides` (guide to label to word), where the folder says it.
    provenance : dict of str to dict
        The values of each source's .yml by source: texts, `notes` a list of texts, `anchors` a
        list.
    corrections : list of Correction
        What was dropped, overridden or flagged in the published tables, which are as corrected:
        by file and line.
    input_hashes : dict of str to str
        SHA-256 of every file read, by its path in the folder; of none with a cohort's rows or the
        mapping of its values, since that would confirm a guess of them.
    cohorts : list of Cohort
        Counts of each cohort, by name; their provenance is with them.
    """

    edition: str
    quantiles: pd.DataFrame
    bins: pd.DataFrame
    totals: pd.DataFrame
    means: pd.DataFrame
    probabilities: pd.DataFrame
    specialties: pd.DataFrame
    guide_bands: pd.DataFrame
    guide_rules: pd.DataFrame
    guides: dict[str, dict[str, str]]
    readings: dict[str, Any] | None
    provenance: dict[str, dict[str, Value]]
    corrections: list[Correction]
    input_hashes: dict[str, str]
    cohorts: list[Cohort]


def check_raw(raw_dir: Path, engine: str = "duckdb") -> list[Problem]:
    """Find every problem of a folder of raw tables in one go.

    Parameters
    ----------
    raw_dir : Path
        The folder; it may be missing or hold anything.
    engine : str
        Where rows of cohorts are counted; see `recalib.cohorts.engine`.

    Returns
    -------
    list of Problem
        Sorted by file, row and column; empty where the folder can be used.

    Raises
    ------
    UsageError
        If the engine cannot be had.
    RecalibError
        If it fails.
    """
    findings = Findings()
    _load(Path(raw_dir), findings, engine)
    return RawDataError(findings.problems).problems


def read_raw(raw_dir: Path, cycle: str | None = None, engine: str = "duckdb") -> RawData:
    """Read a folder of raw tables.

    Parameters
    ----------
    raw_dir : Path
        The folder.
    cycle : str, optional
        Keep rows, of cohorts too, whose cycle ends in this one's last year or before. Everything
        in the folder is checked all the same.
    engine : str
        Where rows of cohorts are counted; see `recalib.cohorts.engine`.

    Returns
    -------
    RawData
        The checked frames.

    Raises
    ------
    RawDataError
        With every problem, where there is any.
    UsageError
        Where `cycle` is not a cycle, or the engine cannot be had.
    RecalibError
        Where the engine fails.
    """
    span = None if cycle is None else cycle_years(read_cycle(cycle) or cycle)
    if cycle is not None and span is None:
        raise UsageError(f'"{cycle}" is not a cycle: give a match year such as 2026.')
    findings = Findings()
    raw = _load(Path(raw_dir), findings, engine, last_year=None if span is None else span[1])
    if findings.problems or raw is None:
        raise RawDataError(findings.problems)
    return raw


def edition_of(raw_dir: Path) -> str:
    """Read the name of the edition that a raw folder makes; a RawDataError where it has none."""
    findings = Findings()
    document = Folder(raw_dir, findings).document(raw_dir / "edition.yml")
    name = "" if document is None else check_edition(document, findings)
    if findings.problems:
        raise RawDataError(findings.problems)
    return name


_WORDS = {"cycle", "specialty", "applicant_group", "needs_visa", "outcome", "denominator", "result"}


def _load(
    raw_dir: Path, findings: Findings, engine: str, last_year: int | None = None
) -> RawData | None:
    folder = Folder(raw_dir, findings)
    inventory = findings.guard(".", Inventory(), take_inventory, folder)
    if not raw_dir.is_dir():
        return None
    edition = findings.guard("edition.yml", "", _edition, folder, inventory)
    no_labels = (pd.DataFrame(columns=COLUMNS), Labels({}))
    specialties, labels = findings.guard(
        "specialties.csv", no_labels, _specialties, folder, inventory
    )
    printed = {kind: read_published(kind, inventory, folder, labels) for kind in PUBLISHED}
    tables, corrections = findings.guard(
        "corrections", (printed, []), apply_corrections, printed, inventory, folder, labels
    )
    tables = {
        kind: findings.guard(".", frame, check_published, frame, kind, findings)
        for kind, frame in tables.items()
    }
    findings.guard(".", None, check_against_totals, tables, findings)
    looked_at = {(one.table, one.table_row) for one in corrections}
    # Rows whose words could not be read have been told, and are nobody's like.
    named = {kind: frame.dropna(subset=sorted(_WORDS & {*frame})) for kind, frame in tables.items()}
    findings.guard(".", None, check_missing, named, looked_at, findings)
    findings.guard(".", None, check_likely, named, looked_at, findings)
    # Printed figures are those of the source: they are held against what it prints.
    provenance = load_provenance(inventory, folder, printed, labels)
    guides = load_guides(inventory, folder, labels)
    cohorts = _cohorts(inventory, folder, labels, engine)
    findings.guard(APPROVALS, [], check_approvals, raw_dir / APPROVALS, findings)
    if findings.problems:
        return None
    tables = {kind: _until(_whole(frame, kind), last_year) for kind, frame in tables.items()}
    cohorts = [kept for one in cohorts if (kept := _cohort_until(one, last_year)) is not None]
    if not cohorts and all(frame.empty for frame in tables.values()):
        found = f"No row belongs to {last_year} or an earlier year."
        findings.add("cycle-empty", folder.own_name, found)
        return None
    return RawData(
        edition=edition,
        **tables,
        specialties=specialties,
        guide_bands=guides.bands.drop(columns="source").astype({"rank": "int64"}),
        guide_rules=guides.rules.drop(columns="source"),
        guides=guides.guides,
        readings=guides.readings,
        provenance=provenance,
        corrections=[one for one in corrections if _is_until(one.key["cycle"], last_year)],
        input_hashes=dict(sorted(folder.hashes.items())),
        cohorts=cohorts,
    )


def _cohorts(inventory: Inventory, folder: Folder, labels: Labels, engine: str) -> list[Cohort]:
    if not inventory.of("cohorts") and not inventory.of("cohort_provenance"):
        return []
    # Imported where it is needed: DuckDB, Ibis and Arrow take longer than all printed tables.
    from recalib.cohorts.read import load_cohorts

    return load_cohorts(inventory, folder, labels, engine)


def _cohort_until(cohort: Cohort, last_year: int | None) -> Cohort | None:
    """Keep the counts of a match year and earlier; None where none are left."""
    counts = _until(cohort.counts, last_year)
    covariates = cohort.covariates
    if covariates is not None:
        covariates = _until(covariates, last_year)
    return None if counts.empty else replace(cohort, counts=counts, covariates=covariates)


def _edition(folder: Folder, inventory: Inventory) -> str:
    document = folder.document(inventory.path("single", "edition.yml"))
    return "" if document is None else check_edition(document, folder.findings)


def _specialties(folder: Folder, inventory: Inventory) -> tuple[pd.DataFrame, Labels]:
    sheet = folder.sheet(inventory.path("single", "specialties.csv"), "specialties")
    if sheet is None:
        return pd.DataFrame(columns=COLUMNS), Labels({})
    return check_specialties(sheet, folder.findings)


def _whole(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Make counts whole where none is blank."""
    counts = [one.name for one in LAYOUTS[kind].columns if one.kind == "count" and not one.blank]
    return frame.astype(dict.fromkeys(counts, "int64"))


def _until(frame: pd.DataFrame, last_year: int | None) -> pd.DataFrame:
    """Keep the rows of a match year and earlier."""
    if last_year is None:
        return frame
    kept = [cycle for cycle in frame["cycle"].unique() if _is_until(cycle, last_year)]
    return frame[frame["cycle"].isin(kept)].reset_index(drop=True)


def _is_until(cycle: str, last_year: int | None) -> bool:
    return last_year is None or years(cycle)[1] <= last_year
