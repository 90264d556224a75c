"""The secret of a raw folder, and what is drawn by it."""

import stat

import numpy as np
import pytest
from scipy.stats import kstest

from raw_cohorts import make_raw, people, store
from recalib.cohorts.counts import SECRET_FILE
from recalib.privacy.noise import Draws, secret_for, secret_of
from recalib.problems import RecalibError
from recalib.raw import check_raw
from recalib.run.tables import COUNTS, Run
from steps import ingest

SECRET = "5e" * 32


@pytest.fixture
def raw(tmp_path):
    raw = make_raw(tmp_path, key="")
    store(people(200), raw, "parquet")
    return raw


def test_a_run_makes_the_secret_once(raw, tmp_path_factory):
    assert check_raw(raw.path) == []
    assert not (raw.path / SECRET_FILE).exists()
    seen = set()
    for _ in range(2):
        work = tmp_path_factory.mktemp("work")
        ingest(raw.path, work)
        (cohort,) = Run(work).cohorts()
        seen.add(cohort.secret)
    assert seen == {secret_of(raw.path)}
    assert stat.S_IMODE((raw.path / SECRET_FILE).stat().st_mode) == 0o600
    # It is no table.
    assert check_raw(raw.path) == []


def test_no_file_that_is_published_or_shown_holds_it(raw, tmp_path):
    evidence = ingest(raw.path, tmp_path / "work")
    secret = secret_of(raw.path)
    assert secret not in evidence.to_csv()
    holding = {
        path.name for path in (tmp_path / "work").iterdir() if secret.encode() in path.read_bytes()
    }
    assert holding == {COUNTS}
    assert stat.S_IMODE((tmp_path / "work" / COUNTS).stat().st_mode) == 0o600


def test_two_folders_have_two_secrets(tmp_path):
    for name in "ab":
        (tmp_path / name / "cohorts").mkdir(parents=True)
    assert secret_of(tmp_path / "a") != secret_of(tmp_path / "b")


@pytest.mark.parametrize("content", [b"", b"5e5e\n", b"\xff" * 64, b"g" * 64])
def test_something_else_in_its_place_is_refused(raw, content):
    (raw.path / SECRET_FILE).write_bytes(content)
    with pytest.raises(RecalibError, match=r"is not 64 hexadecimal digits.*delete it"):
        secret_of(raw.path)
    assert (raw.path / SECRET_FILE).read_bytes() == content


@pytest.mark.parametrize("name", [".ours.key", SECRET_FILE.name])
def test_a_key_that_is_none_is_named_and_no_other_is_taken_for_it(raw, name):
    for file in (".ours.key", SECRET_FILE.name):
        (raw.path / "cohorts" / file).write_text(("no key" if file == name else SECRET) + "\n")
    with pytest.raises(RecalibError, match=rf"^cohorts/{name} .* is not 64 hexadecimal") as caught:
        secret_for(raw.path, "ours")
    assert ("delete it" in str(caught.value)) == (name == SECRET_FILE.name)
    (problem,) = check_raw(raw.path)
    assert (problem.rule, problem.file) == ("cohort-key", "cohorts/ours.yml")


def test_a_folder_where_it_cannot_be_written_or_read_is_told(raw, tmp_path):
    with pytest.raises(RecalibError, match=r"cohorts/\.key .* could not be written: No such file"):
        secret_of(tmp_path / "nowhere")
    (raw.path / SECRET_FILE).mkdir()
    with pytest.raises(RecalibError, match=r"cannot be read: This is a folder"):
        secret_of(raw.path)


def test_draws_are_uniform_and_normal():
    draws = Draws(SECRET, "test")
    assert kstest([draws.uniform() for _ in range(2000)], "uniform").pvalue > 0.001
    assert kstest(draws.normal(2000), "norm").pvalue > 0.001
    assert {draws.whole(3) for _ in range(200)} == {0, 1, 2, 3}


def test_draws_depend_on_everything_and_on_nothing_else():
    values = np.arange(5.0)
    first = Draws(SECRET, "a", values).normal(3)
    assert (Draws(SECRET, "a", values.copy()).normal(3) == first).all()
    other = values.copy()
    other[2] += 1
    for draws in (
        Draws("00" * 32, "a", values),
        Draws(SECRET, "b", values),
        Draws(SECRET, "a", other),
        Draws(SECRET, "a", values[:4], values[4:]),
    ):
        assert not (draws.normal(3) == first).any()
