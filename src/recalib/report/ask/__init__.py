"""The page that one can ask: group and score in, every specialty's chance out, without a server."""

from recalib.report.ask.data import answers as answers
from recalib.report.ask.page import asking as asking
from recalib.report.ask.page import environment as environment
from recalib.report.ask.page import write_explorer as write_explorer
