"""Fill the environment this Python belongs to from a lock, and install the project into it.

python requirements/install.py NAME

By uv, itself fetched by its hash: seconds, bytecode included. By pip where uv does not get through.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
UV = [sys.executable, "-m", "uv", "--quiet", "pip", "install", "--python", sys.executable]
#: pip's settings that say where packages come from, and uv's names of them.
SOURCES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}


def environment() -> dict[str, str]:
    """What both installers run in; PIP_USER would send packages past the environment."""
    return os.environ | {"PIP_USER": "0"}


def pip_sources() -> dict[str, str]:
    """Where pip is told to look, in uv's words: uv does not read pip's configuration."""
    listed = subprocess.run(
        [*PIP, "config", "list"], capture_output=True, text=True, check=False, env=environment()
    ).stdout
    told: dict[str, str] = {}
    # Later ones override: pip's own order of files, commands and variables.
    for section in ("global.", "install.", ":env:."):
        for line in listed.splitlines():
            key, _, value = line.partition("=")
            name = SOURCES.get(key.removeprefix(section))
            if name and key.startswith(section):
                between = "," if name == "UV_FIND_LINKS" else " "
                told[name] = between.join(str(ast.literal_eval(value)).split())
    return told


def by_uv(lock: Path) -> bool:
    """Install by uv and say whether it worked."""
    installer = HERE / "installer.lock"
    fetched = subprocess.run(
        [*PIP, "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(installer)],
        check=False,
        env=environment(),
    )
    if fetched.returncode:
        return False
    # Hashes say what is accepted, so any index may deliver it.
    settings = {"UV_INDEX_STRATEGY": "unsafe-best-match"} | pip_sources() | environment()
    steps = (
        ["--require-hashes", "--requirement", str(lock), "--compile-bytecode"],
        ["--no-build-isolation", "--editable", str(PROJECT)],
    )
    return all(
        subprocess.run([*UV, "--no-deps", *step], check=False, env=settings).returncode == 0
        for step in steps
    )


def by_pip(lock: Path) -> None:
    """Install by pip; a lock names everything, and older pips trip over extras if they resolve."""
    for step in (
        ["--require-hashes", "--requirement", str(lock)],
        ["--no-build-isolation", "--editable", str(PROJECT)],
    ):
        subprocess.run(
            [*PIP, "install", "--quiet", "--no-deps", *step], check=True, env=environment()
        )


def main(words: list[str]) -> int:
    """Install the named lock."""
    if len(words) != 1 or not (lock := HERE / f"{words[0]}.lock").is_file():
        names = ", ".join(sorted(path.stem for path in HERE.glob("*.lock")))
        print(f"Name one lock: {names}.", file=sys.stderr)
        return 2
    if by_uv(lock):
        return 0
    print("uv did not get through; pip installs the same files, more slowly.", file=sys.stderr)
    try:
        by_pip(lock)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
