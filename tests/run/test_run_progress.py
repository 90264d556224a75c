from __future__ import annotations

import io

from recalib.run.progress import Progress
from recalib.run.task import Outcome


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def report(stream: io.StringIO) -> str:
    with Progress(stream) as progress:
        progress.expect(4)
        progress.done(Outcome("10_ingest", 1.25))
        progress.expect(6)
        progress.done(Outcome("20_fit", 2.0))
    return stream.getvalue()


def test_a_log_gets_one_plain_line_a_notebook() -> None:
    assert report(io.StringIO()) == "[1/4] 10_ingest: 1.2 s\n[2/6] 20_fit: 2.0 s\n"


def test_a_terminal_gets_a_bar() -> None:
    shown = report(Terminal())
    last = shown.rstrip("\n").split("\r")[-1]
    assert last.startswith("20_fit: ")
    assert " 2/6 notebooks" in last
    assert "[1/4]" not in shown
