"""Asks about the columns of a header that nobody knows, and tells those that are left out."""

from __future__ import annotations

from dataclasses import replace

from recalib.contract.vocabulary import nearest
from recalib.typed.grid import Grid, letters
from recalib.typed.headings import Header, Heading, shown, spread_unevenly
from recalib.typed.kinds import STATISTICS
from recalib.typed.names import Names
from recalib.typed.remarks import LEAVE_OUT, Remarks
from recalib.typed.words import phrases, plain

#: What cells say in a column that asks whether these people matched.
_SAY_RESULT = set(phrases("results")) | set(phrases("result_answers"))


def sound_header(grid: Grid, header: Header, names: Names, remarks: Remarks) -> Header:
    """The header with columns that nobody knows asked about or left out."""
    columns = [_known_column(grid, header, one, names, remarks) for one in header.columns]
    found = replace(header, columns=tuple(columns))
    twice = found.of("specialty")[1:]
    for one in twice:
        told = f"A second column is headed as the specialty: {shown(one)}."
        remarks.refuse(grid.place(one.row, one.index), told, "Put each table on its own sheet.")
    uneven = spread_unevenly(found)
    if uneven and not grid.merged:
        remarks.ask(
            f"{grid.prefix}header",
            grid.place(header.top, 0),
            f"Different columns seem to stand under the results ({uneven}).",
            "Write the result into each heading, such as Matched n.",
            ("as read",),
        )
    return found


def _known_column(
    grid: Grid, header: Header, heading: Heading, names: Names, remarks: Remarks
) -> Heading:
    index = heading.index
    below = [row for row in range(header.bottom + 1, len(grid.rows)) if grid.at(row, index)]
    if heading.left_out and below:
        remarks.told.append(f"{grid.name}: {shown(heading)} is left out.")
    answers = {plain(grid.at(row, index).text) for row in below}
    if (
        heading.result
        and not heading.column
        and answers <= _SAY_RESULT
        and (
            not answers <= {"0", "1"}
            or any(one.column in STATISTICS and not one.result for one in header.columns)
        )
    ):
        return replace(heading, column="said_result", result="")
    last = max(one.index for one in header.columns if one.text)
    if heading.known or not below or (grid.typed_text and index > last):
        return heading
    place = grid.place(header.bottom, index)
    labels = [row for row in below if names.known(grid.at(row, index).text)]
    if not header.of("specialty") and len(labels) * 2 > len(below):
        remarks.change(place, heading.text, "specialty", "specialties stand below it")
        return replace(heading, column="specialty")
    texts = [grid.at(row, index).text for row in below]
    if not heading.text and not any(character.isdigit() for text in texts for character in text):
        remarks.told.append(f"{grid.name}: column {letters(index)} has no heading: left out.")
        return replace(heading, left_out=True)
    near = nearest(plain(heading.text), phrases("columns")) if heading.text else None
    guess = phrases("columns")[near] if near else ""
    told = f"{shown(heading)} is no heading known here." if heading.text else "No heading."
    answer = remarks.ask(
        f"{grid.prefix}column {letters(index)}",
        place,
        told[0].upper() + told[1:],
        "Head it as docs/add-a-cycle.md does.",
        (LEAVE_OUT, *([guess] if guess else [])),
    )
    return (
        replace(heading, left_out=True)
        if answer in (None, LEAVE_OUT)
        else replace(heading, column=guess)
    )
