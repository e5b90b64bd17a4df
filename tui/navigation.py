"""Which screen stands at which place; a screen's module is imported when somebody goes there."""

from __future__ import annotations

import enum
import importlib
from functools import partial
from typing import TYPE_CHECKING

from tui import keys
from tui.i18n import _
from tui.keys import Hint
from tui.widgets.dialogs import Found

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui.app import RekamApp
    from tui.frame import FrameScreen


class Place(enum.Enum):
    """A place an officer can go to, with the module under `tui.screens` and the class that stands there."""

    LOGIN = ("login", "LoginScreen")
    SETUP = ("setup", "SetupScreen")
    LOCK = ("lock", "LockScreen")
    HOME = ("visits", "VisitsScreen")
    NEW_VISIT = ("new_visit", "NewVisitScreen")
    SCHEDULE = ("schedule", "ScheduleScreen")
    EQUIPMENT = ("equipment", "EquipmentScreen")
    STATUS_CHECK = ("status_check", "StatusCheckScreen")
    SIAK_CHECK = ("siak_check", "SiakCheckScreen")
    SIAK_UPDATE = ("siak_update", "SiakUpdateScreen")
    RECORDING = ("recording", "RecordingScreen")
    PRINTING = ("printing", "PrintingScreen")
    HANDOVER = ("handover", "HandoverScreen")
    BOARD = ("summary", "SummaryScreen")
    STOCK = ("stock", "StockScreen")


STEP_PLACES = (
    Place.SCHEDULE,
    Place.EQUIPMENT,
    Place.STATUS_CHECK,
    Place.SIAK_CHECK,
    Place.SIAK_UPDATE,
    Place.RECORDING,
    Place.PRINTING,
    Place.HANDOVER,
)
"""The places of steps 1 to 8."""

_QUEUES = (Place.SIAK_CHECK, Place.SIAK_UPDATE, Place.RECORDING)


def screen_of(place: Place) -> FrameScreen:
    """Make the screen of a place."""
    module, name = place.value
    return getattr(importlib.import_module(f"tui.screens.{module}"), name)()


def queue_of(place: Place) -> FrameScreen | None:
    """Make the list of who waits at that step, for the steps that are done pupil by pupil."""
    if place not in _QUEUES:
        return None
    from tui.screens.queue_list import QueueScreen

    return QueueScreen(STEP_PLACES.index(place) + 1)


def lock_screen(idle_minutes: int) -> FrameScreen:
    """Make the lock, with the minutes nobody had pressed a key for, or 0 where somebody asked for it."""
    from tui.screens.lock import LockScreen

    return LockScreen(idle_minutes)


def is_at(screen: Screen[object], place: Place) -> bool:
    """Return whether a screen is the one of that place."""
    return type(screen).__name__ == place.value[1]


def help_of(screen: FrameScreen) -> FrameScreen:
    """Make the help for a screen."""
    from tui.screens.help import HelpScreen

    return HelpScreen(screen)


def ways(app: RekamApp) -> tuple[Hint, ...]:
    """Return the keys that lead to other screens from anywhere: board and stock, and with a visit the eight steps."""
    made = [
        Hint(keys.BOARD, _("Board"), lambda: app.over(screen_of(Place.BOARD)), rank=0),
        Hint(keys.STOCK, _("Stock"), lambda: app.over(screen_of(Place.STOCK)), rank=0),
    ]
    if app.visit is not None:
        pairs = zip(keys.STEPS, STEP_PLACES, strict=True)
        made += [Hint(key, _("Step"), partial(app.go, place, leave_pupil=True), rank=0) for key, place in pairs]
    return tuple(made)


async def commands(app: RekamApp, typed: str) -> list[Found]:
    """Offer the live keys of the screen in front to the palette."""
    from tui.frame import FrameScreen

    if not isinstance(app.screen, FrameScreen):
        return []
    found: list[Found] = []
    for hint in (*app.screen.hints(), *app.screen.shared_keys()):
        name = f"{hint.label} · {hint.help or _(hint.key.meaning)} · {hint.key.cap()}"
        if hint.barred is None and typed.casefold() in name.casefold():
            found.append(Found(name, hint.act))
    return found
