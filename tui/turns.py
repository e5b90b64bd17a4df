"""Whose turn it is: from the queue to a pupil at her step, from her to the next one, and back to the queue.

The pupil who is open lies over the queue she was opened from, so that Esc comes back to the row the officer left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.progress import Desk, PupilState
from tui import figures, navigation
from tui.duty import OpenPupil
from tui.messages import Problem, problem
from tui.navigation import Place

if TYPE_CHECKING:
    from store.desks import AtDesk
    from tui.app import RekamApp
    from tui.frame import FrameScreen

_PLACES = {
    PupilState.SIAK: Place.SIAK_CHECK,
    PupilState.UPDATE: Place.SIAK_UPDATE,
    PupilState.RECORD: Place.RECORDING,
    PupilState.CARD: Place.PRINTING,
    PupilState.HANDOVER: Place.HANDOVER,
}
OPENED_AT_A_STEP = frozenset({PupilState.CHECK, *_PLACES})
"""Who has a step before her; of the others only the history is looked at."""

REVEAL_SECONDS = 20.0
"""For so long a masked NIK is shown in full."""

_QUEUES = {Desk.RECORD: Place.RECORDING, Desk.PRINT: Place.PRINTING}


async def open_pupil(app: RekamApp, pupil: OpenPupil, state: PupilState) -> None:
    """Open a pupil at the step she waits for; where she waits for none, her history is opened.

    Who is open at another desk is only looked at, with message 23.
    """
    other = await _take_up(app, pupil, state)
    if other is not None and state is not PupilState.CHECK:
        _look_only(app, other)
        return
    app.pupil = pupil
    screen = _screen(state)
    if _over_something(app):
        while len(app.screen_stack) > 3:  # her history may lie over the very sheet that is opened again
            await app.pop_screen()
        await app.switch_screen(screen)
        return
    if not _is_queue(app.screen):
        app.pupil = None
        await app.go(Place.STATUS_CHECK)
        app.pupil = pupil
    await app.over(screen)


async def go_on(app: RekamApp, pupil: OpenPupil) -> None:
    """Open a pupil where the end of a step led her; whom it made under 16 is told about in the queue."""
    from store import pupils
    from tui.frame import FrameScreen

    assert app.store is not None, "a step ended, so a store is open"
    about = await app.store.run(pupils.detail, pupil.id)
    if about.state is not PupilState.LISTED:
        await open_pupil(app, pupil, about.state)
        return
    await to_queue(app)
    if isinstance(app.screen, FrameScreen):
        app.screen.refuse(problem(8, name=pupil.name, date=figures.long_date(about.turns_16)))


async def open_next(app: RekamApp) -> None:
    """Put the open pupil behind the others of her class, exactly as she is, and open who comes next at this desk."""
    from store import desks, pupils, queue

    if app.store is None or app.visit is None:
        return
    left = app.pupil
    skip = set(await app.store.run(desks.elsewhere))
    if left is not None:
        if left.id not in skip:  # whom another desk has open was only looked at here
            await app.store.run(pupils.put_off, left.id)
        skip.add(left.id)
    row = await app.store.run(queue.next_pupil, app.visit.id, app.desk, skip)
    if row is None:
        await to_queue(app)
    else:
        await open_pupil(app, OpenPupil(row.pupil, row.name), row.state)


async def to_queue(app: RekamApp) -> None:
    """Close the pupil and go back to the queue: the one that lies below, else the one of this desk."""
    app.pupil = None
    while _over_something(app):
        await app.pop_screen()
    if not _is_queue(app.screen):
        await app.go(_QUEUES.get(app.desk, Place.STATUS_CHECK))


def open_elsewhere(other: AtDesk) -> Problem:
    """Return message 23: who has the pupil open, and at which desk."""
    return problem(23, desk=other.desk.value, officer=other.officer)


async def _take_up(app: RekamApp, pupil: OpenPupil, state: PupilState) -> AtDesk | None:
    from store import desks

    if app.store is None or state not in OPENED_AT_A_STEP:
        return None
    return await app.store.run(desks.take_up, pupil.id, app.desk)


def _look_only(app: RekamApp, other: AtDesk) -> None:
    from tui.frame import FrameScreen

    if isinstance(app.screen, FrameScreen):
        app.screen.refuse(open_elsewhere(other))


def _screen(state: PupilState) -> FrameScreen:
    if state is PupilState.CHECK:
        from tui.screens.pupil_check import PupilCheckScreen

        return PupilCheckScreen()
    if state in _PLACES:
        return navigation.screen_of(_PLACES[state])
    from tui.screens.pupil import PupilScreen

    return PupilScreen()


def _over_something(app: RekamApp) -> bool:
    return len(app.screen_stack) > 2


def _is_queue(screen: object) -> bool:
    from tui.screens.queue_list import QueueScreen

    return isinstance(screen, QueueScreen)
