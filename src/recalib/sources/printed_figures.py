"""Checks that tables reproduce printed figures, values typed from their source a second time.

They stand under `anchors` in the provenance of the source. Each picks rows of one table by columns
(specialty, result, ...) and names a statistic: a column of the table, or `rate_percent` = 100
n_success / n_total. Without `summary` it picks one row. With it: `sum`, `pooled` (the rate of all
rows together), `mean` (unweighted), `highest` or `lowest` (`at` names the specialty where). The
value is compared to as many decimals as it has. `known_difference` (table minus source) with its
`reason` records a mismatch of the source itself; once that is gone, the entry fails and has to go.
"""

from __future__ import annotations

import math

import pandas as pd

from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.tables import LAYOUTS
from recalib.contract.vocabulary import nearest, read_cycle, suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.labels import Labels
from recalib.sources.provenance import QUESTION
from recalib.sources.values import parse_number, show
from recalib.sources.yml import Document

SUMMARIES = ("sum", "pooled", "mean", "highest", "lowest")
PICKERS = (*KEY_COLUMNS, "result", "score_min", "score_max")
KEYS = (
    *("table", "statistic", "value"),
    *("summary", "at", "known_difference", "reason"),
    *PICKERS,
)
RATE = "rate_percent"


class _MalformedError(Exception):
    """The printed figure cannot be understood; says why."""


def check_printed_figures(
    document: Document,
    source: str,
    tables: dict[str, pd.DataFrame],
    labels: Labels,
    findings: Findings,
) -> None:
    """Check that a source's tables reproduce its printed figures.

    A source without any table of a figure's kind has nothing to reproduce there, so that a folder
    may hold any subset of the kinds.
    """
    damaged = {problem.file for problem in findings.problems}
    for figure, line in document.items("anchors"):
        if isinstance(figure, dict) and str(figure.get("value", "")).startswith(QUESTION):
            continue  # told where questions are told
        try:
            found = _compare(figure, source, tables, labels, damaged)
        except _MalformedError as error:
            findings.add("anchor-form", document.file, str(error), row=line, column="anchors")
            continue
        if found:
            findings.add("anchor-value", document.file, found, row=line, column="anchors")


def _compare(
    figure: object,
    source: str,
    tables: dict[str, pd.DataFrame],
    labels: Labels,
    damaged: set[str],
) -> str | None:
    """Say how the table differs from a printed figure; None where it does not."""
    texts = _texts(figure)
    kind = texts["table"].split(".")[-1]
    if kind not in tables:
        raise _MalformedError(f'"{texts["table"]}" is no table. {suggestion(kind, list(tables))}')
    known = (*LAYOUTS[kind].numbers, *([RATE] if "n_total" in LAYOUTS[kind].numbers else []))
    if texts["statistic"] not in known:
        raise _MalformedError(
            f"There is no such statistic. {suggestion(texts['statistic'], known)}"
        )
    value, offset = (_number(texts, key) for key in ("value", "known_difference"))
    if offset and not texts.get("reason"):
        raise _MalformedError("known_difference is given without its reason.")
    frame = tables[kind]
    rows = frame[frame["source"] == source]
    if rows.empty:
        return None
    name = f"published/{source}.{texts['table']}.csv"
    if name not in set(rows["file"]):
        near = nearest(name, sorted(set(rows["file"])))
        raise _MalformedError(f"There is no file {name}. The nearest is {near}.")
    if name in damaged:
        # what differs there may be the consequence of a problem that is told already
        return None
    rows = _pick(rows[rows["file"] == name], texts, labels)
    typed = f"{_describe(texts)} is {texts['value']} in the source"
    if rows.empty:
        return f"{typed}, {name} has no such row."
    got = _summarise(rows, texts, labels)
    expected, decimals = value + offset, len(texts["value"].partition(".")[2])
    if abs(got - expected) <= 0.5 * 10.0**-decimals * (decimals > 0) + 1e-9:
        return None
    shown = f"{got:.{decimals + 1}f}" if got % 1 else show(got)
    known_value = f" ({show(expected)} with the known difference)" if offset else ""
    told = "no such value" if math.isnan(got) else shown
    return f"{typed}{known_value}, {name} gives {told}."


def _texts(figure: object) -> dict[str, str]:
    if not isinstance(figure, dict) or not all(isinstance(v, str) for v in figure.values()):
        raise _MalformedError("The anchor is not a mapping of keys to plain values.")
    for key in figure:
        if key not in KEYS:
            near = suggestion(key, KEYS, enumerate_all=False)
            raise _MalformedError(f'"{key}" is not a key of an anchor. {near}'.strip())
    for key in ("table", "statistic", "value"):
        if not figure.get(key):
            raise _MalformedError(f"{key} is missing.")
    return figure


def _number(texts: dict[str, str], key: str) -> float:
    """Read a number; 0 where the figure has none."""
    number = parse_number(texts.get(key, "0"))
    if number is None:
        raise _MalformedError(f'{key} "{texts[key]}" is not a number.')
    return number


def _specialty(text: str, labels: Labels) -> str:
    name = labels.resolve(text)
    if name is None:
        raise _MalformedError(
            f'"{text}" is not a known specialty. {labels.suggestion(text)}'.strip()
        )
    return name


def _pick(rows: pd.DataFrame, texts: dict[str, str], labels: Labels) -> pd.DataFrame:
    for key in filter(texts.__contains__, PICKERS):
        if key not in rows:
            raise _MalformedError(f"The table has no column {key}.")
        wanted: str | float = texts[key]
        if key == "specialty":
            wanted = _specialty(texts[key], labels)
        elif key == "cycle":
            wanted = read_cycle(texts[key]) or texts[key]
        elif key in ("score_min", "score_max"):
            wanted = _number(texts, key) if texts[key] else math.nan
        rows = rows[rows[key].isna() if wanted != wanted else rows[key] == wanted]
    return rows


def _summarise(rows: pd.DataFrame, texts: dict[str, str], labels: Labels) -> float:
    statistic, summary = texts["statistic"], texts.get("summary")
    if statistic == RATE:
        values = 100 * rows["n_success"] / rows["n_total"].where(rows["n_total"] > 0)
    else:
        values = rows[statistic]
    if summary is None:
        if len(values) > 1:
            raise _MalformedError(f"The anchor picks {len(values)} rows and has no summary.")
        return float(values.iloc[0])
    if summary not in SUMMARIES:
        raise _MalformedError(f'"{summary}" is no summary. {suggestion(summary, SUMMARIES)}')
    if summary in ("sum", "mean"):
        return float(values.agg(summary))
    if summary == "pooled":
        if statistic != RATE:
            raise _MalformedError(f"The summary pooled belongs to {RATE}.")
        people = float(rows["n_total"].sum())
        return 100 * float(rows["n_success"].sum()) / people if people else math.nan
    if "at" not in texts:
        raise _MalformedError(f"The summary {summary} needs at: the specialty where it is.")
    there = values[rows["specialty"] == _specialty(texts["at"], labels)]
    extreme = float(values.max() if summary == "highest" else values.min())
    # where another specialty is more extreme, its value differs from the figure's own
    return extreme if there.eq(extreme).any() else math.nan


def _describe(texts: dict[str, str]) -> str:
    words = [texts[key] for key in (*PICKERS, "summary", "statistic") if texts.get(key)]
    return " ".join([*words, f"at {texts['at']}"] if "at" in texts else words)
