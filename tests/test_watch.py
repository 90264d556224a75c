"""`calib check --watch` checks again when a file changes, and Ctrl-C ends it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from recalib.cli.watch import snapshot

FROZEN = Path(__file__).parent / "frozen" / "raw"


def read_until(watched: subprocess.Popen[str], words: str) -> str:
    assert watched.stdout is not None
    said = ""
    while words not in said:
        line = watched.stdout.readline()
        assert line, said
        said += line
    return said


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C of POSIX")
def test_it_checks_again_when_a_file_changes_until_ctrl_c(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(FROZEN, raw)
    words = [sys.executable, "-m", "calib", "check", "--watch", "--raw", str(raw)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as watched:
        try:
            read_until(watched, "no problem found.")
            edition = raw / "edition.yml"
            edition.write_text('edition: "2026 / 5"\n')
            assert "[edition-form]" in read_until(watched, "Fix:")
            edition.write_text('edition: "2026.7"\n')
            read_until(watched, "no problem found.")
            (raw / "published" / "nonsense.txt").write_text("x")
            assert "nonsense.txt" in read_until(watched, "Fix:")
            watched.send_signal(signal.SIGINT)
            rest = watched.communicate()[0]
        finally:
            watched.kill()
    assert watched.returncode == 1  # the last check had a problem
    assert "Traceback" not in rest


def test_a_file_that_vanishes_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "there").write_text("x")
    assert list(snapshot(tmp_path)) == [str(tmp_path / "there")]
