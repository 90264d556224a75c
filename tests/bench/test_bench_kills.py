"""The campaign of kills runs, and counts what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
FEW = """
import json, sys
from pathlib import Path
import kills
kills.AIMS = {"any moment": 0.5, "the swap": 0.5}
whole = kills.measured
kills.measured = lambda base, aim: whole(base, "any moment")  # those with kernels take seconds
table = kills.campaign(Path(sys.argv[1]).resolve(), 6, 1, 600, 1)
print(json.dumps(table.to_dict("list")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks for what outlived a kill in /proc")
def test_a_few_kills(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FEW, str(tmp_path)],
        cwd=BENCH,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    table = json.loads(done.stdout.splitlines()[-1])
    assert table["kills"] == [3, 3]
    assert min(table["loads"]) > 0
    for wrong in ("outlived", "left_behind", "mixed", "missing", "damaged"):
        assert table[wrong] == [0, 0], wrong
    assert table["of_two_editions_after_the_next_start"] == [0, 0]
