"""What commands meet in services, containers and cron: closed streams, odd locales, few files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recalib.run.progress import Progress
from recalib.run.task import Outcome

CLOSED = (">&-", "2>&-", "<&-", ">&- 2>&-", ">&- 2>&- <&-")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes streams")


def shell(words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", words],
        env=os.environ | {"PYTHON": sys.executable} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frozen tables of one source: what is checked takes no time beside the process that does."""
    folder = tmp_path_factory.mktemp("one") / "raw"
    shutil.copytree(Path(__file__).parent / "frozen" / "raw", folder)
    for path in (folder / "published").iterdir():
        if "charting_outcomes_2022_img" not in path.name:
            path.unlink()
    return folder


def test_closed_streams_leave_no_traceback_and_the_same_code(raw: Path) -> None:
    for closed in CLOSED:
        look_up = shell(f'"$PYTHON" -m calib guides {closed}')
        # An answer that nobody can get is none.
        assert look_up.returncode == (">&-" in closed.split())
        assert "Traceback" not in look_up.stderr
        checked = shell(f'"$PYTHON" -m calib check --raw "$RAW" {closed}', RAW=str(raw))
        assert (checked.returncode, checked.stderr) == (0, "")
        refused = shell(f'"$PYTHON" -m calib recalibrate --raw nowhere {closed}')
        assert refused.returncode == 2
        assert "nowhere" not in refused.stdout
        assert "Traceback" not in refused.stderr


RUN = """
import sys
from recalib.cli.surroundings import settle
settle()
from recalib.run.progress import Progress
from recalib.run.task import Outcome
with Progress() as progress, open(sys.argv[1], "w") as file:
    progress.expect(1)
    progress.done(Outcome("one", 0.0))
    print("done")
    file.write(str(file.fileno()))
"""


@pytest.mark.parametrize("closed", CLOSED)
def test_a_run_with_closed_streams_writes_into_no_file_of_its_own(
    tmp_path: Path, closed: str
) -> None:
    done = shell(f'"$PYTHON" -c "$RUN" "$FILE" {closed}', RUN=RUN, FILE=str(tmp_path / "file"))
    assert done.returncode == 0, done.stderr
    # What the run and its kernels print goes to 1 and 2, which are no file's numbers.
    assert int((tmp_path / "file").read_text()) > 2


def test_progress_without_a_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with Progress() as progress:
        progress.expect(1)
        progress.done(Outcome("one", 0.0))


def test_a_full_output_is_told(raw: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    done = shell('"$PYTHON" -m calib check --raw "$RAW" > /dev/full', RAW=str(raw))
    assert done.returncode == 1
    assert done.stderr == ("calib: The system refused to read or write: No space left on device.\n")


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_names_beyond_ascii_under_another_locale(tmp_path: Path, raw: Path, locale: str) -> None:
    named = tmp_path / "Rohdaten für 2026 – é"
    named.symlink_to(raw)
    given = {"LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "RAW": str(named)}
    done = shell('"$PYTHON" -m calib check --raw "$RAW"', **given)
    assert (done.returncode, done.stderr) == (0, "")
    missing = shell('"$PYTHON" -m calib check --raw "$RAW-"', **given)
    assert missing.returncode == 2
    assert f"There is no folder {named}-." in missing.stderr


def test_the_limit_of_open_files_is_raised_where_it_may_be() -> None:
    code = (
        "from recalib.cli.surroundings import settle; settle();"
        "from recalib.run.capacity import open_files; print(open_files())"
    )
    soft = shell('ulimit -S -n 64; "$PYTHON" -c "$CODE"', CODE=code)
    assert int(soft.stdout) > 64
    hard = shell('ulimit -n 64; "$PYTHON" -c "$CODE"', CODE=code)
    assert int(hard.stdout) == 64


@pytest.mark.parametrize("name", ["queue", "code", "email", "csv", "typing_extensions"])
def test_files_of_the_working_folder_are_not_imported(tmp_path: Path, raw: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text("raise ImportError('the user's own')\n")
    for words in ("guides", 'check --raw "$RAW"'):
        done = shell(
            f'cd "$FOLDER" && "$PYTHON" -m calib {words}', FOLDER=str(tmp_path), RAW=str(raw)
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
