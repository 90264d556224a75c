"""How many notebooks run at once in a container: made-up control groups of both versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from recalib.run import capacity
from recalib.run.capacity import KERNEL_BYTES, RUN_BYTES

V2 = "0::/user.slice/session\n"
V1 = "5:memory:/docker/ab\n3:cpu,cpuacct:/docker/ab\n1:name=systemd:/docker/ab\n"
ROOM_FOR_3 = str(RUN_BYTES + 3 * KERNEL_BYTES + 1)


@pytest.mark.parametrize(
    ("own", "files", "expected"),
    [
        (V2, {}, 24),
        (V2, {"user.slice/session/cpu.max": "max 100000"}, 24),
        (V2, {"user.slice/session/cpu.max": "200000 100000"}, 2),
        (V2, {"user.slice/cpu.max": "150000 100000", "cpu.max": "max 100000"}, 2),
        (V2, {"cpu.max": "400000 100000"}, 4),  # the namespace of a container
        (V2, {"cpu.max": "10000 100000"}, 1),
        (V2, {"user.slice/memory.max": ROOM_FOR_3}, 3),
        (V2, {"memory.max": "max"}, 24),
        (V2, {"memory.max": "1048576"}, 1),
        (V2, {"cpu.max": "", "memory.max": "nonsense"}, 24),
        (V2, {"cpu.max": "100000 0"}, 24),
        (V1, {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 24),
        (V1, {"cpu/cpu.cfs_quota_us": "250000", "cpu/cpu.cfs_period_us": "100000"}, 3),
        (
            V1,
            {
                "cpu/docker/ab/cpu.cfs_quota_us": "50000",
                "cpu/docker/ab/cpu.cfs_period_us": "10000",
            },
            5,
        ),
        (V1, {"memory/docker/ab/memory.limit_in_bytes": ROOM_FOR_3}, 3),
        (V1, {"memory/memory.limit_in_bytes": "9223372036854771712"}, 24),
        ("", {"cpu.max": "300000 100000"}, 3),
        ("nonsense", {"cpu.max": "300000 100000"}, 3),
    ],
)
def test_quotas_of_a_container_limit_the_jobs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own: str,
    files: dict[str, str],
    expected: int,
) -> None:
    monkeypatch.setattr(capacity, "cores", lambda: 24)
    monkeypatch.setattr(capacity, "_machine", lambda: iter([64 * 2**30]))
    for name, text in files.items():
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    (tmp_path / "own").write_text(own)
    assert capacity.capacity(tmp_path / "cgroup", tmp_path / "own") == expected


def test_a_small_machine_runs_fewer_notebooks_than_it_has_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capacity, "cores", lambda: 24)
    monkeypatch.setattr(capacity, "_machine", lambda: iter([2 * 2**30]))
    assert capacity.capacity(tmp_path, tmp_path / "none") == 5


def test_this_machine_has_a_capacity() -> None:
    assert 1 <= capacity.capacity() <= capacity.cores()
