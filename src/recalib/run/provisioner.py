"""Starts the kernels of a run: forked from a process that is warm, or cold where there is none."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from recalib.run.environment import PROVISIONER

# Imports take two seconds, on a busy machine twenty; who says nothing for so long is not coming.
_SECONDS = 60


class Provisioner(LocalProvisioner):
    """Starts one kernel."""

    warm: ClassVar[subprocess.Popen[str] | None] = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel by its command line; keywords as for `subprocess.Popen`."""
        self.cwd = kwargs.get("cwd") or Path.cwd()  # papermill has changed to the notebook's
        process = _fork(cmd[cmd.index("-f") :], str(self.cwd))
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = _Forked(process)  # type: ignore[assignment]
        self.pid = self.pgid = process
        return self.connection_info


class _Forked:
    """What LocalProvisioner asks of a process, for one that is somebody else's child."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        return None if self.send_signal(0) else 0

    wait = poll

    def send_signal(self, number: int) -> bool:
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True


def register(imports: Sequence[str]) -> None:
    """Make the provisioner known to jupyter_client in this process, and start to warm up."""
    KernelProvisionerFactory.instance().provisioners[PROVISIONER] = EntryPoint(
        PROVISIONER, f"{__name__}:{Provisioner.__name__}", KernelProvisionerFactory.GROUP_NAME
    )
    # On other systems a fork after imports is not safe.
    if sys.platform.startswith("linux"):
        Provisioner.warm = subprocess.Popen(  # noqa: S603 (our own module and interpreter)
            [sys.executable, "-m", "recalib.run.kernel", *imports],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )


def _fork(arguments: list[str], folder: str) -> int | None:
    warm = Provisioner.warm
    if warm is None or warm.stdin is None or warm.stdout is None:
        return None
    # Where it died, its pipes are broken, or what it said last is no number.
    with suppress(OSError, ValueError):
        print(json.dumps({"arguments": arguments, "folder": folder}), file=warm.stdin, flush=True)
        if select.select([warm.stdout], [], [], _SECONDS)[0]:
            return int(warm.stdout.readline())
    Provisioner.warm = None
    warm.kill()
    warm.wait()
    return None
