"""What the guides' labels stand for: a word each, and the chance from which a word holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recalib.bands.cut import LOWER
from recalib.contract.vocabulary import GUIDE_LABELS


@dataclass(frozen=True)
class Readings:
    """The plain reading of the guides' words, as `guides/readings.yml` has it.

    `least` (word to chance): from the highest word to the lowest, whose least is 0; `labels`
    (guide to label to word): labels that read as a word; others claim nothing.
    """

    least: dict[str, float]
    labels: dict[str, dict[str, str]]

    @classmethod
    def of(cls, note: Mapping[str, Any] | None, **least: float) -> Readings:
        """Readings as the note of the guides holds them; some `least` chances may be given anew."""
        words = dict(zip(GUIDE_LABELS, LOWER.values(), strict=True))
        if note:
            words = {word: float(note["words"][word]["least"]) for word in GUIDE_LABELS}
        words |= {word: value for word, value in least.items() if value}
        falling = list(words.values())
        if sorted(set(falling), reverse=True) != falling or falling[-1] != 0 or falling[0] >= 1:
            raise ValueError(f"The words' least chances must fall from below 1 to 0, not {words}.")
        return cls(
            words, {guide: dict(each) for guide, each in (note or {}).get("guides", {}).items()}
        )

    def of_row(self, band: pd.Series) -> str:
        """Word that a printed row reads as; "" for tiers, and for labels without a reading."""
        if str(band["specialty"]).startswith("tier:"):
            return ""
        return self.labels.get(str(band["guide"]), {}).get(str(band["label"]), "")

    def range(self, word: str) -> tuple[float, float]:
        """Chance from which a word holds, and from which the next higher one does."""
        words = list(self.least)
        place = words.index(word)
        return self.least[word], self.least[words[place - 1]] if place else 1.0

    def word(self, chance: float) -> str:
        """Word that a chance is called by."""
        return next(word for word, least in self.least.items() if chance >= least)

    def of_label(self, label: str) -> str:
        """Word whose range begins where a label of the scale does; "" where none does."""
        return {least: word for word, least in self.least.items()}.get(LOWER[label], "")
