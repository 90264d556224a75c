"""Holds totals against the other tables, which count some of the same people."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.vocabulary import RESULTS
from recalib.sources.catalogue import Findings
from recalib.sources.values import show

_KEY = [name for name in KEY_COLUMNS if name != "needs_visa"]

#: People are added, and their first row is named.
_ADDED = dict.fromkeys(RESULTS, "sum") | {f"{one}_place": "first" for one in RESULTS}


def check_against_totals(tables: Mapping[str, pd.DataFrame], findings: Findings) -> None:
    """Check that nobody is missing from the totals whom another table counts for the same key.

    Totals describe everyone, the other tables a sample of the same people or all of them; so a
    sample may be smaller than its totals in either result, never larger.
    """
    if tables["totals"].empty:
        return
    parts = [_by_result(tables[kind], kind) for kind in ("quantiles", "means")]
    counted = pd.concat([*parts, _from_bins(tables["bins"])], ignore_index=True)
    everyone = tables["totals"].dropna(subset=_KEY).drop_duplicates(_KEY)
    everyone = everyone[~(everyone["n_success"] > everyone["n_total"])]
    both = counted.merge(everyone, on=_KEY, suffixes=("", "_all"))
    both["rest"] = both["n_total"] - both["n_success"]
    for result, word, told, column in (
        ("matched", "who succeeded", "n_success", "n_success"),
        ("not_matched", "who did not", "rest", "n_total"),
    ):
        for row in both[both[result] > both[told]].to_dict("records"):
            found = (
                f"{row['table']} count {show(row[result])} {word} for this key"
                f" ({row[f'{result}_place']}), this row {show(row[told])}."
            )
            findings.add("sample-exceeds-totals", row["file"], found, row=row["row"], column=column)


def _by_result(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    rows = table.dropna(subset=[*_KEY, "result"]).drop_duplicates([*_KEY, "result"])
    place = rows["file"] + ", row " + rows["row"].astype("str")
    for result in RESULTS:
        own = rows["result"] == result
        rows[result], rows[f"{result}_place"] = rows["n"].where(own), place.where(own)
    sums = rows.groupby(_KEY).agg(_ADDED)
    return sums.reset_index().assign(table=f"{kind.capitalize()} rows")


def _from_bins(bins: pd.DataFrame) -> pd.DataFrame:
    """Sum the bins of a key: everyone's, or both visa strata's, whichever counts more people."""
    rows = bins.dropna(subset=KEY_COLUMNS).copy()
    rows["matched"] = rows["n_success"]
    rows["not_matched"] = rows["n_total"] - rows["n_success"]
    rows["stratum"] = rows["needs_visa"] != ""
    place = rows["file"] + ", row " + rows["row"].astype("str") + " and others"
    rows = rows.assign(matched_place=place, not_matched_place=place)
    sums = rows.groupby([*_KEY, "stratum"]).agg(_ADDED)
    return sums.groupby(level=_KEY).max().reset_index().assign(table="Bins")
