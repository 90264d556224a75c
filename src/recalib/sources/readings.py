"""What the guides' words stand for, `guides/readings.yml`, read and checked."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recalib.contract.vocabulary import GUIDE_LABELS, nearest, suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.cells import parse_number, quote
from recalib.sources.yml import Document, check_keys_of


def check_readings(
    document: Document, bands: pd.DataFrame, findings: Findings
) -> dict[str, Any] | None:
    """Check the readings; None where they cannot be used.

    `bands`: rows of the guides, whose labels the readings name.
    """
    told = len(findings.problems)
    check_keys_of(document, ("words", "guides"), findings)
    words, guides = (document.entries.get(key) for key in ("words", "guides"))

    def wrong(found: str, key: str) -> None:
        line = document.lines.get(key)
        findings.add("guide-readings", document.file, found, row=line, column=key)

    least: list[float] = []
    if not isinstance(words, dict) or list(words) != list(GUIDE_LABELS):
        wrong(f"words has {', '.join(words) if isinstance(words, dict) else 'no words'}.", "words")
    else:
        for word, entry in words.items():
            text = entry.get("least", "") if isinstance(entry, dict) else ""
            number = parse_number(text if isinstance(text, str) else "")
            if number is None or not isinstance(entry, dict) or not entry.get("reason"):
                wrong(f"{word} lacks least, a number, or its reason: {quote(str(entry))}.", "words")
            else:
                least.append(number)
        if len(least) == len(words) and (
            sorted(set(least), reverse=True) != least or least[0] >= 1 or least[-1] != 0
        ):
            wrong(f"The least chances are {', '.join(map(str, least))}.", "words")
    if not isinstance(guides, dict) or not all(isinstance(each, dict) for each in guides.values()):
        wrong("guides is no mapping of guides to their labels.", "guides")
        guides = {}
    printed = {guide: set(rows.dropna()) for guide, rows in bands.groupby("guide")["label"]}
    unread = [guide for guide in printed if guide not in guides]
    for guide, labels in guides.items():
        if guide not in printed:
            # A folder may hold fewer guides than it reads, but a slip would silence one.
            near = nearest(guide, unread)
            if near:
                wrong(f'No row is of the guide "{guide}". The nearest is "{near}".', "guides")
            continue
        for label, word in dict(labels).items():
            if label not in printed[guide]:
                known = sorted(printed[guide])
                wrong(f'{guide} prints no label "{label}". {suggestion(label, known)}', "guides")
            if word not in GUIDE_LABELS:
                wrong(f'"{label}" of {guide} reads as "{word}", which is no word.', "guides")
    if len(findings.problems) > told:
        return None
    reasons = {word: entry["reason"] for word, entry in dict(words).items()}  # type: ignore[arg-type, call-overload]  # a mapping by now
    told_words = zip(reasons.items(), least, strict=True)
    return {
        "words": {
            word: {"least": number, "reason": reason} for (word, reason), number in told_words
        },
        "guides": guides,
    }
