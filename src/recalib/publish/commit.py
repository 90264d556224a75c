"""Publishes several goals together, all or none, and completes what a killed run began.

Once all is made, one file records the decision: which staging folder goes to which goal, and what
the goal then holds. A run that is killed before it has changed nothing; one that is killed after it
is completed by the next start, whichever of the goals that one writes. A goal that cannot be
written takes all the others back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recalib.problems import RecalibError
from recalib.publish import edition, in_place, moves, reports
from recalib.publish.atomic import (
    Ours,
    Staging,
    every_entry,
    leftovers,
    prefix,
    remove_tree,
    rescue,
    writing,
)
from recalib.publish.disk import hashes, sync
from recalib.publish.lock import locked

#: The decision, in the staging folder of the first goal; in the others, where it lies.
DECISION, MEMBER = "decision.json", "member.json"
_KINDS: dict[str, Ours] = {
    ours.__module__: ours for ours in (edition.ours, reports.ours, every_entry)
}


@dataclass(frozen=True)
class Part:
    """What a decision says of one goal."""

    goal: Path
    root: Path
    ours: Ours
    files: dict[str, str]
    stale: list[str]

    @property
    def new(self) -> Path:
        """What is to be published."""
        return self.root / "new"

    @property
    def old(self) -> Path:
        """What was there."""
        return self.root / "old"

    def put(self) -> None:
        """Publish, unless it is done; a second call completes a first one."""
        there, ready = hashes(self.goal, self.files), hashes(self.new, self.files)
        left = any((self.goal / name).exists() for name in self.stale)
        if ready == self.files and (left or there != self.files):
            moves.put(self.new, self.goal, self.old, self.files, self.stale)
        elif self.new.is_dir() and self.old.is_dir() and there | ready == self.files:
            in_place.replace(self.new, self.goal, self.old, self.files, self.stale)
        sync(self.goal.parent)

    def finish(self) -> None:
        """Give the goal what somebody put into it at the last moment, and clean up."""
        for former in (self.old, self.new):
            if former.is_dir():
                rescue(former, self.goal, self.ours)
                # Half removed, it could not tell any more what of it is ours.
                former.rename(former.with_suffix(".done"))
        remove_tree(self.root)


def commit(stagings: Sequence[Staging]) -> None:
    """Put what was prepared in the place of all goals; a RecalibError, and all as it was, or not.

    A signal must not disturb it.
    """
    parts = [Part(s.goal, s.root, s.ours, s.files, s.stale) for s in stagings]
    leader, *members = parts
    for part in members:
        with writing(part.goal):
            _write(part.root / MEMBER, {"leader": _near(leader.root, part.root)})
    with writing(leader.goal):
        _write(leader.root / DECISION, {"parts": [_record(part, leader.root) for part in parts]})
    _decided(stagings, True)
    for part in parts:
        try:
            with writing(part.goal):
                part.put()
        except RecalibError as error:
            _take_back(parts, error)
            _decided(stagings, False)
            raise RecalibError(f"{error} Nothing was published.") from error
    _decided(stagings, False)
    for part in reversed(parts):
        part.finish()


def recover(goal: Path, ours: Ours, held: Collection[Path] = ()) -> list[str]:
    """Complete or clean up what killed runs left of a goal, and of those published with it.

    The caller holds the locks of `goal` and `held`. Returns what was done, as sentences.
    """
    goal = goal.resolve()
    done: list[str] = []
    if (probe := goal / f"{prefix(goal)}probe").exists():
        probe.unlink()
    with ExitStack() as locks:
        mine = {goal, *(each.resolve() for each in held)}
        for root in leftovers(goal):
            if not root.exists():
                continue  # completed with another one
            parts = _decision(root, goal, ours)
            others = {part.goal for part in parts} - mine
            locks.enter_context(locked(others))
            mine |= others
            for part in parts:
                with writing(part.goal):
                    part.put()
                done.append(f"Completed {part.goal}, whose publication was killed midway.")
            for part in reversed(parts):
                part.finish()
            if root.exists():
                if not goal.exists() and (root / "old").is_dir():  # by an older version
                    (root / "old").rename(goal)
                remove_tree(root)
                done.append(f"Removed {root.name}, which a killed run left beside {goal.name}.")
    return done


def _take_back(parts: Sequence[Part], error: RecalibError) -> None:
    try:
        for part in reversed(parts):
            moves.put_back(part.new, part.goal, part.old, part.files)
        (parts[0].root / DECISION).unlink()
    except OSError as worse:
        raise RecalibError(
            f"{error} What was there could not be put back either ({worse.strerror}); the next "
            "start of the same command completes what was begun."
        ) from worse


def _decided(stagings: Sequence[Staging], value: bool) -> None:
    for staging in stagings:
        staging.decided = value


def _decision(root: Path, goal: Path, ours: Ours) -> list[Part]:
    """Read the decision to which a staging folder belongs; no parts where there is none."""
    leader = root
    with suppress(OSError, ValueError, TypeError, KeyError):
        leader = _far(json.loads((root / MEMBER).read_text("ascii"))["leader"], root)
    try:
        record = json.loads((leader / DECISION).read_text("ascii"))
        parts = [_part(entry, leader, goal, ours) for entry in record["parts"]]
    except (OSError, ValueError, TypeError, KeyError):
        return []
    # What lies elsewhere by now, or is done and gone, is left alone.
    return [part for part in parts if part.root.is_dir()]


def _record(part: Part, leader: Path) -> dict[str, Any]:
    return {
        "goal": _near(part.goal, leader),
        "root": _near(part.root, leader),
        "kind": part.ours.__module__,
        "files": part.files,
        "stale": part.stale,
    }


def _part(entry: dict[str, Any], leader: Path, goal: Path, ours: Ours) -> Part:
    of = _far(entry["goal"], leader)
    kind = ours if of == goal else _KINDS[entry["kind"]]
    return Part(of, _far(entry["root"], leader), kind, dict(entry["files"]), list(entry["stale"]))


def _near(path: Path, start: Path) -> str:
    # Relative, so that a repository that was moved meanwhile still finds its own.
    try:
        return os.path.relpath(path, start)
    except ValueError:  # another drive
        return str(path)


def _far(path: str, start: Path) -> Path:
    return Path(os.path.normpath(start / path))


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write a file that is there whole or not at all, and stays."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(content), encoding="ascii")
    sync(draft)
    draft.replace(path)
    sync(path.parent)
