from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recalib.problems import RecalibError
from recalib.run import kernels
from recalib.run.kernels import Kernels
from recalib.run.task import NotebookError, Task, check_parameters
from recalib.run.workers import Workers

Write = Callable[..., Path]
CAN_FORK = sys.platform.startswith("linux")


def task(notebook: Path, folder: Path, name: str = "", **parameters: Any) -> Task:
    return Task(
        name=name or notebook.stem,
        notebook=str(notebook),
        executed=str(folder / f"executed_{name or notebook.stem}.ipynb"),
        folder=str(folder),
        parameters=parameters,
    )


def alive_process(process: int) -> bool:
    try:
        os.kill(process, 0)
        stat = Path(f"/proc/{process}/stat")
        # A dead child that nobody has waited for yet is dead all the same.
        return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except ProcessLookupError:
        return False


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
    "x": x, "text": text, "here": os.getcwd(), "python": sys.executable, "pid": os.getpid(),
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
    # Nor on what lies where the run was started.
    (home / "papermill.py").write_text("raise ImportError('not this one')\n")
    monkeypatch.chdir(home)
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
    notebook = write_notebook(
        tmp_path / "one.ipynb", "x = 0  # a number\ntext = ''", [REPORT, figure]
    )
    done: list[str] = []
    with Workers(2, scratch) as several:
        # What a name says may hold anything that JSON can.
        tasks = [task(notebook, work, name=f"n{x}", x=x, text='é\n"1"') for x in (1, 2)]
        outcomes = several.run(tasks, lambda outcome: done.append(outcome.name))
    assert sorted(done) == sorted(outcomes) == ["n1", "n2"]
    cells = json.loads((work / "executed_n1.ipynb").read_text())["cells"]
    assert "image/png" in cells[-1]["outputs"][0]["data"]
    reports = [json.loads((work / f"report_{x}.json").read_text()) for x in (1, 2)]
    assert reports[0]["pid"] != reports[1]["pid"]
    for x, report in enumerate(reports, start=1):
        assert report["x"] == x
        assert report["text"] == 'é\n"1"'
        assert report["here"] == str(work)
        assert report["python"] == sys.executable
        assert report["ipython"].startswith(str(scratch))
        assert report["temporary"].startswith(str(scratch))
        assert report["connection"].startswith(report["temporary"])
        assert report["style"].startswith(str(scratch))
        assert not report["profile"]
        assert report["warm"] == CAN_FORK
        assert (report["seed"], report["threads"]) == ("0", "1")
        assert not alive_process(report["pid"])


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
    with pytest.raises(NotebookError) as caught, Workers(2, tmp_path, warm=False) as two:
        two.run([task(slow, tmp_path), task(failing, tmp_path, x=5)], lambda outcome: None)
    assert time.monotonic() - start < 60
    message = str(caught.value)
    assert message.splitlines() == [
        "Notebook failing.ipynb, cell 4 of 4 (In [4] of the executed copy) failed with x=5:",
        "ValueError: no such cell",
    ]
    assert Path(caught.value.task.executed).is_file()
    process = int((tmp_path / "pid.txt").read_text())
    deadline = time.monotonic() + 10
    while alive_process(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive_process(process)


def test_a_kernel_that_dies_is_told(write_notebook: Write, tmp_path: Path) -> None:
    notebook = write_notebook(
        tmp_path / "dying.ipynb", "x = 0", ["import os, signal\nos.kill(os.getpid(), 9)"]
    )
    with pytest.raises(NotebookError) as caught, Workers(1, tmp_path, warm=False) as one:
        one.run([task(notebook, tmp_path, x=3)], lambda outcome: None)
    assert "cell 3 of 3" in str(caught.value)
    assert "kernel died with x=3" in str(caught.value)


def test_a_kernel_that_does_not_start_is_started_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recalib.run import execute

    started: list[int] = []

    def silent(*arguments: object, start_timeout: int, **options: object) -> None:
        started.append(start_timeout)
        raise RuntimeError(f"Kernel didn't respond in {start_timeout} seconds")

    monkeypatch.setattr(execute.papermill, "execute_notebook", silent)
    with pytest.raises(NotebookError) as caught:
        execute.execute(task(tmp_path / "a.ipynb", tmp_path), Kernels(tmp_path / "k", ()))
    assert str(caught.value) == "Notebook a.ipynb: Kernel didn't respond in 20 seconds."
    assert started == [20, 20]


def test_what_the_system_refuses_a_notebook_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recalib.run import execute

    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(execute.papermill, "execute_notebook", full)
    with pytest.raises(NotebookError) as caught:
        execute.execute(task(tmp_path / "a.ipynb", tmp_path), Kernels(tmp_path / "k", ()))
    assert str(caught.value) == "Notebook a.ipynb could not be run: No space left on device."


@pytest.mark.skipif(not CAN_FORK, reason="kernels are forked on Linux only")
@pytest.mark.parametrize("command", ["raise SystemExit", "print('no number', flush=True); input()"])
def test_without_a_warm_process_kernels_start_cold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    popen = subprocess.Popen
    broken = [sys.executable, "-c", command]
    monkeypatch.setattr(kernels.subprocess, "Popen", lambda _, **options: popen(broken, **options))
    run = Kernels(tmp_path / "k", ("json",))
    warm = run._warm
    assert warm is not None
    line = ["-f", "connection.json"]
    assert run.fork(line, ".") is None
    assert warm.poll() is not None
    assert run.fork(line, ".") is None
    run.end()


def test_no_kernel_starts_where_the_run_has_ended(write_notebook: Write, tmp_path: Path) -> None:
    notebook = write_notebook(
        tmp_path / "late.ipynb", "x = 0", ["import pathlib\npathlib.Path('begun').touch()"]
    )
    with Workers(1, tmp_path) as one:
        one._kernels.end()
        with pytest.raises(NotebookError, match="the run has ended"):
            one.run([task(notebook, tmp_path)], lambda outcome: None)
    assert not (tmp_path / "begun").exists()


@pytest.mark.skipif(not CAN_FORK, reason="kernels are forked on Linux only")
@pytest.mark.parametrize("early", [True, False])
def test_kernels_and_what_they_started_end_with_their_run(tmp_path: Path, early: bool) -> None:
    # Stands in for ipykernel: it starts a process, notes both and waits.
    (tmp_path / "ipykernel").mkdir()
    (tmp_path / "ipykernel" / "__init__.py").touch()
    (tmp_path / "ipykernel" / "kernelapp.py").write_text(
        "import os, pathlib, subprocess, sys, time\n"
        "def launch_new_instance():\n"
        "    child = subprocess.Popen(['sleep', '300'])\n"
        "    pathlib.Path(sys.argv[1]).write_text(f'{os.getpid()} {child.pid}')\n"
        "    time.sleep(300)\n"
    )
    request = json.dumps({"arguments": ["noted"], "folder": str(tmp_path)})
    processes = []
    lifeline, held = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "recalib.run.kernel", str(lifeline), str(os.getpid())],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        pass_fds=(lifeline,),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as warm:
        os.close(lifeline)
        assert warm.stdin is not None
        assert warm.stdout is not None
        print(request, file=warm.stdin, flush=True)
        if early:
            # The run is gone before its kernel is there.
            os.close(held)
        processes.append(int(warm.stdout.readline()))
        if not early:
            processes += noted(tmp_path / "noted")
            assert all(map(alive_process, processes))
            os.close(held)
        warm.kill()
    gone(processes)


def noted(note: Path) -> list[int]:
    deadline = time.monotonic() + 60
    while not note.exists() or len(note.read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return [int(word) for word in note.read_text().split()]


def gone(processes: list[int]) -> None:
    deadline = time.monotonic() + 10
    while any(map(alive_process, processes)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(alive_process, processes))


RUN = """
import os, subprocess, sys, time
lifeline, held = os.pipe()
command = [sys.executable, "-m", "recalib.run.kernel", str(lifeline), str(os.getpid())]
command += sys.argv[2:]
child = subprocess.Popen(command, pass_fds=(lifeline,), stdin=subprocess.PIPE,
                         stdout=subprocess.DEVNULL, start_new_session=True)
print(child.pid, flush=True)
time.sleep(float(sys.argv[1]))
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def adopting() -> Iterator[None]:
    """Let orphans come to a process that is not the first, as in many containers and desktops."""
    system, subreaper = ctypes.CDLL(None), 36  # PR_SET_CHILD_SUBREAPER
    system.prctl(subreaper, 1)
    yield
    system.prctl(subreaper, 0)


@pytest.mark.skipif(not CAN_FORK, reason="kernels are forked on Linux only")
@pytest.mark.parametrize("kind", [["-f", "noted"], []])
@pytest.mark.parametrize("after", [0, 0.05, 0.3])
def test_a_kernel_ends_whose_run_is_killed_as_it_starts(
    tmp_path: Path, adopting: None, kind: list[str], after: float
) -> None:
    (tmp_path / "ipykernel").mkdir()
    (tmp_path / "ipykernel" / "__init__.py").touch()
    waits = "import time\ntime.sleep({})\ndef launch_new_instance(): time.sleep(300)\n"
    (tmp_path / "ipykernel" / "kernelapp.py").write_text(waits.format(0 if kind else 300))
    run = subprocess.run(
        [sys.executable, "-c", RUN, str(after), *kind],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    gone([int(run.stdout)])
