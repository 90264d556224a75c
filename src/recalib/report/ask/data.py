"""What the page knows: of each group the curves that look-ups answer from, as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from calib import lookup, names, sentences
from calib.answers import AuditRow, Curve
from calib.edition import Edition
from recalib.cohorts.labels import kind
from recalib.contract.schema import shipped
from recalib.report import words
from recalib.report.order import GROUP_ORDER

WORDS: dict[str, Any] = shipped(str(__package__), "words.yml")
#: What the form shows before somebody asks.
EXAMPLE = 243
_LINE = ("intercept", "slope", "intercept_se", "slope_se", "correlation")


def answers(
    edition: Edition,
    labels: Mapping[str, str],
    links: Mapping[str, str],
    titles: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return all that the page needs of an edition.

    `labels`: printed name by specialty; `links`: page by specialty; `titles`: title by source.
    """
    known = [name for name in GROUP_ORDER if name in edition.groups]
    every = [_group(edition, name, titles or {}) for name in known]
    groups = [group for group in every if group["curves"]]
    return {
        "edition": edition.name,
        "next": edition.next_cycle,
        "example": EXAMPLE,
        "groups": groups,
        "silent": [group["within"] for group in every if group not in groups],
        "specialties": {
            name: {"label": labels.get(name, words.plain(name)), "link": links.get(name, "")}
            for name in edition.specialties
        },
        "words": WORDS | {"gain": sentences.GAIN, "caveat": sentences.CAVEAT},
        "status": names.meanings("status"),
        "marks": sentences.MARKS,
        "grade": names.meanings("grade"),
        "counted": words.COUNTED,
        "bands": [*zip(names.LABELS["guide"], names.LABELS["chance"], strict=True)],
        "edges": names.EDGES,
        "few": sentences.FEW,
    }


def packed(data: Mapping[str, Any]) -> str:
    """Return data as JSON that can stand in a script element, whatever its text says."""
    return harmless(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def harmless(text: str) -> str:
    """Return JSON without the signs that would end its script element."""
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _group(edition: Edition, name: str, titles: Mapping[str, str]) -> dict[str, Any]:
    found = {specialty: edition.find(specialty, name) for specialty in edition.specialties}
    told = [curve for curve in found.values() if curve.line]
    return {
        "name": name,
        "label": words.GROUPS[name],
        "within": names.GROUPS[name],
        "curves": [_curve(edition, curve, titles) for curve in told],
        "none": [_nothing(edition, curve) for curve in found.values() if not curve.line],
        "lists": {
            by: sentences.counted(
                next(curve for curve in told if curve.denominator == by),
                *("{score}", "a specialty", WORDS["matched_of"]),
            )
            for by in names.DENOMINATORS
            if any(curve.denominator == by for curve in told)
        },
    }


def _nothing(edition: Edition, curve: Curve) -> dict[str, Any]:
    absence = sentences.absence(curve)
    why = sentences.without(curve.outcome, edition.note(curve))
    if absence != "no table":
        why = f"{absence[:1].upper()}{absence[1:]}."
    return {"of": curve.specialty, "why": why}


def _curve(edition: Edition, curve: Curve, titles: Mapping[str, str]) -> dict[str, Any]:
    every = edition.bands(curve, "guide")
    plain = curve.specialty.replace("_", " ")
    return {
        "of": curve.specialty,
        "by": curve.denominator,
        "cycle": curve.cycle,
        "line": [getattr(curve, part) or 0.0 for part in _LINE],
        "drift": curve.drift_sd,
        "low": curve.score_low or 1.0,
        "high": curve.score_high or 300.0,
        "n": curve.n,
        "grade": curve.grade,
        "status": curve.status,
        "cohort": kind("|".join(curve.sources)),
        "note": edition.note(curve) or "",
        "said": sentences.counted(curve, "{score}", plain, WORDS["of_hundred"]),
        "stood": sentences.stood(curve.cycle, "{matched}", "{not_matched}"),
        "sources": [titles.get(name, name) for name in curve.sources],
        "bands": [
            [band.rank, band.score_min, band.score_max] for band in every if band.score_min
        ],
        # What a score that no band holds is told; no band begins below 1.
        "no_band": lookup.held_by(every, 0.0).status,
        "stands": [[*row] for row in edition.standing(curve)],
        "guides": [_printed(row) for rows in edition.audits.values() for row in rows
                   if _is_of(row, curve)],
    }  # fmt: skip


def _is_of(row: AuditRow, curve: Curve) -> bool:
    return (row.specialty, row.curve_group, row.denominator, row.cycle) == (
        *(curve.specialty, curve.applicant_group, curve.denominator, curve.cycle),
    )


def _printed(row: AuditRow) -> dict[str, Any]:
    return {
        "guide": words.guide(row.guide),
        "label": words.plain(row.label),
        "low": row.score_min,
        "high": row.score_max,
        "range": words.score_range(row.score_min, row.score_max),
        "rank": _rank(row.reading),
        "verdict": words.plain(row.verdict or ""),
        "reason": row.reason or "",
    }


def _rank(reading: str | None) -> int:
    """Return the rank of the band that a printed label is read as, 0 for none."""
    known = names.LABELS["guide"]
    return known.index(reading) + 1 if reading in known else 0
