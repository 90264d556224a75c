"""In: the folder of an edition; out: its tables, verified against edition.json, and its curves."""

from __future__ import annotations

import os

from calib import _names
from calib._entry import Entry, curve_of, preference
from calib._errors import EditionError
from calib._json import parse
from calib._tables import NAMES, REMEDY, Cell, Raw, Table, file_name
from calib._values import AuditRow, Curve, CurveKey

_MEMORY = 4096
"""Spellings of a request that are remembered; beyond that the memory starts anew."""

SHIPPED = os.path.join(os.path.dirname(__file__), "edition")  # noqa: PTH118, PTH120 - pathlib: 10 ms


class Edition:
    """One edition's tables, read when first needed and verified before use.

    Parameters
    ----------
    folder : str or os.PathLike of str
        Folder with edition.json and the tables.

    Raises
    ------
    EditionError
        If edition.json is missing or damaged.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = os.fspath(folder)
        self._tables: dict[str, Table] = {}
        self._pairs: dict[tuple[str, str], list[Raw]] | None = None
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        self._band_rows: dict[tuple[str, ...], list[Raw]] | None = None
        self._found: dict[tuple[object, ...], Entry] = {}
        self.audits: dict[str, tuple[AuditRow, ...]] = {}
        self.lists: dict[tuple[str, str | None], tuple[str, ...]] = {}
        self.cycles: tuple[str, ...] = ()
        self.specialties: tuple[str, ...] = ()
        self.groups: tuple[str, ...] = _names.GROUPS
        self.denominators: tuple[str, ...] = _names.DENOMINATORS
        try:
            described = parse(self._read("edition.json").decode("utf-8"))
        except ValueError as error:
            raise EditionError(
                f"{self._place('edition.json')} cannot be read as JSON: {error}.{REMEDY}"
            ) from None
        description = described if isinstance(described, dict) else {}
        name, tables = description.get("edition"), description.get("tables")
        if not isinstance(name, str) or not isinstance(tables, dict):
            raise EditionError(
                f"{self._place('edition.json')} does not name its edition and tables.{REMEDY}"
            )
        self.name: str = name
        self._described = tables

    def _place(self, name: str) -> str:
        return os.path.join(self.folder, name)  # noqa: PTH118

    def _read(self, name: str) -> bytes:
        """Read one file; the package's own through its loader, so that it may lie in a zip."""
        path = self._place(name)
        try:
            if self.folder == SHIPPED:
                content: bytes = __spec__.loader.get_data(path)  # type: ignore[union-attr]
                return content
            with open(path, "rb") as file:  # noqa: PTH123
                return file.read()
        except OSError as error:
            reason = error.strerror or "not found"
            raise EditionError(
                f"The edition's file {path} cannot be read: {reason}.{REMEDY}"
            ) from None

    def table(self, name: str) -> Table:
        """Return a verified table.

        Parameters
        ----------
        name : str
            One of `calib._tables.NAMES`.

        Returns
        -------
        Table

        Raises
        ------
        EditionError
            If the file is missing, its hash is not the recorded one, or its columns are wrong.
        """
        if name not in self._tables:
            file = file_name(name)
            content = self._read(file)
            entry = self._described.get(file)
            expected = entry.get("sha256") if isinstance(entry, dict) else None
            found = _sha256(content)
            if found != expected:
                raise EditionError(
                    f"{self._place(file)} is not the table that edition.json describes"
                    f" (SHA-256 {found}, recorded {expected}): it is damaged or from another"
                    f" edition.{REMEDY}"
                )
            table = Table(name, content, self._place(file))
            table.check_edition(self.name)
            self._tables[name] = table
        return self._tables[name]

    def pairs(self) -> dict[tuple[str, str], list[Raw]]:
        """Return the rows of curves.csv by (specialty, applicant_group).

        Returns
        -------
        dict of (str, str) to list
            Rows as read; see `entries` for the curves.

        Raises
        ------
        EditionError
            If a key has a blank or a cycle is not a year or a span.
        """
        if self._pairs is None:
            table = self.table("curves")
            pairs: dict[tuple[str, str], list[Raw]] = {}
            index = table.index(1, 7)
            for key, rows in index.items():
                cycle, specialty, group, _, outcome, denominator = (*key, *[""] * 6)[:6]
                if not (cycle and specialty and group and outcome and denominator):
                    raise EditionError(f"{table.place}: a curve has a blank key {key}.{REMEDY}")
                pairs.setdefault((specialty, group), []).extend(rows)
            try:
                self.cycles = tuple(sorted({key[0] for key in index}, key=_names.cycle_order))
            except ValueError as error:
                raise EditionError(f"{table.place}, column cycle: {error}.{REMEDY}") from None
            self.specialties = tuple(sorted({key[1] for key in index}))
            # An edition may be newer than this code and know more groups and denominators.
            self.groups = _with(_names.GROUPS, {key[2] for key in index})
            self.denominators = _with(_names.DENOMINATORS, {key[5] for key in index})
            self._pairs = pairs
        return self._pairs

    def entries(self, specialty: str, group: str) -> list[Entry]:
        """Return the curves of one specialty and group, the preferred first.

        Parameters
        ----------
        specialty, group : str
            Canonical names.

        Returns
        -------
        list of Entry
            Curves with evidence come first, then the usual denominator, then the newest cycle.

        Raises
        ------
        EditionError
            If a row is damaged.
        """
        pair = (specialty, group)
        if pair not in self._entries:
            record = self.table("curves").record
            made = [Entry(curve_of(record(row))) for row in self.pairs().get(pair, ())]
            self._entries[pair] = sorted(made, key=preference)
        return self._entries[pair]

    def find(
        self,
        specialty: object,
        applicant_group: object,
        outcome: object = "match",
        cycle: object = None,
        denominator: object = None,
        needs_visa: object = None,
    ) -> Entry:
        """Return the entry that answers a request.

        Parameters
        ----------
        specialty, applicant_group, outcome, cycle, denominator, needs_visa : object
            As given by the user; see `calib.probability`.

        Returns
        -------
        Entry
            With status ``no_evidence`` and no numbers where there is no curve.

        Raises
        ------
        UnknownNameError
            If a name is unknown in this edition.
        """
        if needs_visa is True or needs_visa is False:
            needs_visa = "yes" if needs_visa else "no"
        if type(cycle) is int and 1900 <= cycle <= 9999:
            cycle = str(cycle)
        request = (specialty, applicant_group, outcome, cycle, denominator, needs_visa)
        # Plain strings alone are remembered: other objects hash and compare as they like.
        plain = (
            type(specialty) is str
            and type(applicant_group) is str
            and type(outcome) is str
            and (cycle is None or type(cycle) is str)
            and (denominator is None or type(denominator) is str)
            and (needs_visa is None or type(needs_visa) is str)
        )
        if not plain:
            return self._search(*request)
        found = self._found.get(request)
        if found is None:
            if len(self._found) >= _MEMORY:
                self._found.clear()
            found = self._found[request] = self._search(*request)
        return found

    def _search(
        self,
        specialty: object,
        applicant_group: object,
        outcome: object,
        cycle: object,
        denominator: object,
        needs_visa: object,
    ) -> Entry:
        self.pairs()
        specialty = _names.known("specialty", specialty, self.specialties)
        group = _names.known("applicant group", applicant_group, self.groups)
        outcome = _names.known("outcome", outcome, _names.OUTCOMES)
        visa = _names.visa(needs_visa)
        if cycle is not None:
            cycle = _names.cycle(cycle, self.cycles)
        if denominator is not None:
            denominator = _names.known("denominator", denominator, self.denominators)
        for entry in self.entries(specialty, group):
            curve = entry.curve
            if (
                curve.outcome == outcome
                and curve.needs_visa == visa
                and cycle in (None, curve.cycle)
                and denominator in (None, curve.denominator)
            ):
                if curve.status != "no_evidence":
                    return entry
                # Asked-for people nobody counted: keep what the table says of them.
                cycle, denominator = curve.cycle, curve.denominator
                n, sources = curve.n, curve.sources
                break
        else:
            n, sources = None, ()
        return self._without_evidence(
            cycle=cycle,
            specialty=specialty,
            applicant_group=group,
            needs_visa=visa,
            outcome=outcome,
            denominator=denominator,
            n=n,
            sources=sources,
            available=self._available(specialty, outcome),
        )

    def _without_evidence(self, **values: object) -> Entry:
        values |= {"edition": self.name, "status": "no_evidence"}
        return Entry(Curve(*(values.get(name) for name in Curve.__slots__)))

    def _available(self, specialty: str, outcome: str) -> tuple[CurveKey, ...]:
        """Return the keys of a specialty that have a curve, the asked outcome's first."""
        keys = [
            CurveKey(*(getattr(entry.curve, field) for field in CurveKey.__slots__))
            for group in self.groups
            for entry in self.entries(specialty, group)
            if entry.curve.status != "no_evidence"
        ]
        return tuple(sorted(keys, key=lambda key: key.outcome != outcome))

    def band_rows(self, curve: Curve, scheme: str) -> list[dict[str, Cell]]:
        """Return the band table's rows of one curve and scheme, the highest label first.

        Parameters
        ----------
        curve : Curve
            A curve of this edition.
        scheme : str
            ``guide`` or ``chance``.

        Returns
        -------
        list of dict
            Typed rows; empty where the table has none.
        """
        table = self.table("bands")
        if self._band_rows is None:
            self._band_rows = table.index(1, 8)
        key = tuple(str(getattr(curve, name) or "") for name in CurveKey.__slots__[:6])
        rows = [table.record(row) for row in self._band_rows.get((*key, scheme), ())]
        return sorted(rows, key=lambda row: row["rank"] or 0)


def _with(usual: tuple[str, ...], found: set[str]) -> tuple[str, ...]:
    return (*usual, *sorted(found.difference(usual)))


def _sha256(content: bytes) -> str:
    # hashlib loads OpenSSL, 4 ms; the interpreter's own module (named so from 3.12, and in 3.11)
    # gives the same digest. The standard library's `random` does likewise.
    for module in ("_sha2", "_sha256", "hashlib"):
        try:
            digest: str = __import__(module).sha256(content).hexdigest()
        except ImportError:
            continue
        return digest
    raise EditionError("This Python has no SHA-256, so the edition cannot be verified.")


def load(folder: str | os.PathLike[str]) -> Edition:
    """Read an edition from any folder and verify every table in it now.

    Parameters
    ----------
    folder : str or os.PathLike of str
        Folder with edition.json and the tables.

    Returns
    -------
    Edition

    Raises
    ------
    EditionError
        If a file is missing or damaged, or any row of it.
    """
    edition = Edition(folder)
    for name in NAMES:
        table = edition.table(name)
        for row in table.rows:
            table.record(row)
    edition.pairs()
    return edition


_current: Edition | None = None


def current() -> Edition:
    """Return the shipped edition, opened at the first call.

    Returns
    -------
    Edition

    Raises
    ------
    EditionError
        If it is missing or damaged.
    """
    global _current
    if _current is None:
        _current = Edition(SHIPPED)
    return _current
