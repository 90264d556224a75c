"""Checks the .yml of a source, a cohort or a guide, and of the edition."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from recalib.contract.vocabulary import TRUST_LEVELS, nearest
from recalib.sources.catalogue import Findings
from recalib.sources.yml import Document, Value, check_keys_of, check_texts

TEXTS = ("title", "publisher", "citation", "edition", "rights", "trust", "transcribed_from")
KEYS = (*TEXTS, "notes", "anchors")
#: How a text begins that `calib add-cycle` asks and somebody has to answer.
QUESTION = "?"
GUIDE_KEYS = ("title", "publisher", "citation")
_EDITION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def trust_level(trust: str) -> str | None:
    """Level that the text of `trust` begins with ("shape only" and "shape-only" too), or None."""
    plain = re.sub(r"[\s_-]+", "_", trust.strip().casefold())
    for level in TRUST_LEVELS:
        if re.match(rf"{level}(?![a-z0-9])", plain):
            return level
    return None


def reader_notes(record: Mapping[str, object]) -> list[str]:
    """Notes of a source that belong to its figures wherever they are shown.

    Those on how a column is reckoned are for readers of the table itself and are left out.
    """
    notes = record.get("notes") or []
    told = [str(note) for note in notes] if isinstance(notes, list) else [str(notes)]
    return [note for note in told if not note.startswith("The column ")]


def check_provenance(
    document: Document, findings: Findings, optional: Collection[str] = ()
) -> dict[str, Value]:
    """Check the provenance of a source or a cohort; `notes` and `anchors` come out as lists."""
    check_keys_of(document, KEYS, findings, optional)
    check_texts(document, TEXTS, findings)
    values = dict(document.entries)
    trust = document.text("trust")
    if trust.strip() and trust_level(trust) is None:
        word = trust.split()[0].strip(":,;.")
        near = nearest(word, TRUST_LEVELS)
        if near is not None:  # a slip, which would hide the level; other words state none
            found = f'trust begins with "{word}". The nearest known is "{near}".'
            document.note(findings, "trust-level", found, "trust")
    notes = values.get("notes", "")
    if isinstance(notes, str):
        notes = [notes] if notes.strip() else []
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        document.note(findings, "yml-value", "notes is no text.", "notes")
        notes = []
    values["notes"] = notes
    if "anchors" in values and not isinstance(values["anchors"], list):
        fix = "Write anchors: [] where there is none."
        document.note(findings, "yml-value", "anchors is no list.", "anchors", fix)
        values["anchors"] = []
    return values


def check_guide(document: Document, findings: Findings) -> dict[str, str]:
    """Check the .yml of a guide: title, publisher and citation."""
    check_keys_of(document, GUIDE_KEYS, findings)
    check_texts(document, GUIDE_KEYS, findings)
    return {key: document.text(key) for key in GUIDE_KEYS}


def check_edition(document: Document, findings: Findings) -> str:
    """Check edition.yml; the edition, blank where it has none that can be used."""
    check_keys_of(document, ("edition",), findings)
    edition = document.text("edition").strip()
    if "edition" in document.entries and not _EDITION.fullmatch(edition):
        found = f'edition is "{edition}".' if edition else "edition is blank or no text."
        document.note(findings, "edition-form", found, "edition")
        return ""
    return edition
