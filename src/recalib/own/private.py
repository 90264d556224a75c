"""Writes an own cohort's tables and pictures where git does not look, each marked.

Nothing of it is blurred: it may be shown to nobody who may not see the rows themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

import recalib
from recalib.problems import UsageError
from recalib.publish import is_edition
from recalib.report import show
from recalib.report.plain import frame

MARK = "NOT FOR PUBLICATION: exact numbers of an own cohort"
REPOSITORY = Path(recalib.__file__).resolve().parents[2]
#: Folders of the repository that git ignores as a whole; nowhere else in it is anything private.
IGNORED = ("private", "build")
_README = (
    f"{MARK}.\n\nWritten by notebooks/70_my_cohort.ipynb. Nothing here is blurred or withheld.\n"
)


class Private:
    """A folder for an own cohort's exact results.

    Parameters
    ----------
    folder : Path or str
        It is made where it is missing. In the repository it must lie below `private/` or `build/`,
        which git ignores; nowhere may it be, or lie in, an edition or a folder of raw tables.

    Raises
    ------
    UsageError
        Where the folder is no place for private results.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder).resolve()
        _check(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        # Wherever the folder lies, `git add -A` passes it over.
        (self.folder / ".gitignore").write_text("*\n", encoding="utf-8")
        (self.folder / "README.md").write_text(_README, encoding="utf-8")
        self.written: list[str] = []

    def table(
        self, name: str, data: pd.DataFrame, digits: int = 2, rows: int = 40,
        hidden: Sequence[str] = (),
    ) -> show.Html:  # fmt: skip
        """Write a table as CSV, every row marked, and show it under the mark.

        `hidden`: columns that are written and not shown.
        """
        marked = data.assign(marked=MARK)
        marked.to_csv(self._path(f"{name}.csv"), index=False, lineterminator="\n")
        return frame(data.drop(columns=list(hidden)), digits=digits, rows=rows, note=MARK)

    def picture(self, name: str, figure: Figure | None, caption: str = "") -> show.Html | None:
        """Write a figure as PNG, the mark across its top, and show it."""
        if figure is None:
            return None
        figure.suptitle(MARK, fontsize=8.5, color="#b00020", x=0.01, ha="left")
        figure.savefig(self._path(f"{name}.png"), dpi=110)
        return show.picture(figure, f"{MARK}. {caption}".strip())

    def text(self, name: str, words: str) -> show.Html:
        """Write a text, such as the summary of a regression, and show it as it stands."""
        import html

        self._path(f"{name}.txt").write_text(f"{MARK}\n\n{words}\n", encoding="utf-8")
        return show.Html(f"<pre>{MARK}\n\n{html.escape(words)}</pre>")

    def _path(self, file: str) -> Path:
        self.written.append(file)
        return self.folder / file


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; private results need a folder.")
    if folder.is_relative_to(REPOSITORY):
        inside = folder.relative_to(REPOSITORY).parts
        if not inside or inside[0] not in IGNORED:
            raise UsageError(
                f"{folder} lies in the repository where git looks; write private results below "
                f"{' or '.join(f'{name}/' for name in IGNORED)}, or outside of it."
            )
    mine = folder / "README.md"
    if not (mine.is_file() and mine.read_text("utf-8", "replace").startswith(MARK)):
        others = [path.name for path in folder.glob("*") if path.suffix != ".ipynb"]
        if others:
            raise UsageError(
                f"{folder} holds {sorted(others)[0]}, which is not of this notebook; name an empty "
                "folder or a new one."
            )
    for each in (folder, *folder.parents):
        if is_edition(each):
            raise UsageError(f"{each} is an edition, which is published; name another folder.")
        if (each / "specialties.csv").is_file():
            raise UsageError(f"{each} holds raw tables; name another folder.")
