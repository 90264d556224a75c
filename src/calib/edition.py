"""One edition: its folder's tables, verified against edition.json, and the curve that is asked for.

All files are read as the edition is opened, so that it stays whole while a new one takes its place;
a table is parsed when it is first needed, then kept. What only reading needs is imported then, too.
An earlier edition is read in today's columns: what it did not say yet is None.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache, cached_property
from typing import TYPE_CHECKING

from calib import names
from calib.answers import AuditRow, Band, Curve, CurveKey

if TYPE_CHECKING:
    from collections.abc import Callable
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
#: Tables that an edition has only where it was made of cohorts too.
_OF_COHORTS = ("cohort_curves", "cohort_bands")
#: How the name of a source begins that is a cohort, and how it ends where people were made up.
_COHORT = "cohort:"
_MADE_UP = " (SYNTHETIC)"
_REMEDY = (
    " Reinstall it (pip install --force-reinstall calib-bands), or in the repository run"
    " `make bands` to write the edition anew."
)


#: Bytes of a file of an edition; those of the largest so far are 300,000.
_MOST = 50_000_000

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
    """One edition's tables, and the curves and bands in them.

    With `earlier` its tables may be packed, of an older layout, or not there yet.
    """

    def __init__(self, folder: Traversable, *, earlier: bool = False) -> None:
        import time

        self.folder = folder
        self.earlier = earlier
        whole = self._load()
        for pause in _PAUSES:
            if whole:
                break
            time.sleep(pause)
            whole = self._load()
        match self._described():
            case {"edition": str(name), "tables": dict(files)}:
                self.name, self._tabled = name, files
            case _:
                raise self._error("edition.json", " does not name its edition and tables")
        self._tables: dict[str, list[Row]] = {}
        self._bands: dict[tuple[object, ...], tuple[Band, ...]] = {}

    def _load(self) -> bool:
        """Read every file; return whether each is the one that edition.json describes."""
        self._files: dict[str, bytes | OSError] = {}
        for file in ("edition.json", *(file for file, _ in tables().values())):
            try:
                self._files[file] = self._read(file)
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

    def _read(self, file: str) -> bytes:
        place = self.folder / file
        if not self.earlier or place.is_file():
            return _whole(place)
        import gzip
        import io
        import zlib

        packed = io.BytesIO(_whole(self.folder / f"{file}.gz"))
        try:
            return _bounded(gzip.GzipFile(fileobj=packed).read)
        except (EOFError, OSError, zlib.error) as error:
            raise OSError(0, f"{file}.gz cannot be unpacked: {error}") from None

    def _described(self) -> object:
        import json

        try:
            return json.loads(self._content("edition.json"))
        except (ValueError, RecursionError) as error:
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
            if (self.earlier or name in _OF_COHORTS) and file not in self._tabled:
                return []  # there was no such table yet, or no cohort
            content, expected = self._content(file), _expected({"tables": self._tabled}, file)
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
        except (ValueError, csv.Error) as error:
            raise self._error(file, f" is not a table in UTF-8: {error}") from None
        if header[: len(kinds)] != [*kinds] and not self.earlier:
            raise self._error(file, f" does not begin with the columns {', '.join(kinds)}")
        rows: list[Row] = []
        for number, cells in enumerate(lines, start=2):
            if len(cells) != len(header) or cells[:1] != [self.name]:
                problem = f", row {number} is damaged or not of edition {self.name}"
                raise self._error(file, problem)
            try:
                named = zip(header, cells, strict=True)
                row = {name: _typed_cell(kinds.get(name, ""), cell) for name, cell in named}
                rows.append(dict.fromkeys(kinds) | row if self.earlier else row)
            except (ValueError, OverflowError) as error:
                raise self._error(file, f", row {number}: {error}") from None
        return rows

    @cached_property
    def _curves(self) -> dict[tuple[str, str], list[Curve]]:
        """Curves by specialty and group: with evidence, usual denominator and newest first."""
        return self._sorted(self.table("curves"), "curves.csv")

    @cached_property
    def _cohort_curves(self) -> dict[str, dict[tuple[str, str], list[Curve]]]:
        """The same of each cohort, by its name as a source."""
        rows = self.table("cohort_curves")
        return {
            source: self._sorted(
                [row for row in rows if row["sources"] == source], "cohort_curves.csv"
            )
            for source in sorted({str(row["sources"]) for row in rows})
        }

    @property
    def cohorts(self) -> tuple[str, ...]:
        """Cohorts that have curves of their own, as sources; none in the shipped edition."""
        return tuple(self._cohort_curves)

    def _sorted(self, rows: list[Row], file: str) -> dict[tuple[str, str], list[Curve]]:
        found: dict[tuple[str, str], list[Curve]] = {}
        for row in rows:
            if not all(row[name] for name in _KEY if name != "needs_visa"):
                key = tuple(row[name] for name in _KEY)
                raise self._error(file, f": a curve has a blank key {key}")
            curve = Curve.of(row, sources=_split(row["sources"]))
            found.setdefault((curve.specialty, curve.applicant_group), []).append(curve)
        try:
            for curves in found.values():
                curves.sort(key=_preference)
        except ValueError as error:
            raise self._error(file, f", column cycle: {error}") from None
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
        source: object = None,
    ) -> Curve:
        """Return the curve that answers a request (see `calib.probability`).

        It has status ``no_evidence`` and no numbers where there is none. Raises UnknownNameError
        for a name that this edition does not know.
        """
        every = self._curves if source is None else self._cohort_curves[self._cohort(source)]
        specialty = names.resolve("specialty", specialty, self.specialties)
        group = names.resolve("applicant group", applicant_group, self.groups)
        outcome = names.resolve("outcome", outcome, names.OUTCOMES)
        visa = names.resolve_visa(needs_visa)
        if cycle is not None:
            cycle = names.resolve_cycle(cycle, self.cycles)
        if denominator is not None:
            denominator = names.resolve("denominator", denominator, self.denominators)
        known: dict[str, object] = {}
        for curve in every.get((specialty, group), ()):
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
        available = self._available(every, specialty, outcome)
        known |= {**dict(key), "edition": self.name, "status": "no_evidence"}
        return Curve.of(known, available=available)

    def _cohort(self, source: object) -> str:
        """Return the cohort that is meant: its name, with or without what says that it is one."""
        text = names.as_text(source)
        for name in self.cohorts:
            bare = name.removeprefix(_COHORT)
            if text is not None and text.strip() in (name, bare, bare.removesuffix(_MADE_UP)):
                return name
        raise names.UnknownNameError("source", source, self.cohorts)

    def beside(self, curve: Curve) -> tuple[str, ...]:
        """Return the cohorts that have a curve of their own for a curve's key, but for itself."""
        place = (curve.specialty, curve.applicant_group)
        return tuple(
            source
            for source, every in self._cohort_curves.items()
            if (source,) != curve.sources
            and any(_key(o) == _key(curve) and o.line for o in every.get(place, ()))
        )

    def cohort_of(self, curve: Curve) -> str | None:
        """Return the cohort that a curve is of, where it has tables of its own."""
        return next((name for name in self.cohorts if (name,) == curve.sources), None)

    def _available(
        self, every: dict[tuple[str, str], list[Curve]], specialty: str, outcome: str
    ) -> tuple[CurveKey, ...]:
        """Return the keys of a specialty that have a curve, the asked outcome's first."""
        keys = [
            CurveKey(**{name: getattr(curve, name) for name in CurveKey.__slots__})
            for group in self.groups
            for curve in every.get((specialty, group), ())
            if curve.status != "no_evidence"
        ]
        return tuple(sorted(keys, key=lambda key: key.outcome != outcome))

    def _by_curve(self, table: str, order: str) -> dict[tuple[Cell, ...], list[Row]]:
        """Return rows in order by curve, as `_place` names it."""
        found: dict[tuple[Cell, ...], list[Row]] = {}
        for row in sorted(self.table(table), key=lambda row: row[order] or 0):
            cohort = row["sources"] if table in _OF_COHORTS else None
            found.setdefault((cohort, *(row[name] for name in _KEY)), []).append(row)
        return found

    def _place(self, curve: Curve) -> tuple[Cell, ...]:
        """Return the cohort that a curve is of, None for a printed table's, and its key."""
        return self.cohort_of(curve), *_key(curve)

    @cached_property
    def _band_rows(self) -> dict[tuple[Cell, ...], list[Row]]:
        return self._by_curve("bands", "rank") | self._by_curve("cohort_bands", "rank")

    @cached_property
    def _standings(self) -> dict[tuple[Cell, ...], list[tuple[float, ...]]]:
        rows = self._by_curve("standing", "score")
        return {
            key: [tuple(float(row[name] or 0.0) for name in STANDING) for row in of]
            for key, of in rows.items()
        }

    def bands(self, curve: Curve, scheme: str) -> tuple[Band, ...]:
        """Return every band of a curve in the words of a known scheme, the highest first."""
        asked = (curve.sources, *_key(curve), scheme)
        if asked not in self._bands:
            self._bands[asked] = self._made(curve, scheme)
        return self._bands[asked]

    def _made(self, curve: Curve, scheme: str) -> tuple[Band, ...]:
        rows = self._band_rows.get(self._place(curve), [])
        if rows and "scheme" in rows[0]:
            rows = _two_cuts(rows, scheme)
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
        # Of a cohort only counts leave; with a printed table's key it must not get its standing.
        return self._standings.get(self._place(curve), [])

    @cached_property
    def _notes(self) -> dict[tuple[Cell, ...], list[Row]]:
        return self._by_curve("curve_notes", "edition") | self._by_curve("cohort_curves", "edition")

    def note(self, curve: Curve) -> str | None:
        """Return the sentences that say why a curve claims no edge, where the edition has them."""
        rows = self._notes.get(self._place(curve))
        return str(rows[0]["note"]) if rows and rows[0]["note"] else None

    @cached_property
    def audits(self) -> dict[str, tuple[AuditRow, ...]]:
        """Rows of every guide, the guides sorted."""
        found: dict[str, list[AuditRow]] = {}
        for row in self.table("guide_audit"):
            found.setdefault(str(row["guide"]), []).append(AuditRow.of(row))
        return {guide: tuple(found[guide]) for guide in sorted(found)}


def _two_cuts(rows: list[Row], scheme: str) -> list[Row]:
    """Return the bands of a scheme of an edition until 2026.3, which cut each scheme elsewhere."""
    own = "guide_label" if scheme == "guide" else "label"
    found = []
    for row in rows:
        if row["scheme"] == scheme:
            kept = {name: cell for name, cell in row.items() if name != "scheme"}
            found.append({**kept, "label": None, "guide_label": None, own: row["label"]})
    return found


def _whole(place: Traversable) -> bytes:
    """Return the bytes of a file; an OSError for what would make a reader wait, or fill memory."""
    if not place.is_file():
        raise FileNotFoundError(0, "No such regular file")
    with place.open("rb") as file:
        return _bounded(file.read)


def _bounded(read: Callable[[int], bytes]) -> bytes:
    content = read(_MOST + 1)
    if len(content) > _MOST:
        raise OSError(0, f"it has more than {_MOST:,} bytes")
    return content


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


#: The earlier edition that a look-up is under way in, if any; see `calib.load`.
ASKED: ContextVar[Edition | None] = ContextVar("calib_edition", default=None)


def shipped() -> Edition:
    """Return the shipped edition, opened at the first call."""
    return _opened(SHIPPED or names.packaged("edition"))  # type: ignore[arg-type]  # hashable


def current() -> Edition:
    """Return the edition that look-ups answer from: the shipped one, or an earlier one asked."""
    return ASKED.get() or shipped()


def edition_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return what sorts names of editions: 2026.10 comes after 2026.9."""
    import re

    parts = re.findall(r"\d+|\D+", name)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def kept() -> dict[str, Traversable]:
    """Return the folders of the editions that are kept beside the shipped one, the oldest first.

    They are in the wheel; in a checkout of the repository they are where a run keeps them.
    """
    from pathlib import Path

    beside = Path(__file__).parents[2] / "data" / "editions"
    for folder in (names.packaged("editions"), beside):
        if folder.is_dir():
            there = {entry.name: entry for entry in folder.iterdir() if entry.is_dir()}
            found = {name: at for name, at in there.items() if (at / "edition.json").is_file()}
            return {name: found[name] for name in sorted(found, key=edition_order)}
    return {}


@cache
def earlier(folder: Traversable) -> Edition:
    """Return an earlier edition, opened at the first call."""
    return Edition(folder, earlier=True)
