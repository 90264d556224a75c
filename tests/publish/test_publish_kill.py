from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DRIVER = Path(__file__).with_name("kill_at_every_step.py")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX")


def outcomes(folder: Path, way: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(folder), way], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert len(results) > 30
    assert not results[-1]["killed"]
    return results


def test_a_kill_at_any_step_leaves_a_whole_edition_and_foreign_files(tmp_path: Path) -> None:
    results = outcomes(tmp_path, "exchange")
    after = [result["after"] for result in results]
    assert set(after) == {"old", "new"}
    # Old until the swap, new from then on.
    assert after == sorted(after, reverse=True)
    for result in results:
        assert result["recovered"] == result["after"], result
        assert result["beside"] == ["goal"], result


def test_where_names_cannot_be_exchanged_the_next_start_puts_the_edition_back(
    tmp_path: Path,
) -> None:
    results = outcomes(tmp_path, "rename")
    assert {result["after"] for result in results} == {"old", "new", "missing"}
    for result in results:
        assert result["recovered"] in ("old", "new"), result
        assert result["beside"] == ["goal"], result
        if result["after"] != "missing":
            assert result["recovered"] == result["after"]
