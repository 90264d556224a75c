"""Checks which tables a provenance says were typed twice: that they are as they were compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recalib.contract.vocabulary import nearest
from recalib.sources.files import Folder
from recalib.sources.yml import Document

_NEEDED = ("table", "sha256")
_KEYS = (*_NEEDED, "note")


def check_typed_twice(document: Document, source: str, folder: Folder) -> None:
    """Check that each table under `typed_twice` has the content that a second typing confirmed.

    The hash makes the claim one about a content: after any change of the table it is stale.
    """
    if not isinstance(document.entries.get("typed_twice", []), list):
        found = "typed_twice is no list."
        document.note(folder.findings, "typed-twice-form", found, "typed_twice")
        return
    begin = f"published/{source}."
    own = {name.removeprefix(begin).removesuffix(".csv"): name for name in folder.hashes}
    own = {table: name for table, name in own.items() if name == f"{begin}{table}.csv"}
    for entry, row in document.items("typed_twice"):
        rule, found = "typed-twice-form", ""
        if not isinstance(entry, dict) or not set(_NEEDED) <= set(entry) <= set(_KEYS):
            found = "An entry of typed_twice has other keys."
        elif entry["table"] not in own:
            near = nearest(str(entry["table"]), own) if own else None
            found = f'There is no table "{entry["table"]}" of this source.'
            found += f' The nearest is "{near}".' if near else ""
        elif entry["sha256"] != folder.hashes[own[str(entry["table"])]]:
            rule, found = "typed-twice-stale", f"{own[str(entry['table'])]} has changed since."
        if found:
            folder.findings.add(rule, document.file, found, row=row, column="typed_twice")


def typed_twice(provenance: Mapping[str, Any]) -> list[str]:
    """Tables of a source that two people typed, or one twice, with the same result."""
    said = provenance.get("typed_twice")
    entries = said if isinstance(said, list) else []
    return [str(one["table"]) for one in entries if isinstance(one, dict)]
