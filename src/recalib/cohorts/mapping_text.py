"""Writes a proposed mapping as the .yml of a cohort, to be read and edited."""

from __future__ import annotations

import json

from recalib.cohorts.columns import COLUMNS
from recalib.cohorts.export_file import Export
from recalib.cohorts.guess import Guess, Proposal
from recalib.cohorts.mapping import LEAVE_OUT, UNDECIDED

_HEAD = f"""\
# Proposed by `calib cohort-init`. Read it, correct it, and keep it with the export: every run reads
# the export by it. What a value may mean is listed in docs/cohorts.md; "" is unknown, {LEAVE_OUT}
# leaves its rows out, and a "{UNDECIDED}" has to be decided before anything is counted.
"""
_PROVENANCE = {
    "title": "Own cohort {name}",
    "publisher": "Not published",
    "citation": "Own cohort {name}. Not to be cited.",
    "edition": "{name}",
    "rights": "Private: no row leaves this machine.",
    "trust": "fair: an own export, read by the mapping below.",
    "transcribed_from": "{file}",
}


def mapping_text(export: Export, found: Proposal, name: str, mark: str) -> str:
    """Return the text of the .yml."""
    lines = [_HEAD]
    for key, text in _PROVENANCE.items():
        lines.append(f"{key}: {_quoted(text.format(name=name, file=export.file.file))}")
    lines += ["notes:", "anchors: []"]
    lines += [
        "denominator: ranked_first  # or ranked_any_pgy1: whom a match is counted among",
        f"key: {_quoted(mark)}  # mark of the key .{name}.key, which draws the noise; leave it",
        "mapping:",
    ]
    if export.delimiter:
        lines.append(f"  delimiter: {_quoted(export.delimiter)}")
    if export.sheet:
        lines.append(f"  sheet: {_quoted(export.sheet)}")
    lines.append("  columns:")
    for column in COLUMNS:
        if column in found.always:
            lines += [f"    {column}:", f"      always: {_quoted(found.always[column])}"]
        elif column in found.guesses:
            lines += _entry(column, found.guesses[column])
        elif column in found.missing:
            lines += [f"    {column}:", f'      column: "{UNDECIDED}"  # not found: name it']
    persons = [f"{name} ({what})" for name, what in found.persons]
    lines += _aside("Never read, since it may tell who somebody is", persons)
    lines += _aside("Not needed, and not read", found.unused)
    return "\n".join(lines) + "\n"


def _entry(column: str, guess: Guess) -> list[str]:
    lines = [f"    {column}:", f"      column: {_quoted(guess.column)}"]
    if guess.calendar_year:
        lines.append("      calendar_year: yes  # counted back from the cycle's last year")
    if guess.values:
        lines.append("      values:")
        for value, count, meaning in guess.values:
            told = f"in {count:,} rows" if count >= 2 else "in 1 row"
            lines.append(f"        {_quoted(value)}: {_quoted(meaning)}  # {told}")
    if guess.hidden[0]:
        values, rows = guess.hidden
        lines.append(f"      # {values:,} rare values ({rows:,} rows) are not repeated here")
    return lines


def _aside(title: str, names: list[str]) -> list[str]:
    return [f"  # {title}:", *(f"  #   {name}" for name in names)] if names else []


def _quoted(text: str) -> str:
    """Quote a text for YAML, in which a JSON text is one."""
    return json.dumps(text, ensure_ascii=False)
