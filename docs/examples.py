"""Pages come in; out go the same pages, each example with the output that it has today.

A block of `python` or `sh` followed by a block of `text` is an example and its output. It is run in
an empty folder that holds a copy of the edition's files; `sh` finds the system's own tools and
`calib`, nothing else.

python docs/examples.py
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parent
EDITION = DOCS.parent / "data" / "processed"
_LINES = r"(?:(?!```).*\n)+"
_EXAMPLE = re.compile(
    rf"^(?P<example>```(?P<language>python|sh)\n(?P<code>{_LINES})```\n\n)```text\n{_LINES}```$",
    flags=re.MULTILINE,
)


def renewed(page: str) -> str:
    """A page whose examples have the output of today.

    Raises
    ------
    RuntimeError
        If an example fails, warns, or prints nothing.
    """

    def run(found: re.Match[str]) -> str:
        output = output_of(found["language"], found["code"])
        return f"{found['example']}```text\n{output}```"

    return _EXAMPLE.sub(run, page)


def output_of(language: str, code: str) -> str:
    """What an example prints, run as a reader would who has the edition's files at hand."""
    with tempfile.TemporaryDirectory() as place:
        folder, tools = Path(place, "edition"), Path(place, "tools")
        shutil.copytree(EDITION, folder)
        tools.mkdir()
        (tools / "calib").symlink_to(Path(sys.executable).with_name("calib"))
        # A shell finds `calib` and the system's tools; -I: nothing of this folder is importable.
        command = [sys.executable, "-I", "-c"] if language == "python" else ["sh", "-euc"]
        done = subprocess.run(  # noqa: S603
            [*command, code],
            cwd=folder,
            env={"PATH": f"{tools}{os.pathsep}{os.defpath}", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    if done.returncode or done.stderr or not done.stdout.strip():
        raise RuntimeError(
            f"This example should print something, and nothing to stderr (exit {done.returncode}):"
            f"\n{code}\n{done.stderr}"
        )
    # A space at the end of a line cannot be seen in a page.
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def pages() -> list[Path]:
    """The pages that hold an example."""
    return [page for page in sorted(DOCS.glob("*.md")) if _EXAMPLE.search(page.read_text("utf-8"))]


if __name__ == "__main__":
    for path in pages():
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
