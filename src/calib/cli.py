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
from dataclasses import replace
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


def _number(remedy: str, word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number. {remedy}") from None
    return int(number) if number.is_integer() else number  # messages show it as it was typed


def _asked(options: Options) -> dict[str, Any]:
    """Return what the look-up of a command with a group is called with, by name."""
    asked = dict(vars(options))
    for name in ("command", "answer", "version", "json", "csv"):
        del asked[name]
    asked["applicant_group"] = asked.pop("group")
    return asked


def _look(options: Options) -> None:
    """Answer with the look-up that a command is named for."""
    ask = getattr(calib, options.command.replace("-", "_"))
    found = ask(**_asked(options))
    every = found if isinstance(found, tuple) else (found,)
    score = options.score if isinstance(found, calib.Band) else None
    _emit(options, found, [_row(one) for one in every], sentences.about(every, score))


#: Columns of an answer's table: title=fields:format. Two fields are the ends of an interval; the
#: titles of intervals get the year that they are of.
_TABLES: dict[type, str] = {
    calib.Band: "label=label|scores=score_min score_max:range|lower edge=boundary:.1f"
    "|next cycle=boundary_next_low boundary_next_high:.1f"
    "|95 % interval=boundary_low boundary_high:.1f|mean chance in band=probability:.3f"
    "|next cycle =next_low next_high:.3f|95 % interval =probability_low probability_high:.3f"
    "|matched at or below its lower end=standing_matched:.2f|guide's edge=guide_edge:.0f"
    "|shift=shift:+.1f|status=status",
    calib.Probability: "score=score:g|chance=value:.3f|next cycle=next_low next_high:.3f"
    "|95 % interval=low high:.3f|extrapolated=extrapolated",
    calib.Standing: "score=score:g|matched at or below=matched:.2f"
    "|95 % interval=matched_low matched_high:.2f|not matched at or below=not_matched:.2f"
    "|95 % interval =not_matched_low not_matched_high:.2f",
    calib.Boundary: "chance=p:g|score=score:.1f|next cycle=next_low next_high:.1f"
    "|95 % interval=low high:.1f",
    calib.Gain: "from=from_score:g|to=to_score:g|difference in chance=value:.3f"
    "|95 % interval=low high:.3f|odds ratio=odds_ratio:.2f"
    "|95 % interval =odds_ratio_low odds_ratio_high:.2f",
    calib.AuditRow: "specialty=specialty|curve=curve_group cycle denominator:words|label=label"
    "|printed=score_min score_max:range|chance at edge=probability_at_edge:.3f"
    "|next cycle=next_low next_high:.3f|95 % interval=edge_low edge_high:.3f"
    "|matched at or below edge=standing_matched:.2f|calibrated edge=calibrated_edge:.1f"
    "|reading=reading|data_label=data_label|verdict=verdict|status=status|grade=grade|reason=reason",
}


def _row(answer: Record) -> Row:
    row: dict[str, object] = {}
    known = False  # the number whose interval comes next
    later, own = sentences.next_cycle(), "95 % interval"
    if isinstance(answer, calib.AuditRow):  # rows of several cycles, which each names
        own += ", own cycle"
    elif cycle := getattr(answer, "cycle", None):
        own += f", {cycle} alone"
    for column in _TABLES[type(answer)].split("|"):
        title, _, told = column.partition("=")
        title = title.replace("next cycle", later).replace("95 % interval", own)
        fields, _, form = told.partition(":")
        values = [getattr(answer, field) for field in fields.split()]
        row[title] = _cell(values, form, known)
        known = values[0] is not None if len(values) == 1 else known
    if getattr(answer, "suppressed", None):
        row["mean chance in band"] = "[c]"
    return row


def _cell(values: Sequence[Any], form: str, known: bool) -> str | None:
    """Return ``0.24 to 0.36``; the interval of a known score without ends is ``unbounded``."""
    if form == "range":
        return _printed(*values)
    if form == "words":
        return " ".join(filter(None, values)) or None
    words = {True: "yes", False: "no"}
    shown = [words[v] if type(v) is bool else v if v is None else format(v, form) for v in values]
    if len(shown) == 1:
        return shown[0]
    if any(shown):
        return " to ".join(end or "unbounded" for end in shown)
    return "unbounded" if known and form == ".1f" else None


def _chances(options: Options) -> None:
    asked = _asked(options)
    scheme = asked.pop("scheme", "guide")
    found = calib.chances(**asked)
    kept = ("applicant_group", "outcome", "cycle", "needs_visa", "source")
    asked = {name: asked[name] for name in kept}
    rows, notes = sentences.short_list(found, scheme=scheme, **asked)
    if rows and (width := _width()):
        rows, left_out = sentences.narrowed(rows, width, sentences.SPARE)
        notes += [f"Left out for want of width: {', '.join(left_out)}."] if left_out else []
    _emit(options, found, rows, "\n".join(notes), calib.Probability.names())


def _explain(options: Options) -> None:
    text = calib.explain(**_asked(options))
    if options.specialty is None and not (options.json or options.csv):
        del options.specialty
        return _chances(options)
    return _emit(options, [{"explanation": text}], [], text)


def _specialties(options: Options) -> None:
    groups = {name: calib.applicant_groups(name) for name in calib.specialties(options.group)}
    records = [{"specialty": name, "applicant_groups": list(had)} for name, had in groups.items()]
    title = "groups with a curve"
    rows = [{"specialty": name, title: ", ".join(had) or None} for name, had in groups.items()]
    nothing = "" if rows else "No specialty has a curve for this group."
    _emit(options, records, rows, nothing, ("specialty", "applicant_groups"))


def _guides(options: Options) -> None:
    rows = [{"guide": name} for name in calib.guides()]
    _emit(options, rows, rows)


def _audit(options: Options) -> None:
    found = calib.guide_audit(**_asked(options))
    notes = sentences.legend("verdict", (row.verdict for row in found))
    notes += [] if found else ["This guide has no printed band there."]
    text = "\n".join([*notes, f"edition {calib.EDITION}", sentences.caveat("match")])
    _emit(options, found, [_audited(row) for row in found], text, calib.AuditRow.names())


def _audited(answer: calib.AuditRow) -> Row:
    """Return a printed band; the lowest has no edge, so its chance is that in the band."""
    if answer.probability_at_edge is not None or answer.probability_in_band is None:
        return _row(answer)
    low, high = answer.band_low, answer.band_high
    chance = answer.probability_in_band
    row = _row(replace(answer, probability_at_edge=chance, edge_low=low, edge_high=high))
    return {**row, "chance at edge": f"{row['chance at edge']} in band"}


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
    width = _width()
    parts = [sentences.aligned(rows, width)] if rows else []
    if notes:
        parts.append(notes if width is None else sentences.wrapped(notes, width))
    print("\n\n".join(parts))


def _width() -> int | None:
    """Return how wide the window is; None where no person looks at one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


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


def _printed(low: float | None, high: float | None) -> str | None:
    """Return a guide's printed scores: ``230-249``, ``250 and above``, ``up to 229``."""
    if low is None:
        return None if high is None else f"up to {high:.0f}"
    return f"{low:.0f} and above" if high is None else f"{low:.0f}-{high:.0f}"


_ALL = "--group! --outcome --cycle --denominator --needs-visa --source"
_KEYED = f"specialty {_ALL}"
#: Of each command: what it tells, its arguments (see `_ARGUMENTS`), and what answers it.
COMMANDS: dict[str, tuple[str, str, Callable[[Options], None]]] = {
    "bands": ("score bands of a specialty", f"{_KEYED} --scheme", _look),
    "band": ("the band of a score", f"score {_KEYED} --scheme", _look),
    "probability": ("the chance at a score", f"score {_KEYED}", _look),
    "chances": (
        "the chance in every specialty, the highest first; of few people last",
        f"score {_ALL}",
        _chances,
    ),
    "standing": (
        "what share of those who matched, and of those who did not, is at or below a score",
        f"score {_KEYED.replace(' --outcome', '')}",
        _look,
    ),
    "score-for": ("the score at which the chance reaches P", f"p {_KEYED}", _look),
    "gain": ("how the chance differs between scores", f"from_score to_score {_KEYED}", _look),
    "explain": (
        "a score in plain sentences; without a specialty, a short list of all",
        f"score specialty? {_ALL} --scheme",
        _explain,
    ),
    "specialties": ("specialties and the groups with a curve", "--group", _specialties),
    "guides": ("the guides that were audited", "", _guides),
    "audit": ("a guide's printed bands beside the data", "guide --specialty --group", _audit),
}


_SCORE = {"type": partial(_number, "Write a score such as 250.")}
_CHANCE = {"type": partial(_number, "Write a chance between 0 and 1, such as 0.5.")}
_GROUPS = ", ".join(f"{code} ({words})" for code, words in names.GROUPS.items())
_SPECIALTY = {"metavar": "SPECIALTY", "help": "see `calib specialties`"}
#: How each argument is parsed; ! marks one that is required, ? one that may be left out.
_ARGUMENTS: dict[str, dict[str, Any]] = {
    "score": {"metavar": "SCORE", **_SCORE},
    "from_score": {"metavar": "FROM", **_SCORE},
    "to_score": {"metavar": "TO", **_SCORE},
    "p": {"metavar": "P", **_CHANCE},
    "specialty": _SPECIALTY,
    "specialty?": {**_SPECIALTY, "nargs": "?"},
    "guide": {"metavar": "GUIDE", "help": "see `calib guides`"},
    "--specialty": {"help": "only this specialty"},
    "--group": {"help": f"only with this group's curve: {_GROUPS}"},
    "--group!": {"required": True, "help": _GROUPS},
    "--outcome": {"default": "match", "help": "match (default) or interview"},
    "--cycle": {"help": "match year or span; default: newest with evidence"},
    "--denominator": {"help": ", ".join(names.DENOMINATORS)},
    "--needs-visa": {"help": "yes or no; default: everyone"},
    "--source": {"help": "a cohort of the edition; default: printed tables first"},
    "--scheme": {"default": "guide", "help": "whose words: guide (default) or chance"},
}
