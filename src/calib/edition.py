"""One edition: its folder's tables, verified against edition.json, and the curve that is asked for.

All files are read as the edition is opened, so that it stays whole while a new one takes its place;
a table is parsed when it is first needed, then kept. What only reading needs is imported then, too.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

from calib import names
from calib.answers import AuditRow, Band, Curve, CurveKey

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Cell = str | int | float | None
Row = dict[str, Cell]

#: Folder of the edition that the look-ups answer from, if not the package's own.
SHIPPED: Traversable | None = None

_KEY = ("cycle", "specialty", "applicant_group", "needs_visa", "outcome", "denominator")
#: Columns of standing.csv that tell it.
STANDING = (
    *("score", "matched_below", "matched_low", "matched_high"),
    *("not_matched_below", "not_matched_low", "not_matched_high"),
)
#: How the name of a source ends whose people were made up.
_MADE_UP = " (SYNTHETIC)"
_REMEDY = (
    " Reinstall it (pip install --force-reinstall calib-bands), or in the repository run"
    " `make bands` to write the edition anew."
)


#: Seconds after which files are read again that do not belong together: a new edition may be taking
#: the place of the old one just then, which takes less.
_PAUSES = (0.01, 0.03, 0.1, 0.3, 0.6)


class EditionError(RuntimeError):
    """The edition's files are missing, damaged or not what edition.json describes."""

    __module__ = "calib"


@cache
def tables() -> dict[str, tuple[str, str]]:
    """Return the file and the columns of each table, by the name that `calib.table` accepts.

    A column is its name, then /i for whole numbers, /f for other numbers, nothing for text.
    """
    import csv

    text = names.packaged("tables.csv").read_text(encoding="utf-8")
    return {name: (file, columns) for name, file, columns in [*csv.reader(text.splitlines())][1:]}


class Edition:
    """One edition's tables, and the curves and bands in them."""

    def __init__(self, folder: Traversable) -> None:
        import time

        self.folder = folder
        whole = self._load()
        for pause in _PAUSES:
            if whole:
                break
            time.sleep(pause)
            whole = self._load()
        match self._described():
            case {"edition": str(name), "tables": dict()}:
                self.name = name
            case _:
                raise self._error("edition.json", " does not name its edition and tables")
        self._tables: dict[str, list[Row]] = {}
        self._bands: dict[tuple[Cell, ...], tuple[Band, ...]] = {}

    def _load(self) -> bool:
        """Read every file; return whether each is the one that edition.json describes."""
        self._files: dict[str, bytes | OSError] = {}
        for file in ("edition.json", *(file for file, _ in tables().values())):
            try:
                self._files[file] = (self.folder / file).read_bytes()
            except OSError as error:
                self._files[file] = error
        try:
            described = self._described()
        except EditionError:
            return False
        return all(
            (None if isinstance(content, OSError) else _digest(content))
            == _expected(described, file)
            for file, content in self._files.items()
            if file != "edition.json"
        )

    def _described(self) -> object:
        import json

        try:
            return json.loads(self._content("edition.json"))
        except ValueError as error:
            raise self._error("edition.json", f" cannot be read as JSON: {error}") from None

    def _error(self, file: str, problem: str) -> EditionError:
        return EditionError(f"{self.folder / file}{problem}.{_REMEDY}")

    def _content(self, file: str) -> bytes:
        content = self._files[file]
        if isinstance(content, OSError):
            reason = content.strerror or "not found"
            raise self._error(file, f" cannot be read: {reason}")
        return content

    def table(self, name: str) -> list[Row]:
        """Return the typed rows of a table, one of `tables`; blanks are None."""
        if name not in self._tables:
            file, spec = tables()[name]
            content, expected = self._content(file), _expected(self._described(), file)
            if (found := _digest(content)) != expected:
                hashes = f"SHA-256 {found}, recorded {expected}"
                raise self._error(file, f" is not the table of edition.json ({hashes})")
            self._tables[name] = self._typed(file, spec, content)
            del self._files[file]  # the rows are what is needed from now on
        return self._tables[name]

    def _typed(self, file: str, spec: str, content: bytes) -> list[Row]:
        import csv

        kinds = dict(word.partition("/")[::2] for word in spec.split())
        try:
            header, *lines = csv.reader(content.decode("utf-8").splitlines(keepends=True))
        except ValueError as error:
            raise self._error(file, f" is not a table in UTF-8: {error}") from None
        if header[: len(kinds)] != [*kinds]:
            raise self._error(file, f" does not begin with the columns {', '.join(kinds)}")
        rows: list[Row] = []
        for number, cells in enumerate(lines, start=2):
            if len(cells) != len(header) or cells[0] != self.name:
                problem = f", row {number} is damaged or not of edition {self.name}"
                raise self._error(file, problem)
            try:
                named = zip(header, cells, strict=True)
                rows.append({name: _typed_cell(kinds.get(name, ""), cell) for name, cell in named})
            except (ValueError, OverflowError) as error:
                raise self._error(file, f", row {number}: {error}") from None
        return rows

    @cached_property
    def _curves(self) -> dict[tuple[str, str], list[Curve]]:
        """Curves by specialty and group: with evidence, usual denominator and newest first."""
        found: dict[tuple[str, str], list[Curve]] = {}
        for row in self.table("curves"):
            if not all(row[name] for name in _KEY if name != "needs_visa"):
                key = tuple(row[name] for name in _KEY)
                raise self._error("curves.csv", f": a curve has a blank key {key}")
            curve = Curve.of(row, sources=_split(row["sources"]))
            found.setdefault((curve.specialty, curve.applicant_group), []).append(curve)
        try:
            for curves in found.values():
                curves.sort(key=_preference)
        except ValueError as error:
            raise self._error("curves.csv", f", column cycle: {error}") from None
        return found

    def _all(self, name: str, usual: tuple[str, ...] = ()) -> tuple[str, ...]:
        # An edition may be newer than this code and know more groups and denominators.
        values = {str(getattr(curve, name)) for curves in self._curves.values() for curve in curves}
        return (*usual, *sorted(values.difference(usual)))

    @cached_property
    def specialties(self) -> tuple[str, ...]:
        """Canonical names, sorted."""
        return self._all("specialty")

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Applicant groups, from U.S. seniors to international graduates."""
        return self._all("applicant_group", tuple(names.GROUPS))

    @cached_property
    def cycles(self) -> tuple[str, ...]:
        """Match years and spans."""
        return self._all("cycle")

    @cached_property
    def next_cycle(self) -> str | None:
        """The match year that every next cycle's interval is of: the newest in print + 1."""
        # Made-up people's years count where there are no others, as in `drift_sd`.
        ends = [
            (not any(s.endswith(_MADE_UP) for s in curve.sources), names.cycle_order(cycle)[0])
            for curves in self._curves.values()
            for curve in curves
            if (cycle := curve.cycle)
        ]
        return str(max(ends)[1] + 1) if ends else None

    @cached_property
    def denominators(self) -> tuple[str, ...]:
        """Whom a chance may count, the preferred first."""
        return self._all("denominator", names.DENOMINATORS)

    def has_curve(self, specialty: str, group: str) -> bool:
        """Return whether there is a curve with evidence."""
        # The preferred one comes first: without evidence there, there is none.
        return any(c.status != "no_evidence" for c in self._curves.get((specialty, group), [])[:1])

    def find(
        self,
        specialty: object,
        applicant_group: object,
        outcome: object = "match",
        cycle: object = None,
        denominator: object = None,
        needs_visa: object = None,
    ) -> Curve:
        """Return the curve that answers a request (see `calib.probability`).

        It has status ``no_evidence`` and no numbers where there is none. Raises UnknownNameError
        for a name that this edition does not know.
        """
        specialty = names.resolve("specialty", specialty, self.specialties)
        group = names.resolve("applicant group", applicant_group, self.groups)
        outcome = names.resolve("outcome", outcome, names.OUTCOMES)
        visa = names.resolve_visa(needs_visa)
        if cycle is not None:
            cycle = names.resolve_cycle(cycle, self.cycles)
        if denominator is not None:
            denominator = names.resolve("denominator", denominator, self.denominators)
        known: dict[str, object] = {}
        for curve in self._curves.get((specialty, group), ()):
            if (
                curve.outcome == outcome
                and curve.needs_visa == visa
                and cycle in (None, curve.cycle)
                and denominator in (None, curve.denominator)
            ):
                if curve.status != "no_evidence":
                    return curve
                # Asked-for people nobody counted: keep what the table says of them.
                cycle, denominator = curve.cycle, curve.denominator
                known = {"n": curve.n, "sources": curve.sources}
                break
        key = zip(_KEY, (cycle, specialty, group, visa, outcome, denominator), strict=True)
        available = self._available(specialty, outcome)
        known |= {**dict(key), "edition": self.name, "status": "no_evidence"}
        return Curve.of(known, available=available)

    def _available(self, specialty: str, outcome: str) -> tuple[CurveKey, ...]:
        """Return the keys of a specialty that have a curve, the asked outcome's first."""
        keys = [
            CurveKey(**{name: getattr(curve, name) for name in CurveKey.__slots__})
            for group in self.groups
            for curve in self._curves.get((specialty, group), ())
            if curve.status != "no_evidence"
        ]
        return tuple(sorted(keys, key=lambda key: key.outcome != outcome))

    def _by_curve(self, table: str, order: str) -> dict[tuple[Cell, ...], list[Row]]:
        found: dict[tuple[Cell, ...], list[Row]] = {}
        for row in sorted(self.table(table), key=lambda row: row[order] or 0):
            found.setdefault(tuple(row[name] for name in _KEY), []).append(row)
        return found

    @cached_property
    def _band_rows(self) -> dict[tuple[Cell, ...], list[Row]]:
        return self._by_curve("bands", "rank")

    @cached_property
    def _standings(self) -> dict[tuple[Cell, ...], list[tuple[float, ...]]]:
        rows = self._by_curve("standing", "score")
        return {
            key: [tuple(float(row[name] or 0.0) for name in STANDING) for row in of]
            for key, of in rows.items()
        }

    def bands(self, curve: Curve, scheme: str) -> tuple[Band, ...]:
        """Return every band of a curve in the words of a known scheme, the highest first."""
        asked = (*_key(curve), scheme)
        if asked not in self._bands:
            self._bands[asked] = self._made(curve, scheme)
        return self._bands[asked]

    def _made(self, curve: Curve, scheme: str) -> tuple[Band, ...]:
        rows = self._band_rows.get(_key(curve), [])
        if curve.status == "no_evidence" and not rows:
            every = zip(*names.LABELS.values(), strict=True)
            rows = [
                {
                    "rank": n,
                    "label": other,
                    "guide_label": word if curve.outcome == "match" else None,
                }
                for n, (word, other) in enumerate(every, start=1)
            ]
        if not rows:
            raise EditionError(
                f"The band table has no rows for {curve.specialty}, {curve.applicant_group},"
                f" {curve.cycle}, though curves.csv has the curve.{_REMEDY}"
            )
        word = "guide_label" if scheme == "guide" else "label"
        own = {*Band.names()} - {"label", "sources"}
        cells = [{name: row[name] for name in row if name in own} for row in rows]
        words = [{"label": row[word], "chance_label": row["label"]} for row in rows]
        told = (of | other for of, other in zip(cells, words, strict=True))
        return tuple(Band.to(curve, scheme=scheme, **values) for values in told)

    def standing(self, curve: Curve) -> list[tuple[float, ...]]:
        """Return score, shares and limits as in standing.csv, from the lowest score on."""
        return self._standings.get(_key(curve), [])

    @cached_property
    def _notes(self) -> dict[tuple[Cell, ...], str]:
        rows = self.table("curve_notes")
        return {tuple(row[name] for name in _KEY): str(row["note"]) for row in rows}

    def note(self, curve: Curve) -> str | None:
        """Return the sentences that say why a curve claims no edge, where the edition has them."""
        return self._notes.get(_key(curve))

    @cached_property
    def audits(self) -> dict[str, tuple[AuditRow, ...]]:
        """Rows of every guide, the guides sorted."""
        found: dict[str, list[AuditRow]] = {}
        for row in self.table("guide_audit"):
            found.setdefault(str(row["guide"]), []).append(AuditRow.of(row))
        return {guide: tuple(found[guide]) for guide in sorted(found)}


def _digest(content: bytes) -> str:
    from hashlib import sha256

    return sha256(content).hexdigest()


def _expected(described: object, file: str) -> object:
    """Return the hash that edition.json records of a table, None where it records none."""
    match described:
        case {"tables": dict(tables)}:
            entry = tables.get(file)
            return entry.get("sha256") if isinstance(entry, dict) else None
    return None


def _key(curve: Curve) -> tuple[Cell, ...]:
    return tuple(getattr(curve, name) for name in _KEY)


def _typed_cell(kind: str, cell: str) -> Cell:
    if not cell or not kind:
        return cell or None
    number = float(cell)
    whole = int(number)  # fails for nan and inf, which no table publishes
    if kind == "i" and whole != number:
        raise ValueError(f"{cell} is not a whole number")
    return number if kind == "f" else whole


def _split(names_: Cell) -> tuple[str, ...]:
    return tuple(str(names_).split("|")) if names_ else ()


def _preference(curve: Curve) -> tuple[bool, int, tuple[int, int]]:
    last, first = names.cycle_order(str(curve.cycle))
    usual = names.DENOMINATORS
    rank = usual.index(curve.denominator) if curve.denominator in usual else len(usual)
    return curve.status == "no_evidence", rank, (-last, -first)


@cache
def _opened(folder: Traversable) -> Edition:
    return Edition(folder)


def current() -> Edition:
    """Return the shipped edition, opened at the first call."""
    return _opened(SHIPPED or names.packaged("edition"))  # type: ignore[arg-type]  # hashable
