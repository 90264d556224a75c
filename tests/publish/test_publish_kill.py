from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DRIVER = Path(__file__).with_name("kill_at_every_step.py")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX")


def test_after_a_kill_at_any_step_the_next_start_has_a_whole_edition_and_foreign_files(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(results) > 30
    assert not results[-1]["killed"]
    after = [result["after"] for result in results]
    # Old until the first rename, new from the second on; between them the next start mends it.
    assert list(dict.fromkeys(after)) == ["old", "missing", "new"]
    assert after.count("missing") == 1
    for result in results:
        expected = "old" if result["after"] == "missing" else result["after"]
        assert result["recovered"] == expected, result
        assert result["beside"] == ["goal"], result
