"""The ways out of a section of step 6: to the next section, to the next pupil, back to step 4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import siak_check
from store.progress import PupilState
from store.sections import Section
from tui import navigation, sop, turns
from tui.duty import OpenPupil
from tui.navigation import Place

if TYPE_CHECKING:
    from tui.app import RekamApp
    from tui.frame import FrameScreen
    from tui.sitting import Sitting


def screen_for(sat: Sitting, section: Section | None = None) -> FrameScreen:
    """Make the screen of a section, or of the first that needs something; the check before the seal after the last."""
    match section or sat.state.next:
        case Section.PORTRAIT:
            from tui.screens.recording_portrait import PortraitScreen

            return PortraitScreen(sat)
        case Section.SIGNATURE:
            from tui.screens.recording_signature import SignatureScreen

            return SignatureScreen(sat)
        case Section.LEFT_SLAP | Section.RIGHT_SLAP | Section.THUMBS as slap:
            from tui.screens.recording_slap import slap_screen

            return slap_screen(slap, sat)
        case Section.IRISES:
            from tui.screens.recording_irises import IrisesScreen

            return IrisesScreen(sat)
        case None if sat.state.hands_missing:
            return hands_screen(sat)
        case None:
            from tui.screens.recording_seal import SealScreen

            return SealScreen(sat)


def hands_screen(sat: Sitting) -> FrameScreen:
    """Make the screen of the photograph of the hands."""
    from tui.screens.recording_hands import HandsScreen

    return HandsScreen(sat)


async def leave_for_correction(app: RekamApp, sat: Sitting) -> None:
    """Open step 4 again, where what was read aloud is compared with the certificate; what was taken is kept."""
    assert app.store is not None
    await sop.leave(app)
    await app.store.run(siak_check.reopen, sat.pupil.pupil)
    await _to_overview(app)
    await turns.open_pupil(app, OpenPupil(sat.pupil.pupil, sat.pupil.name), PupilState.SIAK)


async def leave_for_next(app: RekamApp) -> None:
    """Put the pupil behind the others and open who comes next at this desk, from the overview as from a section."""
    await sop.leave(app)
    await _to_overview(app)
    await turns.open_next(app)


async def _to_overview(app: RekamApp) -> None:
    while len(app.screen_stack) > 2 and not navigation.is_at(app.screen, Place.RECORDING):
        await app.pop_screen()
