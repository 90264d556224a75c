"""What fuzzing found stays mended, and a little more of it finds nothing.

CALIB_FUZZ_SECONDS says how long all readers together are fed; otherwise it is a few inputs each.
"""

import os
import random
import shutil
from functools import cache

import pytest

pytest.importorskip("resource", reason="processor time and memory are not limited here")

import fuzz
from fuzz_parts import PARTS, seeds
from fuzz_readers import READERS

CASES = sorted(path for path in fuzz.CORPUS.glob("*/*") if path.is_dir())
SECONDS = os.environ.get("CALIB_FUZZ_SECONDS", "")
WATCH = fuzz.Watch()
reader = cache(lambda name: READERS[name]())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_what_was_found_once_is_answered(case, tmp_path):
    fed = reader(case.parent.name)
    fuzz.lay(fed.seeds, tmp_path)
    shutil.copytree(case, tmp_path, dirs_exist_ok=True)
    fuzz.judge(fed, tmp_path, WATCH)


@pytest.mark.parametrize("name", READERS)
def test_valid_files_are_read_and_damaged_ones_answered(name, tmp_path):
    fed = reader(name)
    fuzz.lay(fed.seeds, tmp_path / "whole")
    fed.read(tmp_path / "whole")
    many = {"count": 100_000, "seconds": float(SECONDS) / len(READERS)} if SECONDS else {"count": 2}
    seed = random.randrange(1 << 32) if SECONDS else 1
    found = fuzz.feed(fed, random.Random(seed), tmp_path / "fed", tmp_path / "kept", **many)
    assert found == 0, f"seed {seed}: {list((tmp_path / 'kept').rglob('*'))}"


@pytest.mark.parametrize("part", PARTS)
def test_parts_that_take_a_text_answer_any(part):
    for content in seeds():
        PARTS[part](content.decode())
        PARTS[part](content.decode().replace(",", "\n", 3) + "\0\ud7ff\u2003")


def test_another_error_is_a_finding(tmp_path):
    def fails(folder):
        raise IndexError("no sentence")

    with pytest.raises(fuzz.FoundError, match="IndexError"):
        fuzz.judge(fuzz.Reader("none", {}, [], fails), tmp_path, WATCH)


def test_what_leaves_the_folder_is_a_finding(tmp_path, monkeypatch):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(inside))
    leaving = fuzz.Reader("leaves", {}, [], lambda folder: outside.write_text("x"))
    with pytest.raises(fuzz.FoundError, match="left its folder"):
        fuzz.judge(leaving, inside, WATCH)
