"""What may follow `--engine`, and what is said where Spark cannot be had."""

import importlib.util
import socket

import pytest
from spark_samples import free_port, needs_pyspark

from raw_cohorts import GOOD, people, store
from recalib import cli
from recalib.cohorts import spark
from recalib.cohorts.engine import addresses, check_engine, is_spark
from recalib.problems import UsageError
from recalib.raw import check_raw


@pytest.mark.parametrize(
    "name",
    [
        *("duckdb", "local", "local[*]", "local[4]", "spark://host:7077", "spark://a:1,b:2"),
        *(
            "yarn",
            "k8s://https://host:6443",
            "sc://host",
            "sc://host:15002",
            "sc://host/;use_ssl=true",
        ),
        "sc://host:443/;use_ssl=true;user_id=me",
        *("sc://[::1]:15002", "sc://[::1]", "spark://[::1]:7077", "spark://[fe80::1]:1,b:2"),
        *("k8s://host:6443", "k8s://https://[::1]:6443/a/b", "sc://10.0.0.1:1/;session_id=a-b"),
    ],
)
def test_engines(name):
    assert check_engine(name) == name
    assert is_spark(name) == (name != "duckdb")


@pytest.mark.parametrize(
    "name",
    [
        *("", "spark", "DuckDB", "local[0]", "local[]", "local[2", "spark://host", "spark://:7077"),
        *("spark://host:7077/x", "http://host", "sc://", "sc://host:15002;user_id=y"),
        *("sc://a b", "sc://::1", "spark://[::1]", "sc://[host]:1", "sc://host:65536"),
        *("spark://a:1,b:70000", "sc://[::::]:1", "sc://[]"),
        *("local[2]\n", "polars"),
    ],
)
def test_no_engines(name):
    with pytest.raises(UsageError, match="duckdb or the address of a Spark cluster"):
        check_engine(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            f"sc://host:443/;use_ssl=true;{word}=Xanthippe"
            for word in (
                *("token", "Token", "x-api-key", "proxy-authorization", "access_token", "cookie"),
                *("x-auth-token", "bearer", "USE_SSL", "user_id;Xanthippe"),
            )
        ),
        *(f"{scheme}://me:Xanthippe@host:1" for scheme in ("sc", "spark", "k8s", "k8s://https")),
        *("spark://host:1;token=Xanthippe", "Xanthippe@local", "k8s://https://host/?x=Xanthippe"),
    ],
)
def test_a_secret_in_an_engine_is_refused_and_not_repeated(name):
    with pytest.raises(UsageError, match="SPARK_CONNECT_AUTHENTICATE_TOKEN") as caught:
        check_engine(name)
    assert "Xanthippe" not in str(caught.value)


def test_addresses():
    assert addresses("spark://a:1,b:2") == [("a", 1), ("b", 2)]
    assert addresses("sc://host") == [("host", 15002)]
    assert addresses("sc://host:443/;x=y") == [("host", 443)]
    assert addresses("sc://[::1]") == [("::1", 15002)]
    assert addresses("sc://[::1]:443/;user_id=y") == [("::1", 443)]
    assert addresses("spark://[::1]:1,Host:2") == [("::1", 1), ("host", 2)]
    assert [addresses(name) for name in ("local[2]", "yarn", "duckdb")] == [[], [], []]


def test_wrong_words_are_wrong_use(raw, capsys):
    for command in ("check", "recalibrate"):
        assert cli.main([command, "--raw", str(raw.path), "--engine", "spork"]) == 2
        assert "--engine is duckdb or" in capsys.readouterr().err


def test_without_pyspark(raw, monkeypatch):
    raw.csv(GOOD)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        spark.importlib.util, "find_spec", lambda name: None if name == "pyspark" else find(name)
    )
    with pytest.raises(UsageError, match=r"needs pyspark, which is not installed here: pip"):
        check_raw(raw.path, "local[1]")


@needs_pyspark
def test_without_java(raw, monkeypatch, tmp_path, capfd):
    raw.csv(GOOD)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert cli.main(["check", "--raw", str(raw.path), "--engine", "local[1]"]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("calib: --engine local[1] needs Java 17 or newer")
    assert err.count("\n") == 1


@needs_pyspark
@pytest.mark.parametrize("scheme", ["spark", "sc"])
def test_nobody_answers(raw, scheme):
    raw.csv(GOOD)
    with pytest.raises(UsageError, match=r"Nothing answers at .*://127\.0\.0\.1:"):
        check_raw(raw.path, f"{scheme}://127.0.0.1:{free_port()}")


@needs_pyspark
def test_what_answers_is_no_spark(raw, monkeypatch):
    raw.csv(GOOD)
    monkeypatch.setattr(spark, "OPEN", 3.0)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(UsageError, match=r"No session on sc://127\.0\.0\.1:[0-9]+ \(no answer"):
            check_raw(raw.path, f"sc://127.0.0.1:{mute.getsockname()[1]}")


def test_a_folder_without_cohorts_needs_no_cluster(raw):
    (raw.path / "cohorts" / "ours.yml").unlink()
    raw.write("published/tiny.totals.csv", "cycle\n")
    assert check_raw(raw.path, "spark://nowhere.invalid:7077") == check_raw(raw.path)


def test_a_cohort_that_cannot_be_opened_needs_no_cluster(raw):
    store(people(30).assign(harmless="x"), raw, "csv")
    assert check_raw(raw.path, "spark://nowhere.invalid:7077") == check_raw(raw.path) != []
