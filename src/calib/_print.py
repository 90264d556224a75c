"""In: answers of a look-up; out: an aligned table for people, or JSON or CSV for programs."""

from __future__ import annotations

from collections.abc import Sequence

from calib._notes import CAVEAT, self_reported, why
from calib._record import Record
from calib._values import Answer

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


def aligned(rows: Sequence[Row]) -> str:
    """Return rows as an aligned table with a header.

    Parameters
    ----------
    rows : sequence of dict
        All with the same keys; None prints as ``-``.

    Returns
    -------
    str
        Lines without trailing spaces; empty without rows.
    """
    if not rows:
        return ""
    header = list(rows[0])
    cells = [header] + [["-" if row[k] is None else str(row[k]) for k in header] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(header))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in cells]
    return "\n".join(line.rstrip() for line in lines)


def qualified(answer: Answer, status: str, *notes: str) -> str:
    """Return what stands under every number: its key, grade, status, people and sources.

    Parameters
    ----------
    answer : Answer
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

    return json.dumps(_plain(value), indent=2)


def as_csv(rows: Sequence[Record | Row]) -> str:
    r"""Return records as CSV with a header; tuples are joined by ``|``, None is blank.

    Parameters
    ----------
    rows : sequence of Record or dict
        All of one kind.

    Returns
    -------
    str
        Lines ending in ``\n``, without the last one.
    """
    import csv
    import io

    plain = [_plain(row) for row in rows]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for i, row in enumerate(plain):
        assert isinstance(row, dict)
        flat = {name: value for name, value in row.items() if name != "available"}
        if i == 0:
            writer.writerow(flat)
        writer.writerow("|".join(map(str, v)) if isinstance(v, list) else v for v in flat.values())
    return text.getvalue().removesuffix("\n")


def _plain(value: object) -> object:
    if isinstance(value, Record):
        return value.as_dict()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
