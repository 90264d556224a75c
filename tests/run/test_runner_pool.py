from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recalib.problems import RecalibError
from recalib.run import workers as pool
from recalib.run.environment import CAN_FORK
from recalib.run.task import NotebookError, Outcome, Task, check_parameters
from recalib.run.workers import Pool

Write = Callable[..., Path]


def task(notebook: Path, folder: Path, name: str = "", **parameters: Any) -> Task:
    return Task(
        name=name or notebook.stem,
        notebook=str(notebook),
        executed=str(folder / f"executed_{name or notebook.stem}.ipynb"),
        folder=str(folder),
        parameters=parameters,
    )


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        stat = Path(f"/proc/{process}/stat")
        # A dead child that nobody has waited for yet is dead all the same.
        return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except ProcessLookupError:
        return False


def test_tasks_and_outcomes_survive_their_lines() -> None:
    one = Task("a", "b.ipynb", "c.ipynb", "d", {"x": 'é\n"1"'}, "p.html", "../")
    assert one.to_line().count("\n") == 1
    assert Task.from_line(one.to_line()) == one
    other = Outcome("a", 1.5, "A title", "Two\nlines")
    assert other.to_line().count("\n") == 1
    assert Outcome.from_line(other.to_line()) == other


@pytest.mark.filterwarnings("ignore")
def test_a_parameter_that_the_notebook_lacks_is_an_error(
    write_notebook: Write, tmp_path: Path
) -> None:
    notebook = write_notebook(tmp_path / "one.ipynb", "x = 1\ny = ''", [])
    check_parameters([task(notebook, tmp_path, x=1, y="z")])
    with pytest.raises(RecalibError, match=r"one\.ipynb has no parameter z; it has: x, y"):
        check_parameters([task(notebook, tmp_path, x=1, z=2)])
    with pytest.raises(RecalibError, match="is missing"):
        check_parameters([task(tmp_path / "two.ipynb", tmp_path)])
    (tmp_path / "three.ipynb").write_text("{")
    with pytest.raises(RecalibError, match="cannot be read"):
        check_parameters([task(tmp_path / "three.ipynb", tmp_path)])


REPORT = """
import json, os, sys
import IPython, matplotlib, tempfile
from ipykernel.connect import get_connection_file
report = {
    "temporary": tempfile.gettempdir(), "connection": get_connection_file(),
    "x": x, "here": os.getcwd(), "python": sys.executable, "pid": os.getpid(),
    "ipython": IPython.paths.get_ipython_dir(), "profile": "leaked" in globals(),
    "seed": os.environ["PYTHONHASHSEED"], "threads": os.environ["OMP_NUM_THREADS"],
    "style": matplotlib.matplotlib_fname(), "warm": "recalib.drift" in sys.modules,
}
with open(f"report_{x}.json", "w") as file:
    json.dump(report, file)
"""


def test_notebooks_run_side_by_side_and_apart_from_the_users_home(
    write_notebook: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("leaked = True\n")
    kernel = home / ".local" / "share" / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/false"], "display_name": "other", "language": "python"})
    )
    (home / ".config" / "matplotlib").mkdir(parents=True)
    (home / ".config" / "matplotlib" / "matplotlibrc").write_text("lines.linewidth: 9\n")
    for name, value in {
        "HOME": str(home),
        "JUPYTER_PATH": str(kernel.parents[1]),
        "PYTHONHASHSEED": "7",
        "MPLBACKEND": "nonsense",
    }.items():
        monkeypatch.setenv(name, value)
    work, scratch = tmp_path / "work", tmp_path / "scratch"
    work.mkdir()
    scratch.mkdir()
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    notebook = write_notebook(tmp_path / "one.ipynb", "x = 0  # a number", [REPORT, figure])
    done: list[str] = []
    with Pool(2, scratch) as pool:
        tasks = [task(notebook, work, name=f"n{x}", x=x) for x in (1, 2)]
        outcomes = pool.run(tasks, lambda one, outcome: done.append(one.name))
    assert sorted(done) == sorted(outcomes) == ["n1", "n2"]
    cells = json.loads((work / "executed_n1.ipynb").read_text())["cells"]
    assert "image/png" in cells[-1]["outputs"][0]["data"]
    reports = [json.loads((work / f"report_{x}.json").read_text()) for x in (1, 2)]
    assert reports[0]["pid"] != reports[1]["pid"]
    for x, report in enumerate(reports, start=1):
        assert report["x"] == x
        assert report["here"] == str(work)
        assert report["python"] == sys.executable
        assert report["ipython"].startswith(str(scratch))
        assert report["temporary"].startswith(str(scratch))
        assert report["connection"].startswith(report["temporary"])
        assert report["style"].startswith(str(scratch))
        assert not report["profile"]
        assert report["warm"] == CAN_FORK
        assert (report["seed"], report["threads"]) == ("0", "1")
        assert not alive(report["pid"])


def test_a_failure_names_notebook_cell_and_parameters_and_ends_the_others(
    write_notebook: Write, tmp_path: Path
) -> None:
    slow = write_notebook(
        tmp_path / "slow.ipynb",
        "x = 0",
        [
            "import os, pathlib, time\n"
            "pathlib.Path('pid.txt').write_text(str(os.getpid()))\n"
            "time.sleep(300)"
        ],
    )
    failing = write_notebook(
        tmp_path / "failing.ipynb",
        "x = 0",
        [
            "import pathlib, time\nwhile not pathlib.Path('pid.txt').exists(): time.sleep(.05)",
            "raise ValueError('\\x1b[31mno such cell\\x1b[0m')",
        ],
    )
    start = time.monotonic()
    with pytest.raises(NotebookError) as caught, Pool(2, tmp_path, warm=False) as pool:
        pool.run([task(slow, tmp_path), task(failing, tmp_path, x=5)], lambda one, outcome: None)
    assert time.monotonic() - start < 60
    message = str(caught.value)
    assert message.splitlines() == [
        "Notebook failing.ipynb, cell 4 of 4 (In [4] of the executed copy) failed with x=5:",
        "ValueError: no such cell",
    ]
    assert Path(caught.value.task.executed).is_file()
    process = int((tmp_path / "pid.txt").read_text())
    deadline = time.monotonic() + 10
    while alive(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(process)


def test_a_kernel_that_dies_is_told(write_notebook: Write, tmp_path: Path) -> None:
    notebook = write_notebook(
        tmp_path / "dying.ipynb", "x = 0", ["import os, signal\nos.kill(os.getpid(), 9)"]
    )
    with pytest.raises(NotebookError) as caught, Pool(1, tmp_path, warm=False) as pool:
        pool.run([task(notebook, tmp_path, x=3)], lambda one, outcome: None)
    assert "cell 3 of 3" in str(caught.value)
    assert "kernel died with x=3" in str(caught.value)


@pytest.mark.parametrize(
    ("log", "free", "words"),
    [
        ("  File 'a.py', line 3\nOSError: [Errno 28] No space left on device: 'b'\n", 9**9, None),
        ("", 0, None),
        ("", 9**9, "its worker process ended by itself."),
        ("  File 'a.py'\nImportError: no x.\n", 9**9, "ended by itself: ImportError: no x."),
    ],
)
def test_a_worker_that_died_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: str, free: int, words: str | None
) -> None:
    class Dead:
        def __init__(self, environment: object, path: Path, answers: Any, warm: bool) -> None:
            self._log, self._answers = path, answers

        def send(self, one: Task) -> None:
            self._log.write_text(log)
            self._answers.put((self, ""))

        def end(self) -> None: ...

        wait = end
        why = pool._Worker.why

    monkeypatch.setattr(pool, "_Worker", Dead)
    usage = types.SimpleNamespace(free=free)
    monkeypatch.setattr(pool.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(NotebookError) as caught, Pool(1, tmp_path, warm=False) as workers:
        workers.run([task(tmp_path / "a.ipynb", tmp_path)], lambda one, outcome: None)
    message = str(caught.value)
    assert message.startswith("a: its worker process ended by itself")
    assert message.endswith(
        words or f"ended by itself: No space left on device ({tmp_path.parent})."
    )
    assert "\n" not in message


def test_what_the_system_refuses_a_notebook_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recalib.run import execute

    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(execute.papermill, "execute_notebook", full)
    outcome = execute.execute(task(tmp_path / "a.ipynb", tmp_path))
    assert outcome.error == "Notebook a.ipynb could not be run: No space left on device."


@pytest.mark.skipif(not CAN_FORK, reason="kernels are forked on Linux only")
@pytest.mark.parametrize("command", ["raise SystemExit", "print('no number', flush=True); input()"])
def test_without_a_warm_process_kernels_start_cold(
    monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    from recalib.run import provisioner

    broken = subprocess.Popen(
        [sys.executable, "-c", command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    monkeypatch.setattr(provisioner.WarmProvisioner, "_warm", broken)
    line = [sys.executable, "-m", "ipykernel_launcher", "-f", "connection.json"]
    assert provisioner._fork(line, ".") is None
    assert provisioner.WarmProvisioner._warm is None
    assert provisioner._fork(line, ".") is None
    assert broken.poll() is not None
    assert broken.stdin is not None
    assert broken.stdout is not None
    broken.stdout.close()
    with contextlib.suppress(OSError):
        broken.stdin.close()
