"""Feeds what reads text by Atheris, which keeps texts that reach new lines and changes those more.

    python bench/fuzz_guided.py PART [--minutes M] [--seed S]

Atheris is in no lock (`pip install atheris`; not every system and Python has it). `fuzz.py` damages
whole files without a look at lines; here a part of a reader gets up to thousands of texts a second.
It answers with a value or notes problems: any error ends the run, and so do ten seconds for a text.
Adds a row to results/fuzz_guided.csv, of which docs/reliability_page.py makes a page.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

# Of what is imported here it is seen which lines are reached.
with atheris.instrument_imports(include=["recalib", "calib"]):
    from fuzz_parts import PARTS, seeds

RESULTS = Path(__file__).parent / "results" / "fuzz_guided.csv"


def note(asked: argparse.Namespace) -> None:
    """Let a process of its own be ended by Atheris; add what it counted to the results."""
    with tempfile.TemporaryDirectory(prefix="calib-fuzz-") as corpus:
        words = [sys.executable, __file__, asked.part, "--process", corpus]
        words += ["--minutes", str(asked.minutes), "--seed", str(asked.seed)]
        done = subprocess.run(words, stderr=subprocess.PIPE, check=False)
    told = done.stderr.decode("utf-8", "replace")
    counted = re.search(r"number_of_executed_units: ([0-9]+)", told)
    if done.returncode or counted is None:
        sys.exit(told)
    row = [asked.part, asked.seed, counted[1], round(60 * asked.minutes)]
    with RESULTS.open("a", encoding="utf-8") as file:
        if not file.tell():
            file.write("part,seed,texts,seconds\n")
        file.write(",".join(map(str, row)) + "\n")
    print(*row)


def main() -> None:
    """Run the command; Atheris ends the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=sorted(PARTS))
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--process", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.process is None:
        note(asked)
        return
    for number, content in enumerate(seeds()):
        (asked.process / str(number)).write_bytes(content)
    options = [f"-max_total_time={60 * asked.minutes:.0f}", f"-seed={asked.seed}", "-timeout=10"]
    options += ["-max_len=4000", "-rss_limit_mb=1024", "-verbosity=0", "-print_final_stats=1"]
    read, words = PARTS[asked.part], [sys.argv[0], *options, str(asked.process)]
    atheris.Setup(words, lambda data: read(data.decode("utf-8", "replace")))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
