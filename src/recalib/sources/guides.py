"""Guides: in go guide_bands.csv, guide_rules.csv and the .yml files, out come checked frames."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from recalib.contract.vocabulary import EDGES, GROUPS, LAYOUTS, nearest
from recalib.sources import cells
from recalib.sources.catalogue import Findings
from recalib.sources.csv_text import Sheet
from recalib.sources.labels import Labels
from recalib.sources.schemas import show
from recalib.sources.yml import Document, check_keys_of, check_texts

_SCHEME = ["guide", "specialty", "applicant_group", "guide_scheme"]


def parse_guides(sheet: Sheet, kind: str, labels: Labels, findings: Findings) -> pd.DataFrame:
    """Turn the text of a guide table into typed columns.

    Parameters
    ----------
    sheet : Sheet
        The table as text.
    kind : str
        `guide_bands` or `guide_rules`.
    labels : Labels
        Look-up of specialty labels.
    findings : Findings
        Where problems go.

    Returns
    -------
    DataFrame
        The contract's columns, then source (blank), file and row; `specialty` is canonical,
        `tier:<name>` or, in rules for all specialties, blank.
    """
    layout = LAYOUTS[kind]
    data: dict[str, object] = {}
    for column in layout.required:
        if column == "specialty":
            data[column] = cells.specialty_column(sheet, layout, labels, findings, tiers=True)
        elif column == "applicant_group":
            data[column] = cells.word_column(
                sheet, column, layout, findings, known=GROUPS, rule="unknown-group"
            )
        elif column == "edge":
            data[column] = cells.word_column(
                sheet, column, layout, findings, known=EDGES, rule="guide-edge"
            )
        elif column in layout.numbers:
            data[column] = cells.number_column(sheet, column, layout, findings)
        else:
            data[column] = cells.word_column(sheet, column, layout, findings)
    data |= {"source": "", "file": sheet.file, "row": sheet.lines}
    return typed(pd.DataFrame(data, index=range(len(sheet.lines))), kind)


def typed(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Give a guide frame its column order and types.

    Parameters
    ----------
    frame : DataFrame
        Any of its columns; missing ones come out empty, for a folder without guides.
    kind : str
        `guide_bands` or `guide_rules`.

    Returns
    -------
    DataFrame
        Words as str, numbers as float64, row as int64.
    """
    types = dict.fromkeys((*LAYOUTS[kind].required, "source", "file"), "str")
    types |= dict.fromkeys(LAYOUTS[kind].numbers, "float64")
    types["row"] = "int64"
    return frame.reindex(columns=list(types)).astype(types)


def check_bands(frame: pd.DataFrame, unsure: pd.Series, findings: Findings) -> None:
    """Check each printed band, and the edges of each scheme.

    Parameters
    ----------
    frame : DataFrame
        Rows of guide_bands.csv. Printed overlaps and gaps are kept and are no problem.
    unsure : Series of bool
        Rows whose bounds could not be read; passed over.
    findings : Findings
        Where problems go.
    """
    sure = frame[~unsure]
    _check_bounds(sure, "score_min", "score_max", findings)
    for row in sure[sure["edge"].isin(EDGES) & sure["score_min"].isna()].to_dict("records"):
        found = f"The row has the edge {row['edge']} and no score_min."
        findings.add("guide-edge", row["file"], found, row=row["row"], column="edge")
    edges = sure[sure["edge"].isin(EDGES) & sure["score_min"].notna()].dropna(subset=_SCHEME)
    for _, scheme in edges.groupby(_SCHEME):
        order = scheme.assign(place=scheme["edge"].map(EDGES.index)).sort_values(["place", "row"])
        rows = order.to_dict("records")
        for upper, lower in pairwise(rows):
            if upper["edge"] == lower["edge"] or upper["score_min"] <= lower["score_min"]:
                found = (
                    f"The edge {lower['edge']} is {show(lower['score_min'])}; row {upper['row']}"
                    f" has {upper['edge']} at {show(upper['score_min'])}."
                )
                findings.add(
                    "guide-edges-ordered", lower["file"], found, row=lower["row"], column="edge"
                )


def check_rules(frame: pd.DataFrame, unsure: pd.Series, findings: Findings) -> None:
    """Check each rule's values; parameters as in `check_bands`."""
    _check_bounds(frame[~unsure], "value_min", "value_max", findings)


def _check_bounds(frame: pd.DataFrame, low: str, high: str, findings: Findings) -> None:
    for row in frame[frame[low].isna() & frame[high].isna()].to_dict("records"):
        found = f"{low} and {high} are both blank."
        findings.add("guide-bounds", row["file"], found, row=row["row"], column=low)
    for row in frame[frame[low] > frame[high]].to_dict("records"):
        found = f"{low} is {show(row[low])} and {high} is {show(row[high])}."
        findings.add("guide-bounds", row["file"], found, row=row["row"], column=low)


def check_guide_names(frames: list[pd.DataFrame], known: list[str], findings: Findings) -> None:
    """Check that every guide of the tables has its .yml file.

    Parameters
    ----------
    frames : list of DataFrame
        Guide tables.
    known : list of str
        Guides that have one.
    findings : Findings
        Where problems go.
    """
    for frame in frames:
        first = frame[frame["guide"].notna() & ~frame["guide"].isin(known)]
        for row in first.drop_duplicates("guide").to_dict("records"):
            found = f'The guide "{row["guide"]}" has no guides/{row["guide"]}.yml.'
            near = nearest(row["guide"], known)
            found += f" The nearest is guides/{near}.yml." if near else ""
            findings.add("missing-provenance", row["file"], found, row=row["row"], column="guide")


def check_guide_anchors(document: Document, findings: Findings) -> dict[str, float] | None:
    """Check guides/anchors.yml, the frozen anchor probabilities.

    Parameters
    ----------
    document : Document
        The file: top, middle and bottom, with the edition they belong to and the reason.
    findings : Findings
        Where problems go.

    Returns
    -------
    dict of str to float, or None
        Probabilities of the edges top, middle and bottom; None where they cannot be used.
    """
    check_keys_of(document, (*EDGES, "edition", "reason"), findings)
    check_texts(document, ("edition", "reason"), findings)
    if not all(edge in document.entries for edge in EDGES):
        return None
    anchors: dict[str, float] = {}
    for edge in EDGES:
        number = cells.parse_number(document.text(edge))
        if number is None or not 0 < number < 1:
            found = f"{edge} is {cells.quote(document.text(edge))}."
            line = document.lines[edge]
            findings.add("guide-anchors", document.file, found, row=line, column=edge)
        else:
            anchors[edge] = number
    if len(anchors) < len(EDGES):
        return None
    if not anchors["top"] > anchors["middle"] > anchors["bottom"]:
        found = ", ".join(f"{edge} is {show(anchors[edge])}" for edge in EDGES)
        findings.add("guide-anchors", document.file, f"{found}.", row=document.lines["top"])
        return None
    return anchors
