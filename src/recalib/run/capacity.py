"""Tells how many notebooks may run at once: by cores, a container's quotas, memory, open files.

The affinity mask alone knows nothing of a container's limits, which control groups hold: `cpu.max`
and `memory.max` in version 2, quota and period, and a limit in bytes, in version 1.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from recalib.problems import RecalibError, many

#: Measured: what a kernel takes at its peak, and the run itself.
KERNEL_BYTES, RUN_BYTES = 300 * 2**20, 400 * 2**20
#: Measured: files that a run has open at its peak beside those for its kernels, and those for each.
RUN_FILES, KERNEL_FILES = 48, 32
_GROUPS, _OF_PROCESS = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def capacity(groups: Path = _GROUPS, of_process: Path = _OF_PROCESS) -> int:
    """Return how many notebooks this process may run at once, at least one."""
    jobs = [cores(), *(math.ceil(share) for share in _processor_shares(groups, of_process))]
    memory = [*_memory_limits(groups, of_process), *_machine()]
    if memory:
        jobs.append((min(memory) - RUN_BYTES) // KERNEL_BYTES)
    jobs.append((open_files() - RUN_FILES) // KERNEL_FILES)
    return max(1, min(jobs))


def check_files(jobs: int) -> None:
    """Refuse a run that may open so few files that its notebooks would fail without a reason."""
    limit, needed = open_files(), RUN_FILES + KERNEL_FILES * jobs
    if limit < needed:
        fewer = ", or run fewer at once (--jobs 1)" if jobs > 1 else ""
        raise RecalibError(
            f"Only {limit} files may be open at once; {many(jobs, 'notebook')} need "
            f"{needed}. Allow more (ulimit -n {max(1024, needed)}){fewer}."
        )


def open_files() -> int:
    """Return how many files this process may have open."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return sys.maxsize
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor_shares(groups: Path, of_process: Path) -> Iterator[float]:
    for folder in _folders("", groups, of_process):
        quota, _, period = _read(folder / "cpu.max").partition(" ")
        yield from _share(quota, period)
    for folder in _folders("cpu", groups, of_process):
        quota, period = (_read(folder / f"cpu.cfs_{of}_us") for of in ("quota", "period"))
        yield from _share(quota, period)


def _memory_limits(groups: Path, of_process: Path) -> Iterator[int]:
    limits = [_read(folder / "memory.max") for folder in _folders("", groups, of_process)]
    limits += [
        _read(folder / "memory.limit_in_bytes") for folder in _folders("memory", groups, of_process)
    ]
    # `max`, and numbers beyond any machine, stand for none.
    yield from (int(limit) for limit in limits if limit.isdigit() and int(limit) < 2**60)


def _machine() -> Iterator[int]:
    with suppress(AttributeError, ValueError, OSError):
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _share(quota: str, period: str) -> Iterator[float]:
    with suppress(ValueError, ZeroDivisionError):
        # `max`, and -1, stand for none.
        if (share := float(quota) / float(period)) > 0:
            yield share


def _folders(controller: str, groups: Path, of_process: Path) -> Iterator[Path]:
    """Every folder that may hold a limit: of the process's group and of all above it.

    `controller` is blank for version 2. In a container the path of the group may be that of the
    host, of which only the root is to be seen.
    """
    roots = [groups / controller] if controller else [groups, groups / "unified"]
    for line in _read(of_process).splitlines():
        _, names, path = [*line.split(":", 2), "", ""][:3]
        if controller in names.split(","):
            for root in roots:
                parts = Path(path.lstrip("/")).parts
                yield from (root.joinpath(*parts[:n]) for n in range(len(parts), 0, -1))
    yield from roots


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
