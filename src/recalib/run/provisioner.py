"""Starts the kernels of a run: forked from a warm process, or cold where that cannot be had."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from recalib.run.environment import PROVISIONER
from recalib.run.kernel import ALIVE

# Imports take two seconds; a process that says nothing for so long is not coming.
_SECONDS = 20
_running: set[int] = set()


class Provisioner(LocalProvisioner):
    """Starts one kernel that ends with its run."""

    warm: ClassVar[subprocess.Popen[str] | None] = None
    shared: ClassVar[dict[str, Any]] = {}  # what kernels inherit: the pipe of `recalib.run.kernel`

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel by its command line; keywords as for `subprocess.Popen`."""
        folder = kwargs.get("cwd") or Path.cwd()  # papermill has changed to the notebook's
        process = _fork(cmd[cmd.index("-f") :], str(folder))
        if process is None:
            await super().launch_kernel(cmd, **kwargs, **self.shared)
        else:
            self.process = _Forked(process)  # type: ignore[assignment]
            self.pid = self.pgid = process
            self.cwd = folder
        assert self.pid is not None
        _running.add(self.pid)
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """Forget a kernel that ended."""
        if self.pid is not None:
            _running.discard(self.pid)
        await super().cleanup(restart=restart)


class _Forked:
    """What LocalProvisioner asks of a process, for one that is somebody else's child."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    wait = poll

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


def register(*, warm: bool) -> None:
    """Make the provisioner known to jupyter_client in this process, and start to warm up."""
    KernelProvisionerFactory.instance().provisioners[PROVISIONER] = EntryPoint(
        PROVISIONER, f"{__name__}:{Provisioner.__name__}", KernelProvisionerFactory.GROUP_NAME
    )
    if os.name == "posix":
        # The writing end stays open, and here alone, for as long as this process lives.
        alive, _ = os.pipe()
        os.environ[ALIVE] = str(alive)
        Provisioner.shared = {"pass_fds": (alive,)}
    if warm:
        Provisioner.warm = subprocess.Popen(
            [sys.executable, "-m", "recalib.run.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            **Provisioner.shared,
        )


def end_kernels() -> None:
    """End every kernel that this process has running, with the processes they started."""
    for process in tuple(_running):
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(process, signal.SIGKILL)
            else:
                os.kill(process, signal.SIGTERM)


def _fork(arguments: list[str], folder: str) -> int | None:
    warm = Provisioner.warm
    if warm is None or warm.stdin is None or warm.stdout is None:
        return None
    try:
        print(json.dumps({"arguments": arguments, "folder": folder}), file=warm.stdin, flush=True)
        if select.select([warm.stdout], [], [], _SECONDS)[0]:
            return int(warm.stdout.readline())
    except (OSError, ValueError):
        # It died: its pipes are broken, or what it said last is no number.
        pass
    Provisioner.warm = None
    warm.kill()
    warm.wait()
    return None
