"""`calib add-cycle`: typed tables in, the raw folder's files out, whatever changed shown first."""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING

from recalib.cli.common import RAW, add_folder, fail, heed_signals, need_folder
from recalib.problems import RecalibError, UsageError, many, near

if TYPE_CHECKING:
    from recalib.typed import Change, Doubt, Proposal, Remarks

WIDTH = 100


def add_add_cycle(command: argparse.ArgumentParser) -> None:
    """Say what `calib add-cycle` takes."""
    command.add_argument("cycle", metavar="CYCLE", help="match year that is added, such as 2027")
    command.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help=".xlsx, .ods or CSV as typed or exported",
    )
    command.add_argument(
        "--from",
        dest="start",
        default="",
        metavar="C",
        help="cycle to compare with; without FILE, the cycle whose tables are laid out blank",
    )
    command.add_argument("--source", default="", metavar="S", help="name of the source's files")
    for option, letter, what in (
        ("--group", "G", "whose figures, such as non_us_img"),
        ("--kind", "K", "of the tables, such as quantiles, where the headings do not tell"),
        ("--outcome", "O", "of the tables: match or interview"),
        ("--denominator", "D", "who is counted in totals, such as ranked_first"),
    ):
        command.add_argument(option, default="", metavar=letter, help=what)
    command.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an answer to what the command asks, as it says itself; may be repeated",
    )
    command.add_argument("--yes", action="store_true", help="write without asking")
    command.add_argument(
        "--overwrite", action="store_true", help="replace tables that are there already"
    )
    add_folder(command, "--raw", RAW, "raw tables")


def add_cycle(arguments: argparse.Namespace) -> int:
    """Carry out `calib add-cycle`."""
    need_folder(arguments.raw)
    heed_signals()
    from recalib.typed import Asked, Remarks, propose, write_files

    person = sys.stdin.isatty() and sys.stdout.isatty()
    remarks = Remarks(_answers(arguments.answer), _ask if person else None)
    asked = Asked(
        arguments.cycle,
        arguments.group,
        arguments.kind,
        arguments.outcome,
        arguments.denominator,
    )
    proposal = propose(
        arguments.raw,
        asked,
        arguments.files,
        remarks,
        start=arguments.start,
        source=arguments.source,
    )
    _show(proposal)
    _refuse_doubts(remarks)
    unused = remarks.unused_answers()
    if unused:
        raise UsageError(f"Nothing was asked that --answer {', '.join(unused)} answers.")
    if all(one.state == "unchanged" for one in proposal.files):
        print("Everything is there already.")
        return 0
    _need_overwrite(proposal, arguments.overwrite, person)
    if not arguments.yes and not (person and _confirmed(proposal)):
        return fail("Nothing was written; --yes writes what is shown.", 1)
    write_files(proposal.files)
    print(f"Written: {many(len(proposal.files), 'file')}.")
    for one in proposal.files:
        if proposal.questions and one.path.parent.name == "published" and one.path.suffix == ".yml":
            print(f"Next: answer the questions in {near(one.path)} (texts that begin with ?).")
    raw = "" if arguments.raw == RAW else f" --raw {near(arguments.raw)}"
    print(f"Then: calib check{raw}")
    return 0


def _answers(given: list[str]) -> dict[str, list[str]]:
    answers: dict[str, list[str]] = {}
    for one in given:
        key, sign, value = one.rpartition("=")
        if not sign or not key.strip():
            raise UsageError(f"--answer {one} is no KEY=VALUE.")
        answers.setdefault(key.strip(), []).append(value.strip())
    return answers


def _show(proposal: Proposal) -> None:
    """Tell what was read, each change, what looks odd, and what would be written."""
    from recalib.typed.remarks import ANSWERED

    remarks = proposal.remarks
    for line in dict.fromkeys(remarks.told):
        print(line)
    read = [change for change in remarks.listed if change.why != ANSWERED]
    if read:
        print(f"\nRead otherwise than typed ({many(len(read), 'cell')}):")
        for line in _grouped(read):
            print(f"  {line}")
    if len(read) < len(remarks.listed):
        print("\nAnswered:")
        for change in remarks.listed:
            if change.why == ANSWERED:
                print(f"  {change.place}: {change.was} Answer: {change.read_as}.")
    if remarks.questions:
        print("\nTo be looked at (each is a question in the provenance):")
        for question in remarks.questions:
            print(textwrap.fill(question, WIDTH, initial_indent="  - ", subsequent_indent="    "))
    if proposal.files:
        print("\nTo be written:")
        for one in proposal.files:
            about = f", {one.about}" if one.about else ""
            print(f"  {near(one.path)} ({one.state}{about})")


def _grouped(changes: list[Change]) -> list[str]:
    """The changes, those that are alike in one line with all their cells."""
    cells: dict[tuple[str, ...], list[str]] = {}
    for change in changes:
        where, _, cell = change.place.rpartition(", cell ")
        cells.setdefault((where, change.was, change.read_as, change.why), []).append(cell)
    return [
        f"{where}{', ' if where else ''}{', '.join(found)}: {_cut(was)} -> {_cut(read)} ({why})"
        for (where, was, read, why), found in cells.items()
    ]


def _cut(text: str) -> str:
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return f'"{shown}"' if shown else "blank"


def _refuse_doubts(remarks: Remarks) -> None:
    if not remarks.doubts:
        return
    lines = [f"{many(len(remarks.doubts), 'thing')} cannot be known; nothing was written."]
    raise RecalibError("\n".join([*lines, *map(str, remarks.doubts)]))


def _need_overwrite(proposal: Proposal, overwrite: bool, person: bool) -> None:
    """Refuse to replace tables that are there, unless that is said or can be asked."""
    there = _replaced(proposal)
    if there and not overwrite and not person:
        raise RecalibError(
            f"There is {there} already; nothing was written. --overwrite replaces it, "
            "--source gives the new tables another name."
        )


def _confirmed(proposal: Proposal) -> bool:
    """Ask the person at the terminal."""
    there = _replaced(proposal)
    what = f"Replace {there} and write" if there else "Write"
    said = _typed(f"{what} {many(len(proposal.files), 'file')}? [y/N] ")
    return said.casefold() in ("y", "yes")


def _replaced(proposal: Proposal) -> str:
    return ", ".join(near(one.path) for one in proposal.files if one.state == "replaced")


def _ask(doubt: Doubt) -> str | None:
    """Ask the person at the terminal about a doubt; None where it is left open."""
    print(f"\n{doubt.place}: {doubt.found}")
    # Letters: a number that is typed is the figure itself.
    options = dict(zip(ascii_lowercase, doubt.options, strict=False))
    for letter, option in options.items():
        print(f"  {letter}) {option}")
    ways = [", ".join(options)] * bool(options) + ["the number"] * doubt.number
    while True:
        said = _typed(f"{' or '.join(ways)}? (Enter leaves it open: {doubt.fix}) ")
        if not said:
            return None
        said = options.get(said.casefold(), said)
        if doubt.takes(said):
            return said
        print("That is none of the answers.")


def _typed(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError:
        return ""
