"""What the private fit stumbles over is told without a word of it."""

import json
import traceback

import numpy as np
import pandas as pd
import pytest

from cohort_fit_samples import cohort, draw_counts
from covariate_samples import cohort_of, draw_people
from recalib import Run
from recalib.contract.store import empty_table, write_tables
from recalib.likelihood.cells import build_cells
from recalib.privacy.redact import tells_no_count
from recalib.privacy.withhold import Crowds
from recalib.problems import RecalibError
from recalib.run.tables import COUNTS
from steps import adjust as make
from steps import fit

SECRET = 48_151_623


def stumble(*_, **__):
    try:
        np.testing.assert_equal(np.array([SECRET]), np.array([1]))
    except AssertionError as error:
        raise ValueError(f"{SECRET} people") from error


@pytest.fixture
def work(tmp_path):
    """A work folder with a cohort and no table."""
    Run(tmp_path).write_cohorts([cohort_of(draw_people(300, seed=1))])
    write_tables({name: empty_table(name) for name in ("curves", "evidence")}, tmp_path)
    inputs = {"edition": "9", "provenance": {}}
    (tmp_path / "inputs.json").write_text(json.dumps(inputs), encoding="utf-8")
    return tmp_path


def told(call, *given):
    with pytest.raises(RecalibError, match="stopped with") as caught:
        call(*given)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    words = "".join(traceback.format_exception(caught.value))
    assert str(SECRET) not in words
    return words


def crowds(work):
    return Crowds(Run(work).cohorts())


@pytest.mark.parametrize(
    ("where", "room"),
    [
        ("recalib.privacy.score_fit.fit_counts", fit),
        ("recalib.privacy.effects.adjusted_fit", make),
        ("recalib.privacy.withhold.counts_of", crowds),
    ],
)
def test_a_room_tells_no_count(work, monkeypatch, where, room):
    monkeypatch.setattr(where, stumble)
    assert "ValueError" in told(room, work)


@pytest.mark.parametrize("room", [fit, make, crowds])
def test_a_drawer_that_cannot_be_read_tells_no_count(work, room):
    path = work / COUNTS
    path.write_bytes(f"c{SECRET}\nx\n".encode())
    assert "ModuleNotFoundError" in told(room, work)


def test_a_crowd_tells_no_count(monkeypatch):
    crowds = Crowds([cohort(draw_counts(40))])
    monkeypatch.setattr(Crowds, "_of", stumble)
    told(crowds.withholds, pd.Series(dtype=object))
    told(crowds.are_enough, pd.Series(dtype=object), 1, 300)


def test_a_known_problem_keeps_its_words():
    @tells_no_count
    def refuse():
        raise RecalibError("No such source.")

    with pytest.raises(RecalibError, match=r"^No such source\.$"):
        refuse()
    assert tells_no_count(build_cells).__name__ == "build_cells"
