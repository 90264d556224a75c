"""Published tables: in go their sheets, out comes one frame a kind with canonical names."""

from __future__ import annotations

import pandas as pd

from recalib.contract.vocabulary import (
    CELL,
    DEFAULT_DENOMINATOR,
    DENOMINATORS,
    GROUPS,
    LAYOUTS,
    OUTCOME_OF_DENOMINATOR,
    OUTCOMES,
    RESULTS,
    VISA,
)
from recalib.sources import cells
from recalib.sources.catalogue import Findings
from recalib.sources.csv_text import Sheet
from recalib.sources.labels import Labels

_PLACE = ("source", "file", "row")


def columns_of(kind: str) -> tuple[str, ...]:
    """Columns of the frame of a kind, in order.

    Parameters
    ----------
    kind : str
        `quantiles`, `bins` or `totals`.

    Returns
    -------
    tuple of str
        The cell's columns, the kind's own, then source, file and row.
    """
    layout = LAYOUTS[kind]
    own = [name for name in layout.columns if name not in CELL]
    if kind == "bins":  # the order of the contract, optional columns in their places
        own = ["score_min", "score_max", "n_applicants", "n_success", "n_total", "dispersion"]
    return (*CELL, *own, *_PLACE)


def parse_published(
    sheet: Sheet, kind: str, source: str, labels: Labels, findings: Findings
) -> pd.DataFrame:
    """Turn the text of one published table into typed columns.

    Parameters
    ----------
    sheet : Sheet
        The table as text.
    kind, source : str
        Kind of table, and the stem of its provenance file.
    labels : Labels
        Look-up of specialty labels.
    findings : Findings
        Where problems go.

    Returns
    -------
    DataFrame
        `columns_of(kind)`; numbers float64 with NaN for blank; words NaN where unusable.
    """
    layout = LAYOUTS[kind]
    data: dict[str, object] = {
        "cycle": cells.cycle_column(sheet, layout, findings),
        "specialty": cells.specialty_column(sheet, layout, labels, findings),
    }
    lists = [
        ("applicant_group", GROUPS, "unknown-group"),
        ("outcome", OUTCOMES, "unknown-outcome"),
        ("denominator", DENOMINATORS, "unknown-denominator"),
        ("needs_visa", VISA, "unknown-visa"),
        ("result", RESULTS, "unknown-result"),
    ]
    for column, known, rule in lists:
        if column in layout.columns:
            data[column] = cells.word_column(
                sheet, column, layout, findings, known=known, rule=rule
            )
    for column in layout.numbers:
        data[column] = cells.number_column(sheet, column, layout, findings)
    data.setdefault("needs_visa", [""] * len(sheet.lines))
    data |= {"source": source, "file": sheet.file, "row": sheet.lines}
    frame = _typed(pd.DataFrame(data, index=range(len(sheet.lines))), kind)
    return _fill_defaults(frame, findings)


def gather(frames: list[pd.DataFrame], kind: str) -> pd.DataFrame:
    """Put the frames of a kind under each other; without any, an empty frame of the same columns.

    Parameters
    ----------
    frames : list of DataFrame
        Results of `parse_published`.
    kind : str
        Their kind.

    Returns
    -------
    DataFrame
        All rows, in file order, with a fresh index.
    """
    if frames:
        return pd.concat(frames, ignore_index=True)
    return _typed(pd.DataFrame({name: [] for name in columns_of(kind)}), kind)


def _typed(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    types = dict.fromkeys(columns_of(kind), "str")
    types |= dict.fromkeys(LAYOUTS[kind].numbers, "float64")
    types["row"] = "int64"
    return frame[list(types)].astype(types)


def _fill_defaults(frame: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    blank = frame["denominator"] == ""
    default = frame["outcome"].map(DEFAULT_DENOMINATOR).astype("str")
    frame["denominator"] = frame["denominator"].mask(blank, default)
    if "dispersion" in frame:
        frame["dispersion"] = frame["dispersion"].fillna(1.0)
    outcome = frame["denominator"].map(OUTCOME_OF_DENOMINATOR)
    wrong = outcome.notna() & frame["outcome"].notna() & (outcome != frame["outcome"])
    for row in frame[wrong].itertuples():
        findings.add(
            "denominator-outcome",
            str(row.file),
            f"The outcome is {row.outcome} and the denominator {row.denominator}.",
            row=int(str(row.row)),
            column="denominator",
        )
    return frame
