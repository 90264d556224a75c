"""Tables of sources and guides with citation and rights."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import ROW, layout, lines
from recalib.report.view import Specialty, View
from recalib.sources.typed_twice import typed_twice


def sources(work: View, names: Iterable[str] | None = None, *, notes: bool = True) -> Html | None:
    """Lay out where figures come from and whose they are: all sources, or those of these names."""
    provenance = work.inputs["provenance"]
    rows = []
    for name in sorted(provenance if names is None else set(names) & set(provenance)):
        record = provenance[name]
        trust = [words.plain(record["trust"]), f"Transcribed from: {record['transcribed_from']}"]
        twice = typed_twice(record)
        trust += [f"Typed twice, with the same result: {', '.join(twice)}"] if twice else []
        listed = (record.get("notes") if notes else None) or []
        rows.append(
            {
                ROW: f"{record['title']} (edition {record['edition']})",
                "Citation": record["citation"],
                "Rights": record["rights"],
                "Trust and notes": lines(
                    trust + ([listed] if isinstance(listed, str) else list(map(str, listed)))
                ),
            }
        )
    return layout(rows, "sources")


def names_of(here: Specialty) -> list[str]:
    """Return the sources behind the curves of a specialty."""
    return names_in(here.curves)


def names_in(rows: pd.DataFrame) -> list[str]:
    """Return the sources named in rows of a published table."""
    return sorted({name for joined in rows["sources"] for name in joined.split("|")} - {""})


def guides(work: View, names: Iterable[str] | None = None) -> Html | None:
    """Lay out whose guides are held against the data: all, or those of these names."""
    known = work.guides["guides"]
    rows = [
        {
            ROW: words.guide(name),
            "Title": known[name]["title"],
            "Publisher": known[name]["publisher"],
            "Citation": known[name]["citation"],
        }
        for name in sorted(known if names is None else set(names) & set(known))
    ]
    return layout(rows, "guides")
