"""`calib diff`: what changed between two editions."""

from __future__ import annotations

import argparse
from pathlib import Path

from recalib.cli.common import RAW, fail
from recalib.problems import UsageError


def add_diff(diff: argparse.ArgumentParser) -> None:
    """Say what `calib diff` takes."""
    diff.add_argument("old", type=Path, metavar="OLD", help="edition folder")
    diff.add_argument("new", type=Path, metavar="NEW", help="edition folder")
    diff.add_argument(
        "--approvals",
        type=Path,
        metavar="FILE",
        help="approved drifts, YAML (default: data/raw/drift_approvals.yml where present)",
    )


def diff(arguments: argparse.Namespace) -> int:
    """Carry out `calib diff`."""
    from recalib import drift

    default = RAW / "drift_approvals.yml"
    approvals = arguments.approvals or (default if default.is_file() else None)
    if approvals is not None and not approvals.is_file():
        raise UsageError(f"There is no file {approvals}; --approvals names a YAML file.")
    changes = drift.compare_editions(arguments.old, arguments.new, approvals)
    if changes.empty:
        moved = drift.values_changed(arguments.old, arguments.new)
        values = "value" if moved == 1 else "values"
        print(f"{moved} {values} changed, none beyond the limits." if moved else "No drift.")
        return 0
    print(drift.to_text(changes))
    unapproved = int((~changes["approved"]).sum())
    if unapproved:
        return fail(f"{unapproved} of {len(changes)} drifts are not approved.", 1)
    print(f"All {len(changes)} drifts are approved.")
    return 0
