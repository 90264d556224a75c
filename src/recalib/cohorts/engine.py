"""The word after `--engine` in; where cohorts are counted out: DuckDB here, or a Spark cluster."""

from __future__ import annotations

import re

from recalib.problems import UsageError

#: Counts in this process.
DUCKDB = "duckdb"
#: Begins the address of a Spark Connect server.
CONNECT = "sc://"
_HOSTS = r"[^\s/:,]+:[0-9]+(,[^\s/:,]+:[0-9]+)*"
_FORMS = (
    re.compile(r"local(\[(\*|[1-9][0-9]*)\])?"),
    re.compile(rf"spark://{_HOSTS}"),
    re.compile(r"sc://[^\s/:;]+(:[0-9]+)?(/(;[^\s;=]+=[^\s;]+)*)?"),
    re.compile(r"yarn|k8s://\S+"),
)
#: Parts of a Spark Connect address that are secrets: a parameter of a run is shown in messages.
_SECRETS = re.compile(r";\s*(token|[^;=]*(authorization|password|secret|key))\s*=", re.IGNORECASE)


def check_engine(name: str) -> str:
    """Refuse what can be no engine.

    Parameters
    ----------
    name : str
        `duckdb`; a master that Spark knows (`local`, `local[4]`, `spark://host:7077`, `yarn`,
        `k8s://...`); or a Spark Connect server, `sc://host:15002`.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    UsageError
        If it is none of these, or holds a secret.
    """
    if _SECRETS.search(name):
        raise UsageError(
            "--engine is shown in messages and must hold no token: put it into the environment "
            "variable SPARK_CONNECT_AUTHENTICATE_TOKEN."
        )
    if name != DUCKDB and not any(form.fullmatch(name) for form in _FORMS):
        raise UsageError(
            f"--engine is duckdb or the address of a Spark cluster, such as spark://host:7077, "
            f"local[4] or sc://host:15002, not {name!r}."
        )
    return name


def is_spark(engine: str) -> bool:
    """Whether an engine is a Spark cluster."""
    return engine != DUCKDB


def addresses(engine: str) -> list[tuple[str, int]]:
    """Hosts and ports that an engine names, one of which must answer; none where it names none."""
    if engine.startswith(CONNECT):
        host, _, port = engine.removeprefix(CONNECT).partition("/")[0].partition(":")
        return [(host, int(port or 15002))]
    if engine.startswith("spark://"):
        pairs = (pair.rpartition(":") for pair in engine.removeprefix("spark://").split(","))
        return [(host, int(port)) for host, _, port in pairs]
    return []
