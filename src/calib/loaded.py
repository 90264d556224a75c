"""Earlier editions, with the look-ups of the shipped one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from calib import lookup, sentences
from calib.edition import ASKED, Edition, earlier, kept, shipped
from calib.names import UnknownNameError, as_text

if TYPE_CHECKING:
    from pathlib import Path

_REPLACED = (
    "This is what edition {edition} said; edition {newest} has replaced it: do not rely on it."
)
_OTHER_WORDS = (
    "Its guides' words stood for the average chance at the guides' own edges, which was lower than"
    " what the words say."
)
_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


def _of(look: Callable[_Given, _Answer]) -> Callable[Concatenate[LoadedEdition, _Given], _Answer]:
    """Return a look-up as a method that answers from the edition that it belongs to."""

    def answer(self: LoadedEdition, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        token = ASKED.set(self._edition)
        try:
            return look(*args, **kwargs)
        finally:
            ASKED.reset(token)

    # Not by functools.wraps: signatures would be read off the look-up, which has no self.
    answer.__name__, answer.__doc__ = look.__name__, look.__doc__
    return answer


class LoadedEdition:
    """One edition, as from `calib.load`: every look-up of `calib`, with the same arguments.

    A chance of a match is that of those who had interviews enough to rank it, in every edition.

    Attributes
    ----------
    EDITION : str
        Its name.

    Notes
    -----
    An earlier edition answers what it published. What it did not say yet is None: until 2026.3
    there were no next-cycle intervals and no standing, and the guides' words meant the average
    chance at the guides' own edges, so that ``scheme="guide"`` and ``scheme="chance"`` were cut at
    different scores.
    """

    __module__ = "calib"

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self.EDITION = edition.name

    def __repr__(self) -> str:
        return f"calib.load({self.EDITION!r})"

    def explain(self, *args: Any, **kwargs: Any) -> str:
        """Return a score in plain sentences, and that a newer edition has replaced this one."""
        said = self._explained(*args, **kwargs)
        newest = shipped().name
        if newest != self.EDITION:
            said += f" {_REPLACED.format(edition=self.EDITION, newest=newest)}"
        if any("scheme" in row for row in self._edition.table("bands")[:1]):
            said += f" {_OTHER_WORDS}"
        return said

    applicant_groups = _of(lookup.applicant_groups)
    band = _of(lookup.band)
    bands = _of(lookup.bands)
    chances = _of(lookup.chances)
    _explained = _of(sentences.explain)
    gain = _of(lookup.gain)
    guide_audit = _of(lookup.guide_audit)
    guides = _of(lookup.guides)
    probability = _of(lookup.probability)
    score_for = _of(lookup.score_for)
    specialties = _of(lookup.specialties)
    standing = _of(lookup.standing)
    table = _of(lookup.table)


def load(edition: str, folder: str | Path | None = None) -> LoadedEdition:
    """Open an edition that was released, to look things up in it as in the shipped one.

    Parameters
    ----------
    edition : str
        Its name, one of `editions`.
    folder : str or Path, optional
        A folder of kept editions, such as ``data/editions`` of a newer checkout; by default those
        that came with this package.

    Returns
    -------
    LoadedEdition

    Raises
    ------
    UnknownNameError
        If there is no such edition (a KeyError).
    EditionError
        If its files are missing or damaged.

    Examples
    --------
    >>> import calib
    >>> before = calib.load("2026.4")
    >>> before.EDITION, before.probability(251, "general_surgery", "non_us_img").edition
    ('2026.4', '2026.4')
    >>> before.bands("general_surgery", "non_us_img")[2].label
    'borderline'
    """
    name = as_text(edition)
    if folder is None:
        if name == shipped().name:
            return LoadedEdition(shipped())
        found = kept()
        known = lookup.editions()
    else:
        from pathlib import Path

        places = [place for place in Path(folder).iterdir() if (place / "edition.json").is_file()]
        found = {place.name: place for place in places}
        known = tuple(found)
    if name is None or name not in found:
        raise UnknownNameError("edition", edition, known)
    return LoadedEdition(earlier(found[name]))  # type: ignore[arg-type]  # hashable
