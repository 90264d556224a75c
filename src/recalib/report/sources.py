"""The sources of figures, with citation and rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from recalib.report import words
from recalib.report.show import Html
from recalib.report.view import Specialty, View
from recalib.sources.typed_twice import typed_twice


def sources(work: View, names: Iterable[str] | None = None, *, notes: bool = True) -> Html | None:
    """List where figures come from and whose they are: all sources, or those of these names."""
    provenance = work.inputs["provenance"]
    rows: list[str] = []
    said: dict[str, str] = {}  # rights are told once, by the first source that has them
    for name in sorted(provenance if names is None else set(names) & set(provenance)):
        record = provenance[name]
        first = said.setdefault(record["rights"], record["title"])
        rights = record["rights"] if first == record["title"] else f"Rights: as of “{first}”."
        rows.append(_source(record, rights, notes))
    return Html(f'<ul class="sources">{"".join(rows)}</ul>') if rows else None


def _source(record: Mapping[str, Any], rights: str, notes: bool) -> str:
    listed = (record.get("notes") if notes else None) or []
    twice = typed_twice(record)
    behind = [
        rights,
        f"Trust: {words.plain(record['trust']).rstrip('.')}.",
        f"Transcribed from: {record['transcribed_from']}",
        *([f"Typed twice, with the same result: {', '.join(twice)}."] if twice else []),
        *([listed] if isinstance(listed, str) else map(str, listed)),
    ]
    return Markup("<li><b>{} (edition {})</b>. {} <small>{}</small></li>").format(
        record["title"], record["edition"], record["citation"], " ".join(behind)
    )


def names_of(here: Specialty) -> list[str]:
    """Return the sources behind the curves of a specialty."""
    return names_in(here.curves)


def names_in(rows: pd.DataFrame) -> list[str]:
    """Return the sources named in rows of a published table."""
    return sorted({name for joined in rows["sources"] for name in joined.split("|")} - {""})
