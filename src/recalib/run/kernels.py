"""Starts and ends the kernels of a run, in an environment that is the same everywhere.

Kernels must not depend on the user's home: not on IPython profiles, Jupyter configuration, kernel
specifications of the same name, matplotlib styles, the number of cores, or Python files that lie
where the run was started. On Linux they are forked from one warm process; see `kernel`.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import traitlets
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

import recalib

KERNEL = "python3"
# Imports take two seconds, on a busy machine twenty; who says nothing for so long is not coming.
_SECONDS = 60
_SPECIFICATION = KernelSpec(
    argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    display_name="Python 3",
    language="python",
)
# Sums in another order end in other digits: one thread each.
_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
_DROPPED = (
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "PYTHONINSPECT",
    "PYTHONOPTIMIZE",
    "IPYTHON_PROFILE",
    "JUPYTER_PREFER_ENV_PATH",
    "JUPYTER_CONFIG_PATH",
)


class Kernels:
    """The kernels of one run; `folder` is their scratch home and must outlive them.

    With `imports`, modules that kernels have from the start, where the system can fork them.
    """

    def __init__(self, folder: Path, imports: Sequence[str]) -> None:
        # What a kernel that is killed leaves goes with the folder: Spark's, and connections.
        self._temporary = folder / "tmp"
        self._temporary.mkdir(mode=0o700, parents=True)
        style = folder / "matplotlibrc"
        style.touch()
        self._environment = {
            **{key: value for key, value in os.environ.items() if key not in _DROPPED},
            **dict.fromkeys(_ONE_THREAD, "1"),
            **{
                f"JUPYTER_{of}": str(folder / of.lower())
                for of in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR", "PATH")
            },
            "IPYTHONDIR": str(folder / "ipython"),
            "MATPLOTLIBRC": str(style),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONNOUSERSITE": "1",
            "PYTHONPATH": str(Path(recalib.__file__).parents[1]),
            "PYTHONSAFEPATH": "1",
            "PYTHONUTF8": "1",
            "TMPDIR": str(self._temporary),
        }
        self._lock = threading.Lock()
        self._ended = False
        # Kernels hold the reading end, nobody but this process the other: when it ends, they do.
        self._lifeline, self._held = os.pipe()
        self._cold: list[Provisioner] = []
        self._warm: subprocess.Popen[str] | None = None
        # On other systems a fork after imports is not safe.
        if imports and sys.platform.startswith("linux"):
            self._warm = subprocess.Popen(  # noqa: S603 (our own module and interpreter)
                [*self._watched(), *imports],
                env=self._environment,
                pass_fds=(self._lifeline,),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                # Ctrl-C reaches the main process alone, which then ends the kernels in order.
                start_new_session=True,
            )

    def _watched(self) -> list[str]:
        """Return the command line of what ends with this run."""
        watch = [str(self._lifeline), str(os.getpid())]
        return [sys.executable, "-P", "-m", "recalib.run.kernel", *watch]

    def manager(self, folder: str) -> type[AsyncKernelManager]:
        """Return what makes nbclient start kernels of this run in a working directory."""
        run = self

        class Manager(AsyncKernelManager):
            async def start_kernel(  # type: ignore[override]
                self, **kwargs: Any
            ) -> None:
                self._kernel_spec = _SPECIFICATION
                self.kernel_id = str(uuid4())
                self.connection_file = str(run._temporary / f"{self.kernel_id}.json")
                self.provisioner = Provisioner(
                    kernels=run, kernel_id=self.kernel_id, kernel_spec=_SPECIFICATION, parent=self
                )
                await self._async_start_kernel(cwd=folder, env=run._environment, **kwargs)

        return Manager

    def fork(self, arguments: list[str], folder: str) -> int | None:
        """Fork a kernel from the warm process; None where there is none, or not any more."""
        with self._lock:
            warm = self._warm
            if warm is None or warm.stdin is None or warm.stdout is None:
                return None
            # Where it died, its pipes are broken, or what it said last is no number.
            with suppress(OSError, ValueError):
                request = {"arguments": arguments, "folder": folder}
                print(json.dumps(request), file=warm.stdin, flush=True)
                if select.select([warm.stdout], [], [], _SECONDS)[0]:
                    return int(warm.stdout.readline())
            self._warm = None
        _end(warm)
        return None

    def cold(
        self, provisioner: Provisioner, command: list[str]
    ) -> tuple[list[str], dict[str, Any]]:
        """Note a kernel that is no fork; return how it is started.

        A RuntimeError where the run has ended meanwhile.
        """
        if self._ended:
            raise RuntimeError("the run has ended")
        self._cold.append(provisioner)
        if os.name != "posix":
            return command, {}  # ipykernel watches a handle of its parent there
        command = [*self._watched(), *command[command.index("-f") :]]
        return command, {"pass_fds": (self._lifeline,)}

    def end(self) -> None:
        """End all kernels, whatever they are doing."""
        if not self._ended:
            self._ended = True
            os.close(self._held)
        if self._warm is not None:
            _end(self._warm)
        for each in self._cold:
            with suppress(OSError):
                if each.process is not None:
                    each.process.kill()


def _end(warm: subprocess.Popen[str]) -> None:
    """End the warm process; its forks end with the lifeline."""
    warm.kill()
    for pipe in (warm.stdin, warm.stdout):
        with suppress(OSError, AttributeError):
            pipe.close()  # type: ignore[union-attr]
    warm.wait()


class Provisioner(LocalProvisioner):
    """Starts one kernel."""

    kernels: Kernels = traitlets.Any()  # type: ignore[assignment]

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel by its command line; keywords as for `subprocess.Popen`."""
        forked = self.kernels.fork(cmd[cmd.index("-f") :], kwargs["cwd"])
        if forked is None:
            cmd, watched = self.kernels.cold(self, cmd)
            quiet = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
            return await super().launch_kernel(cmd, **kwargs | quiet | watched)
        self.process = _Forked(forked)  # type: ignore[assignment]
        self.pid = self.pgid = forked
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
