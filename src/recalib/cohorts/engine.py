"""Checks the word after `--engine`: DuckDB here, or the address of a Spark cluster."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from recalib.problems import UsageError

#: Counts in this process.
DUCKDB = "duckdb"
#: Begins the address of a Spark Connect server.
CONNECT = "sc://"
_HOST = r"(\[[0-9A-Fa-f:.]+\]|[^\s/:;,@?\[\]]+)"
_HOSTS = rf"{_HOST}:[0-9]+(,{_HOST}:[0-9]+)*"
_FORMS = (
    re.compile(r"local(\[(\*|[1-9][0-9]*)\])?"),
    re.compile(rf"spark://{_HOSTS}"),
    re.compile(rf"sc://{_HOST}(:[0-9]+)?(/(;[^\s;=]+=[^\s;=]+)*)?"),
    re.compile(rf"yarn|k8s://(https?://)?{_HOST}(:[0-9]+)?(/[^\s?#;=@]*)?"),
)
#: Parameters of a Spark Connect address that are no secrets. Any other becomes a header of each
#: request, a token or a cookie too, and a parameter of a run is shown in messages.
_OPEN = ("use_ssl", "user_id", "session_id", "user_agent")


def check_engine(name: str) -> str:
    """Refuse what can be no engine."""
    address, *rest = name.split(";")
    parameters = {each.partition("=")[0].strip() for each in rest}
    if re.search("[@=]", address) or "@" in name or not parameters.issubset(_OPEN):
        raise UsageError(
            "--engine is shown in messages and must hold no token, user name or password: put a "
            "token into the environment variable SPARK_CONNECT_AUTHENTICATE_TOKEN. An address may "
            f"have the parameters {', '.join(_OPEN)}."
        )
    if name != DUCKDB and not (any(form.fullmatch(name) for form in _FORMS) and _has_port(name)):
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
        return [_address(engine.removeprefix(CONNECT).partition("/")[0])]
    if engine.startswith("spark://"):
        return [_address(pair) for pair in engine.removeprefix("spark://").split(",")]
    return []


def _has_port(engine: str) -> bool:
    """Whether the hosts and ports that an engine names can be any."""
    try:
        addresses(engine)
    except ValueError:
        return False
    return True


def _address(pair: str) -> tuple[str, int]:
    parts = urlsplit(f"//{pair}")  # takes the brackets off
    return parts.hostname or "", parts.port or 15002
