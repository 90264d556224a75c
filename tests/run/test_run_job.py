"""The main job with small notebooks that write the sample edition instead of fitting one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from calib.edition import Edition
from edition_samples import INPUTS
from recalib.cli import common
from recalib.problems import Problem, RawDataError, RecalibError, UsageError
from recalib.publish import atomic, lock, make_edition, moves, reports, verify_edition
from recalib.raw import read_raw
from recalib.run import job, order
from recalib.run.order import NotebookRun
from recalib.run.task import Outcome
from recalib.run.workers import Workers

Write = Callable[..., Path]
WORK = 'work_dir = ""'
FROZEN = Path(__file__).parents[1] / "frozen"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Workshop:
    """A folder with raw tables, an edition to come, and notebooks that copy a ready-made one."""

    def __init__(self, base: Path, ready: Path, write: Write) -> None:
        self.raw, self.out, self.reports = base / "raw", base / "out", base / "reports"
        self.notebooks = base / "notebooks"
        self.write = write
        self.raw.mkdir()
        inputs = {key: INPUTS[key] for key in ("edition", "hashes", "provenance")}
        copy = (
            "import json, pathlib, shutil\n"
            f"ready, work = pathlib.Path({str(ready)!r}), pathlib.Path(work_dir)\n"
            "def bring(*names):\n"
            "    for name in names: shutil.copy(ready / f'{name}.csv', work)\n"
        )
        self.cells = {
            "10_ingest": copy + "bring('evidence')\n"
            f"(work / 'inputs.json').write_text(json.dumps({inputs!r}))\n"
            f"(work / 'guides.json').write_text(json.dumps({{'guides': {INPUTS['guides']!r}}}))",
            "20_fit": copy + "bring('curves', 'curve_notes')",
            "25_criticism": "print('what could be wrong')",
            "30_bands": copy + "bring('band_table', 'standing', 'guide_audit')",
            "35_adjustments": copy + "bring('adjustments')",
            "40_specialty": "print('about', specialty)",
            "50_drift": "import pathlib\n"
            "from recalib import Run, drift\n"
            "from recalib.publish import opened\n"
            "from recalib.sources.approvals import read_approvals\n"
            "run, before = Run(work_dir), opened(edition_dir)\n"
            "changes = drift.no_drift()\n"
            "if before.name: changes = drift.compare(before.tables(), run.tables())\n"
            "known = read_approvals(pathlib.Path(approvals)) if approvals else []\n"
            "run.write_drift(drift.judged(changes, known, run.edition))",
        }
        self.parameters = {
            "10_ingest": 'raw_dir = ""\nwork_dir = ""\ncycle = ""\nengine = ""',
            "20_fit": f'{WORK}\nedition_dir = ""',
            "25_criticism": WORK,
            "30_bands": WORK,
            "35_adjustments": WORK,
            "40_specialty": 'work_dir = ""\nspecialty = ""',
            "50_drift": 'work_dir = ""\nedition_dir = ""\napprovals = ""',
        }
        for name in self.cells:
            self.notebook(name)

    def notebook(self, name: str, cell: str | None = None, parameters: str | None = None) -> None:
        self.write(
            self.notebooks / f"{name}.ipynb",
            self.parameters[name] if parameters is None else parameters,
            [self.cells[name] if cell is None else cell],
            heading=f"Page {name}",
        )

    def run(self, **options: Any) -> job.Result:
        arguments: dict[str, Any] = {"jobs": 2} | options
        return job.recalibrate(
            self.raw, self.out, self.reports, notebooks=self.notebooks, **arguments
        )

    def beside(self) -> list[str]:
        return sorted(path.name for path in self.raw.parent.iterdir() if path.name.startswith("."))


@pytest.fixture
def workshop(
    tmp_path: Path, edition_folder: Callable[..., Path], write_notebook: Write
) -> Workshop:
    base = tmp_path / "base"
    base.mkdir()
    return Workshop(base, edition_folder("ready"), write_notebook)


@pytest.fixture(autouse=True)
def plain_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the index list what it is handed; what a real one shows is tested beside the report."""

    def write_index(
        view: object, pages: list[dict[str, str]], reports_dir: Path, edition: Edition
    ) -> None:
        assert edition.name
        (reports_dir / "index.html").write_text(json.dumps(pages), encoding="utf-8")

    monkeypatch.setattr("recalib.report.pages.write_index", write_index)


@pytest.fixture(autouse=True)
def cold_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """These notebooks import little: warming up would take longer than they do."""
    monkeypatch.setattr(order, "Workers", partial(Workers, warm=False))


@pytest.fixture(autouse=True)
def raw_tables_without_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of raw tables is empty; what is wrong with one is tested beside its reader."""
    monkeypatch.setattr("recalib.raw.read_raw", lambda *given: SimpleNamespace(edition="2026.1"))


class InProcess:
    """Stands in for workers where a test is not about notebooks: runs their cells right here."""

    def __init__(self, jobs: int, scratch: Path) -> None:
        self.jobs = jobs

    def __enter__(self) -> InProcess:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def run(self, tasks: list[Any], done: Callable[[Outcome], None]) -> dict[str, Outcome]:
        outcomes = {}
        for task in tasks:
            cells = json.loads(Path(task.notebook).read_text())["cells"]
            names = dict(task.parameters)
            exec(cells[2]["source"], names)
            if task.page:
                Path(task.page).parent.mkdir(exist_ok=True)
                Path(task.page).write_text(f"<h1>{task.name}</h1>")
            outcomes[task.name] = Outcome(task.name, 0.0, f"Title of {task.name}")
            done(outcomes[task.name])
        return outcomes


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "Workers", InProcess)


def test_the_engine_reaches_the_first_notebook(workshop: Workshop, in_process: None) -> None:
    note = workshop.raw.parent / "engine"
    cell = f"import pathlib\npathlib.Path({str(note)!r}).write_text(engine)\n"
    workshop.notebook("10_ingest", cell + workshop.cells["10_ingest"])
    workshop.run(engine="spark://host:7077")
    assert note.read_text() == "spark://host:7077"


@pytest.mark.filterwarnings("ignore")
def test_a_run_publishes_edition_package_copy_and_pages(
    workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "package" / "edition"
    workshop.reports.mkdir()
    (workshop.reports / "overview.png").write_bytes(b"picture")
    result = workshop.run(package_copy=copy)
    assert verify_edition(workshop.out) == result.record
    assert contents(copy) == contents(workshop.out)
    assert result.drifts == 0
    assert result.index == workshop.reports / "index.html"
    pages = contents(workshop.reports)
    assert sorted(pages) == [
        reports.MANIFEST,
        "10_ingest.html",
        "20_fit.html",
        "25_criticism.html",
        "30_bands.html",
        "35_adjustments.html",
        "50_drift.html",
        "index.html",
        "overview.png",
        "specialties/general_surgery.html",
    ]
    assert b"about general_surgery" in pages["specialties/general_surgery.html"]
    assert json.loads(pages["index.html"]) == [
        {"file": file, "title": f"Page {title}", "group": group}
        for file, title, group in (
            ("specialties/general_surgery.html", "40_specialty", "Specialties"),
            ("10_ingest.html", "10_ingest", "Behind the numbers"),
            ("20_fit.html", "20_fit", "Behind the numbers"),
            ("25_criticism.html", "25_criticism", "Behind the numbers"),
            ("30_bands.html", "30_bands", "Behind the numbers"),
            ("35_adjustments.html", "35_adjustments", "Behind the numbers"),
            ("50_drift.html", "50_drift", "Behind the numbers"),
        )
    ]
    assert workshop.beside() == []
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["[1/5] 10_ingest", "[2/5] 20_fit"]
    # These two read the same curves, and run at once.
    assert {line.split("] ")[1].split(":")[0] for line in lines[2:4]} == {
        "30_bands",
        "35_adjustments",
    }
    # Its drift is judged before the pages, which take longest.
    assert lines[4].startswith("[5/5] 50_drift")
    assert {line.split("] ")[1].split(":")[0] for line in lines[5:]} == {
        "25_criticism",
        "40_specialty general_surgery",
    }


@pytest.mark.filterwarnings("ignore")
def test_paths_hold_anything_and_files_of_the_user_are_never_imported(
    tmp_path: Path,
    edition_folder: Callable[..., Path],
    write_notebook: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = tmp_path / "{x} {{slug}} {cycle} { wörk 'é' 日本"
    base.mkdir()
    workshop = Workshop(base, edition_folder("ready"), write_notebook)
    for name in ("queue", "types", "code", "email", "json", "papermill", "recalib"):
        (base / f"{name}.py").write_text("raise ImportError('the user's own')\n")
    monkeypatch.chdir(base)
    workshop.run(make_reports=False)
    verify_edition(workshop.out)
    assert workshop.beside() == []
    assert [path.name for path in tmp_path.iterdir() if "slug" in path.name] == [base.name]


@pytest.mark.usefixtures("in_process")
def test_a_run_that_may_open_few_files_says_so_before_any_notebook(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recalib.run.capacity.open_files", lambda: 64)
    with pytest.raises(RecalibError) as caught:
        workshop.run()
    assert str(caught.value) == (
        "Only 64 files may be open at once; 2 notebooks need 112. Allow more (ulimit -n 1024), "
        "or run fewer at once (--jobs 1)."
    )
    assert not workshop.out.exists()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("in_process")
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("stage", ["locked", "staged", "checked", "made", "committed"])
def test_a_signal_at_any_stage_leaves_all_goals_of_one_edition_and_nothing_else(
    workshop: Workshop,
    edition_folder: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: str,
    stage: str,
) -> None:
    edition_folder("before").rename(workshop.out)
    copy = tmp_path / "copy"
    former = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    common.heed_signals()

    def struck(module: Any, name: str) -> None:
        real = getattr(module, name)

        def strike(*arguments: Any, **options: Any) -> Any:
            signal.raise_signal(getattr(signal, number))
            return real(*arguments, **options)

        monkeypatch.setattr(module, name, strike)

    place: dict[str, tuple[Any, str]] = {
        "locked": (lock, "_acquire"),
        "staged": (atomic, "_root"),
        "checked": (order, "check_parameters"),
        "made": (order, "make_edition"),
        "committed": (moves, "put"),
    }
    struck(*place[stage])
    try:
        if stage == "committed":
            workshop.run(package_copy=copy)  # too late to stop
            assert contents(copy) == contents(workshop.out)
            assert workshop.reports.exists()
        else:
            with pytest.raises(KeyboardInterrupt):
                workshop.run(package_copy=copy)
            assert not copy.exists()
            assert not workshop.reports.exists()
    finally:
        for each, handler in former.items():
            signal.signal(each, handler)
    verify_edition(workshop.out)
    assert workshop.beside() == []
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("in_process")
def test_a_kill_at_the_swap_is_completed_by_a_next_run_of_other_goals(
    workshop: Workshop, edition_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(frames: dict[str, pd.DataFrame]) -> None:
        frames["curves"] = frames["curves"].assign(status="weak")

    edition_folder("before", other).rename(workshop.out)
    copy = workshop.out.with_name("copy")
    put = moves.put

    def killed(new: Path, goal: Path, *others: Any) -> None:
        if goal == copy:
            raise SystemExit  # as much of a kill as a test can bear
        put(new, goal, *others)

    with monkeypatch.context() as broken:
        broken.setattr(moves, "put", killed)
        with pytest.raises(SystemExit):
            workshop.run(package_copy=copy, allow_lost=True, allow_drift=True)
    assert workshop.reports.exists()
    assert not copy.exists()
    monkeypatch.setattr(job, "check_raw", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        workshop.run(make_reports=False)  # which recovers, and then goes no further
    assert contents(copy) == contents(workshop.out)
    assert json.loads((workshop.out / "edition.json").read_text())["counts"]["curves_by_status"][
        "ok"
    ]
    assert workshop.beside() == []


@pytest.mark.filterwarnings("ignore")
def test_a_failed_notebook_publishes_nothing_and_is_kept(
    workshop: Workshop, edition_folder: Callable[..., Path]
) -> None:
    edition_folder("before").rename(workshop.out)
    before = contents(workshop.out)
    workshop.notebook("20_fit", "1 / 0")
    with pytest.raises(RecalibError) as caught:
        workshop.run(make_reports=False)
    kept = workshop.out.parent / "out.failed" / "20_fit.ipynb"
    message = str(caught.value)
    assert "Notebook 20_fit.ipynb, cell 3 of 3" in message
    assert "ZeroDivisionError: division by zero" in message
    assert "work_dir=" in message
    assert str(kept) in message
    assert message.endswith("Nothing was published.")
    assert "division by zero" in kept.read_text()
    assert contents(workshop.out) == before
    assert not workshop.reports.exists()
    assert workshop.beside() == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("in_process")
def test_a_parameter_that_a_notebook_lacks_stops_the_run(workshop: Workshop) -> None:
    workshop.notebook("40_specialty", parameters=WORK)
    with pytest.raises(RecalibError, match=r"40_specialty\.ipynb has no parameter specialty"):
        workshop.run()
    assert not workshop.out.exists()
    assert workshop.run(make_reports=False).index is None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("in_process")
def test_the_same_input_makes_the_same_bytes(workshop: Workshop) -> None:
    workshop.run()
    before = contents(workshop.out)
    workshop.run(jobs=1)
    assert contents(workshop.out) == before


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("in_process")
def test_lost_keys_stop_the_run_unless_they_are_allowed(
    workshop: Workshop, edition_folder: Callable[..., Path]
) -> None:
    def another(frames: dict[str, pd.DataFrame]) -> None:
        curves = frames["curves"]
        frames["curves"] = pd.concat([curves, curves.assign(cycle="2025")])

    edition_folder("before", another).rename(workshop.out)
    before = contents(workshop.out)
    with pytest.raises(RecalibError, match="1 key that the new one would lose") as caught:
        workshop.run()
    assert "curves: 2025/general_surgery/non_us_img" in str(caught.value)
    assert contents(workshop.out) == before
    assert not workshop.reports.exists()
    result = workshop.run(allow_lost=True)
    assert (result.drifts, result.unapproved, result.gained) == (1, 1, 0)
    assert contents(workshop.out) != before


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("in_process")
def test_approvals_beside_the_raw_tables_are_used(
    workshop: Workshop, edition_folder: Callable[..., Path]
) -> None:
    def weaker(frames: dict[str, pd.DataFrame]) -> None:
        frames["curves"] = frames["curves"].assign(status="weak")

    edition_folder("before", weaker).rename(workshop.out)
    (workshop.raw / order.APPROVALS).write_text(
        "- {edition: '2026.1', table: curves, key: '2026/general*', kind: status_changed, "
        "old: weak, new: ok, reason: why}\n"
    )
    result = workshop.run()
    assert (result.drifts, result.unapproved) == (1, 0)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("in_process")
def test_a_damaged_edition_is_not_replaced_unseen(
    workshop: Workshop, edition_folder: Callable[..., Path]
) -> None:
    edition_folder("before").rename(workshop.out)
    (workshop.out / "curves.csv").write_text("damaged")
    with pytest.raises(RecalibError, match=r"curves\.csv is not the file that edition\.json"):
        workshop.run()
    workshop.run(allow_lost=True)
    verify_edition(workshop.out)


@pytest.mark.usefixtures("in_process")
def test_raw_tables_with_problems_stop_the_run_at_once(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem("published/a.quantiles.csv", 3, "n", "count", "n is -1.", "Correct it.")

    def refuse(*arguments: object) -> None:
        raise RawDataError([problem])

    monkeypatch.setattr("recalib.raw.read_raw", refuse)
    with pytest.raises(RawDataError, match=r"row 3, column n: n is -1\."):
        workshop.run()
    assert not workshop.out.exists()
    assert workshop.beside() == []


def test_a_cycle_that_leaves_no_row_is_told_before_any_notebook(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "NotebookRun", None)
    monkeypatch.setattr("recalib.raw.read_raw", read_raw)
    workshop.raw = FROZEN / "raw"
    with pytest.raises(RecalibError, match=r"No row of .* belongs to --cycle 1999") as caught:
        workshop.run(cycle="1999")
    assert not isinstance(caught.value, UsageError)
    assert "\n" not in str(caught.value)
    assert not workshop.out.exists()


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("out", ["file/out", "file/deeper/out", "closed/out"])
def test_a_folder_that_cannot_be_written_is_one_sentence(
    workshop: Workshop, out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = workshop.raw.parent
    (base / "file").touch()
    workshop.out = base / out
    if out.startswith("closed"):
        # Root may write everywhere, so the refusal is played.
        def refuse(**options: object) -> str:
            raise PermissionError(13, "Permission denied", str(base / "closed"))

        monkeypatch.setattr("recalib.publish.atomic.tempfile.mkdtemp", refuse)
    with pytest.raises(RecalibError) as caught:
        workshop.run(make_reports=False)
    message = str(caught.value)
    assert message.startswith(f"The folder {workshop.out} cannot be written: ")
    assert any(
        reason in message for reason in ("Not a directory", "a file is in the way", "denied")
    )
    assert "\n" not in message
    assert workshop.beside() == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("in_process")
def test_the_same_edition_name_with_other_inputs_is_noticed(workshop: Workshop) -> None:
    assert not workshop.run().other_inputs
    assert not workshop.run().other_inputs
    record = workshop.out / "edition.json"
    record.write_text(record.read_text().replace("0" * 64, "1" * 64))
    assert workshop.run().other_inputs
    record.write_text(
        record.read_text().replace("0" * 64, "1" * 64).replace('"2026.1"', '"2025.1"')
    )
    assert not workshop.run().other_inputs


def test_folders_of_others_are_refused_before_anything_is_done(workshop: Workshop) -> None:
    workshop.out.mkdir()
    (workshop.out / "thesis.doc").touch()
    with pytest.raises(RecalibError, match="holds no edition"):
        workshop.run()
    (workshop.out / "thesis.doc").rename(workshop.raw.parent / "thesis.doc")
    workshop.reports.mkdir()
    (workshop.reports / "home.html").touch()
    with pytest.raises(RecalibError, match="holds no reports"):
        workshop.run()
    assert [path.name for path in workshop.reports.iterdir()] == ["home.html"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"cycle": "next"}, "--cycle is a match year"),
        ({"cycle": ""}, "--cycle is a match year"),
        ({"cycle": "2026-2020"}, "--cycle is a match year"),
        ({"jobs": 0}, "--jobs must be 1 or more"),
        ({"raw": "missing"}, "There is no folder"),
        ({"out": "raw/processed"}, r"--out .* lies in --raw"),
        ({"reports": "out/reports"}, r"--reports .* lies in --out"),
        ({"reports": "out"}, r"lies in"),
        ({"out": os.fsdecode(b"caf\xe9")}, r"The name of --out \('.*caf\\udce9'\) is not UTF-8"),
    ],
)
def test_arguments_that_cannot_work_are_wrong_use(
    workshop: Workshop, options: dict[str, Any], words: str
) -> None:
    base = workshop.raw.parent
    for name in ("raw", "out", "reports"):
        if name in options:
            setattr(workshop, name, base / options.pop(name))
    with pytest.raises(UsageError, match=words):
        workshop.run(**options)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("in_process")
def test_an_interrupt_publishes_nothing_and_leaves_nothing(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.run()
    before = contents(workshop.out)

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(order, "check_parameters", interrupted)
    with pytest.raises(KeyboardInterrupt):
        workshop.run()
    assert contents(workshop.out) == before
    assert workshop.beside() == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("in_process")
def test_only_cells_with_scores_or_a_guide_get_a_page(
    frames: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    fact, audit = frames["evidence"], frames["guide_audit"]
    frames["evidence"] = pd.concat(
        [fact, fact.assign(specialty="pathology", kind="totals", statistic="n_total")]
    )
    frames["guide_audit"] = pd.concat(
        [
            audit,
            audit.assign(specialty="plastic_surgery"),
            audit.assign(specialty="tier:broad_access"),
        ]
    )
    scratch = tmp_path / "scratch"
    (scratch / "work").mkdir(parents=True)
    make_edition(frames, INPUTS, "0.1.0", scratch / "work")
    run = NotebookRun(tmp_path, tmp_path, scratch, tmp_path)
    assert run.specialties() == ["general_surgery", "plastic_surgery"]


def test_half_of_a_failed_notebook_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed = tmp_path / "10_ingest.ipynb"
    executed.write_text("{}")

    def copy(source: Path, goal: Path) -> None:
        goal.write_text("{")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(order.shutil, "copyfile", copy)
    run = NotebookRun(tmp_path, tmp_path, tmp_path, failed=tmp_path / "failed")
    assert "could not be kept" in run._keep(executed)
    assert not (tmp_path / "failed").exists()


KILLED = """
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
import recalib.raw
from recalib.run import job, order
order.Workers = partial(order.Workers, warm=False)
recalib.raw.read_raw = lambda *arguments: SimpleNamespace(edition="2026.1")
base = Path(sys.argv[1])
job.recalibrate(base / "raw", base / "out", base / "reports", jobs=1,
                notebooks=base / "notebooks")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.filterwarnings("ignore")
def test_a_killed_run_leaves_the_edition_and_the_next_one_cleans_up(
    workshop: Workshop, edition_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    edition_folder("before").rename(workshop.out)
    before = contents(workshop.out)
    mark = workshop.raw.parent / "pid.txt"
    workshop.notebook(
        "10_ingest",
        f"import os, pathlib, time\npathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(300)",
    )
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(workshop.raw.parent)], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        deadline = time.monotonic() + 120
        while not (mark.exists() and mark.read_text()):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with pytest.raises(RecalibError, match=f"process {process.pid}"):
            workshop.run()
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    assert contents(workshop.out) == before
    assert any(name.startswith(".out.calib-") for name in workshop.beside())
    kernel = Path("/proc", mark.read_text())
    deadline = time.monotonic() + 10
    while kernel.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not kernel.exists()
    workshop.notebook("10_ingest")
    monkeypatch.setattr(order, "Workers", InProcess)
    workshop.run()
    verify_edition(workshop.out)
    assert workshop.beside() == []
