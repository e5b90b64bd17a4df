"""Which screen stands at which place; a screen's module is imported when somebody goes there."""

from __future__ import annotations

import enum
import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen

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


def screen_of(place: Place) -> FrameScreen:
    """Make the screen of a place."""
    module, name = place.value
    return getattr(importlib.import_module(f"tui.screens.{module}"), name)()


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
