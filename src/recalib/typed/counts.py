"""Finds who succeeded and who was counted, and holds counts against sums and rates beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from recalib.sources.values import quote
from recalib.typed.cells import Figure, Figures
from recalib.typed.entries import Line, Walk
from recalib.typed.grid import Grid
from recalib.typed.headings import Header, Heading, shown
from recalib.typed.remarks import AS_PRINTED, LEAVE_OUT, Remarks

_COUNTED = ("n", "n_success", "n_failed", "n_total")
_SIDES = {"matched": "n_success", "not_matched": "n_failed"}


def role(heading: Heading, columns: Iterable[Heading]) -> str:
    """What a count of a totals table counts: n_success, n_failed or n_total."""
    name = heading.column or "n"
    if heading.result and name in ("n", "n_total"):
        return _SIDES[heading.result]
    total = any(one.column == "n_total" and not one.result for one in columns)
    return "n_total" if name == "n" and not total else name


class Counts:
    """Counts of the rows of one sheet."""

    def __init__(self, grid: Grid, header: Header, figures: Figures, remarks: Remarks) -> None:
        self.grid, self.header, self.figures, self.remarks = grid, header, figures, remarks

    def of_line(
        self, row: int, columns: list[Heading], result: str, named: str
    ) -> dict[str, Figure] | None:
        """Counts by column of the raw table; None where the row is left out or in doubt.

        A row that is of one result holds one of n_success and n_failed.
        """
        found: dict[str, Figure] = {}
        for one in columns:
            figure = self.figures.read(row, one)
            if figure is None:
                return None
            name = role(one, columns)
            if result and name == "n_total" and one.column in ("", "n"):
                name = _SIDES[result]
            if name == "rate":
                if one.result == "not_matched" and figure.value:
                    figure = replace(figure, value=f"{100 - float(figure.value):g}")
            elif name in found and found[name].value != figure.value:
                told = f"{name} is {figure.value} here, {found[name].value} in {found[name].place}."
                self.remarks.refuse(figure.place, told, "Compare both with the source.")
                return None
            found[name] = figure
        if result:
            return found
        return self.completed(found, self.grid.place(row, 0), self.grid.key(row, 0), named)

    def completed(
        self, found: dict[str, Figure], place: str, key: str, named: str
    ) -> dict[str, Figure] | None:
        """The counts that a table needs, the third from the other two, and what does not agree."""
        figures = dict(found)
        failed, rate = figures.pop("n_failed", None), figures.pop("rate", None)
        success, total = figures.get("n_success"), figures.get("n_total")
        filled = {
            name: int(one.value)
            for name, one in (("success", success), ("failed", failed), ("total", total))
            if one is not None and one.value
        }
        if len(filled) == 3 and filled["success"] + filled["failed"] != filled["total"]:
            assert total is not None
            told = f"{filled['success']} and {filled['failed']} are not {filled['total']}."
            if not self._confirmed(total, told):
                return None
        if len(filled) < 2:
            self._withheld(found, place, key, named)
            return None
        if "total" not in filled:
            value = str(filled["success"] + filled["failed"])
            figures["n_total"] = Figure(value, place)
            self.remarks.change(place, "", value, "n_total: the matched and the not matched")
        if "success" not in filled:
            value = str(filled["total"] - filled["failed"])
            figures["n_success"] = Figure(value, place)
            self.remarks.change(place, "", value, "n_success: the total less the not matched")
        if rate is not None and rate.value and not self._rate_agrees(figures, rate):
            return None
        return figures

    def _withheld(self, found: dict[str, Figure], place: str, key: str, named: str) -> None:
        marks = sorted({one.withheld for one in found.values() if one.withheld})
        said = f" ({', '.join(map(quote, marks))})" if marks else ""
        answer = self.remarks.ask(
            f"{key} counts",
            place,
            f"Of {named} two of matched, not matched and total are needed{said}.",
            "Type the counts where another table of the source prints them.",
            (LEAVE_OUT,),
        )
        if answer == LEAVE_OUT:
            self.remarks.left_out.append(f"{named}: counts are not printed{said}.")

    def _rate_agrees(self, figures: dict[str, Figure], rate: Figure) -> bool:
        success, total = (int(figures[name].value) for name in ("n_success", "n_total"))
        decimals = len(rate.value.partition(".")[2])
        computed = 100 * success / total if total else 0.0
        if abs(computed - float(rate.value)) <= 0.5 * 10.0**-decimals + 1e-9:
            return True
        told = f"The rate is {rate.value} %, and {success} of {total} are {computed:.1f} %."
        return self._confirmed(rate, told)

    def _confirmed(self, figure: Figure, found: str) -> bool:
        fix = "Compare the row with the source and correct the cell."
        if self.remarks.ask(figure.key, figure.place, found, fix, (AS_PRINTED,)) is None:
            return False
        self.remarks.questions.append(f"{figure.place}: {found} It is printed so; say why.")
        return True

    def check_totals(self, walk: Walk, columns: list[Heading], kind: str) -> None:
        """Hold rows of totals against the sums of the rows above them."""
        counted = [one for one in columns if (one.column or "n") in _COUNTED]
        for total in walk.totals:
            rows = self._added_up(total, walk.lines)
            for one in counted:
                value = self._check_sum(total, rows, one)
                if value and len(rows) == len(walk.lines):
                    self._as_printed_figure(one, value, kind, columns)

    def _added_up(self, total: Line, lines: list[Line]) -> list[Line]:
        """The rows that a row of totals sums: those that say what it says of whom."""
        said = {
            one.index: cell.text
            for one in self.header.of("said_result", "applicant_group", "cycle")
            if (cell := self.grid.at(total.row, one.index))
        }
        return [
            line
            for line in lines
            if total.result in ("", line.result)
            and total.group in ("", line.group)
            and all(self.grid.at(line.row, index).text == text for index, text in said.items())
        ]

    def _check_sum(self, line: Line, rows: list[Line], heading: Heading) -> str:
        """The printed total where rows that all have a figure add up to it, else blank."""
        printed = self.figures.read(line.row, heading)
        parts = [self.figures.read(row.row, heading) for row in rows]
        known = [one for one in parts if one is not None]
        if printed is None or not printed.value or not parts or len(known) < len(parts):
            return ""
        values = [int(one.value) for one in known if one.value]
        total, withheld = sum(values), len(known) - len(values)
        add = "1 row adds" if len(rows) == 1 else f"{len(rows)} rows add"
        told = f"{shown(heading)}: {add} up to {total:,}"
        if total == int(printed.value):
            self.remarks.told.append(f"{printed.place}: {told}, as the total row says.")
            return "" if withheld else printed.value
        found = f"{told}, the total row says {int(printed.value):,}."
        if total > int(printed.value):
            self._confirmed(printed, found)
            return ""
        rest = f" ({withheld} rows without a figure)" if withheld else ""
        self.remarks.told.append(f"{printed.place}: {found}")
        self.remarks.questions.append(
            f"The rows add up to {total:,}{rest}, the row of totals ({heading.text}) says "
            f"{int(printed.value):,}: say why they differ, or correct the table."
        )
        return ""

    def _as_printed_figure(
        self, heading: Heading, value: str, kind: str, columns: list[Heading]
    ) -> None:
        """Keep a total that agrees: the check holds the table against it from now on."""
        figure = {"statistic": "n", "summary": "sum", "value": value}
        if kind in ("totals", "bins"):
            name = role(heading, columns)
            if name == "n_failed" or heading.group:
                return
            figure["statistic"] = name
        elif heading.result:
            figure |= {"result": heading.result}
        if heading.group:
            figure |= {"applicant_group": heading.group}
        self.remarks.sums.setdefault(kind, []).append(figure)
