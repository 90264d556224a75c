"""The gate of drift: what nobody approved, and approvals gone stale, publish nothing."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recalib import drift
from recalib.drift.record import Record, digest_of, read_record
from recalib.problems import Problem, RecalibError, many, near
from recalib.publish import Opened, opened, writing
from recalib.sources.approvals import APPROVALS, read_approvals

PAGE = "50_drift.html"
#: Drifts that the refusal lists; all are in the file that it names.
_LISTED = 20


class DriftError(RecalibError):
    """The drift is not acceptable: nothing was published."""


@dataclass(frozen=True)
class Gate:
    """What judges the drift of a run before it is published.

    `raw`: folder of raw tables; `out`: where the edition would go; `before`: the edition that it is
    compared with, if any; `made`: the new edition; `page`: where the page of the drift was made;
    `allow`: publish in any case; `lost`: lost keys are accepted; `words`: what the command was
    given, to be repeated.
    """

    raw: Path
    out: Path
    before: Path | None
    made: Path
    page: Path | None = None
    allow: bool = False
    lost: bool = False
    words: tuple[str, ...] = ()

    def __call__(self, changes: pd.DataFrame) -> None:
        """Let a drift pass, or keep it where it can be read, and raise a DriftError."""
        new, old = opened(self.made), opened(self.before or "")
        approvals = read_approvals(self.raw / APPROVALS)
        waiting = drift.unapproved(changes)
        if self.lost:
            waiting = waiting[~waiting["kind"].isin(("key_lost", "figure_gone"))]
        wrong = []
        # An edition that is made again under its name has its drift behind it.
        if old.name and old.name != new.name:
            tables = (old.tables(), new.tables())
            wrong = drift.stale(changes, approvals, new.name, APPROVALS, tables)
        if self.allow or not (len(waiting) or wrong):
            return
        record = Record(new.name, old.name, digest_of(new.inputs), changes)
        kept = refused(self.out)
        with writing(kept):
            drift.write_record(record, kept)
            (kept / PAGE).unlink(missing_ok=True)
            if self.page is not None and self.page.is_file():
                shutil.copyfile(self.page, kept / PAGE)
        raise DriftError(self._told(record, waiting, wrong, kept))

    def _told(self, record: Record, waiting: pd.DataFrame, wrong: list[Problem], kept: Path) -> str:
        said = []
        if len(waiting):
            said.append(
                f"Edition {record.edition} has {many(len(waiting), 'drift')} against edition "
                f"{record.before} that nobody approved:"
            )
            said.append(drift.to_text(waiting.head(_LISTED)))
            if len(waiting) > _LISTED:
                said.append(f"... and {len(waiting) - _LISTED} more")
        if wrong:
            count = "1 approval is" if len(wrong) == 1 else f"{len(wrong)} approvals are"
            said += [f"{count} not what the drift is:", *map(str, wrong)]
        read = kept / (PAGE if (kept / PAGE).is_file() else drift.record.DRIFT)
        stays = f"Nothing was published; the edition in {near(self.out)} is as it was."
        said.append(f"{stays} Read {near(read)}.")
        if len(waiting):
            command = shlex.join(["calib", "approve", *self.words])
            said.append(
                f"What is meant is approved by `{command} KEY ... --reason TEXT` (a pattern of "
                "keys, such as '2026/pathology/*', covers those that it fits); then run again. "
                "--allow-drift publishes without."
            )
        return "\n".join(said)


def refused(out: Path) -> Path:
    """Where the drift of a run that was refused is kept, beside the edition that stayed."""
    return out.with_name(f"{out.name}.refused")


def last_record(out: Path, line: Path, edition: str) -> Record | None:
    """Find the last comparison of an edition: of a run that was refused, or that kept with it."""
    for folder in (refused(out), line / edition):
        record = read_record(folder)
        if record is not None and record.edition == edition:
            return record
    return None


def stale_approvals(
    raw: Path, out: Path, line: Path, edition: str, inputs: Mapping[str, str]
) -> list[Problem]:
    """Find approvals of an edition that the last comparison of these raw tables shows to be stale.

    None where these raw tables were not compared yet: the next run will tell.
    """
    record = last_record(out, line, edition)
    if record is None or not record.before or record.before == edition:
        return []
    if record.inputs != digest_of(inputs):
        return []
    approvals = read_approvals(raw / APPROVALS)
    return drift.stale(record.changes, approvals, edition, APPROVALS)


def record_of(made: Path, before: Path | None, changes: pd.DataFrame) -> Record:
    """Write down what a new edition was compared with and how it differed.

    An earlier try of its own name is nothing that it can be compared with.
    """
    new, old = opened(made), opened(before or "")
    if old.name in ("", new.name):
        changes, old = drift.no_drift(), Opened(None)
    return Record(new.name, old.name, digest_of(new.inputs), changes)
