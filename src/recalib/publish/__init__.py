"""An edition: tables, their JSON forms, edition.json and datapackage.json, written at once."""

from recalib.publish.atomic import Staging, writing
from recalib.publish.commit import commit, recover
from recalib.publish.describe import counts, read_edition
from recalib.publish.edition import (
    check_goal,
    is_edition,
    make_edition,
    ours,
    verify_edition,
    verify_hashes,
)
from recalib.publish.kept import (
    find_edition,
    keep,
    kept_editions,
    recover_kept,
    released_before,
)
from recalib.publish.lock import locked
from recalib.publish.opened import Opened, opened
from recalib.publish.undisturbed import undisturbed

__all__ = [
    "Opened",
    "Staging",
    "check_goal",
    "commit",
    "counts",
    "find_edition",
    "is_edition",
    "keep",
    "kept_editions",
    "locked",
    "make_edition",
    "opened",
    "ours",
    "read_edition",
    "recover",
    "recover_kept",
    "released_before",
    "undisturbed",
    "verify_edition",
    "verify_hashes",
    "writing",
]
