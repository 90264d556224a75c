"""Chunks of replicates: finished ones are used, and each state of the code has its own."""

import chunks
import pandas as pd
import pytest


def rows(name, seed):
    return [{"cell": 0, "method": "pooled", "square_error": float(seed)}]


def test_finished_chunks_are_used_and_not_run_again(tmp_path):
    chunks.run_chunk(tmp_path, rows, "fixed", 0)
    (kept,) = tmp_path.iterdir()
    assert kept == chunks.place(tmp_path, "fixed", 0)
    frame = pd.read_parquet(kept)
    assert frame["replicate"].tolist() == frame["square_error"].tolist() == list(range(5))
    before = kept.stat().st_mtime_ns
    chunks.run(tmp_path, rows, ["fixed"], 5, 1)
    assert kept.stat().st_mtime_ns == before
    assert len(chunks.finished(tmp_path)) == 5


def test_missing_chunks_are_run(tmp_path):
    chunks.run(tmp_path / "new", rows, ["one", "other"], 6, 1)
    found = chunks.finished(tmp_path / "new")
    assert found.groupby("setting", observed=True)["replicate"].nunique().tolist() == [10, 10]


def test_without_a_chunk_there_is_no_table(tmp_path):
    with pytest.raises(SystemExit, match="no chunk is finished"):
        chunks.finished(tmp_path)


def test_state_of_code_looks_past_comments_and_docstrings(tmp_path):
    path = tmp_path / "module.py"
    seen = []
    for text in ('"""One."""\nx = 1  # why\n', '"""Two."""\n\nx = 1\n', '"""Two."""\nx = 2\n'):
        path.write_text(text)
        seen.append(chunks._bare(path))
    assert seen[0] == seen[1] != seen[2]


def test_state_of_code_holds_what_else_is_given():
    assert chunks.state_of_code(["worlds"]) == chunks.state_of_code(["worlds"])
    assert chunks.state_of_code(["worlds"]) != chunks.state_of_code(["worlds"], b"posterior")
    assert chunks.state_of_code(["worlds"]) != chunks.state_of_code(["worlds", "peers"])
