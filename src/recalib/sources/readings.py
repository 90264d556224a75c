"""What the guides' words stand for, `guides/readings.yml`, read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from recalib.contract.vocabulary import GUIDE_LABELS, nearest, suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.values import parse_number, quote
from recalib.sources.yml import Document, check_keys_of


def check_readings(
    document: Document, bands: pd.DataFrame, findings: Findings
) -> dict[str, Any] | None:
    """Check the readings; None where they cannot be used.

    `bands`: rows of the guides, whose labels the readings name.
    """
    check_keys_of(document, ("words", "guides"), findings)
    # Words before guides, each told on the line of its key.
    wrong = [("words", found) for found in _words(document)]
    wrong += [("guides", found) for found in _guides(document, bands)]
    for key, found in wrong:
        line = document.lines.get(key)
        findings.add("guide-readings", document.file, found, row=line, column=key)
    if wrong or not {"words", "guides"} <= set(document.entries):
        return None
    words = document.mapping("words")
    return {
        "words": {
            word: {"least": parse_number(entry["least"]), "reason": entry["reason"]}
            for word, entry in words.items()
        },
        "guides": document.mapping("guides"),
    }


def _words(document: Document) -> Iterator[str]:
    """Say what is wrong with the words: their names, least chances and reasons."""
    words = document.mapping("words")
    if list(words) != list(GUIDE_LABELS):
        yield f"words has {', '.join(words) or 'no words'}."
        return
    least = []
    for word, entry in words.items():
        texts = entry if isinstance(entry, dict) else {}
        number = parse_number(str(texts.get("least", "")))
        if number is None or not texts.get("reason"):
            yield f"{word} lacks least, a number, or its reason: {quote(str(entry))}."
        else:
            least.append(number)
    falling = sorted(set(least), reverse=True) == least
    if len(least) == len(words) and not (falling and least[0] < 1 and least[-1] == 0):
        yield f"The least chances are {', '.join(map(str, least))}."


def _guides(document: Document, bands: pd.DataFrame) -> Iterator[str]:
    """Say what is wrong with the guides' labels and their words."""
    guides = document.mapping("guides")
    if "guides" in document.entries and not all(isinstance(v, dict) for v in guides.values()):
        yield "guides is no mapping of guides to their labels."
        return
    printed = {
        str(guide): sorted(map(str, rows.dropna().unique()))
        for guide, rows in bands.groupby("guide")["label"]
    }
    for guide, labels in guides.items():
        if guide not in printed:
            # A folder may hold fewer guides than it reads, but a slip would silence one.
            near = nearest(guide, [name for name in printed if name not in guides])
            if near:
                yield f'No row is of the guide "{guide}". The nearest is "{near}".'
            continue
        for label, word in labels.items():
            if label not in printed[guide]:
                yield f'{guide} prints no label "{label}". {suggestion(label, printed[guide])}'
            if word not in GUIDE_LABELS:
                yield f'"{label}" of {guide} reads as "{word}", which is no word.'
