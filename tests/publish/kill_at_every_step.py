"""Publishes in a child process that kills itself before its k-th step, for every k there is.

Called by test_publish_kill.py as `python kill_at_every_step.py FOLDER WAY`: three goals at once, by
one of the ways that a file system may have. A step is whatever the interpreter reports to an audit
hook about files: open, rename, link, remove, mkdir; and the exchange of two folders. The next start
is killed, too, at some step of its own; the one after it has its way. Prints one JSON list:
for each k what the goals held after the kill and at the end, and what else lay beside them.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from pathlib import Path

from recalib.publish import Staging, commit, edition, locked, moves, recover, reports
from recalib.publish.atomic import OWN

TABLES = {
    name: {"curves.csv": f"{name}\n", "edition.json": json.dumps({"edition": name, "tables": {}})}
    for name in ("old", "new")
}
PAGES = {
    name: {
        "specialties/one.html": name,
        f"{name}.html": name,
        reports.MANIFEST: json.dumps(["specialties", f"{name}.html"]),
    }
    for name in ("old", "new")
}
FOREIGN = {"notes.txt": "mine\n", "thesis/chapter.txt": "long\n"}
GOALS = {"reports": (PAGES, reports.ours), "copy": (TABLES, edition.ours)}
GOALS |= {"out": (TABLES, edition.ours)}
steps = {"left": -1}
ways = {"now": "exchange"}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def read(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(".calib-probe")
    }


def state(base: Path) -> list[str]:
    return [held(base / goal, files) for goal, (files, _) in GOALS.items()]


def held(goal: Path, files: dict[str, dict[str, str]]) -> str:
    there = read(goal)
    for name in ("old", "new"):
        if there == files[name] | FOREIGN:
            return name
    return "missing" if not there else f"mixed: {there}"


def step() -> None:
    steps["left"] -= 1
    if steps["left"] == -1:
        os.kill(os.getpid(), signal.SIGKILL)


def audit(event: str, arguments: tuple[object, ...]) -> None:
    if steps["left"] >= 0 and (event == "open" or event.startswith(("os.", "shutil."))):
        if event in ("os.listdir", "os.scandir", "os.walk"):
            return
        step()


def play() -> None:
    exchange, rename = moves.exchange, Path.rename

    def stepping(one: Path, other: Path) -> bool:
        if steps["left"] >= 0:
            step()
        return ways["now"] == "exchange" and exchange(one, other)

    def refuse(self: Path, target: Path) -> Path:
        if ways["now"] == "files" and self.name in GOALS:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(self, target)

    moves.exchange = stepping
    os.fsync = lambda descriptor: None  # a killed process is no power cut
    Path.rename = refuse  # type: ignore[method-assign]


def publish(base: Path) -> None:
    stagings = []
    for goal, (files, _) in GOALS.items():
        stagings.append(Staging(base / goal))
        write(stagings[-1].new, files["new"])
    for staging, (_, ours) in zip(stagings, GOALS.values(), strict=True):
        staging.prepare(ours)
    commit(stagings)


def start(base: Path, goals: tuple[str, ...]) -> None:
    held_ = [base / goal for goal in goals]
    with locked(held_):
        for goal in goals:
            recover(base / goal, GOALS[goal][1], held_)


def killed_at(k: int, deed: object, *arguments: object) -> bool:
    child = os.fork()
    if child == 0:
        steps["left"] = k
        deed(*arguments)  # type: ignore[operator]
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main() -> None:
    folder, way = Path(sys.argv[1]), sys.argv[2]
    sys.addaudithook(audit)
    play()
    results = []
    for k in range(-1, 10_000):
        base = folder / str(k)
        for goal, (files, _) in GOALS.items():
            write(base / goal, files["old"] | FOREIGN)
        ways["now"] = way
        if k == -1:
            publish(base)  # what is imported late is imported now
            start(base, tuple(GOALS))
            continue
        ways["now"] = way
        killed = killed_at(k, publish, base)
        result: dict[str, object] = {"k": k, "killed": killed, "after": state(base)}
        # The next start may find a system that can do more, or less.
        ways["now"] = (way, "exchange", "rename", "files")[k // 4 % 4]
        # Not every next start writes all the goals, or gets through itself.
        some = (tuple(GOALS), ("out",), ("out", "reports"), ("copy",))[k % 4]
        result["twice"] = killed_at(k * 7 % 60, start, base, some)
        start(base, some)
        result["recovered"] = state(base)
        start(base, tuple(GOALS))
        beside = sorted(path.name for path in base.rglob("*"))
        result["beside"] = [name for name in beside if OWN.match(name)]
        results.append(result)
        if not killed:
            break
    print(json.dumps(results))


if __name__ == "__main__":
    main()
