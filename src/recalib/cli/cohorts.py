"""`calib demo-cohort`: a synthetic cohort, labelled so."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from recalib.cli.common import OUT, RAW, add_folder, heed_signals, near
from recalib.problems import UsageError

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
