"""Shows a bar on a terminal while a scan takes long."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable
from typing import Never

from tqdm import tqdm

#: Seconds before a bar appears.
PATIENCE = 2.0


class Bar:
    """A progress bar for one scan; a context manager."""

    def __init__(self, what: str, percent: Callable[[], float]) -> None:
        self._what = what
        self._percent = percent
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        """Start to wait."""
        if self._what and sys.stderr.isatty():
            self._thread = threading.Thread(target=self._show, daemon=True)
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _show(self) -> None:
        if self._done.wait(PATIENCE):
            return
        bar: tqdm[Never] = tqdm(
            total=100,
            file=sys.stderr,
            leave=False,
            # Some terminals say that they have no width at all.
            ncols=shutil.get_terminal_size((80, 24)).columns,
            bar_format="{desc} {bar} {percentage:.0f} %, {elapsed}",
            desc=self._what,
        )
        with bar:
            while not self._done.wait(0.2):
                bar.n = max(bar.n, min(100, round(self._percent())))
                bar.refresh()
