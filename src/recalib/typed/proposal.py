"""What `calib add-cycle` would write: tables, provenance with its questions, the edition's name."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from recalib.contract.keys import years
from recalib.contract.tables import LAYOUTS, PUBLISHED
from recalib.contract.vocabulary import (
    DENOMINATORS,
    GROUPS,
    OUTCOMES,
    cycle_years,
    suggestion,
)
from recalib.problems import Problem, UsageError
from recalib.raw import check_raw
from recalib.sources.catalogue import Findings
from recalib.sources.provenance import QUESTION
from recalib.sources.values import quote
from recalib.sources.yml import Value, read_yml
from recalib.typed.files import read_file
from recalib.typed.gather import frame_of, gather, place_of
from recalib.typed.headings import find_header
from recalib.typed.last_cycle import Known, need_cycle, next_source, read_folder
from recalib.typed.layout import lay_out
from recalib.typed.names import Names
from recalib.typed.plausible import look
from recalib.typed.questions import ask, extended, provenance
from recalib.typed.remarks import AS_PRINTED, Remarks
from recalib.typed.tables import Row, SheetTable, read_table
from recalib.typed.whose import Asked
from recalib.typed.write import Planned, planned

#: Rules that speak of what is not filled in yet.
_OPEN = ("question-open", "printed-figures-few")


@dataclass
class Proposal:
    """What was read, what it is read as, and the files that would be written.

    Parameters
    ----------
    files : list of Planned
        Path, content, and what is there now.
    remarks : Remarks
        The changes (`remarks.changes`, a frame), what stays open (`doubts`), what is told.
    """

    files: list[Planned]
    remarks: Remarks = field(repr=False)

    @property
    def questions(self) -> int:
        """Questions in the provenance files that are new."""
        texts = [one.content.decode() for one in self.files if one.path.suffix == ".yml"]
        return sum(text.count(f'"{QUESTION}') for text in texts)


@dataclass
class _Source:
    """Tables of one source by their name, with the cycle before, where there is one."""

    name: str
    tables: dict[str, list[Row]] = field(default_factory=dict)
    old: tuple[str, str] | None = None  # source and cycle


def propose(
    raw: Path,
    asked: Asked,
    files: Sequence[Path],
    remarks: Remarks,
    *,
    start: str = "",
    source: str = "",
) -> Proposal:
    """Read typed files, or lay out the tables of an earlier cycle, and plan what is written.

    Parameters
    ----------
    raw : Path
        The raw folder.
    asked : Asked
        Cycle, and whatever else the command was told.
    files : sequence of Path
        Spreadsheets and CSV; without any the tables of `start` are laid out blank.
    remarks : Remarks
        Takes what is changed, told and in doubt; while it has doubts nothing may be written.
    start : str
        The cycle to start from; the newest before where it is blank and files are given.
    source : str
        Name of the source; that of the cycle before with the year moved on where it is blank.

    Returns
    -------
    Proposal
        The files, none of them written.

    Raises
    ------
    UsageError
        Where the cycle, the group or the start cannot be.
    RawDataError
        Where specialties.csv of the folder cannot be used.
    """
    _check(asked, start, files)
    known = read_folder(raw)
    if start:
        need_cycle(known, start)
    if not source:  # a source of another name need not count as the one before did
        asked = replace(asked, usual=_denominators(known, asked.cycle))
    sources = (
        _typed(known, asked, files, remarks, start, source)
        if files
        else _laid_out(known, asked, remarks, start, source)
    )
    proposal = Proposal(_plan(known, asked, sources, remarks, bool(files)), remarks)
    if files and not remarks.doubts:
        _check_contract(known, proposal, sources, remarks)
        proposal.files = _plan(known, asked, sources, remarks, typed=True)
    return proposal


def _check(asked: Asked, start: str, files: Sequence[Path]) -> None:
    for cycle in filter(None, (asked.cycle, start)):
        if cycle_years(cycle) is None:
            raise UsageError(f"{quote(cycle)} is not a cycle: give a match year such as 2027.")
    for what, word, known in (
        ("group", asked.group, GROUPS),
        ("kind of table", asked.kind, PUBLISHED),
        ("outcome", asked.outcome, OUTCOMES),
        ("denominator", asked.denominator, DENOMINATORS),
    ):
        if word and word not in known:
            raise UsageError(f"{quote(word)} is no {what}. {suggestion(word, known)}")
    if not files and not start:
        raise UsageError(
            "Name the files to read, or the cycle whose tables are laid out anew with --from."
        )
    if start and years(start)[1] >= years(asked.cycle)[1]:
        raise UsageError(f"--from {start} is no cycle before {asked.cycle}.")


def _denominators(known: Known, cycle: str) -> dict[str, str]:
    """The denominator of each group's last totals, where it has one only."""
    found: dict[str, str] = {}
    for group in GROUPS:
        before = known.before("totals", group, cycle)
        if before is not None:
            rows = known.rows("totals", group, cycle, before.cycle)
            said = set(rows["denominator"].dropna())
            found |= {group: said.pop()} if len(said) == 1 else {}
    return found


def _typed(
    known: Known, asked: Asked, files: Sequence[Path], remarks: Remarks, start: str, source: str
) -> list[_Source]:
    """Sources of typed files."""
    names = Names(known.labels, remarks)
    tables: list[SheetTable] = []
    for path in files:
        grids = read_file(path, remarks)
        usable = [grid for grid in grids if find_header(grid) is not None]
        for grid in grids:
            if len(files) > 1:
                grid.prefix = f"{grid.file}:"
            if len(usable) > 1:
                grid.prefix += f"{grid.sheet}!"
            if usable and grid not in usable:
                remarks.told.append(f"{grid.name} holds no table and is left out.")
                continue
            table = read_table(grid, asked, names, remarks)
            if table is not None:
                tables.append(table)
    rows = gather(tables, known.labels, remarks)
    for table in tables:
        remarks.questions += [
            f"In {table.grid.name} stands: {note} Keep what readers need, or delete this line."
            for note in table.notes
        ]
    sources: dict[str, _Source] = {}
    for kind, found in rows.items():
        if not found:
            continue
        look(found, known, start, remarks)
        for group in dict.fromkeys(row.key["applicant_group"] for row in found):
            own = [row for row in found if row.key["applicant_group"] == group]
            _place(known, asked, kind, own, start, source, sources, remarks)
    return list(sources.values())


def _place(
    known: Known,
    asked: Asked,
    kind: str,
    rows: list[Row],
    start: str,
    wanted: str,
    sources: dict[str, _Source],
    remarks: Remarks,
) -> None:
    """Put the rows of a kind and group into the table of a source."""
    group = rows[0].key["applicant_group"]
    before = known.before(kind, group, asked.cycle, start)
    if before is None:
        # Another kind of the same group tells the source as well, and no part of a name.
        others = (
            known.before(one, group, asked.cycle, start) for one in LAYOUTS if one in known.tables
        )
        other = next((one for one in others if one is not None), None)
        old, part = other, ""
    else:
        old, part = before, before.part
    moved = next_source(old.file.name, old.cycle, asked.cycle) if old else None
    name = wanted or moved
    if not name:
        found = f"No source of {group} before {asked.cycle} tells how this one is called."
        remarks.refuse("the source", found, "Name it with --source, such as nrmp_main_match_2027.")
        return
    source = sources.setdefault(name, _Source(name))
    if old is not None and name == moved:  # a source of another name is another report
        source.old = source.old or (old.file.name, old.cycle)
        remarks.told.append(f"{kind} of {group}: source {name}, like {old.file.file}.")
    table = ".".join(filter(None, [part, kind]))
    source.tables.setdefault(table, []).extend(rows)


def _laid_out(
    known: Known, asked: Asked, remarks: Remarks, start: str, wanted: str
) -> list[_Source]:
    """Sources with blank tables."""
    sources: dict[str, _Source] = {}
    for before, rows in lay_out(known, asked, start):
        name = wanted or next_source(before.file.name, start, asked.cycle)
        if name is None:
            remarks.told.append(
                f"{before.file.file} is passed over: its source's name does not say {start} "
                "(name the new one with --source)."
            )
            continue
        if wanted and sources and before.file.name != next(iter(sources.values())).old[0]:  # type: ignore[index]
            raise UsageError(f"Tables of {start} are of several sources: take one by --group.")
        source = sources.setdefault(name, _Source(name, old=(before.file.name, start)))
        source.tables[before.table] = rows
        remarks.told.append(f"{len(rows)} rows of {before.file.file} are laid out, figures blank.")
    return list(sources.values())


def _plan(
    known: Known, asked: Asked, sources: list[_Source], remarks: Remarks, typed: bool
) -> list[Planned]:
    files = []
    raw = known.folder.path
    for source in sources:
        for name, rows in source.tables.items():
            path = raw / "published" / f"{source.name}.{name}.csv"
            text = frame_of(rows).to_csv(index=False, lineterminator="\n")
            files.append(
                planned(
                    path, text, f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}", table=True
                )
            )
        files.append(_provenance(known, asked, source, remarks, typed))
    edition = _edition(known, asked.cycle)
    return [*files, *([edition] if edition and files else [])]


def _provenance(
    known: Known, asked: Asked, source: _Source, remarks: Remarks, typed: bool
) -> Planned:
    path = known.folder.path / "published" / f"{source.name}.yml"
    notes = [*remarks.left_out, *map(ask, remarks.questions)] if typed else []
    sums = {
        name: [one for one in remarks.sums.get(rows[0].kind, []) if _is_of(one, rows)]
        for name, rows in source.tables.items()
    }
    if path.exists():
        text = path.read_text(encoding="utf-8")
        longer = extended(text, source.tables, notes, sums)
        if longer is None:
            remarks.told.append(
                f"{path.name} is left as it is: add three printed figures of each table by hand."
            )
        return planned(path, longer or text, "questions of the new tables added")
    before, cycle = _old_provenance(known, source), source.old[1] if source.old else ""
    text = provenance(source.tables, notes, sums, before, (cycle or asked.cycle, asked.cycle))
    return planned(path, text, "with questions to be answered")


def _is_of(figure: dict[str, str], rows: list[Row]) -> bool:
    """Whether a printed sum is of all these rows, or of those of its result and group."""
    groups = {row.key["applicant_group"] for row in rows}
    return figure.get("applicant_group", next(iter(groups))) in groups and (
        len(groups) == 1 or "applicant_group" in figure
    )


def _old_provenance(known: Known, source: _Source) -> dict[str, Value] | None:
    path = known.inventory.by_name("provenance").get(source.old[0]) if source.old else None
    if path is None:
        return None
    document = read_yml(path.read_text(encoding="utf-8"), path.name, Findings())
    return document.entries if document else None


def _edition(known: Known, cycle: str) -> Planned | None:
    """The edition's name, raised to the new cycle's year where it is of an earlier one."""
    path = known.folder.path / "edition.yml"
    document = known.folder.document(path) if path.exists() else None
    year, _, _ = (document.text("edition") if document else "").partition(".")
    last = years(cycle)[1]
    if not (year.isdigit() and len(year) == 4 and int(year) < last):
        return None
    assert document is not None
    about = f"edition {document.text('edition')} becomes {last}.1"
    return planned(path, f'edition: "{last}.1"\n', about)


def _check_contract(
    known: Known, proposal: Proposal, sources: list[_Source], remarks: Remarks
) -> None:
    """Hold what would be written against every rule of `calib check`, and name the cells."""
    with tempfile.TemporaryDirectory(prefix="calib-add-cycle-") as folder:
        copy = Path(folder) / known.folder.own_name
        ignore = shutil.ignore_patterns("cohorts", "guides", ".*")
        shutil.copytree(known.folder.path, copy, ignore=ignore)
        before = set(check_raw(copy))
        for one in proposal.files:
            path = copy / one.path.relative_to(known.folder.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(one.content)
        problems = [one for one in check_raw(copy) if one not in before and one.rule not in _OPEN]
    tables = {
        f"published/{source.name}.{name}.csv": rows
        for source in sources
        for name, rows in source.tables.items()
    }
    for problem in problems:
        _ask_about(problem, tables, remarks)


def _ask_about(problem: Problem, tables: dict[str, list[Row]], remarks: Remarks) -> None:
    """Ask whether a figure that breaks a rule is printed so: then a correction can mend it."""
    rows = tables.get(problem.file)
    place, key = f"{problem.file}", f"{problem.file}:{problem.row}:{problem.column}"
    if rows is not None and problem.row is not None and problem.row - 2 < len(rows):
        row = rows[problem.row - 2]
        place = place_of(row, problem.column)
        figure = row.figures.get(problem.column or "")
        key = figure.key if figure and figure.key else f"{place.rpartition(' ')[2]} row"
    found = f"{problem.message} [{problem.rule}]"
    if remarks.ask(key, place, found, problem.fix, (AS_PRINTED,)) is not None:
        remarks.questions.append(
            f"{place}: {problem.message} It is printed so: write a correction "
            "(docs/add-a-cycle.md), then delete this line."
        )
