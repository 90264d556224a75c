"""Publishes in a child process that kills itself before its k-th step, for every k there is.

Called by test_publish_kill.py as `python kill_at_every_step.py FOLDER`. A step is whatever the
interpreter reports to an audit hook about files: open, rename, link, remove, mkdir. Prints one JSON
list: for each k what the goal held after the kill, after the next start's recovery, and what else
lay beside it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from recalib.publish import Staging, edition, recover

OLD = {"edition.json": '{"edition": "old", "tables": {}}', "curves.csv": "old\n"}
NEW = {"edition.json": '{"edition": "new", "tables": {}}', "curves.csv": "new\n"}
FOREIGN = {"notes.txt": "mine\n", "thesis/chapter.txt": "long\n"}
steps = {"left": -1}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def read(folder: Path) -> dict[str, str]:
    if not folder.exists():
        return {}
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def state(goal: Path) -> str:
    held = read(goal)
    if held == OLD | FOREIGN:
        return "old"
    if held == NEW | FOREIGN:
        return "new"
    return "missing" if not held else f"broken: {held}"


def step() -> None:
    steps["left"] -= 1
    if steps["left"] == -1:
        os.kill(os.getpid(), signal.SIGKILL)


def audit(event: str, arguments: tuple[object, ...]) -> None:
    if steps["left"] >= 0 and (event == "open" or event.startswith(("os.", "shutil."))):
        if event in ("os.listdir", "os.scandir", "os.walk"):
            return
        step()


def publish(goal: Path) -> None:
    staging = Staging(goal)
    write(staging.new, NEW)
    staging.prepare(edition.ours)
    staging.commit(edition.ours)


def main() -> None:
    base = Path(sys.argv[1])
    sys.addaudithook(audit)
    write(base / "warm" / "goal", OLD | FOREIGN)
    publish(base / "warm" / "goal")
    results = []
    for k in range(10_000):
        goal = base / str(k) / "goal"
        write(goal, OLD | FOREIGN)
        child = os.fork()
        if child == 0:
            steps["left"] = k
            publish(goal)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        result = {"k": k, "killed": killed, "after": state(goal)}
        recover(goal, edition.ours)
        beside = sorted(path.name for path in goal.parent.iterdir())
        result |= {"recovered": state(goal), "beside": beside}
        results.append(result)
        if not killed:
            break
    print(json.dumps(results))


if __name__ == "__main__":
    main()
