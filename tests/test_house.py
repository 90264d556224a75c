"""Arrows between the rooms go one way, and `calib` stands alone: what ARCHITECTURE.md promises."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src"
#: The rooms of recalib as the street passes them: each may import those before it, no other.
STREET = (
    "problems",
    "contract",
    "likelihood",
    "sources",
    "cohorts",
    "raw",
    "typed",
    "evidence",
    "privacy",
    "curves",
    "bands",
    "adjust",
    "criticism",
    "publish",
    "drift",
    "demo",
    "report",
    "own",
    "run",
    "cli",
)


def imports(path: Path, root: Path = SRC) -> Iterator[tuple[str, int]]:
    """Every module or name that a file imports, dotted and in full, with its line."""
    package = path.relative_to(root).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            near = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*near, *(node.module or "").split(".")]).strip(".")
            for name in node.names:
                yield f"{module}.{name.name}", node.lineno


def arrows(root: Path = SRC) -> dict[tuple[str, str], list[str]]:
    """Which room imports which, and where; `doors` stands for `from recalib import ...`."""
    found: dict[tuple[str, str], list[str]] = {}
    rooms = rooms_of(root)
    for path in sorted((root / "recalib").rglob("*.py")):
        room = path.relative_to(root / "recalib").parts[0].removesuffix(".py")
        if room in ("__init__", "__main__"):
            continue  # the doors, which open on every room
        for name, line in imports(path, root):
            top, _, rest = name.partition(".")
            if top == "recalib":
                other = rest.partition(".")[0]
                other = other if other in rooms else "doors"
                # The package alone, `import recalib`, tells where the repository lies.
                if other != room and rest:
                    found.setdefault((room, other), []).append(f"{path.relative_to(root)}:{line}")
    return {pair: list(dict.fromkeys(places)) for pair, places in found.items()}


def rooms_of(root: Path = SRC) -> set[str]:
    found = {path.parent.name for path in (root / "recalib").glob("*/__init__.py")}
    return found | {path.stem for path in (root / "recalib").glob("[!_]*.py")}


def told(found: dict[tuple[str, str], list[str]]) -> str:
    return "\n".join(f"{room} -> {other}: {', '.join(at)}" for (room, other), at in found.items())


def test_every_room_has_its_place_on_the_street() -> None:
    assert rooms_of() <= set(STREET)


def test_no_two_rooms_import_each_other() -> None:
    found = arrows()
    both = {pair: at for pair, at in found.items() if pair[::-1] in found}
    assert not both, told(both)


def test_arrows_between_rooms_go_one_way() -> None:
    place = {room: number for number, room in enumerate(STREET)}
    wrong = {
        (room, other): at
        for (room, other), at in arrows().items()
        if place.get(other, len(STREET)) >= place.get(room, -1)
    }
    assert not wrong, told(wrong)


def run_time_imports(path: Path) -> Iterator[tuple[str, int]]:
    """Imports of a file but for those that only type checkers see."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for line in range(node.lineno, (node.body[-1].end_lineno or node.lineno) + 1)
    }
    return ((name, line) for name, line in imports(path) if line not in hidden)


@pytest.mark.parametrize("path", sorted((SRC / "calib").glob("*.py")), ids=lambda path: path.name)
def test_the_package_needs_nothing_but_python(path: Path) -> None:
    allowed = {"calib", *sys.stdlib_module_names}
    if path.name == "frames.py":
        # numpy gathers; who has frames of either kind has it, and the extras name it.
        allowed |= {"narwhals", "numpy"}
    wrong = [
        f"{name} in line {line}"
        for name, line in run_time_imports(path)
        if name.partition(".")[0] not in allowed
    ]
    assert not wrong, wrong


def test_an_arrow_is_seen_however_it_is_written(tmp_path: Path) -> None:
    files = {
        "__init__.py": "",
        "curves/__init__.py": "",
        "run/__init__.py": "",
        "cli.py": "import recalib\nimport recalib.run\nfrom recalib import fit\n",
        "curves/a.py": "def late():\n    from ..run import b\n",
        "run/b.py": "from recalib import curves\nfrom . import c\n",
    }
    for name, text in files.items():
        path = tmp_path / "recalib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert arrows(tmp_path) == {
        ("cli", "run"): ["recalib/cli.py:2"],
        ("cli", "doors"): ["recalib/cli.py:3"],
        ("curves", "run"): ["recalib/curves/a.py:2"],
        ("run", "curves"): ["recalib/run/b.py:1"],
    }
