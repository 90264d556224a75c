"""What the project is made of: licences, bills of materials, known weaknesses, and one wheel twice.

    make supply

Writes requirements/licences.md, and in build/supply the wheel with its bill of materials
(CycloneDX) and the workshop's, of the environment this Python belongs to. Ends with 1 where a
licence is not known to be compatible, two builds of the wheel differ, or the audit finds a weakness
or cannot be made.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROJECT = HERE.parent
GOAL = PROJECT / "build" / "supply"
#: Compatible with MIT wherever the package is used: what is imported by the project.
PERMISSIVE = (
    *("MIT", "BSD", "0BSD", "Apache", "ISC", "PSF", "Python-2.0", "Python Software Foundation"),
    *("MPL-2.0", "Mozilla Public License 2.0", "HPND", "CC0", "Unlicense", "Public Domain", "Zlib"),
)
#: Packages whose metadata name no licence, as their licence files say.
READ = {"asttokens": "Apache-2.0", "bleach": "Apache-2.0", "pyarrow-hotfix": "Apache-2.0"}
#: Run as programs, or dual-licensed and read under the permissive one; nothing of ours derives
#: from them.
TOOLS = {
    "codespell": "a program that checks spelling; not imported",
    "docutils": "public domain and BSD in the parts that are imported",
    "odfpy": "offered under Apache-2.0, too; tests write .ods files with it",
    "text-unidecode": "offered under the Artistic License, too; frictionless needs it, in tests",
}


def run(*words: str) -> None:
    """Run a module of this environment; builds get one moment for all files."""
    subprocess.run(
        [sys.executable, "-m", *words],
        check=True,
        cwd=PROJECT,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1577836800"},
    )


def licences(component: dict[str, Any]) -> list[str]:
    """Every licence that a component's metadata name, shortest names first."""
    named = [
        entry.get("expression") or entry["license"].get("id") or entry["license"].get("name", "")
        for entry in component.get("licenses", [])
    ]
    # Some packages give the whole text for a name.
    first = {name.strip().splitlines()[0].removeprefix("License :: ") for name in named if name}
    return sorted(first, key=len) or [READ.get(component["name"], "")]


def bill_of_environment() -> list[dict[str, Any]]:
    """Write the workshop's bill of materials and return its components by name."""
    goal = GOAL / "workshop.cdx.json"
    run("cyclonedx_py", "environment", "--output-reproducible", "-o", str(goal), sys.executable)
    components = json.loads(goal.read_text(encoding="utf-8"))["components"]
    return sorted(
        (one for one in components if one["name"] != "calib-bands"), key=lambda one: one["name"]
    )


def table_of(components: list[dict[str, Any]]) -> list[str]:
    """Write licences.md and return the packages of which nobody has said that they fit."""
    unknown = []
    lines = [
        "# Licences of what the project uses",
        "",
        "Made by `make supply` from the metadata of the everyday environment and of the auditors.",
        "`calib` itself, the wheel, depends on nothing; no package is copied into the repository.",
        "",
        "| package | version | licence | |",
        "|---|---|---|---|",
    ]
    for one in components:
        named = licences(one)
        note = TOOLS.get(one["name"], "as its licence file says" if one["name"] in READ else "")
        fits = all(any(word in name for word in PERMISSIVE) for name in named)
        if "GPL" in "".join(named) or "General Public" in "".join(named) or not fits:
            unknown += (
                [] if one["name"] in TOOLS else [f"{one['name']}: {'; '.join(named) or 'none'}"]
            )
        lines.append(f"| {one['name']} | {one.get('version', '')} | {'; '.join(named)} | {note} |")
    (HERE / "licences.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return unknown


def wheel_twice() -> Path | None:
    """Build the wheel in two folders and return the first, or None where their bytes differ."""
    made = []
    for name in ("wheel", "again"):
        goal = GOAL / name
        run("build", "--no-isolation", "--wheel", "--outdir", str(goal), ".")
        made.append(next(goal.glob("*.whl")))
    first, second = (path.read_bytes() for path in made)
    return made[0] if first == second else None


def bill_of_wheel(wheel: Path) -> None:
    """Write beside the wheel that it holds calib alone, with its hash."""
    name, version = wheel.name.split("-")[:2]
    name = name.replace("_", "-")
    component = {
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "purl": f"pkg:pypi/{name}@{version}",
        "type": "library",
        "name": name,
        "version": version,
        "licenses": [{"license": {"id": "MIT"}}],
        "hashes": [{"alg": "SHA-256", "content": sha256(wheel.read_bytes()).hexdigest()}],
    }
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": component},
        "components": [],
        "dependencies": [{"ref": component["bom-ref"], "dependsOn": []}],
    }
    text = json.dumps(bill, indent=2) + "\n"
    wheel.with_name(f"{name}-{version}.cdx.json").write_text(text, encoding="utf-8")


def main() -> int:
    """Do all four and say what is wrong."""
    GOAL.mkdir(parents=True, exist_ok=True)
    wrong = [
        f"licence not known to be compatible: {one}" for one in table_of(bill_of_environment())
    ]
    wheel = wheel_twice()
    if wheel:
        bill_of_wheel(wheel)
    else:
        wrong.append("two builds of the wheel differ")
    audit = GOAL / "audit.json"
    command = ["--disable-pip", "--require-hashes", "--strict", "--format", "json"]
    try:
        run("pip_audit", "-r", str(HERE / "supply.lock"), *command, "--output", str(audit))
    except subprocess.CalledProcessError:
        wrong.append("the audit found something, or could not ask about every package: see above")
    print("\n".join(wrong) or "Licences fit, the wheel is reproducible, no known weakness.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
