"""The pupil in front of the emulated kit: whoever is open on the screen stands there, before the right cloth."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from typing import TYPE_CHECKING

from hw.emulators.control import KitControl, KitFailed
from store import pupils
from store.errors import StoreError

if TYPE_CHECKING:
    from tui.app import RekamApp
    from tui.duty import OpenPupil


_OFFICERS_HAND = 17


class StandIn:
    """Follows the application's open pupil: her face, fingers and signature are hers alone and stay the same."""

    def __init__(self, app: RekamApp, kit: KitControl) -> None:
        self._app = app
        self._kit = kit
        self._called = asyncio.Event()

    def call(self, _pupil: OpenPupil | None) -> None:
        """Notice that another pupil was opened."""
        self._called.set()

    async def follow(self) -> None:
        """Step before the devices whenever somebody is called, until cancelled; officers sign in their own hand."""
        with contextlib.suppress(KitFailed):
            await self._kit.willing(_OFFICERS_HAND)
        while True:
            await self._called.wait()
            self._called.clear()
            pupil, store = self._app.pupil, self._app.store
            if pupil is None or store is None:
                continue
            try:
                seen = await store.run(pupils.detail, pupil.id)
                await self._kit.sbi(subject=str(seen.person), pose={"cloth": seen.cloth.value})
                await self._kit.willing(zlib.crc32(seen.person.bytes))
            except (StoreError, KitFailed):
                continue  # locked meanwhile, or the kit is not there yet: the next pupil is another chance
