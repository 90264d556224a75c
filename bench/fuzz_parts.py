"""Parts of readers that take one text: they give a value or note problems, and never fail."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from fuzz_readers import READERS

from calib import names
from recalib.contract.tables import LAYOUTS
from recalib.contract.vocabulary import read_cycle
from recalib.sources.catalogue import Findings
from recalib.sources.csv_text import read_sheet
from recalib.sources.yml import read_yml, read_yml_list
from recalib.typed.grid import Grid, text_cell
from recalib.typed.headings import find_header, read_heading
from recalib.typed.numbers import COUNT, PERCENT, SCORE, SHARE, learn_style, read_number
from recalib.typed.ranges import read_range


def seeds() -> list[bytes]:
    """Valid texts of every kind."""
    found = [*READERS["tables"]().seeds.values(), *READERS["descriptions"]().seeds.values()]
    return [*found, READERS["typed"]().seeds["c.csv"].replace(b",", b";")]


def sheet(text: str) -> None:
    """The text of a raw table, by the columns of each kind."""
    for kind, layout in LAYOUTS.items():
        read_sheet(text, f"{kind}.csv", layout, Findings())


def yml(text: str) -> None:
    """A description."""
    read_yml(text, "a.yml", Findings())
    read_yml_list(text, "a.yml", Findings())


def cell(text: str) -> None:
    """Cells as somebody typed them: a line each, in one style."""
    lines = text.split("\n")
    style = learn_style(lines)
    for line in lines:
        for kind in (COUNT, SCORE, SHARE, PERCENT):
            found = read_number(text_cell(line), kind, style)
            if found.value:
                float(found.value)  # what is read is a number
        read_range(line)
        read_heading(line)
        read_cycle(line)


def header(text: str) -> None:
    """The rows of a typed sheet, with semicolons between cells."""
    rows = [[text_cell(one) for one in line.split(";")] for line in text.split("\n")]
    find_header(Grid("a.csv", "", rows))


def name(text: str) -> None:
    """What somebody calls a specialty or a group."""
    for kind, known in (("specialty", ["general_surgery", "pathology"]), ("applicant group", None)):
        with contextlib.suppress(names.UnknownNameError):
            names.resolve(kind, text, known)


PARTS: dict[str, Callable[[str], None]] = {
    one.__name__: one for one in (sheet, yml, cell, header, name)
}
