from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recalib import cli
from recalib.problems import Problem, RawDataError, RecalibError
from recalib.publish import keep
from recalib.run import job as run
from recalib.run import places

Folder = Callable[..., Path]


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "data" / "raw"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def problems(monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    found: list[Problem] = []

    def read_raw(folder: Path, cycle: str | None, engine: str) -> None:
        if found:
            raise RawDataError(found)

    monkeypatch.setattr("recalib.raw.read_raw", read_raw)
    return found


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Replace the main job by one that notes its arguments."""
    noted: dict[str, Any] = {}
    counts = {"curves": 3, "curves_by_status": {"ok": 2, "flat": 0, "weak": 1}, "edges_claimed": 9}

    def recalibrate(raw: Path, out: Path, reports: Path, **options: Any) -> run.Result:
        noted.update(options, raw=raw, out=out, reports=reports)
        if "error" in noted:
            raise noted["error"]
        index = tmp_path / "reports" / "index.html" if options["make_reports"] else None
        record = {"edition": "2026.1", "counts": counts}
        told = ("2025.4", *noted.get("drift", (2, 1, 3)), noted.get("other", False))
        return run.Result(tmp_path / "out", index, record, *told)

    monkeypatch.setattr(run, "recalibrate", recalibrate)
    monkeypatch.setattr(cli.signal, "signal", lambda *arguments: None)
    return noted


def test_recalibrate_has_the_defaults_of_the_contract(
    raw: Path, job: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["recalibrate"]) == 0
    assert job == {
        "raw": Path("data/raw"),
        "out": Path("data/processed"),
        "reports": Path("reports"),
        "cycle": None,
        "jobs": None,
        "make_reports": True,
        "allow_lost": False,
        "allow_drift": False,
        "line": None,
        "engine": "duckdb",
        "package_copy": None,
    }
    assert capsys.readouterr().out.splitlines() == [
        "Edition 2026.1: 3 curves (2 ok, 1 weak), 9 claimed edges.",
        "Against edition 2025.4: 2 drifts (1 not approved), 3 new keys.",
        f"Band table: {Path('out/band_table.csv')}",
        f"Reports: {Path('reports/index.html')}",
    ]


def test_the_engine_is_handed_on(
    raw: Path, job: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["recalibrate", "--engine", "spark://host:7077"]) == 0
    assert job["engine"] == "spark://host:7077"
    asked = []
    monkeypatch.setattr("recalib.raw.read_raw", lambda *arguments: asked.append(arguments))
    assert cli.main(["check", "--engine", "sc://host"]) == 0
    assert asked == [(Path("data/raw"), None, "sc://host")]


def test_an_edition_name_used_twice_is_told(
    raw: Path, job: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    job["other"] = True
    assert cli.main(["recalibrate"]) == 0
    place = Path("data/raw/edition.yml")
    told = f"Edition 2026.1 was there with other inputs; raise {place}."
    assert told in capsys.readouterr().out.splitlines()


def test_only_the_repositorys_own_edition_refreshes_the_package(
    raw: Path, job: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "DEFAULT_OUT", raw.parent / "processed")
    assert cli.main(["recalibrate"]) == 0
    assert job["package_copy"] == places.PACKAGE_COPY
    assert cli.main(["recalibrate", "--out", "elsewhere"]) == 0
    assert job["package_copy"] is None


def test_recalibrate_hands_its_options_on(
    raw: Path, job: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--raw", str(raw), "--out", "o", "--reports", "r", "--cycle", "2025"]
    options += ["--jobs", "3", "--no-reports", "--allow-lost", "--allow-drift", "--editions", "e"]
    job["drift"] = (0, 0, 0)
    assert cli.main(["recalibrate", *options]) == 0
    assert (job["raw"], job["out"], job["reports"]) == (raw, Path("o"), Path("r"))
    assert (job["cycle"], job["jobs"]) == ("2025", 3)
    assert (job["make_reports"], job["allow_lost"], job["allow_drift"]) == (False, True, True)
    assert job["line"] == Path("e")
    assert "Against edition 2025.4: nothing drifted.\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (RecalibError("Nothing was published."), 1, "calib: Nothing was published."),
        (KeyboardInterrupt(), 130, "calib: Interrupted; nothing was published."),
        (cli.Terminated(15), 143, "calib: Interrupted; nothing was published."),
        (
            OSError(28, "No space left on device", "a.csv"),
            1,
            "calib: The system refused to read or write: No space left on device (a.csv).\n",
        ),
        (OSError(9, "Bad file descriptor"), 1, "Set CALIB_DEBUG=1"),
        (ZeroDivisionError("oops"), 1, "ZeroDivisionError: oops\nSet CALIB_DEBUG=1"),
    ],
)
def test_errors_are_sentences_with_the_exit_code_of_the_contract(
    raw: Path,
    job: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    words: str,
) -> None:
    job["error"] = error
    assert cli.main(["recalibrate"]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert words in shown.err
    assert "Traceback" not in shown.err


def test_debugging_shows_where_an_unexpected_error_comes_from(
    raw: Path, job: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALIB_DEBUG", "1")
    job["error"] = ZeroDivisionError("oops")
    with pytest.raises(ZeroDivisionError):
        cli.main(["recalibrate"])


def test_check_lists_every_problem(
    raw: Path, problems: list[Problem], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check"]) == 0
    assert capsys.readouterr().out == f"{Path('data/raw')}: no problem found.\n"
    problems += [
        Problem("b.csv", 2, "n", "count", "n is -1.", "Correct it."),
        Problem("a.csv", None, None, "header", "It is empty.", "Fill it."),
    ]
    assert cli.main(["check", "--raw", str(raw)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines()[1:] == [
        "a.csv: It is empty. [header] Fix: Fill it.",
        "b.csv, row 2, column n: n is -1. [count] Fix: Correct it.",
    ]


@pytest.mark.parametrize("command", ["check", "recalibrate"])
def test_outside_the_repository_the_missing_folder_is_named(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main([command]) == 2
    message = capsys.readouterr().err
    assert f"There is no folder {Path('data/raw')} in {tmp_path}" in message
    assert "--raw" in message


def test_diff_tells_drift_by_its_exit_code(
    edition_folder: Folder, raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def weaker(frames: dict[str, pd.DataFrame]) -> None:
        frames["curves"] = frames["curves"].assign(status="weak")

    old, new = str(edition_folder("old")), str(edition_folder("new", weaker))
    assert cli.main(["diff", old, old]) == 0
    assert capsys.readouterr().out == "No drift.\n"
    assert cli.main(["diff", old, new]) == 1
    shown = capsys.readouterr()
    header, row = shown.out.splitlines()
    assert header.split() == ["table", "key", "kind", "old", "new", "why", "approved"]
    assert row.split()[2:5] == ["status_changed", "ok", "weak"]
    assert row.endswith("no raw row changed: the method  no")
    assert shown.err == "calib: 1 of 1 drifts are not approved.\n"
    approval = (
        "- {edition: '2026.1', table: curves, key: '2026/*', kind: status_changed, old: ok, "
        "new: weak, reason: mended}\n"
    )
    (raw / "drift_approvals.yml").write_text(approval)
    assert cli.main(["diff", old, new]) == 0
    assert "yes: mended" in capsys.readouterr().out
    (raw / "drift_approvals.yml").rename(raw / "other.yml")
    assert cli.main(["diff", old, new]) == 1
    assert cli.main(["diff", old, new, "--approvals", str(raw / "other.yml")]) == 0


def test_diff_knows_kept_editions_by_name_and_prints_markdown(
    edition_folder: Folder, raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def weaker(frames: dict[str, pd.DataFrame]) -> None:
        frames["curves"] = frames["curves"].assign(status="weak")

    line = raw.parent / "editions"
    keep(edition_folder("old", weaker), line)
    record = edition_folder("new")
    kept = line / "2026.1"
    kept.rename(line / "2025.9")
    described = line / "2025.9" / "edition.json"
    described.write_text(
        described.read_text().replace('"edition": "2026.1"', '"edition": "2025.9"')
    )
    words = ["diff", "2025.9", str(record), "--editions", str(line)]
    assert cli.main([*words, "--markdown"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("## Drift: edition 2026.1 against 2025.9\n\n1 drift (1 not approved).\n")
    # Without OLD, against the one released before.
    shutil.copytree(record, raw.parent / "processed")
    assert cli.main(["diff", "--editions", str(line)]) == 1
    assert "status_changed" in capsys.readouterr().out
    (raw / "drift_approvals.yml").write_text(
        "- {edition: '2026.1', table: curves, key: 'x', kind: key_lost, reason: never}\n"
        "- {edition: '2026.1', table: curves, key: '2026/g*', kind: status_changed, old: weak, "
        "new: ok, reason: mended}\n"
    )
    assert cli.main(["diff", "--editions", str(line)]) == 1
    assert "[approval-stale]" in capsys.readouterr().err
    assert cli.main(["diff", "--editions", str(raw.parent / "none")]) == 0
    assert capsys.readouterr().out == "No edition was released before 2026.1.\n"


def test_diff_counts_values_that_moved_within_the_limits(
    edition_folder: Folder, raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def nudge(frames: dict[str, pd.DataFrame]) -> None:
        frames["band_table"] = frames["band_table"].assign(boundary=271.8, boundary_low=None)

    def one(frames: dict[str, pd.DataFrame]) -> None:
        frames["curves"] = frames["curves"].assign(n=540)

    old = str(edition_folder("old"))
    assert cli.main(["diff", old, str(edition_folder("new", nudge))]) == 0
    assert capsys.readouterr().out == "2 values changed, none beyond the limits.\n"
    assert cli.main(["diff", old, str(edition_folder("third", one))]) == 0
    assert capsys.readouterr().out == "1 value changed, none beyond the limits.\n"


def test_diff_refuses_an_edition_that_was_tampered_with(
    edition_folder: Folder, raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = edition_folder("old"), edition_folder("new")
    table = new / "band_table.csv"
    table.write_text(table.read_text().replace("271.6", "271.7"))
    for pair in ([str(old), str(new)], [str(new), str(old)]):
        assert cli.main(["diff", *pair]) == 1
        shown = capsys.readouterr()
        assert shown.out == ""
        assert f"{table} is not the file that edition.json describes" in shown.err


def test_diff_refuses_what_is_no_edition(
    edition_folder: Folder, raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = str(edition_folder("old"))
    assert cli.main(["diff", old, str(raw)]) == 2
    assert "holds no edition" in capsys.readouterr().err
    assert cli.main(["diff", old, old, "--approvals", "missing.yml"]) == 2
    assert "There is no file missing.yml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["recalibrated"],
        ["recalibrate", "--job", "2"],
        ["recalibrate", "--jobs", "two"],
        ["diff", "one", "two", "three"],
        ["approve", "a/key"],
        ["check", "--raw"],
    ],
)
def test_wrong_use_is_exit_code_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(argv) == 2
    assert "usage: calib" in capsys.readouterr().err


def test_help_does_not_wait_for_the_workshop() -> None:
    code = (
        "import sys\n"
        "from recalib.cli import main\n"
        "status = main(['recalibrate', '--help'])\n"
        "heavy = {'pandas', 'numpy', 'papermill', 'yaml'} & set(sys.modules)\n"
        "sys.exit(1 if heavy else status)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--allow-lost" in done.stdout
