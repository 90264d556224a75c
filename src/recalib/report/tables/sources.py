"""The provenance of a run comes in; sources and guides with citation and rights go out."""

from __future__ import annotations

import html
from collections.abc import Iterable

import pandas as pd

from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import ROW, layout
from recalib.report.view import Specialty, View


def sources(work: View, names: Iterable[str] | None = None, *, notes: bool = True) -> Html | None:
    """Lay out where figures come from and whose they are.

    Parameters
    ----------
    work : View
        A run.
    names : iterable of str or None
        Names of sources; None for all.
    notes : bool
        Whether to print the notes too.

    Returns
    -------
    Html or None
        One row a source.
    """
    provenance = work.inputs["provenance"]
    rows = []
    for name in sorted(provenance if names is None else set(names) & set(provenance)):
        record = provenance[name]
        trust = [
            words.plain(str(record["trust"])),
            f"Transcribed from: {record['transcribed_from']}",
        ]
        listed = record.get("notes") or []
        if notes:
            trust += [listed] if isinstance(listed, str) else [str(note) for note in listed]
        rows.append(
            {
                ROW: f"{record['title']} (edition {record['edition']})",
                "Citation": str(record["citation"]),
                "Rights": str(record["rights"]),
                "Trust and notes": "<br>".join(html.escape(part) for part in trust),
            }
        )
    return layout(
        rows,
        "sources",
        first="Source",
        raw=("Trust and notes",),
        left=("Citation", "Rights", "Trust and notes"),
        widths={ROW: "16%", "Citation": "20%", "Rights": "26%", "Trust and notes": "38%"},
        note="This project is not affiliated with NRMP, AAMC or ECFMG.",
    )


def names_of(here: Specialty) -> list[str]:
    """Return the sources behind the curves of a specialty."""
    return names_in(here.curves)


def names_in(rows: pd.DataFrame) -> list[str]:
    """Return the sources named in rows of a published table."""
    found = {name for joined in rows["sources"] for name in str(joined).split("|")}
    return sorted(found - {""})


def guides(work: View, names: Iterable[str] | None = None) -> Html | None:
    """Lay out whose guides are held against the data.

    Parameters
    ----------
    work : View
        A run.
    names : iterable of str or None
        Names of guides; None for all.

    Returns
    -------
    Html or None
        One row a guide.
    """
    known = work.guides["guides"]
    rows = [
        {
            ROW: words.guide(name),
            "Title": str(known[name]["title"]),
            "Publisher": str(known[name]["publisher"]),
            "Citation": str(known[name]["citation"]),
        }
        for name in sorted(known if names is None else set(names) & set(known))
    ]
    return layout(
        rows, "guides", first="Guide", left=("Title", "Publisher", "Citation"),
        widths={ROW: "22%", "Title": "28%", "Publisher": "15%", "Citation": "35%"},
    )  # fmt: skip
