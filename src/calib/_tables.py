"""In: the bytes of one published CSV table; out: its rows, checked against the contract's columns.

Cells stay text until asked for: of the thousand rows of the band table, a look-up needs eight.
"""

from __future__ import annotations

from calib._errors import EditionError

# One word a column: name, then /i for whole numbers, /f for other numbers, nothing for text.
_SPEC = {
    "curves": (
        "curves.csv",
        "edition cycle specialty applicant_group needs_visa outcome denominator intercept/f slope/f"
        " intercept_se/f slope_se/f correlation/f intercept_raw/f slope_raw/f slope_raw_se/f"
        " p_slope_positive/f score_low/f score_high/f base_rate/f n/i grade status sources",
    ),
    "bands": (
        "band_table.csv",
        "edition cycle specialty applicant_group needs_visa outcome denominator scheme rank/i label"
        " score_min/i score_max/i boundary/f boundary_low/f boundary_high/f probability/f"
        " probability_low/f probability_high/f status guide_edge/f shift/f grade n/i sources"
        " suppressed",
    ),
    "guide_audit": (
        "guide_audit.csv",
        "edition guide guide_scheme specialty applicant_group curve_group denominator rank/i label"
        " score_min/f score_max/f edge probability_at_edge/f edge_low/f edge_high/f"
        " probability_in_band/f band_low/f band_high/f calibrated_edge/f shift/f verdict status"
        " grade",
    ),
    "evidence": (
        "evidence.csv",
        "edition cycle specialty applicant_group needs_visa outcome denominator kind result"
        " statistic score_min/f score_max/f value/f n/i fitted/f standard_deviation/f z/f source"
        " file row/i",
    ),
    "guide_anchors": (
        "guide_anchors.csv",
        "edition edge guide specialty printed_edge/f probability/f anchor/f anchor_without_own/f"
        " calibrated_edge/f calibrated_edge_without_own/f",
    ),
    "curve_notes": (
        "curve_notes.csv",
        "edition cycle specialty applicant_group needs_visa outcome denominator status note",
    ),
    "adjustments": (
        "adjustments.csv",
        "edition cycle specialty applicant_group outcome denominator covariate level odds_ratio/f"
        " odds_ratio_low/f odds_ratio_high/f points/f points_low/f points_high/f grade n/i sources"
        " suppressed reference status note",
    ),
}

NAMES = tuple(_SPEC)
"""Names that `calib.table` accepts."""

Cell = str | int | float | None


Raw = str | list[str]
"""A row as it was read: a whole line, or its cells where the file needed a CSV reader."""


class Table:
    """One table of an edition: its columns and its rows, cells split when asked for.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    content : bytes
        The file as published.
    place : str
        Where it came from, for messages.

    Raises
    ------
    EditionError
        If it is not UTF-8 or does not begin with the contract's columns.
    """

    __slots__ = ("columns", "kinds", "name", "place", "rows")

    def __init__(self, name: str, content: bytes, place: str) -> None:
        self.name = name
        self.place = place
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise EditionError(f"{place} is not UTF-8 ({error.reason}).{REMEDY}") from None
        header, self.rows = _split(text)
        spec = [word.partition("/")[::2] for word in _SPEC[name][1].split()]
        for i, (column, _) in enumerate(spec):
            found = header[i] if i < len(header) else "nothing"
            if found != column:
                raise EditionError(
                    f"{place}, column {i + 1}: {found} stands where the contract has"
                    f" {column}.{REMEDY}"
                )
        self.columns = {column: index for index, column in enumerate(header)}
        self.kinds = [kind for _, kind in spec] + [""] * (len(header) - len(spec))

    def check_edition(self, name: str) -> None:
        """Make sure that every row is of an edition.

        Parameters
        ----------
        name : str
            The edition that edition.json names.

        Raises
        ------
        EditionError
            If a row is of another.
        """
        start = f"{name},"
        for number, row in enumerate(self.rows, start=2):
            if not (row.startswith(start) if isinstance(row, str) else row[0] == name):
                raise EditionError(
                    f"{self.place}, row {number} is not of edition {name}, which edition.json"
                    f" names: the files are from two editions.{REMEDY}"
                )

    def index(self, start: int, stop: int) -> dict[tuple[str, ...], list[Raw]]:
        """Return the rows by the cells of some columns.

        Parameters
        ----------
        start, stop : int
            First column of the key, and the one after its last.

        Returns
        -------
        dict of tuple of str to list
            Rows in the table's order.
        """
        found: dict[tuple[str, ...], list[Raw]] = {}
        for row in self.rows:
            cells = row.split(",", stop) if isinstance(row, str) else row
            found.setdefault(tuple(cells[start:stop]), []).append(row)
        return found

    def record(self, row: Raw) -> dict[str, Cell]:
        """Return one row by column name, numbers as numbers and blanks as None.

        Parameters
        ----------
        row : str or list of str
            One of `rows`.

        Returns
        -------
        dict of str to str, int, float or None

        Raises
        ------
        EditionError
            If a cell is missing or too many, or a column of numbers holds anything else.
        """
        cells = row.split(",") if isinstance(row, str) else row
        if len(cells) != len(self.kinds):
            raise EditionError(
                f"{self.place}, row {self.rows.index(row) + 2}: {len(cells)} cells where the header"
                f" has {len(self.kinds)}.{REMEDY}"
            )
        values: dict[str, Cell] = {}
        for column, kind, cell in zip(self.columns, self.kinds, cells, strict=True):
            if not cell:
                values[column] = None
            elif not kind:
                values[column] = cell
            else:
                values[column] = self._number(column, kind, cell)
        return values

    def _number(self, column: str, kind: str, cell: str) -> int | float:
        try:
            number = float(cell)
            whole = int(number)  # fails for nan and inf, which no table publishes
        except (ValueError, OverflowError):
            raise self._wrong(column, cell) from None
        if kind == "f":
            return number
        if whole != number:
            raise self._wrong(column, cell)
        return whole

    def _wrong(self, column: str, cell: str) -> EditionError:
        return EditionError(
            f"{self.place}, column {column}: {cell!r} is not a number of the kind that belongs"
            f" there.{REMEDY}"
        )


REMEDY = (
    " Reinstall it (pip install --force-reinstall calib-bands), or in the repository run"
    " `make bands` to write the edition anew."
)


def file_name(name: str) -> str:
    """Return the file of a table.

    Parameters
    ----------
    name : str
        One of `NAMES`.

    Returns
    -------
    str
        File name in the edition's folder.
    """
    return _SPEC[name][0]


def _split(text: str) -> tuple[list[str], list[Raw]]:
    if '"' not in text:
        # `csv` imports `re`, 10 ms; a table without a quote needs no reader.
        lines: list[Raw] = [*text.removesuffix("\n").split("\n")]
        return str(lines[0]).split(","), lines[1:]
    import csv

    header, *rows = csv.reader(text.splitlines(keepends=True))
    return header, [*rows]
