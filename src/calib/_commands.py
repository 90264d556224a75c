"""In: the words of a look-up command; out: its answer printed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

import calib
from calib import _names
from calib._errors import UnknownNameError
from calib._notes import CAVEAT, ask_chance, guide_labels, loose_edges, reach, unsupported
from calib._print import Row, aligned, as_csv, as_json, interval, number, printed, qualified
from calib._record import Record
from calib._terminal import screen

Options = argparse.Namespace


class _Version(argparse.Action):
    """Reads the edition only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"calib {calib.__version__}, edition {calib.EDITION}")
        parser.exit()


def run(words: Sequence[str]) -> int:
    """Carry out one look-up command.

    Parameters
    ----------
    words : sequence of str
        Command and arguments.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    UnknownNameError, ValueError, EditionError
        As the look-ups raise them.
    """
    parser, known = _parser()
    if words and not words[0].startswith("-") and words[0] not in known:
        raise UnknownNameError("command", words[0], known)
    try:
        options = parser.parse_args(words)
    except SystemExit as stop:  # argparse has printed what was wrong, or the help asked for
        return stop.code if isinstance(stop.code, int) else 0
    if options.command is None:
        parser.print_help()
        return 2
    answer: Callable[[Options], int] = options.answer
    return answer(options)


def _parser() -> tuple[argparse.ArgumentParser, tuple[str, ...]]:
    """Return the parser and its commands."""
    parser = argparse.ArgumentParser(
        prog="calib",
        description="Step 2 CK score bands for residency applicants, recalibrated from published"
        f" outcome tables. {CAVEAT}",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="package version and edition")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, text: str, answer: Callable[[Options], int]) -> Any:
        added = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        added.set_defaults(answer=answer)
        form = added.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="JSON for programs")
        form.add_argument("--csv", action="store_true", help="CSV for programs")
        return added

    def keyed(name: str, text: str, answer: Callable[[Options], int], *numbers: str) -> Any:
        added = command(name, text, answer)
        for wanted in numbers:
            added.add_argument(
                wanted.lower(), metavar=wanted, type=_probable if wanted == "P" else _score
            )
        added.add_argument("specialty", metavar="SPECIALTY", help="see `calib specialties`")
        added.add_argument("--group", required=True, help=", ".join(_names.GROUPS))
        added.add_argument("--outcome", default="match", help="match (default) or interview")
        added.add_argument("--cycle", help="match year or span; default: newest with evidence")
        added.add_argument("--denominator", help=", ".join(_names.DENOMINATORS))
        added.add_argument("--needs-visa", help="yes or no; default: everyone")
        return added

    def schemed(added: Any) -> None:
        added.add_argument("--scheme", default="guide", help="guide (default) or chance")

    schemed(keyed("bands", "score bands of a specialty", _bands))
    schemed(keyed("band", "the band of a score", _band, "SCORE"))
    keyed("probability", "the chance at a score", _probability, "SCORE")
    keyed("score-for", "the score at which the chance reaches P", _score_for, "P")
    keyed("gain", "how the chance differs between two scores", _gain, "FROM", "TO")
    schemed(keyed("explain", "a score in plain sentences", _explain, "SCORE"))
    listed = command("specialties", "specialties and the groups with a curve", _specialties)
    listed.add_argument("--group", help="only those with a curve for this group")
    command("guides", "the guides that were audited", _guides)
    audit = command("audit", "a guide's printed bands beside the data", _audit)
    audit.add_argument("guide", metavar="GUIDE", help="see `calib guides`")
    audit.add_argument("--specialty", help="only this specialty")
    audit.add_argument("--group", help="only against this group's curve")
    for name, text in _names.WORKSHOP.items():
        commands.add_parser(name, help=f"{text} (in the repository)", add_help=False)
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


def _score(word: str) -> float:
    return _number(word, "Write a score such as 250.")


def _probable(word: str) -> float:
    return _number(word, "Write a chance between 0 and 1, such as 0.5.")


def _number(word: str, remedy: str) -> float:
    try:
        return _Typed(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number. {remedy}") from None


def _asked(options: Options, *extra: str) -> dict[str, Any]:
    names = ("outcome", "cycle", "denominator", "needs_visa", *extra)
    return {name: getattr(options, name) for name in names}


def _emit(
    options: Options,
    records: Record | Sequence[Record | Row],
    rows: Sequence[Row],
    notes: str = "",
    columns: Sequence[str] = (),
) -> int:
    """Print records for programs (their columns where there are none), or a table for people."""
    if options.json:
        print(as_json(records))
    elif options.csv:
        print(as_csv([records] if isinstance(records, Record) else records, columns))
    else:
        place = screen()
        parts = [aligned(rows, place)] if rows else []
        if notes:
            parts.append(place.wrapped(notes))
        print("\n\n".join(parts))
    return 0


def _bands(options: Options) -> int:
    found = calib.bands(options.specialty, options.group, **_asked(options, "scheme"))
    first = found[0]
    notes = [*loose_edges(found), *reach(found), *guide_labels(first), *ask_chance(first)]
    text = qualified(first, first.curve.status, *notes)
    return _emit(options, found, [_row(band) for band in found], text)


def _row(b: calib.Band) -> Row:
    return {
        "label": b.label,
        "scores": f"{b.score_min}-{b.score_max}" if b.score_min is not None else None,
        "lower edge": number(b.boundary, 1),
        "95 % interval": interval(b.boundary_low, b.boundary_high, 1, b.boundary is not None),
        "chance": "[c]" if b.suppressed else number(b.probability, 3),
        "95 % interval ": interval(b.probability_low, b.probability_high, 3),
        "guide's edge": number(b.guide_edge, 0),
        "shift": "-" if b.shift is None else f"{b.shift:+.1f}",
        "status": b.status,
    }


def _band(options: Options) -> int:
    found = calib.band(options.score, options.specialty, options.group, **_asked(options, "scheme"))
    notes = [*unsupported(found, options.score), *loose_edges([found])]
    notes += [*guide_labels(found), *ask_chance(found)]
    return _emit(options, found, [_row(found)], qualified(found, found.status, *notes))


def _probability(options: Options) -> int:
    found = calib.probability(options.score, options.specialty, options.group, **_asked(options))
    row: Row = {
        "score": f"{found.score:g}",
        "chance": number(found.value, 3),
        "95 % interval": interval(found.low, found.high, 3),
        "extrapolated": {True: "yes", False: "no", None: None}[found.extrapolated],
    }
    return _emit(options, found, [row], qualified(found, found.status))


def _score_for(options: Options) -> int:
    found = calib.score_for(options.p, options.specialty, options.group, **_asked(options))
    row: Row = {
        "chance": f"{found.p:g}",
        "score": number(found.score, 1),
        "95 % interval": interval(found.low, found.high, 1, found.score is not None),
    }
    return _emit(options, found, [row], qualified(found, found.status))


def _gain(options: Options) -> int:
    start, end = getattr(options, "from"), options.to
    found = calib.gain(start, end, options.specialty, options.group, **_asked(options))
    row: Row = {
        "from": f"{found.from_score:g}",
        "to": f"{found.to_score:g}",
        "difference in chance": number(found.value, 3),
        "95 % interval": interval(found.low, found.high, 3),
        "odds ratio": number(found.odds_ratio, 2),
        "95 % interval ": interval(found.odds_ratio_low, found.odds_ratio_high, 2),
    }
    return _emit(options, found, [row], qualified(found, found.status))


def _explain(options: Options) -> int:
    asked = _asked(options, "scheme")
    sentences = calib.explain(options.score, options.specialty, options.group, **asked)
    record: Row = {"explanation": sentences}
    return _emit(options, [record], [], sentences)


def _specialties(options: Options) -> int:
    groups = {name: calib.applicant_groups(name) for name in calib.specialties(options.group)}
    columns = ("specialty", "applicant_groups")
    records: list[Row] = [
        dict(zip(columns, (name, list(had)), strict=True)) for name, had in groups.items()
    ]
    rows: list[Row] = [
        {"specialty": name, "groups with a curve": ", ".join(had) or None}
        for name, had in groups.items()
    ]
    nothing = "" if rows else "No specialty has a curve for this group."
    return _emit(options, records, rows, nothing, columns)


def _guides(options: Options) -> int:
    rows: list[Row] = [{"guide": name} for name in calib.guides()]
    return _emit(options, rows, rows)


def _audit(options: Options) -> int:
    found = calib.guide_audit(
        options.guide, specialty=options.specialty, applicant_group=options.group
    )
    rows: list[Row] = [
        {
            "specialty": row.specialty,
            "curve": row.curve_group,
            "denominator": row.denominator,
            "label": row.label,
            "printed": printed(row.score_min, row.score_max),
            "chance at edge": number(row.probability_at_edge, 3),
            "95 % interval": interval(row.edge_low, row.edge_high, 3),
            "calibrated edge": number(row.calibrated_edge, 1),
            "verdict": row.verdict,
            "status": row.status,
            "grade": row.grade,
        }
        for row in found
    ]
    notes = f"edition {calib.EDITION}. {CAVEAT}"
    if not rows:
        notes = f"This guide has no printed band there.\n{notes}"
    return _emit(options, found, rows, notes, calib.AuditRow.__slots__)
