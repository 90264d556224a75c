"""The room of the evidence: raw tables in, one tidy table with one row a printed fact out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from recalib.cohorts.labels import source_name
from recalib.cohorts.lots import secret_of
from recalib.cohorts.private import write_cohorts
from recalib.keys import KEY_COLUMNS
from recalib.publish.tables import TABLES
from recalib.publish.write import empty_table, write_tables
from recalib.sources import RawData, read_raw, trust_level
from recalib.sources.yml import Value

QUANTILE_FACTS = ("n", "min", "q1", "median", "q3", "max", "mean", "sd")
BIN_FACTS = ("n_applicants", "n_success", "n_total", "dispersion")
TOTAL_FACTS = ("n_success", "n_total")
_PLACE = ["source", "file", "row"]


def _facts(
    frame: pd.DataFrame, kind: str, statistics: Sequence[str], people: str, keep: Sequence[str]
) -> pd.DataFrame:
    """Turn one kind of raw table from one row a result to one row a fact; blanks are no facts."""
    carried = [*KEY_COLUMNS, *keep, *_PLACE]
    wide = frame[carried].assign(kind=kind, n=frame[people])
    for name in statistics:
        wide[f"fact:{name}"] = frame[name].astype(float)
    long = wide.melt(
        id_vars=[*carried, "kind", "n"],
        value_vars=[f"fact:{name}" for name in statistics],
        var_name="statistic",
    )
    long["statistic"] = long["statistic"].str.removeprefix("fact:")
    return long.dropna(subset="value")


def gather(raw: RawData) -> pd.DataFrame:
    """Collect every printed number of the raw tables.

    Parameters
    ----------
    raw : RawData
        Checked and relabelled.

    Returns
    -------
    DataFrame
        Columns of `evidence.csv`; the columns of the check are blank.
    """
    kinds = [
        (raw.quantiles, "quantiles", QUANTILE_FACTS, "n", ["result"]),
        (raw.bins, "bins", BIN_FACTS, "n_total", ["score_min", "score_max"]),
        (raw.totals, "totals", TOTAL_FACTS, "n_total", []),
    ]
    parts = [_facts(*kind) for kind in kinds if not kind[0].empty]
    if not parts:
        return empty_table("evidence")
    evidence = pd.concat(parts, ignore_index=True).assign(edition=raw.edition)
    # A dispersion of 1 is the rule, not a fact that anyone printed.
    evidence = evidence[(evidence["statistic"] != "dispersion") | (evidence["value"] != 1)]
    table = TABLES["evidence"]
    evidence = evidence.reindex(columns=table.column_names)
    text = [column.name for column in table.columns if column.kind == "text"]
    evidence[text] = evidence[text].astype(object).fillna("")
    return evidence.sort_values([*table.key], ignore_index=True)


def _records(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of a frame as JSON can hold them, blank for missing."""
    return [
        [None if pd.isna(value) else value for value in row]
        for row in frame.astype(object).to_numpy().tolist()
    ]


def ingest(
    raw_dir: Path | str, work_dir: Path | str, cycle: str = "", engine: str = "duckdb"
) -> pd.DataFrame:
    """Read the raw tables and lay them into the work folder.

    Parameters
    ----------
    raw_dir, work_dir : Path or str
    cycle : str
        Match year: keep rows of that year and earlier; all of them when blank.
    engine : str
        Where rows of cohorts are counted; see `recalib.cohorts.engine`.

    Returns
    -------
    DataFrame
        The evidence, as written to `evidence.csv`. Counts of cohorts are no evidence that may be
        shown: they go into files of their own, see `recalib.cohorts.private`.

    Raises
    ------
    RawDataError
        With every problem of the raw tables.
    """
    raw = read_raw(Path(raw_dir), cycle or None, engine)
    work = Path(work_dir)
    work.mkdir(parents=True, exist_ok=True)
    evidence = gather(raw)
    write_tables({"evidence": evidence}, work)
    guides = {
        "edition": raw.edition,
        "band_columns": list(raw.guide_bands.columns),
        "bands": _records(raw.guide_bands),
        "rule_columns": list(raw.guide_rules.columns),
        "rules": _records(raw.guide_rules),
        "guides": raw.guides,
        "anchors": raw.anchors,
        "specialties": raw.specialties[["specialty", "label", "tier"]].to_dict("records"),
    }
    inputs = {
        "edition": raw.edition,
        "cycle": cycle,
        "hashes": raw.input_hashes,
        "provenance": raw.provenance | _provenance(raw),
    }
    secret = secret_of(Path(raw_dir)) if raw.cohorts else ""
    write_cohorts([replace(one, secret=secret) for one in raw.cohorts], work)
    for name, content in (("guides", guides), ("inputs", inputs)):
        text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
        (work / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    return evidence


def _provenance(raw: RawData) -> dict[str, dict[str, Value]]:
    return {
        source_name(cohort.name, synthetic=cohort.synthetic): cohort.provenance
        for cohort in raw.cohorts
    }


def self_reported(provenance: dict[str, dict[str, Any]]) -> set[str]:
    """Sources whose figures people reported about themselves: good for the shape only."""
    found = set()
    for name, record in provenance.items():
        trust = str(record.get("trust", ""))
        if trust_level(trust) == "shape_only" or "self-report" in trust.casefold():
            found.add(name)
    return found
