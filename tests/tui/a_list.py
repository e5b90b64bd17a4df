"""Step 1 before an officer: the application on a store in memory, an inbox and a folder of documents, by keys."""

from __future__ import annotations

import uuid
from pathlib import Path

from book import screen_text, settle
from textual.pilot import Pilot

from store import visits
from store.store import Store
from store.transaction import OfficerRole
from tui import navigation
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.navigation import Place
from tui.settings import Settings
from tui.training import school

OFFICER = uuid.UUID(int=7)
ALL = frozenset(OfficerRole)


class Desk:
    """The application before an officer, by keys."""

    def __init__(self, pilot: Pilot[object]) -> None:
        self.pilot = pilot
        self.app = pilot.app

    async def press(self, *names: str) -> list[str]:
        for name in names:
            self.app.clock.advance(1)
            await self.pilot.press(name)
            await settle(self.pilot)
        return await screen_text(self.pilot)


def make_app(store: Store, folder: Path, *, language: str = "id", roles: frozenset[OfficerRole] = ALL) -> RekamApp:
    settings = Settings(language=language, inbox=str(folder / "inbox"), documents=str(folder / "documents"), bell=False)
    store.sign_in(OFFICER, roles)
    app = RekamApp(store, None, settings, store.clock, first=lambda: navigation.screen_of(Place.HOME))
    app.officer = OfficerOnDuty(OFFICER, "Rahmawati", roles)
    return app


async def enter_step_1(pilot: Pilot[object], visit: uuid.UUID) -> Desk:
    await settle(pilot)
    day = pilot.app.store.run_now(visits.get, visit).plan.day
    pilot.app.visit = OpenVisit(visit, school.NAME, day)
    await pilot.app.go(Place.SCHEDULE)
    await settle(pilot)
    return Desk(pilot)
