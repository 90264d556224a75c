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
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import calib
from calib import names, sentences
from calib.answers import Record, plain

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
        f" outcome tables. {sentences.WHOSE} {sentences.CAVEAT}",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="package version and edition")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (text, words, answer) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        command.set_defaults(answer=answer)
        form = command.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="JSON for programs")
        form.add_argument("--csv", action="store_true", help="CSV for programs")
        for word in words.split():
            command.add_argument(word.strip("!?"), **_ARGUMENTS[word])
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
    """Return what a look-up is called with, by name: every argument but those of the command."""
    own = ("command", "answer", "version", "json", "csv")
    asked = {
        "applicant_group" if name == "group" else name: value
        for name, value in vars(options).items()
    }
    return {name: value for name, value in asked.items() if name not in own}


def _look(options: Options) -> None:
    """Answer with the look-up that a command is named for."""
    ask = getattr(calib, options.command.replace("-", "_"))
    found = ask(**_asked(options))
    every = found if isinstance(found, tuple) else (found,)
    rows = [_ROWS[type(one)](one) for one in every]
    _emit(options, found, rows, sentences.about(every))


def _band_row(b: calib.Band) -> Row:
    known = b.boundary is not None
    return {
        "label": b.label,
        "scores": f"{b.score_min}-{b.score_max}" if b.score_min is not None else None,
        "lower edge": _shown(b.boundary, 1),
        "next cycle": _interval(b.boundary_next_low, b.boundary_next_high, 1, known),
        "95 % interval": _interval(b.boundary_low, b.boundary_high, 1, known),
        "chance": "[c]" if b.suppressed else _shown(b.probability, 3),
        "next cycle ": _interval(b.next_low, b.next_high, 3),
        "95 % interval ": _interval(b.probability_low, b.probability_high, 3),
        "matched below": _shown(b.standing_matched, 2),
        "guide's edge": _shown(b.guide_edge, 0),
        "shift": None if b.shift is None else f"{b.shift:+.1f}",
        "status": b.status,
    }


def _chance_row(p: calib.Probability) -> Row:
    return {
        "score": f"{p.score:g}",
        "chance": _shown(p.value, 3),
        "next cycle": _interval(p.next_low, p.next_high, 3),
        "95 % interval": _interval(p.low, p.high, 3),
        "extrapolated": {True: "yes", False: "no", None: None}[p.extrapolated],
    }


def _standing_row(s: calib.Standing) -> Row:
    return {
        "score": f"{s.score:g}",
        "matched below": _shown(s.matched, 2),
        "95 % interval": _interval(s.matched_low, s.matched_high, 2),
        "not matched below": _shown(s.not_matched, 2),
        "95 % interval ": _interval(s.not_matched_low, s.not_matched_high, 2),
    }


def _edge_row(edge: calib.Boundary) -> Row:
    known = edge.score is not None
    return {
        "chance": f"{edge.p:g}",
        "score": _shown(edge.score, 1),
        "next cycle": _interval(edge.next_low, edge.next_high, 1, known),
        "95 % interval": _interval(edge.low, edge.high, 1),
    }


def _gain_row(gain: calib.Gain) -> Row:
    return {
        "from": f"{gain.from_score:g}",
        "to": f"{gain.to_score:g}",
        "difference in chance": _shown(gain.value, 3),
        "95 % interval": _interval(gain.low, gain.high, 3),
        "odds ratio": _shown(gain.odds_ratio, 2),
        "95 % interval ": _interval(gain.odds_ratio_low, gain.odds_ratio_high, 2),
    }


def _audit_row(row: calib.AuditRow) -> Row:
    return {
        "specialty": row.specialty,
        "curve": " ".join(filter(None, (row.curve_group, row.cycle, row.denominator))) or None,
        "label": row.label,
        "printed": _printed(row.score_min, row.score_max),
        "chance at edge": _shown(row.probability_at_edge, 3),
        "next cycle": _interval(row.next_low, row.next_high, 3),
        "95 % interval": _interval(row.edge_low, row.edge_high, 3),
        "matched below": _shown(row.standing_matched, 2),
        "calibrated edge": _shown(row.calibrated_edge, 1),
        "reading": row.reading,
        "data_label": row.data_label,
        "verdict": row.verdict,
        "status": row.status,
        "grade": row.grade,
        "reason": row.reason,
    }


_ROWS: dict[type, Callable[[Any], Row]] = {
    calib.Band: _band_row,
    calib.Probability: _chance_row,
    calib.Standing: _standing_row,
    calib.Boundary: _edge_row,
    calib.Gain: _gain_row,
}


def _chances(options: Options) -> None:
    asked = _asked(options)
    scheme = asked.pop("scheme", "guide")
    found = calib.chances(**asked)
    asked = {name: asked[name] for name in ("applicant_group", "outcome", "cycle", "needs_visa")}
    rows, notes = sentences.short_list(found, scheme=scheme, **asked)
    _emit(options, found, rows, "\n".join(notes), calib.Probability.names())


def _explain(options: Options) -> None:
    text = calib.explain(**_asked(options))
    if options.specialty is None and not (options.json or options.csv):
        del options.specialty
        _chances(options)
    else:
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
    found = calib.guide_audit(**_asked(options))
    notes = [
        *sentences.legend("verdict", (row.verdict for row in found)),
        f"edition {calib.EDITION}",
    ]
    if not found:
        notes.insert(0, "This guide has no printed band there.")
    text = "\n".join([*notes, sentences.caveat("match")])
    _emit(options, found, [_audit_row(row) for row in found], text, calib.AuditRow.names())


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
    parts = [sentences.aligned(rows, width)] if rows else []
    if notes:
        parts.append(notes if width is None else sentences.wrapped(notes, width))
    print("\n\n".join(parts))


def _as_csv(records: Sequence[Record | Row], columns: Sequence[str]) -> str:
    r"""Return records with a header; tuples are joined by ``|``, None is blank."""
    text = io.StringIO()
    rows = [dict(r.as_dict() if isinstance(r, Record) else r) for r in records]
    header = [name for name in (rows[0] if rows else columns) if name != "available"]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        cells = (row[name] for name in header)
        writer.writerow("|".join(cell) if isinstance(cell, list) else cell for cell in cells)
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


_KEYED = "specialty --group! --outcome --cycle --denominator --needs-visa"
#: Of each command: what it tells, its arguments (see `_ARGUMENTS`), and what answers it.
COMMANDS: dict[str, tuple[str, str, Callable[[Options], None]]] = {
    "bands": ("score bands of a specialty", f"{_KEYED} --scheme", _look),
    "band": ("the band of a score", f"score {_KEYED} --scheme", _look),
    "probability": ("the chance at a score", f"score {_KEYED}", _look),
    "chances": (
        "the chance at a score in every specialty, the highest first",
        f"score {_KEYED.removeprefix('specialty ')}",
        _chances,
    ),
    "standing": (
        "which share of those who matched, and of those who did not, scored below a score",
        f"score {_KEYED.replace(' --outcome', '')}",
        _look,
    ),
    "score-for": ("the score at which the chance reaches P", f"p {_KEYED}", _look),
    "gain": (
        "how the chance differs between two scores",
        f"from_score to_score {_KEYED}",
        _look,
    ),
    "explain": (
        "a score in plain sentences; without a specialty, a short list of all",
        f"score {_KEYED.replace('specialty', 'specialty?')} --scheme",
        _explain,
    ),
    "specialties": ("specialties and the groups with a curve", "--group", _specialties),
    "guides": ("the guides that were audited", "", _guides),
    "audit": ("a guide's printed bands beside the data", "guide --specialty --group", _audit),
}


def _score(metavar: str) -> dict[str, Any]:
    return {"metavar": metavar, "type": partial(_number, "Write a score such as 250.")}


_CHANCE = "Write a chance between 0 and 1, such as 0.5."
_SPECIALTY = {"metavar": "SPECIALTY", "help": "see `calib specialties`"}
#: How each argument is parsed; ! marks one that is required, ? one that may be left out.
_ARGUMENTS: dict[str, dict[str, Any]] = {
    "score": _score("SCORE"),
    "from_score": _score("FROM"),
    "to_score": _score("TO"),
    "p": {"metavar": "P", "type": partial(_number, _CHANCE)},
    "specialty": _SPECIALTY,
    "specialty?": {**_SPECIALTY, "nargs": "?"},
    "guide": {"metavar": "GUIDE", "help": "see `calib guides`"},
    "--specialty": {"help": "only this specialty"},
    "--group": {"help": f"only with this group's curve: {', '.join(names.GROUPS)}"},
    "--group!": {"required": True, "help": ", ".join(names.GROUPS)},
    "--outcome": {"default": "match", "help": "match (default) or interview"},
    "--cycle": {"help": "match year or span; default: newest with evidence"},
    "--denominator": {"help": ", ".join(names.DENOMINATORS)},
    "--needs-visa": {"help": "yes or no; default: everyone"},
    "--scheme": {"default": "guide", "help": "whose words: guide (default) or chance"},
}
