"""Reads a cohort's file and .yml into a `Cohort`; problems quote no value."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import ibis
import pandas as pd

from recalib.cohorts.check import explain, note_content, note_failure
from recalib.cohorts.counts import KEY, Cohort
from recalib.cohorts.engine import DUCKDB, is_spark
from recalib.cohorts.fingerprint import take
from recalib.cohorts.key_file import KeyFileError, UnusableKeyError, find_key
from recalib.cohorts.keys import Odd, read_keys
from recalib.cohorts.lines import ends_differ
from recalib.cohorts.mapped import open_mapped
from recalib.cohorts.mapping import Mapping, read_mapping
from recalib.cohorts.open import ROWS, Opened, open_cohort
from recalib.cohorts.query import Query, ScanError
from recalib.cohorts.reduce import COARSE, counting, covariates_of, finish, sum_up
from recalib.cohorts.scores import check_scores, check_types
from recalib.cohorts.spark import Spark, SparkDoubtError
from recalib.cohorts.synthetic import says_synthetic
from recalib.contract.vocabulary import OUTCOME_OF_DENOMINATOR
from recalib.problems import RecalibError
from recalib.sources.catalogue import Findings
from recalib.sources.files import COHORT_KINDS, Folder, Inventory, RawFile
from recalib.sources.labels import Labels
from recalib.sources.provenance import check_provenance
from recalib.sources.yml import Document, Value

OPTIONAL_KEYS = ("denominator", "synthetic", "key", "mapping")
#: Most combinations of cycle, specialty, group, score and covariates: they are held in memory.
MOST_GROUPS = 500_000


def load_cohorts(
    inventory: Inventory, folder: Folder, labels: Labels, engine: str = DUCKDB
) -> list[Cohort]:
    """Read all cohorts of a raw folder."""
    findings = folder.findings
    cohorts = []
    seen: dict[str, str] = {}
    texts = inventory.by_name("cohort_provenance")
    with Spark(engine) if is_spark(engine) else nullcontext() as spark:
        for file in sorted(inventory.of("cohorts"), key=lambda one: (one.name, one.file)):
            if file.name in seen:
                found = f"{seen[file.name]} is there too."
                findings.add("cohort-repeated", file.file, found)
                continue
            seen[file.name] = file.file
            cohort = read_cohort(file, texts.get(file.name), folder, labels, spark)
            if cohort is not None:
                cohorts.append(cohort)
    _note_keys(cohorts, folder)
    for name, path in texts.items():
        if name not in seen:
            found = f"There is no cohort cohorts/{name}.csv, .csv.gz or .parquet."
            findings.add("file-kind", folder.name(path), found)
    return cohorts


def _note_keys(cohorts: list[Cohort], folder: Folder) -> None:
    """Note keys that are lost or doubled, and people whose noise two keys or names would draw."""
    add = folder.findings.add
    for cohort in cohorts:
        try:
            find_key(folder.path, cohort.name, cohort.key_mark)
        except UnusableKeyError as error:
            found = f"A key file in cohorts/ {error}."
            add("cohort-key", f"cohorts/{cohort.name}.yml", found, column="key")
        except OSError:
            pass  # told where the key is used
        except KeyFileError as error:
            add("cohort-key", f"cohorts/{cohort.name}.yml", str(error), column="key")
    for at, cohort in enumerate(cohorts):
        for other in cohorts[:at]:
            if cohort.counts.equals(other.counts):
                found = f"Its counts are those of cohorts/{other.name}, to the last person."
                add("cohort-same-people", f"cohorts/{cohort.name}.yml", found)


def read_cohort(
    file: RawFile,
    provenance: Path | None,
    folder: Folder,
    labels: Labels,
    spark: Spark | None = None,
) -> Cohort | None:
    """Read a cohort.

    None where there is any problem.
    """
    findings = folder.findings
    before = len(findings.problems)
    values, mapping = _provenance(file, provenance, folder, labels)
    counted, left_out = None, dict[str, int]()
    try:
        if mapping is not None or "mapping" not in values:
            counted, left_out = _count(file, mapping, folder, labels, spark)
    except RecalibError:
        raise  # of the cluster, and without a value
    except Exception as error:  # its text may quote a row, so that `guard` cannot be used
        found = f"A check stopped with {type(error).__name__}."
        findings.add("check-crashed", file.file, found)
    if counted is None or len(findings.problems) > before:
        return None
    synthetic = says_synthetic(values)
    counts, covariates, note = counted
    told = [text for text in (note, _MAPPED_NOTE if mapping is not None else "") if text]
    if told:
        notes = values["notes"]
        values["notes"] = [*(notes if isinstance(notes, list) else []), *told]
    # What stands in the export is nobody else's business, nor is which key blurs it.
    mark = str(values.pop("key", ""))
    values.pop("mapping", None)
    return Cohort(
        file.name, values, synthetic, counts, covariates, key_mark=mark, left_out=left_out
    )


#: It stands whether or not there are such rows: their number is told to the owner alone.
_MAPPED_NOTE = (
    "Read from an export by a mapping of its columns and values; rows without a score or an "
    "outcome are left out."
)


def _provenance(
    file: RawFile, path: Path | None, folder: Folder, labels: Labels
) -> tuple[dict[str, Value], Mapping | None]:
    findings = folder.findings
    if path is None:
        found = f"There is no cohorts/{file.name}.yml."
        findings.add("missing-provenance", file.file, found)
        return {}, None
    name = folder.name(path)
    document = folder.document(path)
    if document is None:
        return {}, None
    values = findings.guard(name, {}, _checked_provenance, document, folder)
    mapping = None
    if "mapping" in document.entries:
        # The file may say how many rows hold a value, and its hash would confirm a guess of that.
        folder.hashes.pop(name, None)
        mapping = findings.guard(name, None, read_mapping, document, findings, labels)
    elif file.kind not in COHORT_KINDS:
        found = f"{file.file} is an export, and its .yml has no mapping of its columns."
        fix = "Let `calib cohort-init` propose one."
        findings.add("cohort-mapping", name, found, fix=fix)
        return values | {"mapping": ""}, None
    return values, mapping


def _checked_provenance(document: Document, folder: Folder) -> dict[str, Value]:
    findings = folder.findings
    values = check_provenance(document, findings, OPTIONAL_KEYS)
    if values.get("anchors"):
        found = "A cohort prints no figures that its rows could be held against."
        document.note(findings, "yml-value", found, "anchors", "Write anchors: [].")
    known = [word for word, of in OUTCOME_OF_DENOMINATOR.items() if of == "match"]
    if "denominator" in document.entries and document.text("denominator") not in known:
        found = f"denominator is not one of {', '.join(known)}, what matches are counted among."
        document.note(findings, "unknown-denominator", found, "denominator")
    if "synthetic" in document.entries and document.text("synthetic") not in ("true", "false"):
        document.note(findings, "cohort-flag", "synthetic is neither.", "synthetic")
    return values


#: Counts, counts by covariates, and a note on the latter.
_Counted = tuple[pd.DataFrame, pd.DataFrame | None, str]


def _count(
    file: RawFile, mapping: Mapping | None, folder: Folder, labels: Labels, spark: Spark | None
) -> tuple[_Counted | None, dict[str, int]]:
    """Count a cohort, by its mapping where it has one; and what was left out of an export."""
    findings = folder.findings
    opened, counted, left_out = None, None, dict[str, int]()
    with Query() as query:
        try:
            if mapping is None:
                opened = open_cohort(file, folder, query)
            elif found := open_mapped(file, mapping, folder, query, labels):
                opened, left_out = found
            if opened is None:
                return None, left_out
            for column in opened.unknown:
                note_content(opened, query, column, findings)
            if opened.countable:
                check_types(opened, query, findings)
                # What stands in an export goes to no cluster.
                cluster = spark if mapping is None else None
                counted = _reduce(opened, query, labels, findings, cluster)
        except ScanError as error:
            prints = [take(file.path)] if file.path.is_file() else []
            note_failure(error, opened or Opened(file, [file.file], prints), query, findings)
    for name, of in zip(opened.parts, opened.prints, strict=True) if opened else ():
        if of.changed():
            findings.add("cohort-changed", name, "The file changed while it was read.")
    return counted, left_out


def _reduce(
    opened: Opened, query: Query, labels: Labels, findings: Findings, spark: Spark | None
) -> _Counted | None:
    """Counts, counts by covariates, and a note on the latter; None where there is a problem."""
    file = opened.file.file
    doubt = ""
    if spark is not None and not opened.unknown and not _has_mixed_ends(opened):
        try:
            tally = _tally(opened, labels, partial(spark.count, opened, most=MOST_GROUPS))
            if tally is not None and tally.fine:
                check_scores(tally.counts, file, findings)
                return tally.summed()
        except SparkDoubtError as error:
            doubt = error.reason
    # What Spark has stumbled over is for DuckDB to find, so that the two say the same of a file.
    tally = _tally(opened, labels, partial(_counted, opened, query, findings))
    if tally is None:
        return None
    if tally.counts.empty and not tally.odd:
        findings.add("no-rows", file, "There is no row in it.")
    elif tally.odd or tally.broken:
        if not explain(opened, query, tally.odd, findings):
            # Damaged Parquet can be read in two ways; it is never counted as fine for that.
            found = "Rows break a rule when they are counted, and none when they are looked for."
            findings.add("cohort-damaged", file, found)
    elif not tally.fine:
        findings.add("cohort-no-results", file, "No row has a result.")
    elif doubt:
        raise RecalibError(
            f"Spark could not count {file} ({doubt}), in which DuckDB finds no fault. Nothing was "
            f"published; the cluster's log may say more, and --engine {DUCKDB} needs no cluster."
        )
    else:
        check_scores(tally.counts, file, findings)
        return tally.summed()
    return None


def _has_mixed_ends(opened: Opened) -> bool:
    """Whether lines end differently: Spark would read on, DuckDB refuses what is no cell's."""
    packed = opened.file.kind == "csv.gz"
    return opened.file.kind.startswith("csv") and ends_differ(opened.prints[0].path, packed)


#: Runs the GROUP BY by some covariates, coarsely or not.
_Count = Callable[[list[str], bool], pd.DataFrame | None]


@dataclass(frozen=True)
class _Tally:
    """Counts with keys that were read, and what was wrong with them."""

    counts: pd.DataFrame
    by_covariates: pd.DataFrame | None
    covariates: list[str]
    note: str
    odd: list[Odd]
    broken: bool

    @property
    def fine(self) -> bool:
        """Whether there is nothing wrong, and a result to fit."""
        known = self.counts["results"].any() or self.counts["applied"].any()
        return bool(known) and not self.odd and not self.broken

    def summed(self) -> _Counted:
        """Counts by canonical keys."""
        found = self.by_covariates
        if found is not None:
            found = sum_up(found, [*KEY, *self.covariates])
        return sum_up(self.counts, list(KEY)), found, self.note


def _tally(opened: Opened, labels: Labels, count: _Count) -> _Tally | None:
    """Count, and read the keys; None where counting cannot end, for a reason that was noted."""
    raw = count([], False)
    if raw is None:
        return None
    if len(raw) > MOST_GROUPS:
        raise ScanError("memory")
    frame, odd = read_keys(raw, KEY, labels)
    covariates = covariates_of(opened.types)
    by_covariates, note = None, ""
    if covariates and not raw.empty:
        by_covariates, note = _by_covariates(count, covariates)
        if by_covariates is None:
            return None
        by_covariates, more = read_keys(by_covariates, [*KEY, *covariates], labels)
        odd += [one for one in more if one.column in covariates]
    return _Tally(frame, by_covariates, covariates, note, odd, bool(raw["broken"].any()))


def _by_covariates(count: _Count, covariates: list[str]) -> tuple[pd.DataFrame | None, str]:
    """Count by covariates; in groups of years, months and points where there are too many."""
    for coarse in (False, True):
        try:
            raw = count(covariates, coarse)
        except ScanError as error:
            if error.kind != "memory" or coarse:
                raise
            continue
        if raw is None or len(raw) <= MOST_GROUPS:
            return raw, _COARSE_NOTE if coarse else ""
    raise ScanError("memory")


_COARSE_NOTE = "In the counts by covariates {} are grouped, since the cohort is large.".format(
    ", ".join(f"{column} ({step} each)" for column, step in COARSE.items())
)


def _counted(
    opened: Opened, query: Query, findings: Findings, covariates: list[str], coarse: bool
) -> pd.DataFrame | None:
    """Run the GROUP BY in DuckDB; None where it cannot end, for a reason that was noted."""
    expression = counting(opened.types, ROWS, covariates, coarse)
    sql = str(ibis.to_sql(expression, dialect="duckdb"))
    sql = f"SELECT * FROM ({sql}) LIMIT {MOST_GROUPS + 1}"
    try:
        return finish(query.frame(sql, f"counting {opened.file.file}"))
    except ScanError as error:
        # Numbers far beyond their limits overflow before they are counted as broken.
        if error.kind != "file" or not explain(opened, query, [], findings):
            raise
        return None
