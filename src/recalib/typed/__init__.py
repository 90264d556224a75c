"""Reads tables as somebody typed or exported them into the contract's rows, every change listed.

What it cannot know it asks for; what nobody answers it refuses, naming the cell. The raw folder
itself takes nothing but clean tables: a spreadsheet never enters it.
"""

from recalib.typed.proposal import Proposal, propose
from recalib.typed.remarks import Change, Doubt, Remarks
from recalib.typed.whose import Asked
from recalib.typed.write import Planned, write_files

__all__ = ["Asked", "Change", "Doubt", "Planned", "Proposal", "Remarks", "propose", "write_files"]
