"""Reads a cell as people write numbers; says what it changed, or why it cannot know."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from recalib.sources.values import quote
from recalib.typed.grid import Cell
from recalib.typed.words import blanks, unmarked

COUNT, SCORE, SD, BOUND, SHARE, PERCENT = "count", "score", "sd", "bound", "share", "percent"
#: Where a figure of a kind can lie; what lies outside is asked about, and decides what is in doubt.
LIKELY = {
    COUNT: (0, 1_000_000),
    SCORE: (150, 300),
    SD: (1, 40),
    BOUND: (150, 300),
    SHARE: (0, 1),
    PERCENT: (0, 100),
}
#: What a percentage is multiplied by to be a share.
PER_CENT = Decimal("0.01")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CENSORED = re.compile(
    r"(?:n\s*)?(?:<|≤|<=|>|≥|>=|less than|fewer than|under|up to|more than|over|at least|at most)"
    r"\s*[0-9.,]+",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"([0-9][0-9.,\s]*)[a-d]")
_WITH_SHARE = re.compile(r"([0-9][0-9.,'’\s]*?)\s*\(\s*[0-9.,]+\s*%\s*\)")
_SPACED = re.compile(r"[0-9]{1,3}(?:[ '’][0-9]{3})+(?:[.,][0-9]+)?")
_DECIMAL_COMMA = re.compile(
    r"[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|0,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,}"
)
_DECIMAL_POINT = re.compile(
    r"[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|0\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+"
    r"|[0-9]{1,3}(?:,[0-9]{3}){2,}"
)


@dataclass(frozen=True)
class Reading:
    """What a cell is read as: a plain decimal, blank, or None with what may be answered."""

    value: str | None = ""
    #: Why it is not read as it stands; blank where it is.
    why: str = ""
    fix: str = ""
    options: tuple[str, ...] = ()
    #: A sign for "not printed" stands there.
    withheld: bool = False


@dataclass(frozen=True)
class Style:
    """What the other cells of a sheet say about its separators."""

    comma: str = ""
    point: str = ""

    @property
    def decimal(self) -> str:
        """The sheet's decimal separator; blank where nothing says so, or both do."""
        if bool(self.comma) == bool(self.point):
            return ""
        return "," if self.comma else "."


def learn_style(texts: Iterable[str]) -> Style:
    """Learn from cells that can be read in one way only which separator is the decimal one."""
    comma = point = ""
    for text in texts:
        bare = unmarked(text)[0].rstrip("% ")
        if not comma and _DECIMAL_COMMA.fullmatch(bare):
            comma = text
        if not point and _DECIMAL_POINT.fullmatch(bare):
            point = text
    return Style(comma, point)


def read_number(cell: Cell, kind: str, style: Style) -> Reading:
    """Read a cell as a figure of a kind."""
    if cell.odd:
        return Reading(None, f"There is {cell.odd}.", "Type the figure that is printed.")
    if cell.number is not None:
        return _stored(cell, kind)
    text = unicodedata.normalize("NFKC", unmarked(cell.text)[0])
    marks = unmarked(cell.text)[1]
    whys = [f"the mark {marks} is left out"] if marks else []
    if not cell.text:
        return Reading("")
    if not text or text.casefold() in blanks() or cell.text.casefold() in blanks():
        return Reading("", f"{quote(cell.text)} stands for no printed figure", withheld=True)
    if _CENSORED.fullmatch(text):
        why = f"{quote(cell.text)} is a bound: the figure itself is not printed"
        return Reading("", why, withheld=True)
    lettered = _LETTERED.fullmatch(text)
    if lettered:
        whys.append(f"the letter {text[-1]} is taken for a mark")
        text = lettered[1].strip()
    shared = _WITH_SHARE.fullmatch(text)
    if shared and kind == COUNT:
        whys.append("the percentage in brackets is left out")
        text = shared[1].strip()
    if text.casefold().startswith("n") and re.match(r"n\s*=\s*[0-9]", text, re.IGNORECASE):
        whys.append("n = is left out")
        text = text.partition("=")[2].strip()
    if "%" in text:
        return _percentage(cell, text, kind, style, whys)
    if text != unmarked(cell.text)[0] and not whys:
        whys.append("written in other signs for digits")
    return _separated(cell, text, kind, style, whys)


def _percentage(cell: Cell, text: str, kind: str, style: Style, whys: list[str]) -> Reading:
    if kind not in (SHARE, PERCENT):
        found = f"{quote(cell.text)} is a percentage, where {_what(kind)} is expected."
        return Reading(None, found, "Type the figure that is printed, or leave the cell blank.")
    inside = _separated(cell, text.replace("%", "").strip(), PERCENT, style, whys)
    if inside.value is None or kind == PERCENT:
        return inside
    return Reading(times(inside.value, PER_CENT), "; ".join(["a percentage", *whys]))


def times(value: str, factor: Decimal) -> str:
    """A plain decimal times a factor, without zeros at its end."""
    return f"{(Decimal(value) * factor).normalize():f}"


def _separated(cell: Cell, text: str, kind: str, style: Style, whys: list[str]) -> Reading:
    """Read digits with separators; those that could mean two things by what is plausible."""
    if _SPACED.fullmatch(text):
        whys = [*whys, "spaces or apostrophes between thousands"]
        text = re.sub(r"[ '’]", "", text)
    ways: dict[str, str] = {}
    if _PLAIN.fullmatch(text):
        ways[text] = ""
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", text) and text[0] != "0":
        ways.setdefault(text.replace(",", ""), "a comma between thousands")
    if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?", text) and text[0] != "0":
        ways.setdefault(text.replace(".", "").replace(",", "."), "a point between thousands")
    if re.fullmatch(r"[0-9]+,[0-9]+", text):
        ways.setdefault(text.replace(",", "."), "a decimal comma")
    if not ways:
        return _no_number(cell, kind)
    return _choose(cell, ways, kind, style, whys)


def _choose(cell: Cell, ways: dict[str, str], kind: str, style: Style, whys: list[str]) -> Reading:
    """The one way to read a text that can be; None where several can, or the sheet contradicts."""
    if kind == COUNT:  # nobody prints thousandths of people: 5,000 is never 5
        ways = {value: why for value, why in ways.items() if "thousands" in why} or ways
    likely = {value: why for value, why in ways.items() if _likely(value, kind)}
    if len(likely) > 1:
        agreeing = {v: why for v, why in likely.items() if _agrees(v, why, style)}
        likely = agreeing if len(agreeing) == 1 else likely
    if len(likely) > 1 or (not likely and len(ways) > 1):
        shown = " or ".join(ways)
        return Reading(
            None,
            f"{quote(cell.text)} can be {shown}.",
            "Write the number without a separator between thousands, with a point in decimals.",
            tuple(ways),
        )
    value, why = next(iter((likely or ways).items()))
    if why and not _agrees(value, why, style):
        other = style.comma if "comma" in why and "thousands" in why else style.point
        other = style.comma if why == "a comma between thousands" else other
        found = (
            f"{quote(cell.text)} would be {value} ({why}), but {quote(other)} in this sheet "
            "says otherwise."
        )
        return Reading(None, found, "Write the plain number.", (value,))
    if kind == COUNT and why == "a point between thousands" and style.decimal != ",":
        found = f"{quote(cell.text)} is no whole number; it can be {value} ({why})."
        return Reading(None, found, "Write the plain number.", (value,))
    value, more = _as_kind(value, kind)
    return Reading(value, "; ".join(filter(None, [*whys, why, more])))


def _agrees(value: str, why: str, style: Style) -> bool:
    """Whether a way to read separators agrees with the cells that say what they mean."""
    if why in ("a comma between thousands", ""):
        return not (style.comma and (why or "." in value))
    return not style.point


def _likely(value: str, kind: str) -> bool:
    low, high = LIKELY[kind]
    number = Decimal(value)
    return low <= number <= high and (kind not in (COUNT, BOUND) or number == int(number))


def _as_kind(value: str, kind: str) -> tuple[str, str]:
    """A count and a bound without a decimal .0, and why."""
    number = Decimal(value)
    if kind in (COUNT, BOUND) and "." in value and number == int(number):
        return str(int(number)), "a whole number"
    return value, ""


def _stored(cell: Cell, kind: str) -> Reading:
    """A number that a spreadsheet stores: no separator is in doubt, but a slip can be."""
    assert cell.number is not None
    if not isfinite(cell.number):
        return _no_number(cell, kind)
    text = f"{cell.number:.10f}".rstrip("0").rstrip(".") or "0"
    if kind in (COUNT, BOUND) and "." in text:
        thousands = Decimal(text) * 1000
        options = (str(int(thousands)),) if thousands == int(thousands) and kind == COUNT else ()
        found = f"{quote(cell.text)} is stored as {text}, which is no whole number."
        return Reading(None, found, "Type the whole number that is printed.", options)
    return Reading(text)


def _no_number(cell: Cell, kind: str) -> Reading:
    """Say what stands where a number is expected, and what it looks like."""
    found = f"{quote(cell.text)} is no number, where {_what(kind)} is expected."
    fix = "Type the figure that is printed, or leave the cell blank where none is."
    letters = cell.text.translate(str.maketrans("OoIlSB", "001158"))
    if letters != cell.text and _PLAIN.fullmatch(letters):
        return Reading(None, f"{found} Letters look like digits in it.", fix, (letters,))
    if len(re.findall(r"[0-9]+(?:[.,][0-9]+)?", cell.text)) > 1:
        fix = "Put each figure into a cell of its own, or type the one that belongs here."
        return Reading(None, f"{found} It holds more than one number.", fix)
    return Reading(None, found, fix)


def _what(kind: str) -> str:
    return {
        COUNT: "a count",
        SCORE: "a score",
        SD: "a standard deviation",
        BOUND: "a bound of scores",
        SHARE: "a share",
        PERCENT: "a percentage",
    }[kind]
