"""A kernel's command line comes in; a running kernel forked from a warm process goes out."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from importlib.metadata import EntryPoint
from json import dumps
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from recalib.run.environment import WARM

# Imports take two seconds; a process that says nothing for so long is not coming.
_SECONDS = 30


class WarmProvisioner(LocalProvisioner):
    """Forks kernels from a process that has the imports, and starts them cold where it cannot."""

    _warm: subprocess.Popen[str] | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel.

        Parameters
        ----------
        cmd : list of str
            Command line of an ipykernel.
        **kwargs
            As for `subprocess.Popen`.

        Returns
        -------
        dict
            Connection of the kernel.
        """
        process = _fork(cmd, str(kwargs.get("cwd") or Path.cwd()))
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = _Forked(process)  # type: ignore[assignment]
        self.pid = self.pgid = process
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info


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

    def wait(self) -> int:
        while self.poll() is None:
            time.sleep(0.02)
        return 0

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def register() -> None:
    """Make the provisioner known to jupyter_client in this process, and start to warm up."""
    entry = EntryPoint(
        WARM, f"{__name__}:{WarmProvisioner.__name__}", KernelProvisionerFactory.GROUP_NAME
    )
    KernelProvisionerFactory.instance().provisioners[WARM] = entry
    WarmProvisioner._warm = subprocess.Popen(
        [sys.executable, "-m", "recalib.run.warm"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def _fork(cmd: list[str], folder: str) -> int | None:
    warm = WarmProvisioner._warm
    if warm is None or warm.stdin is None or warm.stdout is None:
        return None
    try:
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        warm.stdin.write(dumps({"arguments": arguments, "folder": folder}) + "\n")
        warm.stdin.flush()
        ready, _, _ = select.select([warm.stdout], [], [], _SECONDS)
        if ready:
            return int(warm.stdout.readline())
    except (OSError, ValueError):
        # It died: its pipes are broken, or what it said last is no number.
        pass
    WarmProvisioner._warm = None
    warm.kill()
    warm.wait()
    return None
