"""The palette's first part: people, on every list of this laptop; the one chosen is opened at her step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import figures
from tui.duty import OpenPupil, OpenVisit
from tui.line import cells, cut
from tui.widgets.dialogs import Found

if TYPE_CHECKING:
    from store.search import Found as FoundPupil
    from tui.app import RekamApp

_MOST = 4
_SHORTEST = 2


async def people(app: RekamApp, typed: str) -> list[Found]:
    """Offer the pupils that fit, the first ones of a possibly long list."""
    if app.store is None or app.officer is None or len(typed.strip()) < _SHORTEST:
        return []
    from store import search

    page = await app.store.run(search.search, typed, limit=_MOST)
    return [_offer(app, found) for found in page.found]


def _offer(app: RekamApp, found: FoundPupil) -> Found:
    from tui.screens.queue_lines import state_words

    row = found.row
    columns = ((row.name, 14), (row.class_name, 11), (figures.long_date(row.birth_date), 13))
    text = "".join(_padded(value, width) for value, width in columns)
    state = state_words(row, app.local_now().date())
    return Found(f"{text}{state} {found.school}", lambda: _open(app, found))


def _padded(text: str, width: int) -> str:
    text = cut(text, width - 1)
    return text + " " * (width - cells(text))


async def _open(app: RekamApp, found: FoundPupil) -> None:
    """Open her visit with her, if it is another one than is open."""
    from store import visits
    from tui import turns

    row = found.row
    if app.store is not None and (app.visit is None or app.visit.id != row.visit):
        visit = await app.store.run(visits.get, row.visit)
        app.visit = OpenVisit(row.visit, visit.plan.school.name, visit.plan.day)
        await turns.to_queue(app)
    await turns.open_pupil(app, OpenPupil(row.pupil, row.name), row.state)
