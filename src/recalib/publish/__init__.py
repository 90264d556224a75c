"""An edition: tables, their JSON forms, edition.json and datapackage.json, written at once."""

from recalib.publish.atomic import Staging, writing
from recalib.publish.commit import commit, recover
from recalib.publish.describe import counts, read_edition
from recalib.publish.edition import (
    check_goal,
    edition_name,
    is_edition,
    make_edition,
    ours,
    verify_edition,
    verify_hashes,
)
from recalib.publish.lock import locked
from recalib.publish.undisturbed import undisturbed

__all__ = [
    "Staging",
    "check_goal",
    "commit",
    "counts",
    "edition_name",
    "is_edition",
    "locked",
    "make_edition",
    "ours",
    "read_edition",
    "recover",
    "undisturbed",
    "verify_edition",
    "verify_hashes",
    "writing",
]
