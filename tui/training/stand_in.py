"""The pupil in front of the emulated kit: whoever is open stands there, before the right cloth, as she is asked to."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from typing import TYPE_CHECKING

from hw.emulators.control import KitControl, KitFailed
from store import pupils
from store.errors import StoreError

if TYPE_CHECKING:
    from hw.types import Finger
    from tui.app import RekamApp
    from tui.duty import OpenPupil


_OFFICERS_HAND = 17


class StandIn:
    """Follows the application's open pupil: her face, fingers and signature are hers alone and stay the same."""

    def __init__(self, app: RekamApp, kit: KitControl) -> None:
        self._app = app
        self._kit = kit
        self._called = asyncio.Event()
        self._listening = False

    def call(self, _pupil: OpenPupil | None) -> None:
        """Notice that another pupil was opened."""
        self._called.set()

    async def follow(self) -> None:
        """Step before the devices whenever somebody is called, until cancelled; officers sign in their own hand."""
        with contextlib.suppress(KitFailed):
            await self._kit.willing(_OFFICERS_HAND)
        there: OpenPupil | None = None
        held_up: frozenset[Finger] | None = None
        while True:
            await self._called.wait()
            self._called.clear()
            pupil, store = self._app.pupil, self._app.store
            if pupil is None or store is None:
                there = None
                continue
            self._listen()
            try:
                if pupil != there:
                    seen = await store.run(pupils.detail, pupil.id)
                    await self._kit.sbi(subject=str(seen.person), pose={"cloth": seen.cloth.value})
                    await self._kit.willing(zlib.crc32(seen.person.bytes))
                    there = pupil
                if (hands := self._hands()) != held_up:
                    await self._kit.sbi(hands=None if hands is None else [finger.name for finger in hands])
                    held_up = hands
            except (StoreError, KitFailed):
                continue  # locked meanwhile, or the kit is not there yet: the next pupil is another chance

    def _listen(self) -> None:
        """Notice from now on which screen is open; before the first pupil the application may not run yet."""
        if not self._listening:
            self._listening = True
            self._app.screen_change_signal.subscribe(self._app, lambda _screen: self._called.set(), immediate=True)

    def _hands(self) -> frozenset[Finger] | None:
        """Return without which fingers the hands are to be held up, None while the camera wants a face."""
        from tui.screens.recording_hands import HandsScreen

        return self._app.screen.missing if isinstance(self._app.screen, HandsScreen) else None
