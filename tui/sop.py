"""The SOP's clock: which step is open for whom, told to the store as it is opened, left and ended.

One clock runs on a desk, the one that `app.sop` shows. Whatever opens a step calls `begin` and thereby leaves what ran
before, so that no pupil's time goes on while another one sits there. A queue calls `idle`. Screens call these from
`load`, as often as they like: a clock that runs already is not touched. What ends a step goes through `end_with`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from tui.duty import SopClock

if TYPE_CHECKING:
    from store.store import Store
    from store.timings import Run
    from store.transaction import Transaction
    from tui.app import RekamApp

Result = TypeVar("Result")


async def begin(app: RekamApp, step: int, visit: uuid.UUID, pupil: uuid.UUID | None = None) -> None:
    """Let the clock of a step run: of a pupil's (3 to 7), or of the visit's (1, 2, 8); it goes on where it was left."""
    running = app.sop
    if running is not None and running.began is not None and _whose(running) == (step, visit, pupil):
        return
    run = await _store(app).run(_begin, running, step, visit, pupil)
    app.sop = SopClock.of(run, app.clock.now())


async def idle(app: RekamApp, step: int | None) -> None:
    """Leave what is open and show a step at which nobody sits, or (None) no clock at all: at home, in the stock."""
    running, app.sop = app.sop, None if step is None else SopClock.idle(step)
    if running is not None and running.began is not None:
        await _store(app).run(_leave, running)


async def leave(app: RekamApp) -> None:
    """Leave what is open without ending it; its clock goes on when it is opened again."""
    await idle(app, None)


async def end_with(app: RekamApp, act: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
    """Carry out what ends the open step (`act(tx, *arguments, **options)`) and end its clock in the same transaction.

    What `act` raises is raised here, and then the clock runs on.
    """
    result = await _store(app).run(_end, app.sop, partial(act, **options), arguments)
    app.sop = None
    return result


def _store(app: RekamApp) -> Store:
    assert app.store is not None, "a step is open, so a store is"
    return app.store


def _whose(clock: SopClock) -> tuple[int, uuid.UUID | None, uuid.UUID | None]:
    return clock.step, clock.visit, clock.pupil


def _begin(tx: Transaction, running: SopClock | None, step: int, visit: uuid.UUID, pupil: uuid.UUID | None) -> Run:
    from store import timings

    if running is not None:
        _leave(tx, running)
    return timings.begin(tx, step, visit, pupil)


def _leave(tx: Transaction, running: SopClock) -> None:
    from store import timings

    if running.visit is not None:
        timings.leave(tx, running.step, running.visit, running.pupil)


def _end(tx: Transaction, running: SopClock | None, act: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
    from store import timings

    result = act(tx, *arguments)
    if running is not None and running.visit is not None:
        timings.end(tx, running.step, running.visit, running.pupil)
    return result
