"""In: answers of a look-up; out: an aligned table for people, or JSON or CSV for programs."""

from __future__ import annotations

from collections.abc import Sequence

from calib._notes import CAVEAT, self_reported, why
from calib._record import Record, plain
from calib._terminal import Screen
from calib._values import Answered

Row = dict[str, object]


def interval(low: float | None, high: float | None, digits: int, claimed: bool = False) -> str:
    """Return an interval for people.

    Parameters
    ----------
    low, high : float or None
        Ends; None is unbounded.
    digits : int
        Decimals.
    claimed : bool
        Whether there is an interval even where both ends are unbounded.

    Returns
    -------
    str
        ``0.24 to 0.36``, ``unbounded`` where both ends are, or ``-`` where there is none.
    """
    if low is None and high is None:
        return "unbounded" if claimed else "-"
    ends = (number(low, digits, "unbounded"), number(high, digits, "unbounded"))
    return " to ".join(ends)


def number(value: float | None, digits: int, blank: str = "-") -> str:
    """Return a number for people.

    Parameters
    ----------
    value : float or None
        The number.
    digits : int
        Decimals.
    blank : str
        What stands for None.

    Returns
    -------
    str
    """
    return blank if value is None else f"{value:.{digits}f}"


def printed(low: float | None, high: float | None) -> str:
    """Return a guide's printed scores for people.

    Parameters
    ----------
    low, high : float or None
        Lowest and highest score; None is open.

    Returns
    -------
    str
        ``230-249``, ``250 and above``, ``up to 229``, or ``-`` where neither is printed.
    """
    if low is None:
        return "-" if high is None else f"up to {number(high, 0)}"
    return f"{number(low, 0)} and above" if high is None else f"{number(low, 0)}-{number(high, 0)}"


def aligned(rows: Sequence[Row], screen: Screen) -> str:
    """Return rows as an aligned table with a header.

    Parameters
    ----------
    rows : sequence of dict
        One at least, all with the same keys; None prints as ``-``.
    screen : Screen
        Where it goes. Rows that are wider become blocks of one line a column.

    Returns
    -------
    str
        Lines without trailing spaces.
    """
    header = list(rows[0])
    cells = [["-" if row[k] is None else str(row[k]) for k in header] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    if screen.width is not None and sum(widths) + 2 * len(widths) - 2 > screen.width:
        return _blocks(header, cells, screen)
    lines = [_line(header, widths, ["head"] * len(header), screen)]
    lines += [_line(row, widths, row, screen) for row in cells]
    return "\n".join(lines)


def _line(cells: list[str], widths: list[int], styles: list[str], screen: Screen) -> str:
    last = len(cells) - 1
    return "  ".join(
        screen.paint(cell, style) + " " * (width - len(cell) if i < last else 0)
        for i, (cell, width, style) in enumerate(zip(cells, widths, styles, strict=True))
    )


def _blocks(header: list[str], cells: list[list[str]], screen: Screen) -> str:
    width = max(map(len, header))
    return "\n\n".join(
        "\n".join(
            f"{screen.paint(name, 'head')}{' ' * (width - len(name))}  {screen.paint(cell, cell)}"
            for name, cell in zip(header, row, strict=True)
        )
        for row in cells
    )


def qualified(answer: Answered, status: str, *notes: str) -> str:
    """Return what stands under every number: its key, grade, status, people and sources.

    Parameters
    ----------
    answer : Answered
        Any answer of a look-up.
    status : str
        Status to show.
    *notes : str
        Further sentences on this answer.

    Returns
    -------
    str
        A few lines, the caveat last.
    """
    visa = {"yes": ", needs a visa", "no": ", needs no visa"}.get(answer.needs_visa or "", "")
    lines = [
        f"{answer.specialty}, {answer.applicant_group}{visa}: {answer.outcome}"
        f" {answer.cycle or ''}".rstrip()
        + f", denominator {answer.denominator or '-'}",
        f"grade {answer.grade or '-'}, status {status}, n {'-' if answer.n is None else answer.n},"
        f" edition {answer.edition}, sources: {', '.join(answer.sources) or '-'}",
    ]
    if reason := why(answer, status):
        lines.append(f"No edge is claimed: {reason}.")
    if answer.available:
        keys = [
            f"  {key.applicant_group} {key.outcome} {key.cycle} {key.denominator}"
            + (f" needs_visa {key.needs_visa}" if key.needs_visa else "")
            + f" ({key.status})"
            for key in answer.available
        ]
        lines += [f"No table gives this curve. {answer.specialty} has:", *keys]
    elif answer.curve.status == "no_evidence":
        lines.append(f"No table gives this curve, nor any other of {answer.specialty}.")
    return "\n".join([*lines, *notes, *self_reported(answer), CAVEAT])


def as_json(value: object) -> str:
    """Return records, or plain values, as JSON.

    Parameters
    ----------
    value : object
        A record, a sequence of records, or plain values.

    Returns
    -------
    str
        Indented, ASCII only.
    """
    import json

    return json.dumps(plain(value), indent=2)


def as_csv(rows: Sequence[Record | Row], columns: Sequence[str] = ()) -> str:
    r"""Return records as CSV with a header; tuples are joined by ``|``, None is blank.

    Parameters
    ----------
    rows : sequence of Record or dict
        All of one kind.
    columns : sequence of str
        Header where there are no rows.

    Returns
    -------
    str
        Lines ending in ``\n``, without the last one.
    """
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not rows:
        writer.writerow(columns)
    for i, row in enumerate(rows):
        cells = row.as_dict() if isinstance(row, Record) else dict(row)
        cells.pop("available", None)
        if i == 0:
            writer.writerow(cells)
        writer.writerow(map(_cell, cells.values()))
    return text.getvalue().removesuffix("\n")


def _cell(value: object) -> object:
    if isinstance(value, list):
        return "|".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    return value
