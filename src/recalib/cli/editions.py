"""`calib diff` and `calib approve`: what changed between editions, and what of it is accepted."""

from __future__ import annotations

import argparse
from pathlib import Path

from recalib.cli.common import OUT, RAW, add_editions, add_folder, fail
from recalib.problems import RawDataError, UsageError, many, near


def add_diff(diff: argparse.ArgumentParser) -> None:
    """Say what `calib diff` takes."""
    what = "edition folder, or name of a kept edition"
    diff.add_argument(
        "old", type=Path, nargs="?", metavar="OLD", help=f"{what} (the one released before NEW)"
    )
    diff.add_argument(
        "new", type=Path, nargs="?", default=OUT, metavar="NEW", help=f"{what} (%(default)s)"
    )
    diff.add_argument(
        "--approvals",
        type=Path,
        metavar="FILE",
        help="approved drifts, YAML (default: data/raw/drift_approvals.yml where present)",
    )
    diff.add_argument("--markdown", action="store_true", help="print Markdown, for a summary")
    add_editions(diff)


def add_approve(approve: argparse.ArgumentParser) -> None:
    """Say what `calib approve` takes."""
    approve.add_argument(
        "keys",
        nargs="*",
        metavar="KEY",
        help="key of a drift as it was shown, or a pattern of keys with * (all that wait)",
    )
    approve.add_argument("--reason", required=True, metavar="TEXT", help="why it is accepted")
    add_folder(approve, "--raw", RAW, "raw tables, beside which approvals are written")
    add_folder(approve, "--out", OUT, "edition folder of the run")
    add_editions(approve)


def diff(arguments: argparse.Namespace) -> int:
    """Carry out `calib diff`."""
    from recalib import drift
    from recalib.drift.causes import with_causes
    from recalib.publish import find_edition, is_edition, opened, released_before
    from recalib.run.places import DEFAULT_LINE, line_of
    from recalib.sources.approvals import read_approvals

    approvals = arguments.approvals or RAW / "drift_approvals.yml"
    if arguments.approvals and not approvals.is_file():
        raise UsageError(f"There is no file {approvals}; --approvals names a YAML file.")
    line = arguments.editions or DEFAULT_LINE
    folder = find_edition(arguments.new, line)
    before = None if arguments.old is None else find_edition(arguments.old, line)
    if before is None and is_edition(folder):
        its = arguments.editions or line_of(folder)
        before = released_before(its, None, opened(folder).name)
        if before is None:
            print(f"No edition was released before {opened(folder).name}.")
            return 0
    for one in (before, folder):
        if one is None or not is_edition(one):
            raise UsageError(f"{one or folder} holds no edition: it has no readable edition.json.")
    old, new = opened(before or ""), opened(folder)
    tables = (old.tables(), new.tables())
    approved = read_approvals(approvals)
    changes = with_causes(drift.compare(*tables), *tables)
    changes = drift.judged(changes, approved, new.name)
    if arguments.markdown:
        print(drift.to_markdown(changes, old.name, new.name), end="")
    elif changes.empty:
        moved = drift.values_changed(*tables)
        values = f"{many(moved, 'value')} changed, none beyond the limits."
        print(values if moved else "No drift.")
    else:
        print(drift.to_text(changes))
    unapproved = drift.unapproved(changes)
    if len(unapproved):
        return fail(f"{len(unapproved)} of {len(changes)} drifts are not approved.", 1)
    if arguments.old is None:
        wrong = drift.stale(changes, approved, new.name, approvals.name, tables)
        if wrong:
            raise RawDataError(wrong)
    if len(changes) and not arguments.markdown:
        print(f"{drift.told.counted(changes)}.")
    return 0


def approve(arguments: argparse.Namespace) -> int:
    """Carry out `calib approve`."""
    from recalib import drift
    from recalib.raw import edition_of
    from recalib.run.gate import last_record
    from recalib.run.places import line_of
    from recalib.sources.approvals import APPROVALS, read_approvals

    path = arguments.raw / APPROVALS
    edition = edition_of(arguments.raw)
    line = arguments.editions or line_of(arguments.out)
    record = last_record(arguments.out, line, edition)
    if record is None or not record.before:
        raise UsageError(
            f"No drift of edition {edition or '?'} was shown yet: run `calib recalibrate` first."
        )
    changes = drift.judged(record.changes, read_approvals(path), edition)
    written = drift.approve(changes, arguments.keys, arguments.reason, edition, path)
    changes = drift.judged(record.changes, read_approvals(path), edition)
    left = len(drift.unapproved(changes))
    count = many(len(written), "approval")
    print(f"{count} of drifts from {record.before} to {edition} in {near(path)}.")
    print(f"{left} drifts wait for approval." if left else "No drift waits: run calib recalibrate.")
    return 0
