"""`calib demo-cohort`, a synthetic cohort; `calib cohort-init`, the mapping of an own one."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from recalib.cli.common import OUT, RAW, add_folder, heed_signals
from recalib.problems import UsageError, many, near

if TYPE_CHECKING:
    from recalib.cohorts.own_file import Initialised

DEMO = Path("build/demo-raw")


def add_demo_cohort(demo: argparse.ArgumentParser) -> None:
    """Say what `calib demo-cohort` takes."""
    demo.add_argument("--rows", type=int, required=True, metavar="N", help="rows of the cohort")
    demo.add_argument(
        "--seed", type=int, required=True, metavar="S", help="same seed and rows, same bytes"
    )
    add_folder(demo, "--out", DEMO, "raw folder to make")
    demo.add_argument(
        "--format",
        choices=("parquet", "csv", "csv.gz"),
        default="parquet",
        help="of the cohort (%(default)s)",
    )
    demo.add_argument(
        "--with-tables", action="store_true", help="copy the published tables beside it"
    )
    add_folder(demo, "--raw", RAW, "what to copy from")
    add_folder(demo, "--edition", OUT, "edition whose margins to follow")


def demo_cohort(arguments: argparse.Namespace) -> int:
    """Carry out `calib demo-cohort`."""
    heed_signals()
    try:
        from recalib import demo
    except ImportError as error:
        raise UsageError(
            f"`calib demo-cohort` needs what is not installed here ({error}): "
            'pip install -e ".[recalibrate]"'
        ) from error
    made = demo.make_demo(
        arguments.rows,
        arguments.seed,
        arguments.out,
        arguments.format,
        with_tables=arguments.with_tables,
        raw=arguments.raw,
        edition=arguments.edition,
    )
    print(f"Synthetic cohort of {arguments.rows:,} rows: {near(made.cohort)}")
    print(f"Its truth: {near(made.truth)}")
    out = made.out.name
    name = out.removesuffix("-raw")
    edition = name if name != out else f"{name}-edition"
    words = ["calib", "recalibrate", "--raw", near(made.out)]
    words += ["--out", near(made.out.with_name(edition))]
    words += ["--reports", near(made.out.with_name(f"{name}-reports"))]
    print(f"Next: {shlex.join(words)}")
    return 0


def add_cohort_init(init: argparse.ArgumentParser) -> None:
    """Say what `calib cohort-init` takes."""
    init.add_argument(
        "file", type=Path, metavar="FILE", help="own export: .csv, .csv.gz, .tsv, .xlsx or .parquet"
    )
    add_folder(init, "--raw", RAW, "whose specialties.csv names the specialties")
    for option, what in (
        ("cycle", "match year"),
        ("specialty", "specialty"),
        ("group", "applicant group"),
    ):
        init.add_argument(
            f"--{option}", metavar="X", help=f"{what} of every row, where no column says it"
        )


def cohort_init(arguments: argparse.Namespace) -> int:
    """Carry out `calib cohort-init`."""
    from recalib.cohorts.mapped import told_left_out
    from recalib.cohorts.own_file import initialise, read_own
    from recalib.problems import RawDataError

    given = {
        "cycle": arguments.cycle,
        "specialty": arguments.specialty,
        "applicant_group": arguments.group,
    }
    always = {name: text for name, text in given.items() if text}
    made = initialise(arguments.file, arguments.raw, always)
    print(_proposed(made))
    if made.proposal.undecided or made.proposal.missing:
        print(f'Next: write in {near(made.mapping)} what stands for each "?".')
        return 0
    try:
        cohort = read_own(arguments.file, made.mapping, arguments.raw)
    except RawDataError as error:
        print(f"Next: {near(made.mapping)} was written, and the export does not fit it yet.")
        raise error from None
    print(told_left_out(int(cohort.counts["people"].sum()), cohort.left_out))
    print(
        f"Next: read {near(made.mapping)}, then open notebooks/70_my_cohort.ipynb, or put both "
        f"files and {made.key.name} into a raw folder's cohorts/ for `calib recalibrate`."
    )
    return 0


def _proposed(made: Initialised) -> str:
    """List what was proposed: for columns of a cohort first, then for what is not read."""
    export, found = made.export, made.proposal
    lines = [f"{export.file.file}: {len(export.names)} columns, {export.form}."]
    if export.other_sheets:
        lines[0] += f" Sheets not read: {len(export.other_sheets)}."
    for column, guess in found.guesses.items():
        values = f", {many(len(guess.values), 'value')}" if guess.values else ""
        back = ", counted back from the cycle" if guess.calendar_year else ""
        unsure = f"; TO DECIDE: {len(guess.undecided)}" if guess.undecided else ""
        rare = f"; {guess.hidden[0]} rare values not repeated" if guess.hidden[0] else ""
        lines.append(f'  {column}: "{guess.column}"{values}{back}{unsure}{rare}')
    lines += [f"  {column}: {text} in every row" for column, text in found.always.items()]
    lines += [f"  {column}: NOT FOUND, to be named" for column in found.missing]
    if found.persons:
        told = "; ".join(f"{name} ({what})" for name, what in found.persons)
        lines.append(f"Never read, since it may tell who somebody is: {told}.")
    if found.unused:
        lines.append(f"Not needed, and not read: {', '.join(found.unused)}.")
    lines.append(f"Mapping: {near(made.mapping)}")
    kept = "made now" if made.new_key else "was there, and is kept"
    lines.append(
        f"Key: {near(made.key)} ({kept}). It draws the noise of what is published: keep it with "
        "the cohort, and show it to nobody."
    )
    return "\n".join(lines)
