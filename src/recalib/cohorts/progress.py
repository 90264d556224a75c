"""Shows a bar on a terminal while a scan takes long."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Never

from tqdm import tqdm

#: Seconds before a bar appears.
PATIENCE = 2.0


@contextmanager
def bar(what: str, percent: Callable[[], float]) -> Iterator[None]:
    """Show how far a scan is, as `percent` tells from another thread; nothing for a blank name."""
    if not what or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=_show, args=(what, percent, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _show(what: str, percent: Callable[[], float], done: threading.Event) -> None:
    if done.wait(PATIENCE):
        return
    shown: tqdm[Never] = tqdm(
        total=100,
        file=sys.stderr,
        leave=False,
        # Some terminals say that they have no width at all.
        ncols=shutil.get_terminal_size((80, 24)).columns,
        bar_format="{desc} {bar} {percentage:.0f} %, {elapsed}",
        desc=what,
    )
    with shown:
        while not done.wait(0.2):
            shown.n = max(shown.n, min(100, round(percent())))
            shown.refresh()
