"""A paper before it is printed: kept already, shown page by page as text; C prints it, Esc leaves it kept.

Where one key makes several papers they lie behind one another: C prints the one in front and turns to the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui import figures, keys, papers
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.paper_desk import Missing, Paper, PaperDesk, PaperMissing

if TYPE_CHECKING:
    from reports.page_text import Drawn
    from store.documents import Document, DocumentKind
    from store.transaction import Transaction
    from tui.app import RekamApp

_MISSING = {
    Missing.NOBODY: N_("Nobody would be on this paper. Nothing was made."),
    Missing.NO_CHANGES: N_("No pupil has a change for SIAK. Nothing was made."),
    Missing.NO_PROOF: N_("Not recorded on this visit, so there is no proof. Nothing was made."),
    Missing.NO_DESTRUCTION: N_("No spoiled blank was ever destroyed here."),
    Missing.NO_MOVEMENT: N_("Nothing ever came into this stock. Nothing was made."),
    Missing.NO_FAULT: N_("No device failed at this visit. Nothing was made."),
}
_ASIDE = 20


@dataclass(frozen=True, repr=False)
class Shown:
    """A paper that is kept, and what stands on its pages."""

    name: str
    document: Document
    drawn: Drawn


async def show(screen: FrameScreen, *wanted: Paper) -> None:
    """Draw papers, keep them, and lay their pages over the screen; raises ChangeError where the disk refuses."""
    from reports.refusal import PaperRefused

    try:
        made = [await _keep(screen.rekam, paper) for paper in wanted]
    except PaperRefused as error:
        screen.refuse(papers.refused(error))
    else:
        await screen.rekam.over(PaperPreviewScreen(made, screen.step))


async def prepare_and_show(screen: FrameScreen, *wanted: Callable[[PaperDesk], Paper]) -> None:
    """Read what papers say as the store has it now, and show those that there are; where there is none, say why."""
    app = screen.rekam
    assert app.officer is not None, "papers are made behind the login"
    officer = app.officer.id
    found: list[Paper] = []
    missing: PaperMissing | None = None
    for prepare in wanted:

        def prepared(tx: Transaction, prepare: Callable[[PaperDesk], Paper] = prepare) -> Paper:
            return prepare(PaperDesk(tx, app.settings, officer, app.training))

        try:
            found.append(await screen.store.run(prepared))
        except PaperMissing as error:
            missing = error
    if found:
        await show(screen, *found)
    elif missing is not None:
        screen.refuse(Problem("!", _(_MISSING[missing.why])))


async def show_of_visit(screen: FrameScreen, *kinds: DocumentKind) -> None:
    """Show papers of the open visit, those that there are of these kinds."""
    from tui import visit_papers

    visit = screen.rekam.visit
    assert visit is not None, "the rail leads to steps, and there is none before a visit is open"
    await prepare_and_show(screen, *(partial(visit_papers.prepare, kind=kind, visit=visit.id) for kind in kinds))


async def _keep(app: RekamApp, paper: Paper) -> Shown:
    from reports.page_text import draw_and_read

    drawn = await asyncio.to_thread(draw_and_read, paper.draw)
    document = await papers.keep(
        app, paper.kind, paper.subject, lambda: drawn.paper, paper.name, shelf=paper.shelf, number=paper.number
    )
    return Shown(paper.name, document, drawn)


class PaperPreviewScreen(FrameScreen):
    """The pages of one paper or of several, one at a time."""

    subject = N_("paper")

    def __init__(self, shown: Sequence[Shown], step: int | None = None) -> None:
        super().__init__()
        self.step = step
        self._shown = tuple(shown)
        self._pages = [(one, page) for one in shown for page in range(len(one.drawn.pages))]
        self._page = 0
        self._top = 0
        self._left = 0

    # --- what stands there --------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return which paper it is, and which of its pages."""
        one, page = self._pages[self._page]
        pages = len(one.drawn.pages)
        return one.name, _("page {page} of {pages}").format(page=figures.number(page + 1), pages=figures.number(pages))

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw what of the page fits."""
        rows = self._rows
        self._top = min(self._top, max(len(rows) - height, 0))
        self._left = min(self._left, self._widest(width))
        return [Line().put(2, row[self._left : self._left + width - 4]) for row in rows[self._top : self._top + height]]

    @property
    def _rows(self) -> tuple[str, ...]:
        one, page = self._pages[self._page]
        return one.drawn.pages[page]

    def _widest(self, width: int) -> int:
        return max(max((len(row) for row in self._rows), default=0) - (width - 4), 0)

    def status(self) -> str:
        """Say where the paper is kept, and where it would be printed."""
        one, _page = self._pages[self._page]
        queue = self.rekam.settings.document_printer
        where = _("C prints on {queue}").format(queue=queue) if queue else _("no printer is set")
        return _("√ kept: {file}").format(file=Path(one.document.path).name) + f" · {where}"

    def words(self) -> Sequence[str]:
        """Say what is kept, and what is not on it."""
        return (
            _("The paper is kept already; C prints it, Esc leaves it where it lies. Drawings and lines are left out."),
            _("A paper whose content changed is another version; the old one stays."),
        )

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys that print, turn pages and leave."""
        wide = self._widest(self.rekam.size.width) > 0
        return (
            Hint(keys.PRINT, _("Print"), self.print_out, help=_("prints this paper whole")),
            Hint(keys.PAGE_DOWN, _("Page"), lambda: self._turn(1), help=_("next page")),
            Hint(keys.PAGE_UP, _("Page"), lambda: self._turn(-1), rank=0, help=_("page before")),
            Hint(keys.UP, _("Move"), lambda: self._roll(-1)),
            Hint(keys.DOWN, _("Move"), lambda: self._roll(1), rank=0),
            Hint(keys.HOME, _("Move"), lambda: self._turn(-len(self._pages)), rank=0, help=_("first page")),
            Hint(keys.END, _("Move"), lambda: self._turn(len(self._pages)), rank=0, help=_("last page")),
            Hint(keys.LEFT, _("Aside"), lambda: self._shift(-_ASIDE), rank=1 if wide else 0),
            Hint(keys.RIGHT, _("Aside"), lambda: self._shift(_ASIDE), rank=0),
            Hint(keys.BACK, _("Back"), self.rekam.back),
        )

    def _turn(self, by: int) -> None:
        turned = min(max(self._page + by, 0), len(self._pages) - 1)
        if turned != self._page:
            self._page, self._top = turned, 0

    def _roll(self, by: int) -> None:
        """Move by lines, at a page's end to the page beside it."""
        height = self.rekam.size.height - 6
        if 0 <= self._top + by <= len(self._rows) - height:
            self._top += by
        elif by > 0:
            self._turn(1)
        elif self._page:
            self._turn(-1)
            self._top = max(len(self._rows) - height, 0)

    def _shift(self, by: int) -> None:
        self._left = min(max(self._left + by, 0), self._widest(self.rekam.size.width))

    async def print_out(self) -> None:
        """Print the paper in front and turn to the next one, or after the last go back; one that fails stays here."""
        one, _page = self._pages[self._page]
        if not await papers.hand_out(self, one.document):
            return
        following = next(
            (at for at, (other, _) in enumerate(self._pages) if at > self._page and other is not one), None
        )
        if following is not None:
            self._page, self._top = following, 0
            return
        news = self.news
        await self.rekam.back()
        if isinstance(self.rekam.screen, FrameScreen):
            self.rekam.screen.news = news
