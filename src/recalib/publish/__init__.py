"""An edition: tables, their JSON forms, edition.json and datapackage.json, written at once."""

from recalib.publish.atomic import Staging as Staging
from recalib.publish.atomic import writing as writing
from recalib.publish.commit import commit as commit
from recalib.publish.commit import recover as recover
from recalib.publish.describe import read_edition as read_edition
from recalib.publish.edition import check_goal as check_goal
from recalib.publish.edition import is_edition as is_edition
from recalib.publish.edition import make_edition as make_edition
from recalib.publish.edition import verify_edition as verify_edition
from recalib.publish.edition import verify_hashes as verify_hashes
from recalib.publish.kept import find_edition as find_edition
from recalib.publish.kept import keep as keep
from recalib.publish.kept import kept_editions as kept_editions
from recalib.publish.kept import recover_kept as recover_kept
from recalib.publish.kept import released_before as released_before
from recalib.publish.lock import locked as locked
from recalib.publish.opened import Opened as Opened
from recalib.publish.opened import opened as opened
from recalib.publish.undisturbed import undisturbed as undisturbed
