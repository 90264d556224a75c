"""From start to end: what nobody approved, and approvals gone stale, publish nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from cells import run_cells
from edition_samples import INPUTS, sample_frames
from recalib import cli, drift
from recalib.publish import kept_editions, opened, verify_edition
from recalib.run import gate, order, places
from recalib.run.task import Outcome
from recalib.sources.approvals import read_approvals

CURVE = "2026/general_surgery/non_us_img/-/match/ranked_first"


class Shop:
    """The command on a small folder: notebooks write what is set, but 50_drift is the real one."""

    def __init__(self, base: Path) -> None:
        self.raw, self.out = base / "raw", base / "out"
        self.raw.mkdir()
        self.name = "2026.1"
        self.frames = sample_frames()
        self.hashes = {"published/one.quantiles.csv": "0" * 64}

    @property
    def approvals(self) -> Path:
        return self.raw / "drift_approvals.yml"

    def set(self, table: str, **values: object) -> None:
        self.frames[table] = self.frames[table].assign(**values)

    def release(self, name: str) -> None:
        self.name = name
        self.frames = {key: frame.assign(edition=name) for key, frame in self.frames.items()}

    def options(self) -> list[str]:
        return ["--raw", str(self.raw), "--out", str(self.out)]

    def recalibrate(self, *words: str) -> int:
        pages = ["--reports", str(self.out.with_name("reports")), "--no-reports"]
        return cli.main(["recalibrate", *self.options(), *pages, *words])

    def approve(self, *words: str) -> int:
        return cli.main(["approve", *self.options(), *words])

    def check(self) -> int:
        return cli.main(["check", *self.options()])

    def bytes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.out.iterdir()}

    def status(self) -> str:
        verify_edition(self.out)
        return str(opened(self.out).read("curves")["status"].item())


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop(tmp_path)

    class Here:
        def __init__(self, jobs: int, scratch: Path) -> None:
            self.scratch = scratch

        def __enter__(self) -> Here:
            return self

        def __exit__(self, *error: object) -> None:
            return None

        def run(self, tasks: list[Any], done: Callable[[Outcome], object]) -> Mapping[str, Outcome]:
            for task in tasks:
                work = Path(task.parameters["work_dir"])
                if task.name == order.DRIFT:
                    run_cells("50_drift", **task.parameters)
                if task.name == order.INGEST:
                    from recalib import Run

                    inputs = {key: INPUTS[key] for key in ("provenance",)}
                    note = inputs | {"edition": shop.name, "hashes": shop.hashes, "cycle": ""}
                    Run(work).write_note("inputs", note)
                    Run(work).write_note("guides", {"guides": INPUTS["guides"], "specialties": []})
                    for name, frame in shop.frames.items():
                        Run(work).write(name, frame)
            return {task.name: Outcome(task.name, 0.0) for task in tasks}

    read = lambda *given: SimpleNamespace(edition=shop.name, input_hashes=shop.hashes)  # noqa: E731
    monkeypatch.setattr(order, "Workers", Here)
    monkeypatch.setattr("recalib.raw.read_raw", read)
    monkeypatch.setattr("recalib.raw.check_raw", lambda *given: [])
    monkeypatch.setattr("recalib.raw.edition_of", lambda raw: shop.name)
    monkeypatch.setattr(cli.signal, "signal", lambda *given: None)
    return shop


@pytest.fixture
def drifted(shop: Shop, capsys: pytest.CaptureFixture[str]) -> Shop:
    """A first edition that was released, and raw tables whose next one drifts."""
    assert shop.recalibrate() == 0
    shop.release("2026.2")
    shop.set("curves", status="weak")
    shop.set("band_table", boundary=267.9)
    capsys.readouterr()
    return shop


def test_a_first_edition_is_published_and_kept(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shop.recalibrate() == 0
    assert "Against" not in capsys.readouterr().out
    line = places.line_of(shop.out)
    assert kept_editions(line) == ["2026.1"]
    kept = opened(line / "2026.1")
    for name, frame in opened(shop.out).tables().items():
        pd.testing.assert_frame_equal(kept.read(name), frame)
    assert json.loads((line / "2026.1" / "drift.json").read_text())["compared_with"] is None


def test_unapproved_drift_publishes_nothing_and_says_how_to_approve(
    drifted: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    before = drifted.bytes()
    assert drifted.recalibrate() == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Edition 2026.2 has 2 drifts against edition 2026.1 that nobody approved" in shown.err
    assert f"{CURVE}/1  boundary_moved" in shown.err
    options = f"--raw {drifted.raw} --out {drifted.out}"
    assert f"calib approve {options} KEY ... --reason TEXT" in shown.err
    assert "Traceback" not in shown.err
    assert drifted.bytes() == before
    assert kept_editions(places.line_of(drifted.out)) == ["2026.1"]
    assert [path.name for path in drifted.raw.parent.iterdir() if path.name.startswith(".")] == []
    # A second try is judged alike: nothing was taken over by the first.
    assert drifted.recalibrate() == 1
    assert drifted.bytes() == before


def test_what_was_approved_is_published_and_its_evidence_survives_reruns(
    drifted: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drifted.recalibrate() == 1
    assert drifted.approve(CURVE, "--reason", "A new table.") == 0
    assert "1 drifts wait for approval." in capsys.readouterr().out
    assert drifted.recalibrate() == 1
    assert drifted.approve("2026/*/1", "--reason", "The same table.") == 0
    assert "No drift waits" in capsys.readouterr().out
    assert drifted.recalibrate() == 0
    told = "Against edition 2026.1: 2 drifts (all approved)."
    assert told in capsys.readouterr().out
    assert drifted.status() == "weak"
    assert not gate.refused(drifted.out).exists()
    record = drift.read_record(places.line_of(drifted.out) / "2026.2")
    assert record is not None
    before, line = drifted.bytes(), places.line_of(drifted.out)
    files = {path: path.read_bytes() for path in line.rglob("*") if path.is_file()}
    # The second run sees the drift of the first, against the same edition.
    assert drifted.recalibrate() == 0
    assert told in capsys.readouterr().out
    assert drifted.bytes() == before
    assert {path: path.read_bytes() for path in line.rglob("*") if path.is_file()} == files
    assert record.before == "2026.1"
    assert dict(zip(record.changes["kind"], record.changes["reason"], strict=True)) == {
        "boundary_moved": "The same table.",
        "status_changed": "A new table.",
    }
    assert drifted.check() == 0


def test_an_approval_gone_stale_publishes_nothing(
    drifted: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drifted.recalibrate() == 1
    assert drifted.approve("--reason", "A new table.") == 0
    assert drifted.recalibrate() == 0
    before = drifted.bytes()
    assert drifted.check() == 0
    capsys.readouterr()
    drifted.set("band_table", boundary=265.0)  # another drift than the one that was looked at
    assert drifted.recalibrate() == 1
    told = capsys.readouterr().err
    assert "1 drift against" in told
    assert "is 271.6 -> 265.0, not 271.6 -> 267.9" in told
    assert drifted.bytes() == before
    # The check of these raw tables says so, too, without a run.
    assert drifted.check() == 1
    assert "[approval-stale]" in capsys.readouterr().err
    drifted.set("band_table", boundary=271.6)  # no drift at all any more
    assert drifted.recalibrate() == 1
    assert "No drift to edition 2026.2 is a boundary_moved" in capsys.readouterr().err
    assert drifted.bytes() == before
    # Approving what is there now replaces what went stale.
    drifted.set("band_table", boundary=265.0)
    assert drifted.recalibrate() == 1
    assert drifted.approve(f"{CURVE}/1", "--reason", "Another table.") == 0
    assert drifted.recalibrate() == 0
    assert len(read_approvals(drifted.approvals)) == 2


def test_other_raw_tables_are_not_judged_by_an_old_comparison(drifted: Shop) -> None:
    drifted.approvals.write_text(
        "- {edition: '2026.2', table: curves, key: other, kind: key_lost, reason: r}\n"
    )
    assert drifted.check() == 0  # nothing was compared yet
    assert drifted.recalibrate("--allow-drift") == 0
    assert drifted.check() == 1
    drifted.hashes = {"published/one.quantiles.csv": "1" * 64}
    assert drifted.check() == 0


def test_drift_that_is_allowed_is_published_and_told(
    drifted: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drifted.recalibrate("--allow-drift") == 0
    told = "Against edition 2026.1: 2 drifts (2 not approved)."
    assert told in capsys.readouterr().out
    assert drifted.status() == "weak"
    # It was not approved by that: the next run asks again, against the released edition.
    assert drifted.recalibrate() == 1
    assert drifted.approve("--reason", "Looked at since.") == 0
    assert drifted.recalibrate() == 0


def test_drift_of_a_cohort_is_refused_until_it_is_approved(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    curves = shop.frames["curves"].assign(sources="cohort:dean", grade="C", note="")
    shop.frames["cohort_curves"] = curves
    assert shop.recalibrate() == 0
    shop.release("2026.2")
    shop.set("cohort_curves", status="weak")
    assert shop.recalibrate() == 1
    assert f"cohort_curves  cohort:dean/{CURVE}  status_changed" in capsys.readouterr().err
    assert list(opened(shop.out).read("cohort_curves")["status"]) == ["ok"]
    assert shop.approve("cohort:dean/2026/*", "--reason", "More people came.") == 0
    assert shop.recalibrate() == 0
    assert list(opened(shop.out).read("cohort_curves")["status"]) == ["weak"]
    assert shop.check() == 0
    # One more try: the cohort is taken away.
    del shop.frames["cohort_curves"]
    assert shop.recalibrate("--allow-drift") == 1
    assert "--allow-lost" in capsys.readouterr().err


def test_a_new_key_is_told_and_stops_nothing(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shop.recalibrate() == 0
    shop.release("2026.2")
    for name in ("curves", "band_table"):
        frame = shop.frames[name]
        shop.frames[name] = pd.concat([frame, frame.assign(cycle="2025")])
    assert shop.recalibrate() == 0
    assert "Against edition 2026.1: nothing drifted, 1 new keys." in capsys.readouterr().out


def test_an_edition_in_the_folder_that_nobody_kept_is_compared_with_and_kept(shop: Shop) -> None:
    """As folders of earlier versions are, and those that somebody copied."""
    assert shop.recalibrate() == 0
    line = places.line_of(shop.out)
    shutil.rmtree(line)
    shop.release("2026.2")
    shop.set("curves", status="weak")
    assert shop.recalibrate() == 1
    assert shop.recalibrate("--allow-drift") == 0
    assert kept_editions(line) == ["2026.1", "2026.2"]
    assert shop.recalibrate() == 1


def test_the_same_name_with_nothing_before_it_is_compared_with_what_is_there(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shop.recalibrate() == 0
    before = shop.bytes()
    shop.set("curves", status="weak")
    assert shop.recalibrate() == 1
    assert shop.bytes() == before
    assert "1 drift against edition 2026.1" in capsys.readouterr().err
    assert shop.recalibrate("--allow-drift") == 0
    assert shop.recalibrate() == 0


def test_editions_come_in_the_order_of_their_numbers(shop: Shop) -> None:
    for name in ("2026.1", "2026.9", "2026.10"):
        shop.release(name)
        assert shop.recalibrate() == 0
    line = places.line_of(shop.out)
    assert kept_editions(line) == ["2026.1", "2026.9", "2026.10"]
    record = drift.read_record(line / "2026.10")
    assert record is not None
    assert record.before == "2026.9"


def test_approving_needs_a_drift_that_was_shown(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shop.approve("--reason", "r") == 2
    assert "run `calib recalibrate` first" in capsys.readouterr().err
    assert shop.recalibrate() == 0
    assert shop.approve("--reason", "r") == 2
