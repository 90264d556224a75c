"""The command `calib`: look-ups as tables for people, or as JSON or CSV for programs.

Errors are sentences on stderr. Exit codes: 0 done, 1 the data is not acceptable, 2 wrong use.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import calib
from calib import names, sentences
from calib.answers import Answer, Record, plain

Options = argparse.Namespace
Row = Mapping[str, object]

#: Entry points of further commands, which other packages carry out: called with all the words.
FURTHER = "calib.commands"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after `calib`; by default those of the process.

    Returns
    -------
    int
        Exit code: 0 done, 1 the data is not acceptable, 2 wrong use.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    further = {point.name: point for point in entry_points(group=FURTHER)}
    if words and words[0] in further:
        return _elsewhere(further[words[0]], words)
    if sys.stdout is None:  # closed by the caller
        return _say("the answer cannot be written: standard output is closed.", 1)
    try:
        code = _look_up(words, further)
        sys.stdout.flush()
        return code
    except calib.EditionError as error:
        return _say(str(error), 1)
    except (calib.UnknownNameError, ValueError) as error:
        return _say(str(error), 2)
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        _discard()
        return 0
    except OSError as error:  # what cannot be read is an EditionError
        _discard()
        return _say(f"the answer cannot be written: {error.strerror or error}.", 1)


def _discard() -> None:
    """Point stdout away, or the interpreter complains when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: str, code: int) -> int:
    if sys.stderr is not None:  # closed by the caller
        with contextlib.suppress(OSError):  # then nobody can be told
            print(f"calib: {sentence}", file=sys.stderr)
    return code


def _elsewhere(point: EntryPoint, words: list[str]) -> int:
    try:
        command = point.load()
    except ImportError as error:
        # The workshop itself is missing in every plain install; what it needs may be, elsewhere.
        absent = (error.name or "").partition(".")[0] == point.module.partition(".")[0]
        missing = "is not installed here" if absent else f"cannot be loaded here ({error})"
        return _say(
            f"`calib {words[0]}` belongs to the workshop, which {missing}."
            " It runs from a checkout of the repository:"
            ' pip install -e ".[recalibrate]"',
            2,
        )
    return int(command(words))


def _look_up(words: list[str], further: Mapping[str, EntryPoint]) -> int:
    parser, known = _parser(further)
    if words and not words[0].startswith("-") and words[0] not in known:
        raise calib.UnknownNameError("command", words[0], known)
    try:
        options = parser.parse_args(words)
    except SystemExit as stop:  # argparse has printed what was wrong, or the help asked for
        return stop.code if isinstance(stop.code, int) else 0
    if options.version:
        print(f"calib {calib.__version__}, edition {calib.EDITION}")
        return 0
    if options.command is None:
        parser.print_help()
        return 2
    answer: Callable[[Options], None] = options.answer
    answer(options)
    return 0


def _parser(further: Mapping[str, EntryPoint]) -> tuple[argparse.ArgumentParser, tuple[str, ...]]:
    """Return the parser and its commands."""
    parser = argparse.ArgumentParser(
        prog="calib",
        description="Step 2 CK score bands for residency applicants, recalibrated from published"
        f" outcome tables. {sentences.CAVEAT}",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="package version and edition")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, text: str, answer: Callable[[Options], None]) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        added.set_defaults(answer=answer)
        form = added.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="JSON for programs")
        form.add_argument("--csv", action="store_true", help="CSV for programs")
        return added

    def keyed(
        name: str, text: str, answer: Callable[[Options], None], *numbers: str, scheme: bool = False
    ) -> None:
        added = command(name, text, answer)
        for wanted in numbers:
            such = "chance between 0 and 1, such as 0.5" if wanted == "P" else "score such as 250"
            kind = partial(_number, f"Write a {such}.")
            added.add_argument(wanted.lower(), metavar=wanted, type=kind)
        added.add_argument("specialty", metavar="SPECIALTY", help="see `calib specialties`")
        added.add_argument("--group", required=True, help=", ".join(names.GROUPS))
        added.add_argument("--outcome", default="match", help="match (default) or interview")
        added.add_argument("--cycle", help="match year or span; default: newest with evidence")
        added.add_argument("--denominator", help=", ".join(names.DENOMINATORS))
        added.add_argument("--needs-visa", help="yes or no; default: everyone")
        if scheme:
            added.add_argument("--scheme", default="guide", help="guide (default) or chance")

    keyed("bands", "score bands of a specialty", _bands, scheme=True)
    keyed("band", "the band of a score", _band, "SCORE", scheme=True)
    keyed("probability", "the chance at a score", _probability, "SCORE")
    keyed("score-for", "the score at which the chance reaches P", _score_for, "P")
    keyed("gain", "how the chance differs between two scores", _gain, "FROM", "TO")
    keyed("explain", "a score in plain sentences", _explain, "SCORE", scheme=True)
    listed = command("specialties", "specialties and the groups with a curve", _specialties)
    listed.add_argument("--group", help="only those with a curve for this group")
    command("guides", "the guides that were audited", _guides)
    audit = command("audit", "a guide's printed bands beside the data", _audit)
    audit.add_argument("guide", metavar="GUIDE", help="see `calib guides`")
    audit.add_argument("--specialty", help="only this specialty")
    audit.add_argument("--group", help="only against this group's curve")
    for name in further:
        commands.add_parser(name, help="in the repository: see its own --help", add_help=False)
    return parser, tuple(commands.choices)


class _Typed(float):
    """A number that messages show as it was typed."""

    word: str

    def __new__(cls, word: str) -> _Typed:
        typed = super().__new__(cls, word)
        typed.word = word
        return typed

    def __repr__(self) -> str:
        return self.word


def _number(remedy: str, word: str) -> float:
    try:
        return _Typed(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number. {remedy}") from None


def _asked(options: Options) -> dict[str, Any]:
    asked = ("outcome", "cycle", "denominator", "needs_visa", "scheme")
    return {name: value for name, value in vars(options).items() if name in asked}


def _bands(options: Options) -> None:
    found = calib.bands(options.specialty, options.group, **_asked(options))
    notes = sentences.loose_edges(found) + sentences.reach(found) + sentences.instead(found[0])
    text = _qualified(found[0], found[0].curve.status, *notes)
    _emit(options, found, [_band_row(band) for band in found], text)


def _band_row(b: calib.Band) -> Row:
    return {
        "label": b.label,
        "scores": f"{b.score_min}-{b.score_max}" if b.score_min is not None else None,
        "lower edge": _shown(b.boundary, 1),
        "95 % interval": _interval(b.boundary_low, b.boundary_high, 1, b.boundary is not None),
        "chance": "[c]" if b.suppressed else _shown(b.probability, 3),
        "95 % interval ": _interval(b.probability_low, b.probability_high, 3),
        "guide's edge": _shown(b.guide_edge, 0),
        "shift": None if b.shift is None else f"{b.shift:+.1f}",
        "status": b.status,
    }


def _band(options: Options) -> None:
    found = calib.band(options.score, options.specialty, options.group, **_asked(options))
    notes = sentences.unsupported(found, options.score) + sentences.loose_edges([found])
    notes += sentences.instead(found)
    _emit(options, found, [_band_row(found)], _qualified(found, found.status, *notes))


def _probability(options: Options) -> None:
    found = calib.probability(options.score, options.specialty, options.group, **_asked(options))
    row = {
        "score": f"{found.score:g}",
        "chance": _shown(found.value, 3),
        "95 % interval": _interval(found.low, found.high, 3),
        "extrapolated": {True: "yes", False: "no", None: None}[found.extrapolated],
    }
    _emit(options, found, [row], _qualified(found, found.status))


def _score_for(options: Options) -> None:
    found = calib.score_for(options.p, options.specialty, options.group, **_asked(options))
    row = {
        "chance": f"{found.p:g}",
        "score": _shown(found.score, 1),
        "95 % interval": _interval(found.low, found.high, 1, found.score is not None),
    }
    _emit(options, found, [row], _qualified(found, found.status))


def _gain(options: Options) -> None:
    start, end = getattr(options, "from"), options.to
    found = calib.gain(start, end, options.specialty, options.group, **_asked(options))
    row = {
        "from": f"{found.from_score:g}",
        "to": f"{found.to_score:g}",
        "difference in chance": _shown(found.value, 3),
        "95 % interval": _interval(found.low, found.high, 3),
        "odds ratio": _shown(found.odds_ratio, 2),
        "95 % interval ": _interval(found.odds_ratio_low, found.odds_ratio_high, 2),
    }
    _emit(options, found, [row], _qualified(found, found.status))


def _explain(options: Options) -> None:
    text = calib.explain(options.score, options.specialty, options.group, **_asked(options))
    _emit(options, [{"explanation": text}], [], text)


def _specialties(options: Options) -> None:
    groups = {name: calib.applicant_groups(name) for name in calib.specialties(options.group)}
    records = [{"specialty": name, "applicant_groups": list(had)} for name, had in groups.items()]
    rows = [
        {"specialty": name, "groups with a curve": ", ".join(had) or None}
        for name, had in groups.items()
    ]
    nothing = "" if rows else "No specialty has a curve for this group."
    _emit(options, records, rows, nothing, ("specialty", "applicant_groups"))


def _guides(options: Options) -> None:
    rows = [{"guide": name} for name in calib.guides()]
    _emit(options, rows, rows)


def _audit(options: Options) -> None:
    found = calib.guide_audit(
        options.guide, specialty=options.specialty, applicant_group=options.group
    )
    rows = [
        {
            "specialty": row.specialty,
            "curve": row.curve_group,
            "denominator": row.denominator,
            "label": row.label,
            "printed": _printed(row.score_min, row.score_max),
            "chance at edge": _shown(row.probability_at_edge, 3),
            "95 % interval": _interval(row.edge_low, row.edge_high, 3),
            "calibrated edge": _shown(row.calibrated_edge, 1),
            "verdict": row.verdict,
            "status": row.status,
            "grade": row.grade,
        }
        for row in found
    ]
    notes = f"edition {calib.EDITION}. {sentences.CAVEAT}"
    if not rows:
        notes = f"This guide has no printed band there.\n{notes}"
    _emit(options, found, rows, notes, calib.AuditRow.names())


def _qualified(answer: Answer, status: str, *notes: str) -> str:
    """Return what stands under every number: its key, grade, status, people and sources."""
    visa = {"yes": ", needs a visa", "no": ", needs no visa"}.get(answer.needs_visa or "", "")
    asked = f"{answer.specialty}, {answer.applicant_group}{visa}: {answer.outcome}"
    lines = [
        f"{asked} {answer.cycle or ''}".rstrip() + f", denominator {answer.denominator or '-'}",
        f"grade {answer.grade or '-'}, status {status}, n {'-' if answer.n is None else answer.n},"
        f" edition {answer.edition}, sources: {', '.join(answer.sources) or '-'}",
    ]
    if reason := sentences.why(answer, status):
        lines.append(reason)
    if answer.available:
        lines.append(f"No table gives this curve. {answer.specialty} has:")
        lines += [
            f"  {key.applicant_group} {key.outcome} {key.cycle} {key.denominator}"
            + (f" needs_visa {key.needs_visa}" if key.needs_visa else "")
            + f" ({key.status})"
            for key in answer.available
        ]
    elif answer.curve.status == "no_evidence":
        lines.append(f"No table gives this curve, nor any other of {answer.specialty}.")
    return "\n".join([*lines, *notes, *sentences.self_reported(answer), sentences.CAVEAT])


def _emit(
    options: Options,
    records: Record | Sequence[Record | Row],
    rows: Sequence[Row],
    notes: str = "",
    columns: Sequence[str] = (),
) -> None:
    """Print records for programs (their columns where there are none), or a table for people."""
    if options.json:
        print(json.dumps(plain(records if isinstance(records, Record) else [*records]), indent=2))
        return
    if options.csv:
        print(_as_csv([records] if isinstance(records, Record) else records, columns))
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    parts = [_aligned(rows, width)] if rows else []
    if notes:
        parts.append(notes if width is None else _wrapped(notes, width))
    print("\n\n".join(parts))


def _as_csv(records: Sequence[Record | Row], columns: Sequence[str]) -> str:
    r"""Return records with a header; tuples are joined by ``|``, None is blank."""
    text = io.StringIO()
    rows = [dict(r.as_dict() if isinstance(r, Record) else r) for r in records]
    for row in rows:
        row.pop("available", None)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0] if rows else columns)
    for row in rows:
        writer.writerow("|".join(v) if isinstance(v, list) else v for v in row.values())
    return text.getvalue().removesuffix("\n")


def _interval(
    low: float | None, high: float | None, digits: int, claimed: bool = False
) -> str | None:
    """Return ``0.24 to 0.36``; a claimed interval without ends is ``unbounded``."""
    if low is None and high is None:
        return "unbounded" if claimed else None
    return " to ".join(_shown(end, digits) or "unbounded" for end in (low, high))


def _shown(value: float | None, digits: int) -> str | None:
    return None if value is None else f"{value:.{digits}f}"


def _printed(low: float | None, high: float | None) -> str | None:
    """Return a guide's printed scores: ``230-249``, ``250 and above``, ``up to 229``."""
    if low is None:
        return None if high is None else f"up to {high:.0f}"
    return f"{low:.0f} and above" if high is None else f"{low:.0f}-{high:.0f}"


def _aligned(rows: Sequence[Row], width: int | None) -> str:
    """Return rows as a table; where it is too wide, as blocks of one line a column."""
    header = list(rows[0])
    cells = [["-" if row[name] is None else str(row[name]) for name in header] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    if width is None or sum(widths) + 2 * len(widths) - 2 <= width:
        widths[-1] = 0  # no trailing spaces
        lines = ["  ".join(map(str.ljust, row, widths)) for row in (header, *cells)]
        return "\n".join(lines)
    names = [name.ljust(max(map(len, header))) for name in header]
    blocks = ["\n".join(map("  ".join, zip(names, row, strict=True))) for row in cells]
    return "\n\n".join(blocks)


def _wrapped(text: str, width: int) -> str:
    """Return lines broken between words; what is indented stays so."""
    return "\n".join(
        textwrap.fill(
            line,
            max(width, 20),
            subsequent_indent="  " if line.startswith("  ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.split("\n")
    )
