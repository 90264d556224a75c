"""In: the words of a `calib` command; out: its table on stdout, errors as sentences, an exit code.

0 done, 1 the data is not acceptable, 2 wrong use.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from calib._names import WORKSHOP


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after `calib`; by default those of the process.

    Returns
    -------
    int
        Exit code: 0 done, 1 the data is not acceptable, 2 wrong use.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in WORKSHOP:
        return _workshop(words)
    from calib import EditionError, UnknownNameError
    from calib._commands import run

    try:
        code = run(words)
        sys.stdout.flush()
        return code
    except EditionError as error:
        return _say(str(error), 1)
    except (UnknownNameError, ValueError) as error:
        return _say(str(error), 2)
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        _discard()
        return 0
    except OSError as error:  # what cannot be read is an EditionError
        _discard()
        return _say(f"the answer cannot be written: {error.strerror or error}.", 1)


def _discard() -> None:
    """Point stdout away, or the interpreter complains when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _workshop(words: list[str]) -> int:
    try:
        from recalib.cli import main as workshop
    except ImportError as error:
        # The workshop itself is missing in every plain install; what it needs may be, elsewhere.
        absent = (error.name or "").partition(".")[0] == "recalib"
        why = "is not installed here" if absent else f"cannot be loaded here ({error})"
        return _say(
            f"`calib {words[0]}` belongs to the workshop, which {why}."
            " It runs from a checkout of the repository:"
            ' pip install -e ".[recalibrate]"',
            2,
        )
    return int(workshop(words))


def _say(sentence: str, code: int) -> int:
    print(f"calib: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
