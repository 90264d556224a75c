from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

DRIVER = Path(__file__).with_name("kill_at_every_step.py")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX")


def driven(folder: str, way: str) -> list[dict[str, Any]]:
    command = [sys.executable, str(DRIVER), folder, way]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


@pytest.mark.parametrize("way", ["exchange", "rename", "files"])
def test_after_a_kill_at_any_step_the_next_start_has_all_goals_old_or_all_new(
    tmp_path: Path, way: str
) -> None:
    # In memory, where there is such a place: a disk would take minutes.
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=place) as folder:
        results = driven(folder, way)
    assert len(results) > 100
    assert not results[-1]["killed"]
    assert sum(result["twice"] for result in results) > 20
    after = [held for result in results for held in result["after"]]
    if way == "exchange" and sys.platform.startswith("linux"):
        assert set(after) == {"old", "new"}
    elif way == "rename":
        assert set(after) == {"old", "missing", "new"}
    for result in results:
        assert result["recovered"] in (["old"] * 3, ["new"] * 3), result
        # Forward, once any goal is new; and not at all, while none is.
        if any(held != "old" for held in result["after"]):
            assert result["recovered"] == ["new"] * 3, result
        assert result["beside"] == [], result
